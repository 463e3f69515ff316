#include <algorithm>

#include "schema/compiler.h"
#include "schema/go_text.h"
#include "schema/node.h"
#include "schema/schema.h"
#include "schema/structural.h"

namespace schema {
namespace {

using doc::Value;

void bad(Violations& problems, std::string path, const Value& at, std::string message,
         std::string hint = {}) {
  problems.push_back({Violation::Type::bad_schema, std::move(path), at.mark(), std::move(message),
                      std::move(hint), at.mark()});
}

bool is_true(const Value& map, std::string_view key) {
  const Value* value = map.find(key);
  return value != nullptr && value->is_bool() && value->as_bool();
}

}  // namespace

Kind kind_of(const Value& object) {
  const std::string_view api_version = object.string_at("apiVersion");
  const std::size_t slash = api_version.find('/');
  const bool core = slash == std::string_view::npos;
  return {std::string(core ? "" : api_version.substr(0, slash)),
          std::string(core ? api_version : api_version.substr(slash + 1)),
          std::string(object.string_at("kind"))};
}

std::string to_string(const Kind& kind) {
  return (kind.group.empty() ? "" : kind.group + "/") + kind.version + " " + kind.kind;
}

Registry::Added Registry::add_crd(const Value& crd, std::string_view source) {
  Added added;
  if (crd.string_at("kind") != "CustomResourceDefinition") {
    bad(added.problems, "kind", crd,
        "Invalid value: " + go_quoted(crd.string_at("kind")) +
            ": must be CustomResourceDefinition");
    return added;
  }
  if (crd.string_at("apiVersion") != "apiextensions.k8s.io/v1") {
    bad(added.problems, "apiVersion", crd,
        "Unsupported value: " + go_quoted(crd.string_at("apiVersion")) +
            ": supported values: \"apiextensions.k8s.io/v1\"");
    return added;
  }
  const Value* versions = crd.find_path("spec.versions");
  if (versions == nullptr || !versions->is_list()) {
    bad(added.problems, "spec.versions", crd, "Required value");
    return added;
  }
  const Path at_root;
  const Path at_spec = at_root.field("spec");
  const Path at_versions = at_spec.field("versions");
  for (std::size_t i = 0; i < versions->size(); ++i) {
    const Value& version = versions->items()[i];
    if (!is_true(version, "served")) continue;
    const Kind kind{std::string(crd.string_at("spec.group")),
                    std::string(version.string_at("name")),
                    std::string(crd.string_at("spec.names.kind"))};
    const Path at_version = at_versions.index(i);
    const Path at_schema = at_version.field("schema");
    const Path at = at_schema.field("openAPIV3Schema");
    const Value* text = version.find_path("schema.openAPIV3Schema");
    if (text == nullptr) {
      bad(added.problems, at.bracketed(), version, "Required value: schemas are required");
      continue;
    }
    KindSchema entry{Schema::compile_at(*text, Dialect::custom_resource, at, added.problems), true,
                     std::string(source)};
    entry.namespaced = crd.string_at("spec.scope") != "Cluster";
    entries_.insert_or_assign(kind, std::move(entry));
    added.kinds.push_back(kind);
  }
  return added;
}

Registry::Added Registry::add_openapi(const Value& document, std::string_view source,
                                      const std::set<Kind>* wanted) {
  Added added;
  const Value* definitions = document.find_path("components.schemas");
  if (definitions == nullptr || !definitions->is_map()) {
    bad(added.problems, "components.schemas", document, "Required value");
    return added;
  }
  Compiler compiler(Dialect::built_in, definitions, added.problems);
  const Path at_root;
  const Path at_components = at_root.field("components");
  const Path at = at_components.field("schemas");
  std::vector<std::pair<Kind, const Node*>> found;
  for (const doc::Entry& entry : definitions->entries()) {
    const Value* kinds = entry.value.find("x-kubernetes-group-version-kind");
    if (kinds == nullptr || !kinds->is_list()) continue;
    for (const Value& text : kinds->items()) {
      const Kind kind{std::string(text.string_at("group")), std::string(text.string_at("version")),
                      std::string(text.string_at("kind"))};
      if (wanted != nullptr && !wanted->contains(kind)) continue;
      found.push_back({kind, compiler.compile_definition(entry.name(), at.key(entry.name()))});
    }
  }
  const std::shared_ptr<const Document> owner = compiler.finish(nullptr, at);
  for (const auto& [kind, node] : found) {
    const bool added_now =
        entries_.emplace(kind, KindSchema{Schema(owner, node), true, std::string(source)}).second;
    if (added_now) added.kinds.push_back(kind);
  }
  return added;
}

const KindSchema* Registry::find(const Kind& kind) const {
  const auto at = entries_.find(kind);
  return at == entries_.end() ? nullptr : &at->second;
}

std::vector<Kind> Registry::kinds() const {
  std::vector<Kind> kinds;
  for (const auto& [kind, entry] : entries_) kinds.push_back(kind);
  return kinds;
}

std::optional<Violations> Registry::validate(const Value& object,
                                             const ValidateOptions& options) const {
  const KindSchema* entry = find(kind_of(object));
  if (entry == nullptr) return std::nullopt;
  return entry->schema.validate(object, options);
}

}  // namespace schema
