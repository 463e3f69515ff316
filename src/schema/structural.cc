#include "schema/structural.h"

#include <algorithm>
#include <array>

#include "schema/go_text.h"

namespace schema {
namespace {

using doc::Value;

enum class Level { root, item, field };

const Value* object_at(const Value& schema, std::string_view keyword) {
  const Value* value = schema.find(keyword);
  return value != nullptr && value->is_map() ? value : nullptr;
}

bool flag(const Value& schema, std::string_view keyword) {
  const Value* value = schema.find(keyword);
  return value != nullptr && value->is_bool() && value->as_bool();
}

bool says_anything(const Value* value) {
  return value != nullptr && !value->is_null() && !(value->is_bool() && !value->as_bool()) &&
         !(value->is_string() && value->size() == 0) && !(value->is_list() && value->size() == 0);
}

/// "- type: integer, - type: string" and nothing else.
bool is_int_or_string_pattern(const Value* any_of) {
  if (any_of == nullptr || !any_of->is_list() || any_of->size() != 2) return false;
  const auto is = [](const Value& item, std::string_view type) {
    return item.size() == 1 && item.string_at("type") == type;
  };
  return is(any_of->items()[0], "integer") && is(any_of->items()[1], "string");
}

class Structural {
 public:
  explicit Structural(Violations& problems) : problems_(problems) {}

  void check(const Value& schema, Level level, const Path& path) {
    if (!schema.is_map()) return;
    check_type(schema, level, path);
    check_metadata(schema, level, path);
    check_extensions(schema, path);
    check_list_type(schema, path);
    check_junctors(schema, path, is_int_or_string(schema));
    complete(schema, schema, path, path);
    if (const Value* items = object_at(schema, "items")) {
      check(*items, Level::item, path.field("items"));
    }
    if (const Value* properties = object_at(schema, "properties")) {
      const Path below = path.field("properties");
      for (const doc::Entry& entry : properties->entries()) {
        const bool root_meta = level == Level::root && entry.name() == "metadata";
        if (!root_meta) check(entry.value, Level::field, below.key(entry.name()));
      }
    }
    if (const Value* additional = object_at(schema, "additionalProperties")) {
      check(*additional, Level::field, path.field("additionalProperties"));
    }
  }

 private:
  void add(const Path& path, const Value& at, std::string message) {
    problems_.push_back({Violation::Type::bad_schema,
                         path.bracketed(),
                         at.mark(),
                         std::move(message),
                         {},
                         at.mark()});
  }
  void required(const Path& path, const Value& at, const std::string& detail) {
    add(path, at, "Required value: " + detail);
  }
  void forbidden(const Path& path, const Value& at, const std::string& detail) {
    add(path, at, "Forbidden: " + detail);
  }
  void invalid(const Path& path, const Value& at, std::string_view bad, const std::string& detail) {
    add(path, at, "Invalid value: " + go_quoted(bad) + ": " + detail);
  }

  static bool is_int_or_string(const Value& schema) {
    return flag(schema, "x-kubernetes-int-or-string");
  }

  void check_type(const Value& schema, Level level, const Path& path) {
    const std::string_view type = schema.string_at("type");
    const bool embedded = flag(schema, "x-kubernetes-embedded-resource");
    if (type == "array" && schema.find("items") == nullptr) {
      required(path.field("items"), schema, "must be specified");
    }
    if (embedded && type != "object") {
      const std::string detail = "must be object if x-kubernetes-embedded-resource is true";
      if (type.empty()) {
        required(path.field("type"), schema, detail);
      } else {
        invalid(path.field("type"), *schema.find("type"), type, detail);
      }
    } else if (type.empty() && !is_int_or_string(schema) &&
               !flag(schema, "x-kubernetes-preserve-unknown-fields")) {
      constexpr std::array<const char*, 3> kWhere = {
          "must not be empty at the root", "must not be empty for specified array items",
          "must not be empty for specified object fields"};
      required(path.field("type"), schema, kWhere[std::size_t(level)]);
    }
    if (level == Level::root && !type.empty() && type != "object") {
      invalid(path.field("type"), *schema.find("type"), type, "must be object at the root");
    }
    const Value* additional = schema.find("additionalProperties");
    if (additional == nullptr) return;
    const Path place = path.field("additionalProperties");
    if (level == Level::root) forbidden(place, *additional, "must not be used at the root");
    if (embedded) {
      forbidden(place, *additional, "must not be used if x-kubernetes-embedded-resource is set");
    }
    const Value* properties = object_at(schema, "properties");
    const bool allows_more = !(additional->is_bool() && additional->as_bool());
    if (properties != nullptr && properties->size() > 0 && allows_more) {
      forbidden(place, *additional, "additionalProperties and properties are mutual exclusive");
    }
  }

