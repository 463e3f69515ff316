#include "schema/rule_types.h"

#include <algorithm>
#include <array>
#include <vector>

namespace schema {
namespace {

// apiserver pkg/apis/cel/config.go and pkg/cel/limits.go.
constexpr std::int64_t kRequestBytesMax = 3 * 1024 * 1024;
constexpr std::int64_t kStringSizeMin = 2;  // "".
constexpr std::int64_t kDurationSizeMin = 3;
constexpr std::int64_t kDurationSizeMax = 32;
constexpr std::int64_t kDateSize = 12;
constexpr std::int64_t kDateTimeSizeMin = 21;
constexpr std::int64_t kDateTimeSizeMax = 32;

std::int64_t not_negative(std::int64_t value) { return std::max<std::int64_t>(value, 0); }

RuleType sized(cel::Type type, std::int64_t size_max, std::int64_t size_min) {
  return {type.with_max_size(std::uint64_t(size_max)), size_min};
}

std::int64_t longest_enum(const Node& node) {
  std::size_t longest = 0;
  for (const doc::Value& value : node.enumeration) {
    if (value.is_string()) longest = std::max(longest, value.size());
  }
  return std::int64_t(longest);
}

RuleType string_type(const Node& node) {
  const auto of_request = kRequestBytesMax - 2;
  if (node.format_name == "byte") {
    return sized(cel::Type::bytes(), node.max_length ? not_negative(*node.max_length) : of_request,
                 kStringSizeMin);
  }
  if (node.format_name == "duration") {
    return sized(cel::Type::duration(), kDurationSizeMax, kDurationSizeMin);
  }
  if (node.format_name == "date") return sized(cel::Type::timestamp(), kDateSize, kDateSize);
  if (node.format_name == "date-time") {
    return sized(cel::Type::timestamp(), kDateTimeSizeMax, kDateTimeSizeMin);
  }
  // maxLength counts characters, sizes count bytes: four at most each.
  const std::int64_t longest = node.max_length             ? not_negative(*node.max_length) * 4
                               : !node.enumeration.empty() ? longest_enum(node)
                                                           : of_request;
  return sized(cel::Type::string(), longest, kStringSizeMin);
}

std::optional<RuleType> list_type(const Node& node) {
  if (node.items == nullptr) return std::nullopt;
  const auto items = rule_type(*node.items, node.items->embedded_resource);
  if (!items) return std::nullopt;
  const std::int64_t most = node.max_items ? not_negative(*node.max_items)
                                           : (kRequestBytesMax - 2) / (items->size_min + 1);
  return sized(cel::Type::list(items->type), most, 2);
}

std::optional<RuleType> map_type(const Node& node) {
  const Node& values = *node.additional_schema;
  const auto type = rule_type(values, values.embedded_resource);
  if (!type) return std::nullopt;
  const std::int64_t most = node.max_properties ? not_negative(*node.max_properties)
                                                : (kRequestBytesMax - 2) / (type->size_min + 6);
  // The server's estimate takes keys to have no length (pkg/cel/types.go: no MaxElements).
  return sized(cel::Type::map(cel::Type::string().with_max_size(0), type->type), most, 2);
}

RuleType record_type(const Node& node, bool resource_root) {
  std::vector<cel::Field> fields;
  std::int64_t size_min = 2;
  for (const Property& property : node.properties) {
    const bool implied =
        resource_root &&
        (property.name == "kind" || property.name == "apiVersion" || property.name == "metadata");
    if (implied) continue;
    const auto type = rule_type(*property.node, property.node->embedded_resource);
    if (!type) continue;
    if (auto name = escape_property(property.name)) {
      fields.push_back({std::move(*name), type->type, std::string(property.name)});
    }
    const bool required =
        std::find(node.required.begin(), node.required.end(), property.name) != node.required.end();
    if (required && !property.node->default_value) {
      size_min += std::int64_t(property.name.size()) + type->size_min + 4;
    }
  }
  if (resource_root) {
    const cel::Type text = cel::Type::string().with_max_size(kRequestBytesMax - 2);
    fields.push_back({"apiVersion", text});
    fields.push_back({"kind", text});
    fields.push_back(
        {"metadata", cel::Type::record("object", {{"name", text}, {"generateName", text}})});
  }
  return {cel::Type::record("object", std::move(fields)), size_min};
}

}  // namespace

std::optional<RuleType> rule_type(const Node& node, bool resource_root) {
  if (node.int_or_string) return sized(cel::Type::dyn(), kRequestBytesMax - 2, 1);
  switch (node.types) {
    case kArray:
      return list_type(node);
    case kObject:
      return node.additional_schema != nullptr ? map_type(node) : record_type(node, resource_root);
    case kString:
      return string_type(node);
    case kBoolean:
      return RuleType{cel::Type::boolean(), 4};
    case kNumber:
      return RuleType{cel::Type::floating(), 1};
    case kInteger:
      return RuleType{cel::Type::integer(), 1};
    default:
      break;
  }
  // A resource's root without a type is an object all the same.
  return resource_root ? std::optional(record_type(node, true)) : std::nullopt;
}

std::optional<std::string> escape_property(std::string_view name) {
  constexpr std::array<std::string_view, 21> kReserved = {
      "true",     "false",   "null",      "in",       "as",  "break",  "const",
      "continue", "else",    "for",       "function", "if",  "import", "let",
      "loop",     "package", "namespace", "return",   "var", "void",   "while"};
  if (name.empty() || (name.front() >= '0' && name.front() <= '9')) return std::nullopt;
  if (std::find(kReserved.begin(), kReserved.end(), name) != kReserved.end()) {
    return "__" + std::string(name) + "__";
  }
  std::string out;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (c == '_' && i + 1 < name.size() && name[i + 1] == '_') {
      out += "__underscores__";
      ++i;
    } else if (letter || c == '_') {
      out += c;
    } else if (c == '.') {
      out += "__dot__";
    } else if (c == '-') {
      out += "__dash__";
    } else if (c == '/') {
      out += "__slash__";
    } else {
      return std::nullopt;
    }
  }
  return out;
}

std::uint64_t cardinality_max(std::int64_t size_min) {
  return std::uint64_t(kRequestBytesMax / (size_min + 1));
}

}  // namespace schema
