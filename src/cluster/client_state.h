#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "cluster/client.h"

/// What a Client holds. Private to its files.
namespace cluster {

struct Client::State {
  // Immutable after construction.
  const kube::ClusterAccess access;
  const Means means;
  const ClientOptions options;

  mutable std::mutex mutex;  // Guards what is below.
  std::string token;
  std::shared_ptr<const kube::Discovery> discovery;

  /// Held while discovery is fetched, so that many threads that start together ask once.
  std::mutex fetching;
};

/// The body of a response as JSON. Errors: data_loss naming what was asked.
base::Result<doc::Value> parse_body(const kube::Request& request, const net::Response& response);

}  // namespace cluster
