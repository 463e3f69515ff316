#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "cluster/client.h"
#include "complaint.h"
#include "doc/value.h"

namespace agreement {

/// A CRD on a real API server. Borrows the client; one thread at a time.
///
/// The server is given the CRD without what needs something else or hides part of an object from
/// it: a conversion webhook (nobody answers), and subresources (with `status` among them a server
/// drops an object's status before it validates). Schemas are as they are.
///
/// Errors of all: the server did not answer, or not as one that accepts or refuses.
class ServedCrd {
 public:
  /// Installs it and waits until every served version is served. What the server complains of
  /// instead goes to complaints(), and nothing can be asked.
  static base::Result<ServedCrd> install(cluster::Client& client, const doc::Value& crd);

  const Complaints& complaints() const { return complaints_; }
  /// `object` in the namespace where it is asked about, if its kind has one.
  doc::Value placed(const doc::Value& object) const;

  /// What the server says about a placed object, without doing it (dryRun=All). Nothing stands
  /// then.
  base::Result<Complaints> ask_create(std::string_view version, const doc::Value& object);
  /// The same over what stand() made.
  base::Result<Complaints> ask_update(std::string_view version, const doc::Value& object);

  /// Creates it for real, to be asked about updates of it; one stands at a time. What the server
  /// then holds, or nullopt where it refuses.
  base::Result<std::optional<doc::Value>> stand(std::string_view version, const doc::Value& object);

  /// Removes it with all that stands, and waits until it is gone.
  base::Result<void> remove();

 private:
  ServedCrd(cluster::Client& client, const doc::Value& crd) : client_(&client), crd_(crd) {}
  kube::Resource resource(std::string_view version) const;
  base::Result<void> wait_until_served();
  base::Result<void> withdraw();

  cluster::Client* client_;
  doc::Value crd_;
  Complaints complaints_;
  doc::Value standing_;  // null: nothing.
  std::string standing_version_;
};

}  // namespace agreement
