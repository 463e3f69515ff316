#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/fake_clock.h"
#include "base/random.h"
#include "cluster/client.h"
#include "doc/value.h"
#include "kube/types.h"
#include "net/fake_sleeper.h"
#include "net/transport.h"

namespace cluster {

/// A small API server in memory, behind the transport's interface, for tests of what uses a Client:
/// discovery, get, list, watch, apply, merge patch, both as a dry run too, delete with a uid
/// precondition, and a record of every write. It knows nothing of what real servers validate,
/// default or convert.
///
/// An `on_write` of a test plays the operators: it runs after each write, outside of any lock, and
/// may call put() and erase(). Threading: any thread.
class FakeApiServer final : public net::Transport {
 public:
  explicit FakeApiServer(std::vector<kube::Resource> resources)
      : resources_(std::move(resources)) {}

  std::unique_ptr<net::Call> start(net::Request request, const net::CallOptions& options,
                                   net::Receiver& receiver) override;

  /// Somebody else creates or replaces an object; its uid is kept or made.
  void put(const doc::Value& object);
  void erase(const kube::ObjectRef& ref);
  std::optional<doc::Value> find(const kube::ObjectRef& ref) const;
  /// The next write or dry run whose "METHOD PATH" holds `part` is answered so, and not done.
  void fail_next(std::string part, int status, std::string reason, std::string message);
  /// The next `count` lists of collections whose path ends with `plural` are answered so.
  void fail_lists(std::string plural, int count, int status, std::string reason);
  /// This user may not do that: "create", "pods/exec". Only access reviews are told.
  void forbid(std::string verb, std::string resource);
  /// From now on watches of collections whose path ends with `plural` are told nothing: a cache
  /// that lags behind. Told again, they get what they missed, in order.
  void hold_events(const std::string& plural);
  void tell_again(const std::string& plural);
  /// Running watches of such collections end with 410: what follows them has to list anew.
  void expire_watches(const std::string& plural);
  /// Called with each write that was done, as "METHOD PATH".
  void on_write(std::function<void(const std::string&)> callback);
  std::vector<std::string> writes() const;  ///< "PATCH /api/v1/namespaces/a", as they came.

 private:
  struct Watch;
  struct Failure {
    std::string part;
    int status;
    std::string reason, message;
  };
  struct Place {
    const kube::Resource* resource;
    std::string collection;  ///< Path without the name.
    kube::ObjectKey key;
  };

  net::Response answer(const net::Request& request, const std::string& path, bool dry_run);
  bool may(const std::string& review) const;
  net::Response read(const std::string& path);
  net::Response write(const net::Request& request, const std::string& path, bool dry_run);
  std::optional<Place> place_of(const std::string& path) const;
  std::string path_of(const kube::ObjectRef& ref) const;
  /// The object as it would be kept.
  doc::Value kept(const std::string& path, doc::Value object) const;
  doc::Value store(const std::string& path, doc::Value object);
  void tell(const std::string& path, std::string_view type, const doc::Value& object);
  void remove(const std::string& path);

  const std::vector<kube::Resource> resources_;
  mutable std::recursive_mutex mutex_;
  std::map<std::string, doc::Value> objects_;  ///< By path.
  int version_ = 100;
  int uids_ = 0;
  std::vector<Failure> failures_;
  int failing_lists_ = 0;
  Failure list_failure_;
  std::vector<std::string> writes_;
  std::function<void(const std::string&)> on_write_;
  std::set<std::pair<std::string, std::string>> forbidden_;
  std::set<Watch*> watches_;
  std::set<std::string> held_;  ///< Plurals whose watches are told nothing.
  struct Event {
    int version;
    std::string collection, line;
  };
  std::vector<Event> events_;  ///< All there ever were: a watch begins where its list ended.
};

/// No pod of a FakeApiServer can be asked anything.
class NoWebSockets final : public net::WebSocketConnector {
 public:
  base::Result<std::unique_ptr<net::WebSocket>> connect(const net::WebSocketRequest&, const Until&,
                                                        net::WebSocketRefusal*) override {
    return base::Error{base::ErrorCode::unavailable, "there is no kubelet here"};
  }
};

/// The server, and clients of it that spend no time.
struct FakeCluster {
  explicit FakeCluster(std::vector<kube::Resource> resources) : server(std::move(resources)) {}

  base::FakeClock clock;
  FakeApiServer server;
  base::SeededRandom random{1};
  net::FakeSleeper sleeper{clock};
  NoWebSockets websockets;

  /// As user "tester". Borrows this.
  std::unique_ptr<Client> client(ClientOptions options = {}) {
    kube::ClusterAccess access;
    access.server = "http://fake";
    access.user = "tester";
    return std::make_unique<Client>(
        std::move(access), Means{server, clock, random, sleeper, &websockets}, std::move(options));
  }
};

}  // namespace cluster
