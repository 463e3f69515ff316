#include "kube/types.h"

#include <algorithm>

#include "base/strings.h"

namespace kube {

using base::Error;
using base::ErrorCode;
using base::Result;

std::string GroupVersionKind::api_version() const {
  return group.empty() ? version : group + "/" + version;
}

Result<GroupVersionKind> parse_gvk(std::string_view api_version, std::string_view kind) {
  const auto parts = base::split(api_version, '/');
  const bool well_formed = parts.size() == 1
                               ? !parts[0].empty()
                               : parts.size() == 2 && !parts[0].empty() && !parts[1].empty();
  if (!well_formed) {
    return Error{ErrorCode::invalid_argument,
                 "apiVersion '" + std::string(api_version) + "' is no group/version",
                 "write it like 'v1' or 'apps/v1'"};
  }
  if (kind.empty()) return Error{ErrorCode::invalid_argument, "kind is empty"};
  if (parts.size() == 1) return GroupVersionKind{"", std::string(parts[0]), std::string(kind)};
  return GroupVersionKind{std::string(parts[0]), std::string(parts[1]), std::string(kind)};
}

bool Resource::can(std::string_view verb) const {
  return std::find(verbs.begin(), verbs.end(), verb) != verbs.end();
}

bool Resource::has_subresource(std::string_view name) const {
  return std::find(subresources.begin(), subresources.end(), name) != subresources.end();
}

std::string Resource::qualified_name() const {
  return group.empty() ? plural : plural + "." + group;
}

std::string to_string(const ObjectRef& ref) {
  std::string text = ref.gvk.kind;
  if (!ref.gvk.group.empty()) text += "." + ref.gvk.group;
  text += " ";
  if (!ref.namespace_name.empty()) text += ref.namespace_name + "/";
  return text + ref.name;
}

Result<ObjectRef> ref_of(const doc::Value& object) {
  if (!object.is_map()) {
    return Error{ErrorCode::invalid_argument,
                 "an object has to be a map, not a " + std::string(doc::kind_name(object.kind()))};
  }
  for (const std::string_view required : {"apiVersion", "kind"}) {
    if (object.string_at(required).empty()) {
      return Error{ErrorCode::invalid_argument, "the object has no " + std::string(required)};
    }
  }
  ObjectRef ref{TRY(parse_gvk(object.string_at("apiVersion"), object.string_at("kind"))),
                std::string(object.string_at("metadata.namespace")),
                std::string(object.string_at("metadata.name"))};
  if (ref.name.empty()) {
    return Error{ErrorCode::invalid_argument,
                 "the object (kind " + ref.gvk.kind + ") has no metadata.name"};
  }
  return ref;
}

std::vector<doc::Value> items_of_list(const doc::Value& list, const GroupVersionKind& gvk) {
  const doc::Value* items = list.find("items");
  if (items == nullptr || !items->is_list()) return {};
  std::vector<doc::Value> complete;
  complete.reserve(items->size());
  for (const doc::Value& item : items->items()) {
    if (!item.is_map()) continue;
    if (item.find("apiVersion") != nullptr && item.find("kind") != nullptr) {
      complete.push_back(item);
      continue;
    }
    std::vector<doc::Entry> entries{{"apiVersion", gvk.api_version()}, {"kind", gvk.kind}};
    for (const doc::Entry& entry : item.entries()) {
      if (entry.name() != "apiVersion" && entry.name() != "kind") entries.push_back(entry);
    }
    complete.push_back(doc::Value::map(std::move(entries)));
  }
  return complete;
}

}  // namespace kube
