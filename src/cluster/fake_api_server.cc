#include "cluster/fake_api_server.h"

#include <algorithm>
#include <stop_token>

#include "base/strings.h"
#include "doc/json.h"

namespace cluster {
namespace {

using doc::Value;

net::Response reply(int status, const Value& body) {
  return {status, {{"Content-Type", "application/json"}}, doc::to_json(body)};
}

net::Response failed(int status, const std::string& reason, const std::string& message) {
  return reply(status, Value::map({{"kind", "Status"},
                                   {"apiVersion", "v1"},
                                   {"status", "Failure"},
                                   {"code", status},
                                   {"reason", reason},
                                   {"message", message}}));
}

net::Response not_found(const std::string& path) {
  return failed(404, "NotFound", "nothing at " + path);
}

/// RFC 7386.
Value merged(const Value& target, const Value& patch) {
  if (!patch.is_map()) return patch;
  Value result = target.is_map() ? target : Value::map(std::vector<doc::Entry>{});
  for (const doc::Entry& entry : patch.entries()) {
    if (entry.value.is_null()) {
      result = result.without(entry.name());
    } else {
      const Value* old = result.find(entry.name());
      result = result.with(entry.name(), merged(old == nullptr ? Value() : *old, entry.value));
    }
  }
  return result;
}

std::string root_of(const kube::Resource& resource) {
  return (resource.group.empty() ? "/api/" : "/apis/" + resource.group + "/") + resource.version;
}

Value with_metadata(const Value& object, std::string_view key, const Value& value) {
  const std::vector<std::string_view> path = {"metadata", key};
  return object.with_path(path, value);
}

void deliver(net::Receiver& receiver, net::Response response) {
  receiver.on_head({response.status, std::move(response.headers)});
  receiver.on_chunk(response.body);
  receiver.on_end({});
}

class EndedCall final : public net::Call {
 public:
  void cancel() override {}
};

}  // namespace

/// An open watch: silent until something of its collection changes, over when it is cancelled.
struct FakeApiServer::Watch final : net::Call {
  Watch(FakeApiServer& server, std::string collection, int since, const net::CallOptions& options,
        net::Receiver& receiver)
      : server_(server), collection_(std::move(collection)), receiver_(receiver), seen_(since) {
    {
      const std::scoped_lock lock(server_.mutex_);
      receiver_.on_head({200, {}});
      catch_up();
      server_.watches_.insert(this);
    }
    on_stop_.emplace(options.until.stop, [this] { cancel(); });
  }
  ~Watch() override { cancel(); }

  void cancel() override {
    const std::scoped_lock lock(server_.mutex_);
    if (server_.watches_.erase(this) == 0) return;
    receiver_.on_end(base::Error{base::ErrorCode::cancelled, "cancelled"});
  }

  void expire() {
    const std::scoped_lock lock(server_.mutex_);
    if (server_.watches_.erase(this) == 0) return;
    receiver_.on_chunk(
        R"({"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired"}})"
        "\n");
    receiver_.on_end({});
  }

  /// Tells what is new since it was told something, unless it is held back.
  void catch_up() {
    if (server_.held_.count(collection_.substr(collection_.rfind('/') + 1)) != 0) return;
    for (const Event& event : server_.events_) {
      if (event.version <= seen_ || event.collection != collection_) continue;
      seen_ = event.version;
      receiver_.on_chunk(event.line);
    }
  }

