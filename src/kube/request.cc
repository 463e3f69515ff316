#include "kube/request.h"

#include "base/strings.h"
#include "doc/json.h"

namespace kube {
namespace {

constexpr std::string_view kJson = "application/json";

/// Percent-encoded but for RFC 3986's unreserved characters.
std::string encoded(std::string_view text) {
  static constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string result;
  for (const char c : text) {
    const bool unreserved = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                            (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
    if (unreserved) {
      result.push_back(c);
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    result.push_back('%');
    result.push_back(kHex[byte >> 4]);
    result.push_back(kHex[byte & 15]);
  }
  return result;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/// encoded() undone; what is no escape stays as it is.
std::string decoded(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escape = text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 &&
                        hex_digit(text[i + 2]) >= 0;
    if (!escape) {
      result.push_back(text[i]);
      continue;
    }
    result.push_back(static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2])));
    i += 2;
  }
  return result;
}

std::string collection_path(const Resource& resource, std::string_view namespace_name) {
  std::string path = resource.group.empty() ? "/api/" : "/apis/" + encoded(resource.group) + "/";
  path += encoded(resource.version);
  if (resource.namespaced && !namespace_name.empty()) {
    path += "/namespaces/" + encoded(namespace_name);
  }
  return path + "/" + encoded(resource.plural);
}

std::string object_path(const Resource& resource, const ObjectKey& key,
                        std::string_view subresource) {
  std::string path = collection_path(resource, key.namespace_name) + "/" + encoded(key.name);
  if (!subresource.empty()) path += "/" + encoded(subresource);
  return path;
}

void add(Request& request, std::string_view name, std::string_view value) {
  if (!value.empty()) request.query.emplace_back(name, value);
}

void add_number(Request& request, std::string_view name, const std::optional<int>& number) {
  if (number) request.query.emplace_back(name, std::to_string(*number));
}

void add_selection(Request& request, const Selection& selection) {
  add(request, "labelSelector", selection.label_selector);
  add(request, "fieldSelector", selection.field_selector);
}

void add_dry_run(Request& request, DryRun dry_run) {
  if (dry_run == DryRun::all) add(request, "dryRun", "All");
}

Request write_request(Method method, std::string path, std::string_view content_type,
                      const doc::Value& body, const WriteOptions& options) {
  Request request{.method = method, .path = std::move(path)};
  add(request, "fieldManager", options.field_manager);
  add_dry_run(request, options.dry_run);
  add(request, "fieldValidation", "Strict");
  request.content_type = content_type;
  request.body = doc::to_json(body);
  return request;
}

ObjectKey key_of(const doc::Value& object) {
  return {std::string(object.string_at("metadata.namespace")),
          std::string(object.string_at("metadata.name"))};
}

std::string_view propagation_name(Propagation propagation) {
  switch (propagation) {
    case Propagation::background:
      return "Background";
    case Propagation::foreground:
      return "Foreground";
    case Propagation::orphan:
      return "Orphan";
  }
  return "";
}

doc::Value delete_options(const DeleteOptions& options) {
  std::vector<doc::Entry> entries{{"apiVersion", "v1"}, {"kind", "DeleteOptions"}};
  if (!options.uid.empty() || !options.resource_version.empty()) {
    std::vector<doc::Entry> preconditions;
    if (!options.uid.empty()) preconditions.push_back({"uid", options.uid});
    if (!options.resource_version.empty()) {
      preconditions.push_back({"resourceVersion", options.resource_version});
    }
    entries.push_back({"preconditions", doc::Value::map(std::move(preconditions))});
  }
  entries.push_back({"propagationPolicy", propagation_name(options.propagation)});
  if (options.grace_period_seconds) {
    entries.push_back({"gracePeriodSeconds", *options.grace_period_seconds});
  }
  if (options.dry_run == DryRun::all) {
    entries.push_back({"dryRun", doc::Value::list({"All"})});
  }
  return doc::Value::map(std::move(entries));
}

const Resource& pods() {
  static const Resource kPods{"", "v1", "pods", "Pod", true, {}, {}};
  return kPods;
}

}  // namespace

