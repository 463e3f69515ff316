#pragma once

#include <re2/re2.h>

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "doc/value.h"
#include "schema/formats.h"
#include "schema/schema.h"

namespace schema {

enum TypeBits : unsigned {
  kObject = 1,
  kArray = 2,
  kString = 4,
  kInteger = 8,
  kNumber = 16,
  kBoolean = 32,
};

struct Property {
  std::string_view name;  // Of the schema's text, which the Document keeps.
  const Node* node;
};

/// Bounds of numbers, as the schema's text gives them.
struct Bounds {
  std::optional<double> minimum, maximum, multiple_of;
  bool exclusive_minimum = false, exclusive_maximum = false;
};

/// One compiled schema object. Immutable once compiled. Nodes point to each other freely (an
/// OpenAPI $ref may be recursive) and live in one Document.
struct Node {
  doc::Value text;  ///< The schema object itself: for rules, defaults, explanations.

  unsigned types = 0;      ///< TypeBits; 0: nothing said.
  std::string type_names;  ///< "integer,string": as messages name them.
  bool nullable = false;
  bool preserve_unknown = false;
  bool embedded_resource = false;
  bool int_or_string = false;
  Format format = Format::none;
  std::string_view format_name;

  std::vector<Property> properties;  ///< Sorted by name.
  enum class Additional { unsaid, allowed, forbidden, schema };
  Additional additional = Additional::unsaid;
  const Node* additional_schema = nullptr;  ///< With Additional::schema.
  const Node* items = nullptr;

  std::vector<std::string_view> required;
  std::vector<doc::Value> enumeration;
  std::unique_ptr<re2::RE2> pattern;  ///< nullptr: none.
  std::string_view pattern_text;
  Bounds bounds;
  std::optional<std::int64_t> min_length, max_length, min_items, max_items;
  std::optional<std::int64_t> min_properties, max_properties;
  bool unique_items = false;
  std::vector<const Node*> all_of, any_of, one_of;
  const Node* none_of = nullptr;  ///< `not`

  enum class ListType { atomic, set, map };
  ListType list_type = ListType::atomic;
  std::vector<std::string_view> list_map_keys;
  bool granular_map = true;
  std::optional<doc::Value> default_value;

  // What is to be found here or below (through properties, additional_schema and items), so that a
  // walk need not go where there is nothing.
  bool has_defaults = false, has_lists = false, has_embedded = false, has_rules = false;

  /// The property's schema, or nullptr.
  const Node* find_property(std::string_view name) const;
  /// find_property, else the schema of additional properties.
  const Node* child(std::string_view name) const;
};

inline bool allows_type(const Node& node, unsigned bit) { return (node.types & bit) != 0; }

}  // namespace schema