  void check_metadata(const Value& schema, Level level, const Path& path) {
    const bool embedded = flag(schema, "x-kubernetes-embedded-resource");
    const Value* properties = object_at(schema, "properties");
    if (embedded && !flag(schema, "x-kubernetes-preserve-unknown-fields") &&
        (properties == nullptr || properties->size() == 0)) {
      required(path.field("properties"), schema,
               "must not be empty if x-kubernetes-embedded-resource is true without "
               "x-kubernetes-preserve-unknown-fields");
    }
    if (properties == nullptr || (level != Level::root && !embedded)) return;
    const Path below = path.field("properties");
    for (const std::string_view name : {"kind", "apiVersion"}) {
      const Value* property = properties->find(name);
      if (property != nullptr && property->string_at("type") != "string") {
        invalid(below.key(name).field("type"), *property, property->string_at("type"),
                "must be string");
      }
    }
    const Value* metadata = properties->find("metadata");
    if (metadata == nullptr) return;
    if (metadata->string_at("type") != "object") {
      invalid(below.key("metadata").field("type"), *metadata, metadata->string_at("type"),
              "must be object");
    }
    if (level == Level::root) check_root_metadata(*metadata, below.key("metadata"));
  }

  void check_root_metadata(const Value& metadata, const Path& path) {
    bool other = false;
    if (!metadata.is_map()) return;
    for (const doc::Entry& entry : metadata.entries()) {
      const std::string_view name = entry.name();
      if (name == "properties" && entry.value.is_map()) {
        for (const doc::Entry& property : entry.value.entries()) {
          other |= property.name() != "name" && property.name() != "generateName";
        }
      } else if (name == "description" || name == "title" || name == "nullable" ||
                 name.starts_with("x-kubernetes-") || name == "additionalProperties" ||
                 name == "items") {
        other |= says_anything(&entry.value);
      }
    }
    if (other) {
      forbidden(path, metadata,
                "must not specify anything other than name and generateName, but metadata is "
                "implicitly specified");
    }
  }

  void check_extensions(const Value& schema, const Path& path) {
    const Value* preserve = schema.find("x-kubernetes-preserve-unknown-fields");
    if (preserve != nullptr && preserve->is_bool() && !preserve->as_bool()) {
      add(path.field("x-kubernetes-preserve-unknown-fields"), *preserve,
          "Invalid value: false: must be true or undefined");
    }
    if (is_int_or_string(schema)) {
      for (const std::string_view keyword :
           {"x-kubernetes-preserve-unknown-fields", "x-kubernetes-embedded-resource"}) {
        if (!flag(schema, keyword)) continue;
        add(path.field(keyword), schema,
            "Invalid value: true: must be false if x-kubernetes-int-or-string is true");
      }
    }
    if (flag(schema, "uniqueItems")) {
      forbidden(path.field("uniqueItems"), *schema.find("uniqueItems"),
                "uniqueItems cannot be set to true since the runtime complexity becomes quadratic");
    }
    if (const Value* map_type = schema.find("x-kubernetes-map-type")) {
      must_be_type(schema, "object", "x-kubernetes-map-type", path);
      const std::string_view text = schema.string_at("x-kubernetes-map-type");
      if (text != "atomic" && text != "granular") {
        add(path.field("x-kubernetes-map-type"), *map_type,
            "Unsupported value: " + go_quoted(text) +
                ": supported values: \"atomic\", "
                "\"granular\"");
      }
    }
  }

  void must_be_type(const Value& schema, std::string_view wanted, std::string_view keyword,
                    const Path& path) {
    const std::string_view type = schema.string_at("type");
    if (type == wanted) return;
    const std::string detail =
        "must be " + std::string(wanted) + " if " + std::string(keyword) + " is specified";
    if (type.empty()) {
      required(path.field("type"), schema, detail);
    } else {
      invalid(path.field("type"), *schema.find("type"), type, detail);
    }
  }