std::string_view method_name(Method method) {
  switch (method) {
    case Method::get:
      return "GET";
    case Method::post:
      return "POST";
    case Method::put:
      return "PUT";
    case Method::patch:
      return "PATCH";
    case Method::del:
      return "DELETE";
  }
  return "";
}

std::string Request::target() const {
  std::string text = path;
  char separator = '?';
  for (const auto& [name, value] : query) {
    text += separator + encoded(name) + "=" + encoded(value);
    separator = '&';
  }
  return text;
}

bool Request::mutates() const {
  if (method == Method::get || query_value("dryRun") == "All") return false;
  return !(method == Method::post && path.starts_with("/apis/authorization.k8s.io/"));
}

std::string_view Request::query_value(std::string_view name) const {
  std::string_view found;
  for (const auto& [key, value] : query) {
    if (key == name) found = value;
  }
  return found;
}

Request get_request(const Resource& resource, const ObjectKey& key, std::string_view subresource) {
  return {.path = object_path(resource, key, subresource)};
}

Request list_request(const Resource& resource, const Selection& selection,
                     const PageOptions& page) {
  Request request{.path = collection_path(resource, selection.namespace_name)};
  add_selection(request, selection);
  if (page.limit > 0) request.query.emplace_back("limit", std::to_string(page.limit));
  add(request, "continue", page.continue_token);
  add(request, "resourceVersion", page.resource_version);
  return request;
}

Request watch_request(const Resource& resource, const Selection& selection,
                      std::string_view resource_version, std::chrono::seconds timeout) {
  Request request{.path = collection_path(resource, selection.namespace_name)};
  add_selection(request, selection);
  add(request, "watch", "true");
  add(request, "resourceVersion", resource_version);
  add(request, "allowWatchBookmarks", "true");
  request.query.emplace_back("timeoutSeconds", std::to_string(timeout.count()));
  return request;
}

Request apply_request(const Resource& resource, const doc::Value& object,
                      const ApplyOptions& options) {
  Request request{.method = Method::patch,
                  .path = object_path(resource, key_of(object), options.subresource)};
  add(request, "fieldManager", options.field_manager);
  request.query.emplace_back("force", options.force ? "true" : "false");
  add_dry_run(request, options.dry_run);
  add(request, "fieldValidation", "Strict");
  // JSON is YAML; the server has one content type for both.
  request.content_type = "application/apply-patch+yaml";
  request.body = doc::to_json(object);
  return request;
}

Request merge_patch_request(const Resource& resource, const ObjectKey& key, const doc::Value& patch,
                            const WriteOptions& options) {
  return write_request(Method::patch, object_path(resource, key, options.subresource),
                       "application/merge-patch+json", patch, options);
}

Request json_patch_request(const Resource& resource, const ObjectKey& key,
                           const doc::Value& operations, const WriteOptions& options) {
  return write_request(Method::patch, object_path(resource, key, options.subresource),
                       "application/json-patch+json", operations, options);
}

Request create_request(const Resource& resource, const doc::Value& object,
                       const WriteOptions& options) {
  return write_request(Method::post, collection_path(resource, key_of(object).namespace_name),
                       kJson, object, options);
}

Request update_request(const Resource& resource, const doc::Value& object,
                       const WriteOptions& options) {
  return write_request(Method::put, object_path(resource, key_of(object), options.subresource),
                       kJson, object, options);
}

Request delete_request(const Resource& resource, const ObjectKey& key,
                       const DeleteOptions& options) {
  Request request{.method = Method::del, .path = object_path(resource, key, "")};
  // The server reads the body where there is one; the query is for whoever reads an audit log.
  add_dry_run(request, options.dry_run);
  request.content_type = kJson;
  request.body = doc::to_json(delete_options(options));
  return request;
}

Request evict_request(const ObjectKey& pod, const DeleteOptions& options) {
  Request request{.method = Method::post, .path = object_path(pods(), pod, "eviction")};
  add_dry_run(request, options.dry_run);
  request.content_type = kJson;
  request.body = doc::to_json(doc::Value::map({
      {"apiVersion", "policy/v1"},
      {"kind", "Eviction"},
      {"metadata", doc::Value::map({{"name", pod.name}, {"namespace", pod.namespace_name}})},
      {"deleteOptions", delete_options(options)},
  }));
  return request;
}

