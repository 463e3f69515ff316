#include <map>

#include "doc/json.h"
#include "schema/go_text.h"
#include "schema/path.h"
#include "schema/value_checks.h"

namespace schema {
namespace {

using doc::Value;
using Type = Violation::Type;

void duplicate(const Node& node, const Path& path, const Value& at, const std::string& shown,
               Violations& out) {
  out.push_back({Type::duplicate,
                 path.bracketed(),
                 at.mark(),
                 "Duplicate value: " + shown,
                 {},
                 node.text.mark()});
}

/// The indexes at which a text stands for the second time (a third is not reported, as the server).
std::vector<std::size_t> second_ones(const std::vector<std::string>& texts) {
  std::map<std::string_view, int> seen;
  std::vector<std::size_t> indexes;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (++seen[texts[i]] == 2) indexes.push_back(i);
  }
  return indexes;
}

void check_set(const Node& node, const Value& list, const Path& path, Violations& out) {
  std::vector<std::string> texts;
  for (const Value& item : list.items()) texts.push_back(doc::to_canonical_json(item));
  for (const std::size_t i : second_ones(texts)) {
    duplicate(node, path.index(i), list.items()[i], go_bad_value(list.items()[i]), out);
  }
}

/// The key fields of an item that it has.
Value key_of(const Node& node, const Value& item) {
  std::vector<doc::Entry> fields;
  for (const std::string_view name : node.list_map_keys) {
    if (const Value* field = item.find(name)) fields.push_back({Value(name), *field});
  }
  return Value::map(std::move(fields));
}

void check_map(const Node& node, const Value& list, const Path& path, Violations& out) {
  std::vector<Value> keys;
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < list.size(); ++i) {
    const Value& item = list.items()[i];
    if (!item.is_map() && !item.is_null()) {
      out.push_back({Type::invalid,
                     path.index(i).bracketed(),
                     item.mark(),
                     "Invalid value: " + go_bad_value(item) +
                         ": must be an object for an array of list-type map",
                     {},
                     node.text.mark()});
      return;
    }
    keys.push_back(key_of(node, item));
    texts.push_back(doc::to_canonical_json(keys.back()));
  }
  for (const std::size_t i : second_ones(texts)) {
    duplicate(node, path.index(i), list.items()[i], go_bad_value(keys[i]), out);
  }
}

void check(const Node& node, const Value& value, const Path& path, Violations& out) {
  if (!node.has_lists) return;
  if (value.is_list()) {
    if (value.size() > 1 && node.list_type == Node::ListType::set)
      check_set(node, value, path, out);
    if (node.list_type == Node::ListType::map) check_map(node, value, path, out);
    if (node.items == nullptr) return;
    for (std::size_t i = 0; i < value.size(); ++i) {
      check(*node.items, value.items()[i], path.index(i), out);
    }
  } else if (value.is_map()) {
    for (const doc::Entry& entry : value.entries()) {
      if (const Node* property = node.find_property(entry.name())) {
        check(*property, entry.value, path.field(entry.name()), out);
      } else if (node.additional_schema != nullptr) {
        check(*node.additional_schema, entry.value, path.key(entry.name()), out);
      }
    }
  }
}

}  // namespace

void check_list_types(const Node& root, const Value& value, Violations& out) {
  check(root, value, Path(), out);
}

}  // namespace schema
