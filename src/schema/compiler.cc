#include "schema/compiler.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/limits.h"
#include "doc/diagnostic.h"
#include "schema/go_text.h"
#include "schema/reshape.h"

namespace schema {
namespace {

using doc::Value;

constexpr std::string_view kReferencePrefix = "#/components/schemas/";

constexpr std::array<std::pair<std::string_view, unsigned>, 6> kTypes = {{
    {"object", kObject},
    {"array", kArray},
    {"string", kString},
    {"integer", kInteger},
    {"number", kNumber},
    {"boolean", kBoolean},
}};

bool flag(const Value& text, std::string_view keyword) {
  const Value* value = text.find(keyword);
  return value != nullptr && value->is_bool() && value->as_bool();
}

double number_of(const Value& value) {
  if (value.is_int()) return double(value.as_int());
  return value.is_uint() ? double(value.as_uint()) : value.as_double();
}

std::optional<double> number(const Value& text, std::string_view keyword) {
  const Value* value = text.find(keyword);
  if (value == nullptr || !value->is_number()) return std::nullopt;
  return number_of(*value);
}

std::optional<std::int64_t> count(const Value& text, std::string_view keyword) {
  const Value* value = text.find(keyword);
  if (value == nullptr || !value->is_number()) return std::nullopt;
  if (value->is_int()) return value->as_int();
  return static_cast<std::int64_t>(std::clamp(number_of(*value), -9e18, 9e18));
}

std::vector<std::string_view> strings(const Value* list) {
  std::vector<std::string_view> out;
  if (list == nullptr || !list->is_list()) return out;
  for (const Value& item : list->items()) {
    if (item.is_string()) out.push_back(item.as_string());
  }
  return out;
}

re2::RE2::Options pattern_options() {
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(8 << 20);  // A few CRDs hold patterns of several kilobytes.
  return options;
}

}  // namespace

const Node* Node::find_property(std::string_view name) const {
  const auto at = std::lower_bound(
      properties.begin(), properties.end(), name,
      [](const Property& property, std::string_view wanted) { return property.name < wanted; });
  return at != properties.end() && at->name == name ? at->node : nullptr;
}

const Node* Node::child(std::string_view name) const {
  const Node* property = find_property(name);
  return property != nullptr ? property : additional_schema;
}

Compiler::Compiler(Dialect dialect, const Value* definitions, Violations& problems)
    : definitions_(definitions), problems_(problems), document_(std::make_shared<Document>()) {
  document_->dialect = dialect;
}

void Compiler::problem(const Path& path, const Value& at, std::string message, std::string hint) {
  problems_.push_back({Violation::Type::bad_schema, path.bracketed(), at.mark(), std::move(message),
                       std::move(hint), at.mark()});
}

const Node* Compiler::compile(const Value& text, const Path& path) {
  if (document_->dialect == Dialect::built_in) {
    // "allOf" with one reference is how Kubernetes' own documents say "$ref, and a default".
    const Value* all = text.find("allOf");
    if (all != nullptr && all->is_list() && all->size() == 1 && text.find("type") == nullptr) {
      const std::string_view reference = all->items()[0].string_at("$ref");
      if (!reference.empty()) return compile_reference(reference, text, path);
    }
  }
  const std::string_view reference = text.string_at("$ref");
  if (!reference.empty()) return compile_reference(reference, text, path);
  Node& node = document_->nodes.emplace_back();
  if (++depth_ > base::limits::kDocumentDepthMax) {
    problem(path, text, "schema is nested too deep");
  } else {
    fill(node, text, path);
  }
  --depth_;
  return &node;
}

const Node* Compiler::compile_definition(std::string_view name, const Path& path) {
  return compile_reference(std::string(kReferencePrefix).append(name), Value(), path);
}

const Node* Compiler::compile_reference(std::string_view reference, const Value& at,
                                        const Path& path) {
  if (const auto known = references_.find(reference); known != references_.end()) {
    return known->second;
  }
  const Value* target = nullptr;
  if (definitions_ != nullptr && reference.starts_with(kReferencePrefix)) {
    target = definitions_->find(reference.substr(kReferencePrefix.size()));
  }
  Node& node = document_->nodes.emplace_back();
  references_.emplace(reference, &node);
  if (target == nullptr) {
    problem(path.field("$ref"), at,
            "Forbidden: the schema " + go_quoted(reference) + " is not in this document");
  } else {
    fill(node, *target, path);
  }
  return &node;
}

void Compiler::fill(Node& node, const Value& text, const Path& path) {
  node.text = text;
  if (!text.is_map()) {
    // JSONSchemaPropsOrBool stands in places where the caller has seen to it.
    problem(path, text, "Invalid value: " + go_bad_value(text) + ": a schema must be an object");
    return;
  }
  read_extensions(node, text, path);
  read_types(node, text, path);
  read_values(node, text, path);
  read_bounds(node, text, path);
  read_children(node, text, path);
}

void Compiler::read_types(Node& node, const Value& text, const Path& path) {
  if (node.int_or_string) {
    node.types = kInteger | kString;
    node.type_names = "integer,string";
  } else if (const Value* type = text.find("type"); type != nullptr && type->is_string()) {
    const auto known = std::find_if(kTypes.begin(), kTypes.end(), [&](const auto& row) {
      return row.first == type->as_string();
    });
    node.type_names = type->as_string();
    if (known != kTypes.end()) {
      node.types = known->second;
    } else if (!type->as_string().empty()) {
      std::vector<std::string_view> names;
      for (const auto& row : kTypes) names.push_back(row.first);
      problem(path.field("type"), *type,
              "Unsupported value: " + go_quoted(type->as_string()) +
                  ": supported values: \"array\", \"boolean\", \"integer\", \"number\", "
                  "\"object\", \"string\"",
              doc::hint_for_unknown(type->as_string(), names));
    }
  }
  node.nullable = flag(text, "nullable");
  node.format_name = text.string_at("format");
  node.format = format_named(node.format_name);
}

void Compiler::read_values(Node& node, const Value& text, const Path& path) {
  node.required = strings(text.find("required"));
  if (const Value* values = text.find("enum"); values != nullptr && values->is_list()) {
    node.enumeration.assign(values->items().begin(), values->items().end());
  }
  node.min_length = count(text, "minLength");
  node.max_length = count(text, "maxLength");
  node.min_items = count(text, "minItems");
  node.max_items = count(text, "maxItems");
  node.min_properties = count(text, "minProperties");
  node.max_properties = count(text, "maxProperties");
  node.unique_items = flag(text, "uniqueItems");
  if (const Value* value = text.find("default"); value != nullptr && !value->is_null()) {
    node.default_value = without_marks(*value);
  }
  node.pattern_text = text.string_at("pattern");
  if (!node.pattern_text.empty()) {
    const re2::StringPiece pattern(node.pattern_text.data(), node.pattern_text.size());
    node.pattern = std::make_unique<re2::RE2>(pattern, pattern_options());
    if (!node.pattern->ok()) {
      problem(path.field("pattern"), *text.find("pattern"),
              "Invalid value: " + go_quoted(node.pattern_text) +
                  ": must be a valid regular expression, but isn't: " + node.pattern->error());
      node.pattern.reset();
    }
  }
}

void Compiler::read_bounds(Node& node, const Value& text, const Path& path) {
  Bounds& bounds = node.bounds;
  bounds.minimum = number(text, "minimum");
  bounds.maximum = number(text, "maximum");
  bounds.exclusive_minimum = flag(text, "exclusiveMinimum");
  bounds.exclusive_maximum = flag(text, "exclusiveMaximum");
  bounds.multiple_of = number(text, "multipleOf");
  for (const std::string_view keyword :
       {"minimum", "maximum", "multipleOf", "minLength", "maxLength", "minItems", "maxItems",
        "minProperties", "maxProperties"}) {
    const Value* value = text.find(keyword);
    if (value != nullptr && !value->is_null() && !value->is_number()) {
      problem(path.field(keyword), *value,
              "Invalid value: " + go_bad_value(*value) + ": must be a number");
    }
  }
}

void Compiler::read_extensions(Node& node, const Value& text, const Path& path) {
  node.preserve_unknown = flag(text, "x-kubernetes-preserve-unknown-fields");
  node.embedded_resource = flag(text, "x-kubernetes-embedded-resource");
  node.int_or_string =
      flag(text, "x-kubernetes-int-or-string") || text.string_at("format") == "int-or-string";
  const std::string_view list_type = text.string_at("x-kubernetes-list-type");
  if (list_type == "set") {
    node.list_type = Node::ListType::set;
  } else if (list_type == "map") {
    node.list_type = Node::ListType::map;
  } else if (!list_type.empty() && list_type != "atomic") {
    problem(path.field("x-kubernetes-list-type"), *text.find("x-kubernetes-list-type"),
            "Unsupported value: " + go_quoted(list_type) +
                ": supported values: \"atomic\", \"map\", \"set\"");
  }
  node.list_map_keys = strings(text.find("x-kubernetes-list-map-keys"));
}

void Compiler::read_children(Node& node, const Value& text, const Path& path) {
  if (const Value* properties = text.find("properties"); properties && properties->is_map()) {
    const Path below = path.field("properties");
    for (const doc::Entry& entry : properties->entries()) {
      node.properties.push_back({entry.name(), compile(entry.value, below.key(entry.name()))});
    }
    std::sort(node.properties.begin(), node.properties.end(),
              [](const Property& a, const Property& b) { return a.name < b.name; });
  }
  if (const Value* additional = text.find("additionalProperties")) {
    if (additional->is_bool()) {
      node.additional =
          additional->as_bool() ? Node::Additional::allowed : Node::Additional::forbidden;
    } else if (additional->is_map()) {
      node.additional = Node::Additional::schema;
      node.additional_schema = compile(*additional, path.field("additionalProperties"));
    }
  }
  if (const Value* items = text.find("items"); items && items->is_map()) {
    node.items = compile(*items, path.field("items"));
  } else if (items != nullptr && items->is_list()) {
    problem(path.field("items"), *items,
            "Forbidden: items must be a schema object and not an array");
  }
  read_list_of_schemas(node.all_of, text, "allOf", path);
  read_list_of_schemas(node.any_of, text, "anyOf", path);
  read_list_of_schemas(node.one_of, text, "oneOf", path);
  if (const Value* none = text.find("not"); none && none->is_map()) {
    node.none_of = compile(*none, path.field("not"));
  }
}

void Compiler::read_list_of_schemas(std::vector<const Node*>& into, const Value& text,
                                    std::string_view keyword, const Path& path) {
  const Value* list = text.find(keyword);
  if (list == nullptr || !list->is_list()) return;
  const Path below = path.field(keyword);
  for (std::size_t i = 0; i < list->size(); ++i) {
    into.push_back(compile(list->items()[i], below.index(i)));
  }
}

bool Compiler::absorb(Node& node, const Node* child) {
  if (child == nullptr) return false;
  const auto take = [](bool& mark, bool of_child) {
    const bool grows = !mark && of_child;
    mark = mark || of_child;
    return grows;
  };
  const bool defaults = take(node.has_defaults, child->has_defaults);
  const bool lists = take(node.has_lists, child->has_lists);
  const bool embedded = take(node.has_embedded, child->has_embedded);
  return take(node.has_rules, child->has_rules) || defaults || lists || embedded;
}

/// The marks of a node depend on those below, in a graph that may have cycles: repeated until
/// nothing changes. Children come after their parents in `nodes`, so backwards once is nearly
/// always enough.
void Compiler::settle() {
  for (Node& node : document_->nodes) {
    node.has_defaults = node.default_value.has_value();
    node.has_lists = node.list_type != Node::ListType::atomic;
    node.has_embedded = node.embedded_resource;
    const Value* rules = node.text.find("x-kubernetes-validations");
    node.has_rules = rules != nullptr && rules->size() > 0;
  }
  for (bool changed = true; changed;) {
    changed = false;
    for (auto at = document_->nodes.rbegin(); at != document_->nodes.rend(); ++at) {
      for (const Property& property : at->properties) changed |= absorb(*at, property.node);
      for (const Node* child : at->all_of) changed |= absorb(*at, child);
      changed |= absorb(*at, at->additional_schema);
      changed |= absorb(*at, at->items);
    }
  }
}

std::shared_ptr<const Document> Compiler::finish(const Node* root, const Path& path) {
  settle();
  if (root != nullptr && document_->dialect == Dialect::custom_resource) {
    document_->rules = compile_rules(*root, path, problems_);
  }
  return std::move(document_);
}

}  // namespace schema
