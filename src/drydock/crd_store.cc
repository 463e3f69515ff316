#include "drydock/crd_store.h"

#include "drydock/record_reader.h"

namespace drydock {

using base::Error;
using base::ErrorCode;
using base::Result;
using doc::Value;

namespace {

/// "ClusterPolicy.v25.10.1" and "InferenceService--rhoai-3.3" without their variants.
std::string without_variant(const std::string& kind) {
  const std::size_t cut = std::min(kind.find('.'), kind.find("--"));
  return kind.substr(0, cut);
}

}  // namespace

Result<Value> CrdStore::find(std::string_view kind) const {
  const std::size_t slash = kind.find('/');
  if (slash == std::string_view::npos) {
    return Error{ErrorCode::invalid_argument,
                 "'" + std::string(kind) + "' should have the form GROUP/Kind"};
  }
  const std::string group(kind.substr(0, slash));
  const std::string name(kind.substr(slash + 1));
  std::error_code failed;
  for (const auto& path :
       {real_ / group / (name + ".yaml"), real_ / group / (without_variant(name) + ".yaml"),
        shapes_ / group / (without_variant(name) + ".yaml")}) {
    if (real_.empty() && path != shapes_ / group / (without_variant(name) + ".yaml")) continue;
    if (!std::filesystem::exists(path, failed)) continue;
    return TRY(read_data_file(path)).value;
  }
  std::string where = shapes_.string();
  if (!real_.empty()) where = real_.string() + " nor in " + where;
  return Error{ErrorCode::not_found,
               "no CustomResourceDefinition of " + std::string(kind) + " in " + where}
      .with_hint("write the fields that are used as " + (shapes_ / group / name).string() +
                 ".yaml");
}

OwnedKind owned_kind(const Value& crd) {
  OwnedKind owned;
  owned.group = crd.string_at("spec.group");
  owned.kind = crd.string_at("spec.names.kind");
  owned.crd_name = crd.string_at("metadata.name");
  const Value* versions = crd.find_path("spec.versions");
  if (versions == nullptr || !versions->is_list()) return owned;
  for (const Value& version : versions->items()) {
    const Value* storage = version.find("storage");
    if (storage != nullptr && storage->is_bool() && storage->as_bool()) {
      owned.version = version.string_at("name");
    }
  }
  return owned;
}

}  // namespace drydock
