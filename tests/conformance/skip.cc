#include "conformance/skip.h"

#include <array>
#include <string_view>

#include "cel/well_known.h"

namespace conformance {
namespace {

/// Timestamp and Duration, and those messages that CEL takes for the plain values they hold.
bool names_own_type(std::string_view name) {
  name = name.substr(name.rfind('/') + 1);
  return name == "google.protobuf.Timestamp" || name == "google.protobuf.Duration" ||
         cel::well_known(name) != nullptr;
}

constexpr std::array<std::string_view, 6> kMessages = {
    "TestAllTypes",        "NestedTestAllTypes", "TestRequired",
    "google.protobuf.Any", "proto2.nested_ext",  "Proto2ExtensionScopedMessage"};
constexpr std::array<std::string_view, 3> kEnums = {"GlobalEnum", "NestedEnum", "NestedMessage"};

std::string of_expression(std::string_view expression) {
  for (const std::string_view name : kMessages) {
    if (expression.find(name) != std::string_view::npos) return "message literal or name";
  }
  for (const std::string_view name : kEnums) {
    if (expression.find(name) != std::string_view::npos) return "enum of a message";
  }
  return "";
}

std::string of_data(const doc::Value& json) {
  if (json.is_list()) {
    for (const doc::Value& item : json.items()) {
      if (std::string reason = of_data(item); !reason.empty()) return reason;
    }
  }
  if (!json.is_map()) return "";
  for (const doc::Entry& entry : json.entries()) {
    const bool is_text = entry.value.is_string();
    if (entry.name() == "message_type" && is_text && !names_own_type(entry.value.as_string())) {
      return "variable or result of a message type";
    }
    if (entry.name() == "@type" && is_text && !names_own_type(entry.value.as_string())) {
      return "message as a value";
    }
    if (entry.name() == "enum_value") return "enum of a message";
    if (std::string reason = of_data(entry.value); !reason.empty()) return reason;
  }
  return "";
}

}  // namespace

std::string reason_to_skip(const doc::Value& test) {
  std::string reason = of_expression(test.string_at("expr"));
  return reason.empty() ? of_data(test) : reason;
}

}  // namespace conformance