  void check_list_type(const Value& schema, const Path& path) {
    const std::string_view list_type = schema.string_at("x-kubernetes-list-type");
    const Value* keys = schema.find("x-kubernetes-list-map-keys");
    const bool has_keys = says_anything(keys);
    if (has_keys && list_type != "map") {
      const std::string detail = "must be map if x-kubernetes-list-map-keys is non-empty";
      if (list_type.empty()) {
        required(path.field("x-kubernetes-list-type"), *keys, detail);
      } else {
        invalid(path.field("x-kubernetes-list-type"), *keys, list_type, detail);
      }
    }
    if (list_type.empty()) return;
    must_be_type(schema, "array", "x-kubernetes-list-type", path);
    const Value* items = object_at(schema, "items");
    if (items == nullptr) return;
    if (list_type != "atomic" && flag(*items, "nullable")) {
      forbidden(path.field("items").field("nullable"), *items,
                "cannot be nullable when x-kubernetes-list-type is " + std::string(list_type));
    }
    if (list_type == "set") check_set_items(*items, path.field("items"));
    if (list_type == "map") check_map_items(schema, *items, keys, path);
  }

  void check_set_items(const Value& items, const Path& path) {
    const std::string_view type = items.string_at("type");
    const std::string_view keyword =
        type == "array" ? "x-kubernetes-list-type" : "x-kubernetes-map-type";
    const std::string_view said = items.string_at(keyword);
    const bool good = type == "array"    ? said.empty() || said == "atomic"
                      : type == "object" ? said == "atomic"
                                         : true;
    if (!good) {
      invalid(path.field(keyword), items, said,
              "must be atomic as item of a list with x-kubernetes-list-type=set");
    }
  }

  void check_map_items(const Value& schema, const Value& items, const Value* keys,
                       const Path& path) {
    if (!says_anything(keys) || !keys->is_list()) {
      return required(path.field("x-kubernetes-list-map-keys"), schema,
                      "must not be empty if x-kubernetes-list-type is map");
    }
    const Path at_items = path.field("items");
    if (items.string_at("type") != "object") {
      return invalid(at_items.field("type"), items, items.string_at("type"),
                     "must be object if parent array's x-kubernetes-list-type is map");
    }
    const Value* properties = object_at(items, "properties");
    const Value* required_keys = items.find("required");
    const Path at_properties = at_items.field("properties");
    for (const Value& key : keys->items()) {
      if (!key.is_string()) continue;
      const std::string_view name = key.as_string();
      const Value* property = properties != nullptr ? properties->find(name) : nullptr;
      if (property == nullptr) {
        add(path.field("x-kubernetes-list-map-keys"), key,
            "Invalid value: " + go_bad_value(*keys) +
                ": entries must all be names of item properties");
        continue;
      }
      const std::string_view type = property->string_at("type");
      if (type == "array" || type == "object") {
        invalid(at_properties.key(name).field("type"), *property, type,
                "must be a scalar type if parent array's x-kubernetes-list-type is map");
      }
      const bool always = property->find("default") != nullptr ||
                          (required_keys != nullptr && required_keys->is_list() &&
                           std::find(required_keys->items().begin(), required_keys->items().end(),
                                     key) != required_keys->items().end());
      if (!always) {
        required(at_properties.key(name).field("default"), *property,
                 "this property is in x-kubernetes-list-map-keys, so it must have a default or be "
                 "a required property");
      }
      if (flag(*property, "nullable")) {
        forbidden(at_properties.key(name).field("nullable"), *property,
                  "this property is in x-kubernetes-list-map-keys, so it cannot be nullable");
      }
    }
  }

  void check_junctors(const Value& schema, const Path& path, bool int_or_string) {
    const Value* any_of = schema.find("anyOf");
    const bool skip_any_of = int_or_string && is_int_or_string_pattern(any_of);
    for (const std::string_view keyword : {"anyOf", "allOf", "oneOf"}) {
      const Value* list = schema.find(keyword);
      if (list == nullptr || !list->is_list() || (keyword == "anyOf" && skip_any_of)) continue;
      const Path below = path.field(keyword);
      for (std::size_t i = 0; i < list->size(); ++i) {
        // The second form of int-or-string: the first of allOf holds the pattern.
        const bool first_all = int_or_string && keyword == "allOf" && i == 0;
        check_nested(list->items()[i], below.index(i), first_all);
      }
    }
    if (const Value* none = object_at(schema, "not")) check_nested(*none, path.field("not"), false);
  }

