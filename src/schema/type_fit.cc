#include "schema/type_fit.h"

#include <algorithm>
#include <vector>

#include "schema/node.h"
#include "schema/value_checks.h"

namespace schema {
namespace {

using cel::Type;
using TypeKind = Type::Kind;
using Verdict = Fit::Verdict;

/// The node that a lone reference stands for.
const Node& resolved(const Node& node) {
  const bool reference = node.types == 0 && node.properties.empty() && node.all_of.size() == 1;
  return reference ? resolved(*node.all_of.front()) : node;
}

bool takes_anything(const Node& node) {
  return node.types == 0 && !node.int_or_string && node.properties.empty();
}

/// The TypeBits of JSON values that a value of `type` becomes; 0 where that is known at run time
/// only.
unsigned bits_of(const Type& type) {
  switch (type.kind()) {
    case TypeKind::string:
    case TypeKind::bytes:
    case TypeKind::timestamp:
    case TypeKind::duration:
    case TypeKind::type:
      return kString;
    case TypeKind::boolean:
      return kBoolean;
    case TypeKind::integer:
    case TypeKind::uinteger:
      return kInteger | kNumber;
    case TypeKind::floating:
      return kNumber;
    case TypeKind::list:
      return kArray;
    case TypeKind::map:
    case TypeKind::record:
      return kObject;
    case TypeKind::wrapper:
    case TypeKind::opaque:
    case TypeKind::dyn:
    case TypeKind::error:
    case TypeKind::null:
    case TypeKind::parameter:
      return 0;
  }
  return 0;
}

std::string plural(const Node& node) {
  switch (resolved(node).types) {
    case kString:
      return " of strings";
    case kInteger:
      return " of integers";
    case kNumber:
      return " of numbers";
    case kBoolean:
      return " of booleans";
    case kObject:
      return " of maps";
    default:
      return "";
  }
}

std::string wanted_by(const Node& node) {
  if (node.int_or_string) return "an integer or a string";
  std::string text;
  const auto add = [&](unsigned bit, const std::string& name) {
    if (allows_type(node, bit)) text += (text.empty() ? "" : " or ") + name;
  };
  add(kString, "a string");
  add(kInteger, "an integer");
  add(kNumber, "a number");
  add(kBoolean, "a boolean");
  add(kArray, "a list" + (node.items == nullptr ? "" : plural(*node.items)));
  add(kObject,
      "a map" + (node.additional_schema == nullptr ? "" : plural(*node.additional_schema)));
  return text;
}

/// `inner` as part of a value: at `step`.
Fit within(Fit inner, const std::string& step) {
  if (inner.verdict == Verdict::misfit) inner.below = step + inner.below;
  return inner;
}

Fit fit_fields(const Node& node, const Type& type) {
  for (const cel::Field& field : type.fields()) {
    const Node* child = node.child(field.key);
    if (child != nullptr) {
      Fit inner = within(fit(*child, field.type), "." + field.key);
      if (inner.verdict == Verdict::misfit) return inner;
    } else if (!node.preserve_unknown && node.additional != Node::Additional::allowed &&
               !node.properties.empty()) {
      return {Verdict::misfit, "." + field.key, "no such field", described(field.type)};
    }
  }
  return {type.open() ? Verdict::at_run_time : Verdict::fits, "", "", ""};
}

Fit fit_map(const Node& node, const Type& type) {
  if (!type.fields().empty()) return fit_fields(node, type);
  if (node.additional_schema != nullptr && node.properties.empty()) {
    return within(fit(*node.additional_schema, type.parameters()[1]), "[]");
  }
  return {node.properties.empty() ? Verdict::fits : Verdict::at_run_time, "", "", ""};
}

}  // namespace

Fit fit(const Node& given_node, const Type& type) {
  const Node& node = resolved(given_node);
  if (takes_anything(node)) return {};
  if (type.is(TypeKind::wrapper) || type.is_optional()) return fit(node, type.parameters()[0]);
  const unsigned bits = bits_of(type);
  if (bits == 0)
    return {type.is(TypeKind::null) ? Verdict::fits : Verdict::at_run_time, "", "", ""};
  const unsigned wanted = node.int_or_string ? kInteger | kString : node.types;
  if (wanted != 0 && (wanted & bits) == 0) {
    return {Verdict::misfit, "", wanted_by(node), described(type)};
  }
  if (type.is(TypeKind::list) && node.items != nullptr) {
    return within(fit(*node.items, type.parameters()[0]), "[]");
  }
  if (bits == kObject) {
    return type.is(TypeKind::record) ? fit_fields(node, type) : fit_map(node, type);
  }
  return {};
}

const Node* child_of(const Node& given_node, std::string_view key, bool resource) {
  const Node& node = resolved(given_node);
  const Node* child = node.child(key);
  if (!resource) return child;
  const bool silent = child == nullptr || (child->properties.empty() && child->all_of.empty());
  return key == "metadata" && silent ? object_meta_schema().find_property(key) : child;
}

const Node* items_of(const Node& node) { return resolved(node).items; }

bool must_have(const Node& node, std::string_view key) {
  const std::vector<std::string_view>& required = resolved(node).required;
  return std::find(required.begin(), required.end(), key) != required.end();
}

std::string described(const Type& type) {
  switch (type.kind()) {
    case TypeKind::boolean:
      return "a boolean";
    case TypeKind::integer:
      return "an integer";
    case TypeKind::uinteger:
      return "an unsigned integer";
    case TypeKind::floating:
      return "a double";
    case TypeKind::string:
      return "a string";
    case TypeKind::map:
    case TypeKind::record:
      return "a map";
    case TypeKind::list: {
      const Type& element = type.parameters()[0];
      if (element.is(TypeKind::dyn)) return "a list";
      const std::string one = described(element);
      return "a list of " + one.substr(one.find(' ') + 1) + "s";
    }
    case TypeKind::wrapper:
      return described(type.parameters()[0]) + " or null";
    default:
      return type.to_string();
  }
}

}  // namespace schema
