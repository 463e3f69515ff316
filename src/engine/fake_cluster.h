#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/check.h"
#include "base/strings.h"
#include "doc/json.h"
#include "doc/yaml.h"
#include "engine/decide.h"
#include "engine/observed.h"

namespace engine {

/// A cluster in memory for tests: takes the engine's actions as an API server would (server-side
/// apply with owners, versions and generations) and shows itself as Observed. No defaulting, no
/// validation, no operators: those are engine/fake_operators.h.
/// Threading: not thread-safe.
class FakeCluster {
 public:
  base::WallTime time = base::WallTime(std::chrono::seconds(1767225600));
  std::string kubernetes_version = "v1.33.13";

  static doc::Value yaml(std::string_view text) {
    base::Result<doc::Value> value = doc::parse_yaml(text, "<test>");
    CHECK(value.has_value());
    return *value;
  }

  /// Objects that are just there, not by us: a stream of documents.
  void add(std::string_view text) {
    const base::Result<std::vector<doc::Value>> documents = doc::parse_yaml_stream(text, "<test>");
    CHECK(documents.has_value());
    for (const doc::Value& object : *documents) {
      if (!object.is_null()) put(object);
    }
  }

  void put(const doc::Value& object) {
    const kube::ObjectRef ref = ref_of(object);
    doc::Value metadata = *object.find("metadata");
    const doc::Value* old = find(ref);
    metadata = metadata.with("uid", old ? doc::Value(old->string_at("metadata.uid"))
                                        : doc::Value("uid-" + std::to_string(++uids_)));
    metadata = metadata.with("resourceVersion", std::to_string(++versions_));
    objects_[ref] = object.with("metadata", metadata);
    serve(ref.gvk);
  }

  const doc::Value* find(const kube::ObjectRef& ref) const {
    const auto found = objects_.find(ref);
    return found == objects_.end() ? nullptr : &found->second;
  }
  const doc::Value* find(std::string_view kind, std::string_view name) const {
    for (const auto& [ref, object] : objects_) {
      if (ref.gvk.kind == kind && ref.name == name) return &object;
    }
    return nullptr;
  }
  std::vector<doc::Value> all(std::string_view kind) const {
    std::vector<doc::Value> result;
    for (const auto& [ref, object] : objects_) {
      if (ref.gvk.kind == kind) result.push_back(object);
    }
    return result;
  }

  /// Sets `path` of one object: change("Node", "gpu-0", "spec.unschedulable", true).
  void change(std::string_view kind, std::string_view name, std::string_view path,
              const doc::Value& value) {
    const doc::Value* object = find(kind, name);
    CHECK(object != nullptr);
    const std::vector<std::string_view> parts = base::split(path, '.');
    put(object->with_path(parts, value));
  }
  /// The same for a path whose last key has dots in it (labels, resources).
  void change(std::string_view kind, std::string_view name, std::vector<std::string_view> path,
              const doc::Value& value) {
    const doc::Value* object = find(kind, name);
    CHECK(object != nullptr);
    put(object->with_path(path, value));
  }
  void set_status(std::string_view kind, std::string_view name, std::string_view status) {
    change(kind, name, "status", yaml(status));
  }
  /// Another manager sets a field of ours, which then is his.
  void take_field(std::string_view kind, std::string_view name, std::string_view path,
                  const doc::Value& value, std::string_view manager) {
    change(kind, name, path, value);
    const doc::Value object = *find(kind, name);
    std::vector<std::string_view> parts = base::split(path, '.');
    doc::Value fields = doc::Value::map(std::vector<doc::Entry>{});
    for (auto part = parts.rbegin(); part != parts.rend(); ++part) {
      fields = doc::Value::map({{"f:" + std::string(*part), fields}});
    }
    std::vector<doc::Value> entries;
    if (const doc::Value* old = object.find_path("metadata.managedFields")) {
      for (const doc::Value& entry : old->items()) {
        entries.push_back(entry.string_at("manager") == "slipway" ? without(entry, parts) : entry);
      }
    }
    entries.push_back(
        doc::Value::map({{"manager", manager}, {"operation", "Update"}, {"fieldsV1", fields}}));
    change(kind, name, "metadata.managedFields", doc::Value::list(std::move(entries)));
  }
  void remove(std::string_view kind, std::string_view name) {
    for (auto at = objects_.begin(); at != objects_.end();) {
      at = at->first.gvk.kind == kind && at->first.name == name ? objects_.erase(at) : ++at;
    }
  }

  /// Kinds are served from the first object of them on, or by name.
  void serve(const kube::GroupVersionKind& gvk) { served_[gvk] = true; }
  void refuse_to_list(const kube::GroupVersionKind& gvk, std::string why) {
    refused_[gvk] = std::move(why);
  }
  void list_again(const kube::GroupVersionKind& gvk) { refused_.erase(gvk); }