  FakeApiServer& server_;
  const std::string collection_;
  net::Receiver& receiver_;
  int seen_;
  std::optional<std::stop_callback<std::function<void()>>> on_stop_;
};

std::unique_ptr<net::Call> FakeApiServer::start(net::Request request,
                                                const net::CallOptions& options,
                                                net::Receiver& receiver) {
  std::string target = request.url.substr(request.url.find('/', request.url.find("://") + 3));
  const std::size_t question = target.find('?');
  const std::string query = question == std::string::npos ? "" : target.substr(question + 1);
  const std::string path = target.substr(0, question);
  if (query.find("watch=true") != std::string::npos) {
    const std::size_t since = query.find("resourceVersion=");
    CHECK(since != std::string::npos);
    return std::make_unique<Watch>(*this, path, std::stoi(query.substr(since + 16)), options,
                                   receiver);
  }
  const bool dry_run = query.find("dryRun=All") != std::string::npos;
  net::Response response = answer(request, path, dry_run);
  const bool done = response.status < 300 && request.method != "GET" && !dry_run;
  std::function<void(const std::string&)> callback;
  {
    const std::scoped_lock lock(mutex_);
    if (done) callback = on_write_;
  }
  deliver(receiver, std::move(response));
  if (callback) callback(request.method + " " + path);
  return std::make_unique<EndedCall>();
}

net::Response FakeApiServer::answer(const net::Request& request, const std::string& path,
                                    bool dry_run) {
  const std::scoped_lock lock(mutex_);
  if (path.ends_with("/selfsubjectaccessreviews")) {
    return reply(201, Value::map({{"kind", "SelfSubjectAccessReview"},
                                  {"status", Value::map({{"allowed", may(request.body)}})}}));
  }
  if (request.method == "GET") return read(path);
  const std::string said = request.method + " " + path;
  if (!dry_run) writes_.push_back(said);
  const auto failure = std::find_if(
      failures_.begin(), failures_.end(),
      [&](const Failure& planned) { return said.find(planned.part) != std::string::npos; });
  if (failure != failures_.end()) {
    const Failure now = *failure;
    failures_.erase(failure);
    return failed(now.status, now.reason, now.message);
  }
  return write(request, path, dry_run);
}

bool FakeApiServer::may(const std::string& review) const {
  const Value asked = doc::parse_json(review).value();
  const Value* what = asked.find_path("spec.resourceAttributes");
  CHECK(what != nullptr);
  if (what->string_at("resource") == "*") return forbidden_.empty();
  std::string resource(what->string_at("resource"));
  if (!what->string_at("subresource").empty()) {
    resource += "/" + std::string(what->string_at("subresource"));
  }
  return forbidden_.count({std::string(what->string_at("verb")), resource}) == 0;
}

net::Response FakeApiServer::read(const std::string& path) {
  if (path == "/version") {
    return reply(200, Value::map({{"gitVersion", "v1.33.13"}, {"major", "1"}, {"minor", "33"}}));
  }
  if (path == "/api" || path == "/apis") {
    std::vector<Value> groups;
    for (const kube::Resource& resource : resources_) {
      if (resource.group.empty() != (path == "/api")) continue;
      const Value served =
          Value::map({{"resource", resource.plural},
                      {"scope", resource.namespaced ? "Namespaced" : "Cluster"},
                      {"verbs", Value::list({"get", "list", "watch", "patch", "delete"})},
                      {"responseKind", Value::map({{"group", resource.group},
                                                   {"version", resource.version},
                                                   {"kind", resource.kind}})}});
      groups.push_back(Value::map(
          {{"metadata", Value::map({{"name", resource.group}})},
           {"versions", Value::list({Value::map({{"version", resource.version},
                                                 {"resources", Value::list({served})}})})}}));
    }
    return reply(200, Value::map({{"kind", "APIGroupDiscoveryList"},
                                  {"apiVersion", "apidiscovery.k8s.io/v2"},
                                  {"items", Value::list(std::move(groups))}}));
  }
  const auto place = place_of(path);
  if (!place.has_value()) return not_found(path);
  if (!place->key.name.empty()) {
    const auto found = objects_.find(path);
    return found == objects_.end() ? not_found(path) : reply(200, found->second);
  }
  if (failing_lists_ > 0 && path.ends_with("/" + list_failure_.part)) {
    --failing_lists_;
    return failed(list_failure_.status, list_failure_.reason, "try again later");
  }
  std::vector<Value> items;
  for (const auto& [at, object] : objects_) {
    const auto other = place_of(at);
    if (!other.has_value() || other->resource != place->resource) continue;
    const std::string& wanted = place->key.namespace_name;
    if (wanted.empty() || other->key.namespace_name == wanted) items.push_back(object);
  }
  return reply(
      200, Value::map({{"kind", place->resource->kind + "List"},
                       {"apiVersion", place->resource->gvk().api_version()},
                       {"metadata", Value::map({{"resourceVersion", std::to_string(version_)}})},
                       {"items", Value::list(std::move(items))}}));
}

net::Response FakeApiServer::write(const net::Request& request, const std::string& path,
                                   bool dry_run) {
  const auto place = place_of(path);
  if (!place.has_value() || place->key.name.empty()) return not_found(path);
  const auto found = objects_.find(path);
  const Value body = doc::parse_json(request.body).value();
  if (request.method == "DELETE") {
    if (found == objects_.end()) return not_found(path);
    const std::string_view uid = body.string_at("preconditions.uid");
    if (!uid.empty() && uid != found->second.string_at("metadata.uid")) {
      return failed(409, "Conflict", "the uid is another");
    }
    const Value gone = found->second;
    remove(path);
    return reply(200, gone);
  }
  if (request.method != "PATCH") return failed(405, "MethodNotAllowed", request.method);
  const bool is_apply =
      std::string(net::header(request.headers, "Content-Type")).find("apply") != std::string::npos;
  if (is_apply) return reply(200, dry_run ? kept(path, body) : store(path, body));
  if (found == objects_.end()) return not_found(path);
  const std::string_view wanted = body.string_at("metadata.resourceVersion");
  if (!wanted.empty() && wanted != found->second.string_at("metadata.resourceVersion")) {
    return failed(409, "Conflict", "the object has been modified");
  }
  const Value patched = merged(found->second, body);
  return reply(200, dry_run ? kept(path, patched) : store(path, patched));
}

std::optional<FakeApiServer::Place> FakeApiServer::place_of(const std::string& path) const {
  for (const kube::Resource& resource : resources_) {
    const std::string root = root_of(resource) + "/";
    if (!path.starts_with(root)) continue;
    std::string rest = path.substr(root.size());
    Place place{&resource, "", {}};
    if (rest.starts_with("namespaces/") && resource.namespaced) {
      const std::size_t slash = rest.find('/', 11);
      if (slash == std::string::npos) continue;
      place.key.namespace_name = rest.substr(11, slash - 11);
      rest = rest.substr(slash + 1);
    }
    if (rest != resource.plural && !rest.starts_with(resource.plural + "/")) continue;
    if (rest.size() > resource.plural.size())
      place.key.name = rest.substr(resource.plural.size() + 1);
    if (place.key.name.find('/') != std::string::npos) continue;
    place.collection = root + resource.plural;
    return place;
  }
  return std::nullopt;
}

std::string FakeApiServer::path_of(const kube::ObjectRef& ref) const {
  for (const kube::Resource& resource : resources_) {
    if (resource.gvk() != ref.gvk) continue;
    std::string path = root_of(resource);
    if (resource.namespaced) path += "/namespaces/" + ref.namespace_name;
    return path + "/" + resource.plural + "/" + ref.name;
  }
  CHECK(!"a kind that this server serves");
  return "";
}

Value FakeApiServer::kept(const std::string& path, Value object) const {
  const auto old = objects_.find(path);
  if (old == objects_.end()) return object;
  if (object.find("status") == nullptr) {
    if (const Value* status = old->second.find("status")) object = object.with("status", *status);
  }
  return with_metadata(object, "uid", Value(std::string(old->second.string_at("metadata.uid"))));
}

Value FakeApiServer::store(const std::string& path, Value object) {
  const bool is_new = objects_.find(path) == objects_.end();
  object = kept(path, std::move(object));
  if (is_new) object = with_metadata(object, "uid", Value("uid-" + std::to_string(++uids_)));
  object = with_metadata(object, "resourceVersion", Value(std::to_string(++version_)));
  objects_.insert_or_assign(path, object);
  tell(path, is_new ? "ADDED" : "MODIFIED", object);
  return object;
}

void FakeApiServer::tell(const std::string& path, std::string_view type, const Value& object) {
  const auto place = place_of(path);
  if (!place.has_value()) return;
  const std::string line = doc::to_json(Value::map({{"type", type}, {"object", object}})) + "\n";
  events_.push_back({version_, place->collection, line});
  for (Watch* watch : watches_) watch->catch_up();
}

void FakeApiServer::put(const Value& object) {
  const std::scoped_lock lock(mutex_);
  store(path_of(kube::ref_of(object).value()), object);
}

void FakeApiServer::erase(const kube::ObjectRef& ref) {
  const std::scoped_lock lock(mutex_);
  remove(path_of(ref));
}

void FakeApiServer::remove(const std::string& path) {
  const auto found = objects_.find(path);
  if (found == objects_.end()) return;
  const Value gone =
      with_metadata(found->second, "resourceVersion", Value(std::to_string(++version_)));
  objects_.erase(found);
  tell(path, "DELETED", gone);
}

std::optional<Value> FakeApiServer::find(const kube::ObjectRef& ref) const {
  const std::scoped_lock lock(mutex_);
  const auto found = objects_.find(path_of(ref));
  if (found == objects_.end()) return std::nullopt;
  return found->second;
}

void FakeApiServer::fail_next(std::string part, int status, std::string reason,
                              std::string message) {
  const std::scoped_lock lock(mutex_);
  failures_.push_back({std::move(part), status, std::move(reason), std::move(message)});
}

void FakeApiServer::fail_lists(std::string plural, int count, int status, std::string reason) {
  const std::scoped_lock lock(mutex_);
  failing_lists_ = count;
  list_failure_ = {std::move(plural), status, std::move(reason), ""};
}

void FakeApiServer::forbid(std::string verb, std::string resource) {
  const std::scoped_lock lock(mutex_);
  forbidden_.emplace(std::move(verb), std::move(resource));
}

void FakeApiServer::hold_events(const std::string& plural) {
  const std::scoped_lock lock(mutex_);
  held_.insert(plural);
}

void FakeApiServer::tell_again(const std::string& plural) {
  const std::scoped_lock lock(mutex_);
  held_.erase(plural);
  for (Watch* watch : watches_) watch->catch_up();
}

void FakeApiServer::expire_watches(const std::string& plural) {
  const std::scoped_lock lock(mutex_);
  const std::set<Watch*> running = watches_;
  for (Watch* watch : running) {
    if (watch->collection_.ends_with("/" + plural)) watch->expire();
  }
}

void FakeApiServer::on_write(std::function<void(const std::string&)> callback) {
  const std::scoped_lock lock(mutex_);
  on_write_ = std::move(callback);
}

std::vector<std::string> FakeApiServer::writes() const {
  const std::scoped_lock lock(mutex_);
  return writes_;
}

}  // namespace cluster
