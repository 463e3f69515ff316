#include "schema/reshape.h"

#include <optional>

#include "doc/diagnostic.h"
#include "schema/path.h"

namespace schema {
namespace {

using doc::Entry;
using doc::Value;

bool is_meta_field(std::string_view name) {
  return name == "apiVersion" || name == "kind" || name == "metadata";
}

/// Makes a new map or list only once something in it differs. Use: one take() for each child, in
/// order, with the child as it is to be (nullopt: left out).
class MapEdit {
 public:
  explicit MapEdit(const Value& map) : map_(map) {}
  void keep() {
    if (changed_) entries_.push_back(map_.entries()[index_]);
    ++index_;
  }
  void replace(Value value) {
    start();
    entries_.push_back({map_.entries()[index_++].key, std::move(value)});
  }
  void drop() {
    start();
    ++index_;
  }
  void append(std::string_view key, Value value) {
    start();
    entries_.push_back({Value(key), std::move(value)});
  }
  Value finish() { return changed_ ? Value::map(std::move(entries_)).at(map_.mark()) : map_; }

 private:
  void start() {
    if (changed_) return;
    changed_ = true;
    entries_.assign(map_.entries().begin(), map_.entries().begin() + std::ptrdiff_t(index_));
  }
  const Value& map_;
  std::vector<Entry> entries_;
  std::size_t index_ = 0;
  bool changed_ = false;
};

/// Whether two values share their data, so that one was made of the other without a change.
bool same(const Value& a, const Value& b) {
  if (a.kind() != b.kind()) return false;
  if (a.is_map()) return a.entries().data() == b.entries().data() && a.size() == b.size();
  if (a.is_list()) return a.items().data() == b.items().data() && a.size() == b.size();
  return a == b;
}

/// `child(item, index)` gives each item anew.
template <typename Child>
Value edit_list(const Value& list, Child child) {
  std::vector<Value> items;
  bool changed = false;
  for (std::size_t i = 0; i < list.size(); ++i) {
    Value item = child(list.items()[i], i);
    if (!changed && !same(item, list.items()[i])) {
      changed = true;
      items.assign(list.items().begin(), list.items().begin() + std::ptrdiff_t(i));
    }
    if (changed) items.push_back(std::move(item));
  }
  return changed ? Value::list(std::move(items)).at(list.mark()) : list;
}

class Pruner {
 public:
  Pruner(Dialect dialect, Violations* dropped) : dialect_(dialect), dropped_(dropped) {}

  /// `node` may be null: nothing is known, so that every field goes. `keep_meta`: an object's root,
  /// or an embedded resource. `preserved`: a list that preserves unknown fields holds it.
  Value prune(const Node* node, const Value& value, const Path& path, bool keep_meta,
              bool preserved = false) {
    preserved = preserved || (node != nullptr && node->preserve_unknown);
    if (value.is_list()) {
      const Node* items = node != nullptr ? node->items : nullptr;
      if (preserved && items == nullptr) return value;
      return edit_list(value, [&](const Value& item, std::size_t i) {
        return prune(items, item, path.index(i), items != nullptr && items->embedded_resource,
                     preserved);
      });
    }
    if (!value.is_map() || knows_nothing(node)) return value;
    MapEdit edit(value);
    for (const Entry& entry : value.entries()) {
      if (keep_meta && is_meta_field(entry.name()) && dialect_ == Dialect::custom_resource) {
        edit.keep();
      } else {
        prune_entry(node, entry, path, preserved, edit);
      }
    }
    return edit.finish();
  }

 private:
  /// A built-in type without properties (RawExtension, FieldsV1) may hold anything.
  bool knows_nothing(const Node* node) const {
    return dialect_ == Dialect::built_in &&
           (node == nullptr ||
            (node->properties.empty() && node->additional == Node::Additional::unsaid));
  }

