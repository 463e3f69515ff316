#include "engine/inventory.h"

#include <openssl/sha.h>

#include <algorithm>
#include <utility>

#include "base/encoding.h"
#include "base/strings.h"

namespace engine {
namespace {

/// RFC 4648 section 5 without padding, as Go's base64.RawURLEncoding.
std::string to_base64_raw_url(std::string_view bytes) {
  std::string text = base::to_base64(bytes);
  std::replace(text.begin(), text.end(), '+', '-');
  std::replace(text.begin(), text.end(), '/', '_');
  text.erase(std::find(text.begin(), text.end(), '='), text.end());
  return text;
}

}  // namespace

kube::ObjectRef inventory_ref(const site::Site& site) {
  return {{"", "v1", "ConfigMap"}, std::string(site.inventory_namespace()), "slipway"};
}

std::string applyset_id(const kube::ObjectRef& parent) {
  const std::string text =
      parent.name + "." + parent.namespace_name + "." + parent.gvk.kind + "." + parent.gvk.group;
  unsigned char digest[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest);
  return "applyset-" + to_base64_raw_url({reinterpret_cast<const char*>(digest), sizeof(digest)}) +
         "-v1";
}

std::string group_kinds(const std::set<kube::ObjectRef>& members) {
  std::set<std::string> names;
  for (const kube::ObjectRef& ref : members) {
    names.insert(ref.gvk.group.empty() ? ref.gvk.kind : ref.gvk.kind + "." + ref.gvk.group);
  }
  return base::join(std::vector<std::string>(names.begin(), names.end()), ",");
}

std::vector<doc::Value> members(const site::Site& site, const Observed& observed) {
  const std::string id = applyset_id(inventory_ref(site));
  std::vector<doc::Value> found;
  for (const auto& [gvk, view] : observed.kinds) {
    if (view.reading != Reading::listed) continue;
    for (const auto& [key, object] : *view.objects) {
      const doc::Value* labels = object.find_path("metadata.labels");
      const doc::Value* part_of = labels == nullptr ? nullptr : labels->find(kPartOfLabel);
      // A copy that OLM makes of a CSV carries the original's labels, and is not ours.
      const bool copied = labels != nullptr && labels->find("olm.copiedFrom") != nullptr;
      if (part_of != nullptr && !copied && *part_of == doc::Value(id)) found.push_back(object);
    }
  }
  return found;
}

}  // namespace engine