  void check_nested(const Value& schema, const Path& path, bool may_hold_pattern) {
    if (!schema.is_map()) return;
    check_junctors(schema, path, may_hold_pattern);
    constexpr std::array<std::pair<std::string_view, const char*>, 12> kForbidden = {{
        {"type", "must be empty to be structural"},
        {"additionalProperties", "must be undefined to be structural"},
        {"default", "must be undefined to be structural"},
        {"title", "must be empty to be structural"},
        {"description", "must be empty to be structural"},
        {"nullable", "must be false to be structural"},
        {"x-kubernetes-preserve-unknown-fields", "must be false to be structural"},
        {"x-kubernetes-embedded-resource", "must be false to be structural"},
        {"x-kubernetes-int-or-string", "must be false to be structural"},
        {"x-kubernetes-list-type", "must be undefined to be structural"},
        {"x-kubernetes-map-type", "must be undefined to be structural"},
        {"x-kubernetes-validations", "must be empty to be structural"},
    }};
    for (const auto& [keyword, detail] : kForbidden) {
      const Value* value = schema.find(keyword);
      if (says_anything(value)) forbidden(path.field(keyword), *value, detail);
    }
    if (const Value* items = object_at(schema, "items")) {
      check_nested(*items, path.field("items"), false);
    }
    if (const Value* properties = object_at(schema, "properties")) {
      const Path below = path.field("properties");
      for (const doc::Entry& entry : properties->entries()) {
        check_nested(entry.value, below.key(entry.name()), false);
        if (entry.name() == "metadata") {
          forbidden(below.key("metadata"), entry.value,
                    "must not be specified in a nested context");
        }
      }
    }
  }

  /// What `nested` (a schema, or one under a junctor of it) speaks of must stand in `schema`
  /// itself.
  void complete(const Value& nested, const Value& schema, const Path& path,
                const Path& nested_path) {
    for (const std::string_view keyword : {"anyOf", "allOf", "oneOf"}) {
      const Value* list = nested.find(keyword);
      if (list == nullptr || !list->is_list()) continue;
      const Path below = nested_path.field(keyword);
      for (std::size_t i = 0; i < list->size(); ++i) {
        complete_nested(list->items()[i], schema, path, below.index(i));
      }
    }
    if (const Value* none = object_at(nested, "not")) {
      complete_nested(*none, schema, path, nested_path.field("not"));
    }
  }

  void complete_nested(const Value& nested, const Value& schema, const Path& path,
                       const Path& nested_path) {
    if (!nested.is_map()) return;
    complete(nested, schema, path, nested_path);
    const auto missing = [&](const Path& place, const Path& nested_place) {
      required(place, schema, "because it is defined in " + nested_place.bracketed());
    };
    if (const Value* items = object_at(nested, "items")) {
      const Value* own = object_at(schema, "items");
      const Path place = path.field("items"), nested_place = nested_path.field("items");
      if (own == nullptr) {
        missing(place, nested_place);
      } else {
        complete_nested(*items, *own, place, nested_place);
      }
    }
    const Value* properties = object_at(nested, "properties");
    if (properties == nullptr) return;
    const Value* own = object_at(schema, "properties");
    const Path below = path.field("properties"), nested_below = nested_path.field("properties");
    for (const doc::Entry& entry : properties->entries()) {
      const Value* counterpart = own != nullptr ? own->find(entry.name()) : nullptr;
      const Path place = below.key(entry.name()), nested_place = nested_below.key(entry.name());
      if (counterpart == nullptr) {
        missing(place, nested_place);
      } else {
        complete_nested(entry.value, *counterpart, place, nested_place);
      }
    }
  }

  Violations& problems_;
};

}  // namespace

void check_structural(const Value& schema, const Path& path, Violations& problems) {
  Structural(problems).check(schema, Level::root, path);
}

}  // namespace schema
