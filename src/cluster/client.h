#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/limits.h"
#include "base/random.h"
#include "base/result.h"
#include "doc/value.h"
#include "kube/discovery.h"
#include "kube/kubeconfig.h"
#include "kube/request.h"
#include "kube/types.h"
#include "net/transport.h"
#include "net/wait.h"
#include "net/websocket.h"

namespace cluster {

using net::Until;

/// What a Client works with. All borrowed: they must outlive it.
struct Means {
  net::Transport& transport;
  const base::Clock& clock;
  base::Random& random;
  net::Sleeper& sleeper;
  net::WebSocketConnector* websockets = nullptr;  ///< Only exec needs it.
};

enum class WritePhase { before, after };
/// Sees every request that may change the cluster, right before it is sent and right after it was
/// answered or failed (once per attempt). For tests that stop the program at each write.
using WriteObserver = std::function<void(WritePhase, const kube::Request&)>;

struct ClientOptions {
  /// The owner that server-side apply and other writes name.
  std::string field_manager = "slipway";
  /// What the API server's audit log calls the program; "" is "slipway/<version>".
  std::string user_agent = {};
  WriteObserver on_write = nullptr;
  /// Reads ClusterAccess::token_file again when the server refuses the token; none: no files.
  kube::FileReader read_file = nullptr;
};

struct ApplyOptions {
  bool force = false;
  kube::DryRun dry_run = kube::DryRun::no;
  std::string subresource = {};
  std::string field_manager = {};  ///< "" is the client's.
};

struct WriteOptions {
  kube::DryRun dry_run = kube::DryRun::no;
  std::string subresource = {};
  std::string field_manager = {};
};

/// A list of all pages, of one moment (`resource_version`).
struct ObjectList {
  std::vector<doc::Value> items;
  std::string resource_version;
};

/// One event of a watch.
struct WatchEvent {
  enum class Type { added, modified, deleted, bookmark };
  Type type;
  doc::Value object;
};

struct ServerVersion {
  std::string git_version;  ///< "v1.33.13"
  int major = 0;
  int minor = 0;
};

struct AccessAnswer {
  bool allowed = false;
  std::string reason;
};

/// One cluster, as one user: Kubernetes' requests with retries, pages, discovery and errors that
/// say what to do. The only way by which Slipway changes a cluster.
///
/// Threading: any thread; calls block until answered, until the deadline or until stopped.
/// Retries: what is safe to repeat, by the table in cluster/retry.h, within its budget and the
/// deadline; a server's Retry-After is honoured. What fails for good is returned at once, but for
/// what is not permitted: that is only believed of a server that is ready (wait_to_confirm).
/// Errors: unavailable (cluster unreachable, after the budget; names the server), unauthenticated,
/// permission_denied (names verb, resource and user), not_found, aborted (a conflict; names the
/// other owner and its fields), already_exists, invalid_argument (rejected by validation or
/// admission), out_of_range (a resourceVersion too old), resource_exhausted, deadline_exceeded,
/// cancelled.
class Client {
 public:
  Client(kube::ClusterAccess access, const Means& means, ClientOptions options = {});
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  const kube::ClusterAccess& access() const;
  const Means& means() const;

  // --- Reading ---
  base::Result<doc::Value> get(const kube::ObjectRef& ref, const Until& until,
                               std::string_view subresource = "");
  /// All pages, of one moment. Where a continue token expires midway, listed anew in one piece.
  /// `attempts_max` is for callers that have a patience of their own; a server that says when to
  /// come back (Retry-After) is waited for whatever it is.
  base::Result<ObjectList> list(const kube::GroupVersionKind& gvk, const kube::Selection& selection,
                                const Until& until,
                                int attempts_max = base::limits::kRequestAttemptsMax);
  base::Result<std::string> logs(const kube::ObjectKey& pod, const kube::LogOptions& options,
                                 const Until& until);
  /// GET of any path: the body as text, or as JSON.
  base::Result<std::string> raw_get(std::string_view path, const Until& until);
  base::Result<doc::Value> raw_get_json(std::string_view path, const Until& until);