  void prune_entry(const Node* node, const Entry& entry, const Path& path, bool preserved,
                   MapEdit& edit) {
    const Node* property = node != nullptr ? node->find_property(entry.name()) : nullptr;
    const bool any_key = node != nullptr && (node->additional == Node::Additional::schema ||
                                             node->additional == Node::Additional::allowed);
    if (property == nullptr && !any_key) {
      if (preserved) return edit.keep();
      report(node, entry, path);
      return edit.drop();
    }
    const Node* child = property != nullptr ? property : node->additional_schema;
    if (property == nullptr && child == nullptr && dialect_ == Dialect::built_in)
      return edit.keep();
    const Path below = path.field(entry.name());
    Value pruned = prune(child, entry.value, below, child != nullptr && child->embedded_resource);
    if (same(pruned, entry.value)) {
      edit.keep();
    } else {
      edit.replace(std::move(pruned));
    }
  }

  void report(const Node* node, const Entry& entry, const Path& path) {
    if (dropped_ == nullptr || (path.is_root() && is_meta_field(entry.name()))) return;
    std::vector<std::string_view> known;
    if (node != nullptr) {
      for (const Property& property : node->properties) known.push_back(property.name);
    }
    const std::string place = path.field(entry.name()).dotted();
    dropped_->push_back({Violation::Type::unknown_field, place, entry.key.mark(),
                         "unknown field \"" + place + "\"",
                         doc::hint_for_unknown(entry.name(), known),
                         node != nullptr ? node->text.mark() : doc::Mark{}});
  }

  const Dialect dialect_;
  Violations* dropped_;
};

Value drop_nulls_below(const Node* node, const Value& value) {
  if (value.is_list()) {
    return edit_list(value, [&](const Value& item, std::size_t) {
      return drop_nulls_below(node != nullptr ? node->items : nullptr, item);
    });
  }
  if (!value.is_map()) return value;
  MapEdit edit(value);
  for (const Entry& entry : value.entries()) {
    const Node* child = node != nullptr ? node->child(entry.name()) : nullptr;
    if (entry.value.is_null()) {
      if (child != nullptr && !child->nullable && !child->default_value) {
        edit.drop();
      } else {
        edit.keep();
      }
      continue;
    }
    Value next = drop_nulls_below(child, entry.value);
    if (same(next, entry.value)) {
      edit.keep();
    } else {
      edit.replace(std::move(next));
    }
  }
  return edit.finish();
}

bool is_refused_null(const Node* node, const Value& value) {
  return value.is_null() && node != nullptr && !node->nullable;
}

Value default_of(const Node& node, doc::Mark mark) {
  return node.default_value ? node.default_value->at(mark) : Value().at(mark);
}

Value fill(const Node* node, const Value& value) {
  if (node == nullptr || !node->has_defaults) return value;
  if (value.is_list()) {
    return edit_list(value, [&](const Value& item, std::size_t) {
      const Value start =
          is_refused_null(node->items, item) ? default_of(*node->items, item.mark()) : item;
      return fill(node->items, start);
    });
  }
  if (!value.is_map()) return value;
  MapEdit edit(value);
  for (const Entry& entry : value.entries()) {
    const Node* child = node->child(entry.name());
    const bool defaulted = is_refused_null(child, entry.value) &&
                           (child->default_value || node->find_property(entry.name()) == nullptr);
    Value next = fill(child, defaulted ? default_of(*child, entry.value.mark()) : entry.value);
    if (same(next, entry.value)) {
      edit.keep();
    } else {
      edit.replace(std::move(next));
    }
  }
  for (const Property& property : node->properties) {
    if (!property.node->default_value || value.find(property.name) != nullptr) continue;
    edit.append(property.name, fill(property.node, default_of(*property.node, value.mark())));
  }
  return edit.finish();
}

}  // namespace

Value prune(const Node& root, Dialect dialect, const Value& value, Violations* dropped) {
  return Pruner(dialect, dropped).prune(&root, value, Path(), true);
}

Value drop_nulls(const Node& root, const Value& value) { return drop_nulls_below(&root, value); }

Value fill_defaults(const Node& root, const Value& value) { return fill(&root, value); }

Value without_marks(const Value& value) {
  if (value.is_list()) {
    std::vector<Value> items;
    for (const Value& item : value.items()) items.push_back(without_marks(item));
    return Value::list(std::move(items));
  }
  if (value.is_map()) {
    std::vector<Entry> entries;
    for (const Entry& entry : value.entries()) {
      entries.push_back({entry.key.at({}), without_marks(entry.value)});
    }
    return Value::map(std::move(entries));
  }
  return value.at({});
}

}  // namespace schema
