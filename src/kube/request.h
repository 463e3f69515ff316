#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "doc/value.h"
#include "kube/types.h"

/// Kubernetes requests as values: what to send, without sending it. Everything here is pure; the
/// tests compare URL, method and body with no server. Sent by cluster::Client.
namespace kube {

enum class Method { get, post, put, patch, del };
std::string_view method_name(Method method);  ///< "GET", ..., "DELETE".

struct Request {
  Method method = Method::get;
  std::string path;  ///< Encoded: "/apis/apps/v1/namespaces/a/deployments/b/status".
  std::vector<std::pair<std::string, std::string>> query;  ///< Not encoded, in order.
  std::string content_type;                                ///< "" when there is no body.
  std::string accept = "application/json";
  std::string body;

  /// Path and encoded query: what follows the server's URL.
  std::string target() const;
  /// Whether it writes to the cluster: no GET (exec's handshake included), no dry run, no review.
  bool mutates() const;
  /// The last value of a query parameter, or "".
  std::string_view query_value(std::string_view name) const;
  bool operator==(const Request&) const = default;
};

enum class DryRun : bool { no, all };

Request get_request(const Resource& resource, const ObjectKey& key,
                    std::string_view subresource = "");

/// Which objects of a kind. `namespace_name` "" is all namespaces.
struct Selection {
  std::string namespace_name;
  std::string label_selector;  ///< Text form (LabelSelector::to_string).
  std::string field_selector;  ///< "metadata.name=x"
};

/// One page of a list.
struct PageOptions {
  int limit = 0;                 ///< 0: the server decides.
  std::string continue_token;    ///< From the page before; "" for the first.
  std::string resource_version;  ///< "0": any, from the server's watch cache; "": most recent.
};
Request list_request(const Resource& resource, const Selection& selection,
                     const PageOptions& page = {});

/// A watch with bookmarks, from `resource_version` on.
Request watch_request(const Resource& resource, const Selection& selection,
                      std::string_view resource_version, std::chrono::seconds timeout);

/// Server-side apply of `object`, which must have apiVersion, kind and metadata.name and must not
/// have metadata.managedFields. fieldValidation is Strict: unknown and duplicate fields are errors.
struct ApplyOptions {
  std::string field_manager;
  bool force = false;  ///< Takes fields over from other managers (INV-4: only when asked).
  DryRun dry_run = DryRun::no;
  std::string subresource;  ///< "status", or "".
};
Request apply_request(const Resource& resource, const doc::Value& object,
                      const ApplyOptions& options);

struct WriteOptions {
  std::string field_manager;
  DryRun dry_run = DryRun::no;
  std::string subresource;
};
/// RFC 7386. A null in `patch` removes the field.
Request merge_patch_request(const Resource& resource, const ObjectKey& key, const doc::Value& patch,
                            const WriteOptions& options);
/// RFC 6902. `operations` is the list.
Request json_patch_request(const Resource& resource, const ObjectKey& key,
                           const doc::Value& operations, const WriteOptions& options);
/// POST. metadata.generateName may stand in for metadata.name.
Request create_request(const Resource& resource, const doc::Value& object,
                       const WriteOptions& options);
/// PUT of the whole object; its metadata.resourceVersion makes the write conditional.
Request update_request(const Resource& resource, const doc::Value& object,
                       const WriteOptions& options);

enum class Propagation { background, foreground, orphan };
struct DeleteOptions {
  std::string uid;               ///< Precondition; "" is none.
  std::string resource_version;  ///< Precondition; "" is none.
  Propagation propagation = Propagation::background;
  std::optional<int> grace_period_seconds;
  DryRun dry_run = DryRun::no;
};
Request delete_request(const Resource& resource, const ObjectKey& key,
                       const DeleteOptions& options = {});

/// policy/v1 Eviction of a pod: a delete that respects PodDisruptionBudgets (429 when one forbids).
Request evict_request(const ObjectKey& pod, const DeleteOptions& options = {});

struct LogOptions {
  std::string container;
  std::optional<int> tail_lines;
  std::optional<int> limit_bytes;
  std::optional<int> since_seconds;
  bool previous = false;
  bool follow = false;
  bool timestamps = false;
};
Request log_request(const ObjectKey& pod, const LogOptions& options = {});

/// The URL of an exec; sent as a WebSocket handshake (cluster/exec.h).
struct ExecOptions {
  std::string container;  ///< "" where the pod has one.
  std::vector<std::string> argv;
  bool stdin_open = false;
};
Request exec_request(const ObjectKey& pod, const ExecOptions& options);
Request port_forward_request(const ObjectKey& pod, std::span<const int> ports);

/// What to ask about: "may I `verb` this?".
struct AccessQuestion {
  std::string verb;
  std::string group;
  std::string resource;     ///< Plural.
  std::string subresource;  ///< "status", or "".
  std::string namespace_name;
  std::string name;
};
/// SelfSubjectAccessReview: needs no permission, changes nothing.
Request access_review_request(const AccessQuestion& question);
/// What `request` needs permission for, read from its path as the API server reads it: for
/// messages, and to ask beforehand. `resource` is "" for a path that is no resource's ("/version").
AccessQuestion question_of(const Request& request);

/// GET of any path ("/version", "/readyz", "/openapi/v3").
Request raw_get_request(std::string_view path, std::string_view accept = "application/json");

}  // namespace kube
