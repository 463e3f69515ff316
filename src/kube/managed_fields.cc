#include "kube/managed_fields.h"

#include <algorithm>

#include "doc/json.h"

namespace kube {
namespace {

/// One path element of FieldsV1 ("f:name", `k:{"name":"a"}`, `v:"x"`, "i:0") as the API server
/// prints it.
/// "" for what is no element.
std::string print_element(std::string_view element) {
  if (element.size() < 2 || element[1] != ':') return "";
  const std::string_view rest = element.substr(2);
  switch (element[0]) {
    case 'f':
      return "." + std::string(rest);
    case 'i':
      return "[" + std::string(rest) + "]";
    case 'v':
      return "[=" + std::string(rest) + "]";
    case 'k': {
      const base::Result<doc::Value> keys = doc::parse_json(rest);
      if (!keys || !keys->is_map()) return "";
      std::string text;
      for (const doc::Entry& entry : keys->entries()) {
        text += (text.empty() ? "[" : ",") + std::string(entry.name()) + "=" +
                doc::to_json(entry.value);
      }
      return text + "]";
    }
    default:
      return "";
  }
}

void collect(const doc::Value& fields, const std::string& prefix, std::vector<std::string>& paths) {
  bool leaf = true;
  for (const doc::Entry& entry : fields.entries()) {
    // "." says that the element itself is owned, beside what is below it.
    if (entry.name() == ".") continue;
    const std::string element = print_element(entry.name());
    if (element.empty() || !entry.value.is_map()) continue;
    leaf = false;
    collect(entry.value, prefix + element, paths);
  }
  if (leaf && !prefix.empty()) paths.push_back(prefix);
}

bool at_or_below(std::string_view path, std::string_view top) {
  if (!path.starts_with(top)) return false;
  return path.size() == top.size() || path[top.size()] == '.' || path[top.size()] == '[';
}

}  // namespace

std::vector<OwnedFields> owned_fields(const doc::Value& object) {
  std::vector<OwnedFields> owned;
  const doc::Value* entries = object.find_path("metadata.managedFields");
  if (entries == nullptr || !entries->is_list()) return owned;
  for (const doc::Value& entry : entries->items()) {
    const doc::Value* fields = entry.find("fieldsV1");
    if (fields == nullptr || !fields->is_map()) continue;
    OwnedFields one;
    one.owner = {std::string(entry.string_at("manager")), std::string(entry.string_at("operation")),
                 std::string(entry.string_at("subresource")), std::string(entry.string_at("time"))};
    collect(*fields, "", one.paths);
    std::sort(one.paths.begin(), one.paths.end());
    owned.push_back(std::move(one));
  }
  return owned;
}

std::vector<FieldOwner> owners_of(const doc::Value& object, std::string_view path) {
  std::vector<FieldOwner> owners;
  for (const OwnedFields& one : owned_fields(object)) {
    if (std::any_of(one.paths.begin(), one.paths.end(),
                    [&](const std::string& owned) { return at_or_below(owned, path); })) {
      owners.push_back(one.owner);
    }
  }
  return owners;
}

}  // namespace kube