Request log_request(const ObjectKey& pod, const LogOptions& options) {
  Request request{.path = object_path(pods(), pod, "log")};
  add(request, "container", options.container);
  if (options.follow) add(request, "follow", "true");
  if (options.previous) add(request, "previous", "true");
  if (options.timestamps) add(request, "timestamps", "true");
  add_number(request, "sinceSeconds", options.since_seconds);
  add_number(request, "tailLines", options.tail_lines);
  add_number(request, "limitBytes", options.limit_bytes);
  // A log is text, but an error is a Status.
  request.accept = "application/json, */*";
  return request;
}

Request exec_request(const ObjectKey& pod, const ExecOptions& options) {
  Request request{.path = object_path(pods(), pod, "exec")};
  for (const std::string& argument : options.argv) request.query.emplace_back("command", argument);
  add(request, "container", options.container);
  if (options.stdin_open) add(request, "stdin", "true");
  add(request, "stdout", "true");
  add(request, "stderr", "true");
  return request;
}

Request port_forward_request(const ObjectKey& pod, std::span<const int> ports) {
  Request request{.path = object_path(pods(), pod, "portforward")};
  for (const int port : ports) request.query.emplace_back("ports", std::to_string(port));
  return request;
}

Request access_review_request(const AccessQuestion& question) {
  std::vector<doc::Entry> attributes;
  const auto put = [&](std::string_view name, const std::string& value) {
    if (!value.empty()) attributes.push_back({name, value});
  };
  put("namespace", question.namespace_name);
  put("verb", question.verb);
  put("group", question.group);
  put("resource", question.resource);
  put("subresource", question.subresource);
  put("name", question.name);
  const doc::Value review = doc::Value::map({
      {"apiVersion", "authorization.k8s.io/v1"},
      {"kind", "SelfSubjectAccessReview"},
      {"spec", doc::Value::map({{"resourceAttributes", doc::Value::map(std::move(attributes))}})},
  });
  return {.method = Method::post,
          .path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
          .content_type = std::string(kJson),
          .body = doc::to_json(review)};
}

AccessQuestion question_of(const Request& request) {
  AccessQuestion question;
  std::vector<std::string_view> parts = base::split(std::string_view(request.path).substr(1), '/');
  std::size_t at = 0;
  const auto next = [&]() -> std::string {
    return at < parts.size() ? std::string(parts[at++]) : "";
  };
  const std::string root = next();
  if (root == "apis") question.group = next();
  const bool is_resource = (root == "api" || root == "apis") && parts.size() > at + 1;
  if (is_resource) {
    next();  // The version.
    question.resource = next();
    if (question.resource == "namespaces" && parts.size() > at) {
      question.namespace_name = next();
      // Below a namespace stand its resources, but for its own two subresources.
      const bool own = at < parts.size() && (parts[at] == "status" || parts[at] == "finalize");
      if (at < parts.size() && !own) {
        question.resource = next();
        question.name = next();
      } else {
        question.name = question.namespace_name;
      }
    } else {
      question.name = next();
    }
    question.subresource = next();
  }
  switch (request.method) {
    case Method::get:
      question.verb = request.query_value("watch") == "true" ? "watch"
                      : is_resource && question.name.empty() ? "list"
                                                             : "get";
      break;
    case Method::post:
      question.verb = "create";
      break;
    case Method::put:
      question.verb = "update";
      break;
    case Method::patch:
      question.verb = "patch";
      break;
    case Method::del:
      question.verb = "delete";
      break;
  }
  return question;
}

Request raw_get_request(std::string_view path, std::string_view accept) {
  Request request{.accept = std::string(accept)};
  const std::size_t mark = path.find('?');
  request.path = path.substr(0, mark);
  if (mark == std::string_view::npos) return request;
  for (const std::string_view pair : base::split(path.substr(mark + 1), '&')) {
    const std::size_t equals = pair.find('=');
    request.query.emplace_back(
        decoded(pair.substr(0, equals)),
        equals == std::string_view::npos ? "" : decoded(pair.substr(equals + 1)));
  }
  return request;
}

}  // namespace kube