  /// Carries one action out.
  void perform(const Action& action) {
    ++writes;
    if (const auto* apply = std::get_if<Apply>(&action)) return this->apply(apply->body);
    if (const auto* approve = std::get_if<Approve>(&action)) {
      change("InstallPlan", approve->ref.name, "spec.approved", true);
    } else if (const auto* prune = std::get_if<Prune>(&action)) {
      objects_.erase(prune->ref);
    }
  }
  int writes = 0;

  Observed observe(const std::vector<kube::GroupVersionKind>& kinds) const {
    Observed observed;
    observed.time = time;
    observed.kubernetes_version = kubernetes_version;
    for (const kube::GroupVersionKind& gvk : kinds) {
      if (const auto why = refused_.find(gvk); why != refused_.end()) {
        observed.kinds[gvk] = KindView::failed(why->second);
      } else if (served_.count(gvk) == 0) {
        observed.kinds[gvk] = KindView::not_served();
      } else {
        std::vector<doc::Value> objects;
        for (const auto& [ref, object] : objects_) {
          if (ref.gvk == gvk) objects.push_back(object);
        }
        observed.kinds[gvk] = KindView::listed(std::move(objects));
      }
    }
    return observed;
  }

 private:
  static kube::ObjectRef ref_of(const doc::Value& object) {
    const base::Result<kube::ObjectRef> ref = kube::ref_of(object);
    CHECK(ref.has_value());
    return *ref;
  }

  /// FieldsV1 of a body: every leaf, lists as a whole.
  static doc::Value fields_of(const doc::Value& value, bool top) {
    std::vector<doc::Entry> entries;
    if (value.is_map()) {
      for (const doc::Entry& entry : value.entries()) {
        const std::string_view key = entry.name();
        if (top && (key == "apiVersion" || key == "kind")) continue;
        entries.push_back({doc::Value("f:" + std::string(key)), fields_of(entry.value, false)});
      }
    }
    return doc::Value::map(std::move(entries));
  }

  static doc::Value without(const doc::Value& entry, const std::vector<std::string_view>& path) {
    const doc::Value* fields = entry.find("fieldsV1");
    return entry.with("fieldsV1", erased(*fields, path, 0));
  }
  static doc::Value erased(const doc::Value& fields, const std::vector<std::string_view>& path,
                           std::size_t at) {
    const std::string key = "f:" + std::string(path[at]);
    const doc::Value* child = fields.find(key);
    if (child == nullptr) return fields;
    if (at + 1 == path.size()) return fields.without(key);
    const doc::Value rest = erased(*child, path, at + 1);
    return rest.size() == 0 ? fields.without(key) : fields.with(key, rest);
  }

  static doc::Value merged(const doc::Value& live, const doc::Value& body) {
    if (!live.is_map() || !body.is_map()) return body;
    doc::Value result = live;
    for (const doc::Entry& entry : body.entries()) {
      const doc::Value* old = live.find(entry.name());
      result = result.with(entry.name(), old ? merged(*old, entry.value) : entry.value);
    }
    return result;
  }

  void apply(const doc::Value& body) {
    const kube::ObjectRef ref = ref_of(body);
    const doc::Value* live = find(ref);
    doc::Value object = live == nullptr ? body : merged(*live, body);
    const bool same_spec = live != nullptr && live->find("spec") != nullptr &&
                           *live->find("spec") == *object.find("spec");
    const doc::Value* generation =
        live == nullptr ? nullptr : live->find_path("metadata.generation");
    const std::int64_t old = generation == nullptr ? 0 : generation->as_int();
    object = object.with_path(std::vector<std::string_view>{"metadata", "generation"},
                              doc::Value(same_spec ? old : old + 1));
    std::vector<doc::Value> entries;
    if (const doc::Value* owners = object.find_path("metadata.managedFields")) {
      for (const doc::Value& entry : owners->items()) {
        if (entry.string_at("manager") != "slipway") entries.push_back(entry);
      }
    }
    entries.push_back(doc::Value::map(
        {{"manager", "slipway"}, {"operation", "Apply"}, {"fieldsV1", fields_of(body, true)}}));
    put(object.with_path(std::vector<std::string_view>{"metadata", "managedFields"},
                         doc::Value::list(std::move(entries))));
  }

  std::map<kube::ObjectRef, doc::Value> objects_;
  std::map<kube::GroupVersionKind, bool> served_;
  std::map<kube::GroupVersionKind, std::string> refused_;
  int uids_ = 0;
  int versions_ = 100;
};

}  // namespace engine
