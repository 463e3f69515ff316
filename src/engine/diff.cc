#include "engine/diff.h"

#include <openssl/sha.h>

#include <algorithm>
#include <set>
#include <utility>

#include "base/encoding.h"
#include "doc/json.h"
#include "kube/quantity.h"

namespace engine {
namespace {

constexpr std::string_view kOurs = "slipway";

/// Who owns what in one live object, read once.
class Owners {
 public:
  explicit Owners(const doc::Value& live) : owned_(kube::owned_fields(live)) {}

  /// Managers other than ours, sorted. The status subresource takes nothing from us.
  std::vector<std::string> others(const std::string& path) const {
    std::set<std::string> names;
    for (const kube::OwnedFields& one : owned_) {
      if (!is_ours(one.owner) && owns(one, path)) names.insert(one.owner.manager);
    }
    return {names.begin(), names.end()};
  }

 private:
  static bool is_ours(const kube::FieldOwner& owner) {
    return owner.manager == kOurs && owner.operation == "Apply";
  }

  static bool within(std::string_view path, std::string_view top) {
    if (!path.starts_with(top)) return false;
    return path.size() == top.size() || path[top.size()] == '.' || path[top.size()] == '[';
  }

  /// A leaf below the path, or an atomic field above it.
  static bool owns(const kube::OwnedFields& one, const std::string& path) {
    return std::any_of(one.paths.begin(), one.paths.end(), [&](const std::string& leaf) {
      return within(leaf, path) || within(path, leaf);
    });
  }

  std::vector<kube::OwnedFields> owned_;
};

/// The map key by which items of this list are told apart, as Kubernetes' list-map-keys mostly are;
/// "" when they have none.
std::string_view item_key(const doc::Value& list) {
  for (const std::string_view key : {"name", "type", "containerPort", "key"}) {
    std::set<std::string> seen;
    const bool usable =
        std::all_of(list.items().begin(), list.items().end(), [&](const doc::Value& item) {
          const doc::Value* value = item.find(key);
          return value != nullptr && seen.insert(doc::to_json(*value)).second;
        });
    if (usable && list.size() > 0) return key;
  }
  return "";
}

const doc::Value* item_with(const doc::Value* list, std::string_view key, const doc::Value& value) {
  if (list == nullptr || !list->is_list()) return nullptr;
  for (const doc::Value& item : list->items()) {
    const doc::Value* have = item.find(key);
    if (have != nullptr && *have == value) return &item;
  }
  return nullptr;
}

/// Whether `live` is what an API server makes of the amount `planned` ("1000m" is kept as "1",
/// 3072Gi as "3Ti"). Two texts of which neither is the other's canonical form are two values:
/// "4.20" and "4.2" are versions, too.
bool is_canonical_amount(const doc::Value& planned, const doc::Value& live) {
  if (!live.is_string() || (!planned.is_string() && !planned.is_int())) return false;
  const std::string text =
      planned.is_int() ? std::to_string(planned.as_int()) : std::string(planned.as_string());
  const base::Result<kube::Quantity> amount = kube::Quantity::parse(text);
  return amount && amount->to_string() == live.as_string();
}

class Walk {
 public:
  explicit Walk(const doc::Value& live) : owners_(live) {}

  void compare(const std::string& path, const doc::Value& planned, const doc::Value* live,
               const doc::Value* dry) {
    if (planned.is_map() && planned.size() > 0) {
      for (const doc::Entry& entry : planned.entries()) {
        compare(path + "." + std::string(entry.name()), entry.value, child(live, entry.name()),
                child(dry, entry.name()));
      }
      return;
    }
    if (planned.is_list() && live != nullptr && live->is_list()) {
      compare_lists(path, planned, *live, dry);
      return;
    }
    leaf(path, planned, live, dry);
  }

  std::vector<FieldChange> take() {
    std::sort(changes_.begin(), changes_.end(),
              [](const FieldChange& a, const FieldChange& b) { return a.path < b.path; });
    return std::move(changes_);
  }

 private:
  static const doc::Value* child(const doc::Value* value, std::string_view key) {
    return value == nullptr ? nullptr : value->find(key);
  }

  void compare_lists(const std::string& path, const doc::Value& planned, const doc::Value& live,
                     const doc::Value* dry) {
    if (planned == live) return;
    const std::string_view key = item_key(planned);
    if (!key.empty()) {
      for (const doc::Value& item : planned.items()) {
        const doc::Value& id = *item.find(key);
        compare(path + "[" + std::string(key) + "=" + doc::to_json(id) + "]", item,
                item_with(&live, key, id), item_with(dry, key, id));
      }
      return;
    }
    if (planned.size() == live.size()) {
      for (std::size_t i = 0; i < planned.size(); ++i) {
        const bool in_dry = dry != nullptr && dry->is_list() && i < dry->size();
        compare(path + "[" + std::to_string(i) + "]", planned.items()[i], &live.items()[i],
                in_dry ? &dry->items()[i] : nullptr);
      }
      return;
    }
    leaf(path, planned, &live, dry);
  }

  void leaf(const std::string& path, const doc::Value& planned, const doc::Value* live,
            const doc::Value* dry) {
    const doc::Value& wanted = dry != nullptr ? *dry : planned;
    if (live != nullptr && *live == wanted) return;
    // {} and [] say that the field may be empty: whatever fills it is not ours to judge.
    const bool empty = (planned.is_map() || planned.is_list()) && planned.size() == 0;
    if (empty && live != nullptr) return;
    if (live != nullptr && is_canonical_amount(wanted, *live)) return;
    FieldChange change{path, std::nullopt, wanted, {}};
    if (live != nullptr) {
      change.from = *live;
      change.owners = owners_.others(path);
    }
    changes_.push_back(std::move(change));
  }

  Owners owners_;
  std::vector<FieldChange> changes_;
};

/// What the server keeps of identity; it is equal or we would not compare.
bool is_identity(std::string_view key) { return key == "apiVersion" || key == "kind"; }

}  // namespace

std::vector<FieldChange> diff(const doc::Value& planned, const doc::Value& live,
                              const doc::Value* dry_run) {
  Walk walk(live);
  for (const doc::Entry& entry : planned.entries()) {
    if (is_identity(entry.name())) continue;
    const doc::Value* dry = dry_run == nullptr ? nullptr : dry_run->find(entry.name());
    walk.compare("." + std::string(entry.name()), entry.value, live.find(entry.name()), dry);
  }
  return walk.take();
}

std::string applied_hash(const doc::Value& body) {
  doc::Value plain = body;
  const doc::Value* metadata = body.find("metadata");
  const doc::Value* annotations = metadata == nullptr ? nullptr : metadata->find("annotations");
  if (annotations != nullptr && annotations->is_map()) {
    plain = body.with("metadata",
                      metadata->with("annotations", annotations->without(kAppliedAnnotation)));
  }
  const std::string text = doc::to_canonical_json(plain);
  unsigned char digest[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest);
  return base::to_hex({reinterpret_cast<const char*>(digest), sizeof(digest)});
}

std::string print(const FieldChange& change) {
  std::string text = change.from ? "~ " : "+ ";
  if (!change.to) text = "- ";
  text += change.path + ":";
  if (change.from) text += " " + doc::to_json(*change.from);
  if (change.from && change.to) text += " ->";
  if (change.to) text += " " + doc::to_json(*change.to);
  if (change.owners.empty()) return text;
  text += " (owned by";
  for (std::size_t i = 0; i < change.owners.size(); ++i) {
    text += (i == 0 ? " '" : ", '") + change.owners[i] + "'";
  }
  return text + ")";
}

}  // namespace engine
