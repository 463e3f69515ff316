#pragma once

#include <span>

#include "base/result.h"
#include "cluster/client.h"
#include "doc/value.h"

namespace drydock {

/// Applies a manifest by force and writes its status, if it has one, to the status subresource.
base::Result<void> apply_manifest(cluster::Client& client, const doc::Value& object,
                                  const net::Until& until);

/// Makes nodes with their status from the start: KWOK reads it once, when a node appears, and fills
/// in what is missing. A node that is there already is applied, and its status written again.
base::Result<void> make_nodes(cluster::Client& client, std::span<const doc::Value> nodes,
                              const net::Until& until);

/// Applies CRDs and waits until the API server serves them.
base::Result<void> apply_crds(cluster::Client& client, std::span<const doc::Value> crds,
                              const net::Until& until);

}  // namespace drydock