  /// One watch connection from `resource_version` on, with bookmarks. `on_event` runs on the
  /// calling thread; false ends the watch (a success). `on_open` (if any) runs once the server has
  /// agreed. Ends in success, too, when the server closes it, which it does after minutes: watch
  /// again from the last resourceVersion seen, or use cluster/cache.h. Retries only what is not
  /// permitted, once.
  /// Errors: out_of_range when `resource_version` is too old: list again.
  base::Result<void> watch(const kube::GroupVersionKind& gvk, const kube::Selection& selection,
                           std::string_view resource_version,
                           const std::function<bool(const WatchEvent&)>& on_event,
                           const Until& until, const std::function<void()>& on_open = nullptr);

  // --- Writing: the answer is the object as it now is ---
  /// Server-side apply with strict field validation. `object` needs apiVersion, kind,
  /// metadata.name.
  base::Result<doc::Value> apply(const doc::Value& object, const ApplyOptions& options,
                                 const Until& until);
  base::Result<doc::Value> patch(const kube::ObjectRef& ref, const doc::Value& merge_patch,
                                 const WriteOptions& options, const Until& until);
  base::Result<doc::Value> json_patch(const kube::ObjectRef& ref, const doc::Value& operations,
                                      const WriteOptions& options, const Until& until);
  base::Result<doc::Value> create(const doc::Value& object, const WriteOptions& options,
                                  const Until& until);
  /// PUT; conditional on the object's metadata.resourceVersion.
  base::Result<doc::Value> update(const doc::Value& object, const WriteOptions& options,
                                  const Until& until);
  /// update() of the status subresource.
  base::Result<doc::Value> update_status(const doc::Value& object, const Until& until);
  /// Deletes. That it was not there is not_found. Preconditions that do not hold are aborted.
  base::Result<void> remove(const kube::ObjectRef& ref, const kube::DeleteOptions& options,
                            const Until& until);
  /// Eviction; while a disruption budget forbids it, resource_exhausted (not retried here).
  base::Result<void> evict(const kube::ObjectKey& pod, const Until& until);

  // --- What the server is ---
  /// The resource of a kind, by discovery, which is cached; for a kind that it does not know the
  /// server is asked again, once. Errors: not_found; the hint names the nearest kind where there is
  /// one.
  base::Result<kube::Resource> resource_of(const kube::GroupVersionKind& gvk, const Until& until);
  /// Everything served. Cached; `refresh` asks again. A group whose backend is down is left out.
  base::Result<std::shared_ptr<const kube::Discovery>> discovery(const Until& until,
                                                                 bool refresh = false);
  base::Result<ServerVersion> version(const Until& until);
  /// From "apis/apps/v1" to its path; each document by raw_get_json.
  base::Result<std::map<std::string, std::string>> openapi_index(const Until& until);
  /// May this user do that? Fails closed: an unanswered review is an error, never a yes.
  base::Result<AccessAnswer> may_i(const kube::AccessQuestion& question, const Until& until);

  /// Any request, with the same retries and errors; for what has no verb above. The response has a
  /// status below 400.
  base::Result<net::Response> send(const kube::Request& request, const Until& until,
                                   int attempts_max = base::limits::kRequestAttemptsMax);

  /// The request as it goes on the wire, authenticated (cluster/exec.h uses it).
  net::Request wire_request(const kube::Request& request) const;
  /// Whether `response` is a refusal that a server may give because it has only just started
  /// (refused_by_authorizer). If so, returns once the server is ready, or has not become so within
  /// a restart's time: ask again, once, and believe that answer.
  bool wait_to_confirm(const net::Response& response, const Until& until);
  /// The Error of a response with an error status to `request`.
  base::Error error_of(const kube::Request& request, const net::Response& response) const;
  /// The Error of an exchange that failed (no response), told as this cluster's.
  base::Error error_of(base::Error exchange) const;

 private:
  /// One connection. A response with an error status is a result here.
  base::Result<net::Response> watch_once(const kube::Request& request,
                                         const std::function<bool(const WatchEvent&)>& on_event,
                                         const Until& until, const std::function<void()>& on_open);

  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace cluster
