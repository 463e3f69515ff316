#include <algorithm>

#include "base/strings.h"
#include "schema/go_text.h"
#include "schema/rules.h"

namespace schema {
namespace {

using doc::Value;
using Type = Violation::Type;

// apiserver pkg/apis/cel/config.go.
constexpr std::uint64_t kCallCostMax = 1'000'000;
constexpr std::int64_t kRequestCostMax = 10'000'000;
constexpr std::size_t kMessageBytesMax = 5 * 1024;

const Value* child_of(const Value* map, std::string_view name) {
  return map != nullptr ? map->find(name) : nullptr;
}

/// The item of `old` with the same keys as `item`; nullptr when the list is no map list, or has
/// none.
const Value* old_item(const Node& node, const Value* old, const Value& item) {
  if (old == nullptr || !old->is_list() || node.list_type != Node::ListType::map) return nullptr;
  for (const Value& candidate : old->items()) {
    const bool same = std::all_of(node.list_map_keys.begin(), node.list_map_keys.end(),
                                  [&](std::string_view key) {
                                    const Value *a = item.find(key), *b = candidate.find(key);
                                    return a == nullptr || b == nullptr ? a == b : *a == *b;
                                  });
    if (same) return &candidate;
  }
  return nullptr;
}

/// Where cel names the text that it cannot read and cel-go does not.
std::string as_cel_go_says(const std::string& message) {
  constexpr std::string_view kConversion = "type conversion error from 'string' to ";
  if (message.starts_with("invalid duration: ")) {
    return std::string(kConversion) + "'google.protobuf.Duration'";
  }
  if (message.starts_with("invalid timestamp: ")) {
    return std::string(kConversion) + "'google.protobuf.Timestamp'";
  }
  return message;
}

class RuleChecker {
 public:
  RuleChecker(const RuleTable& table, Violations& out) : table_(table), out_(out) {}

  void check(const Node& node, const Value& value, const Value* old, const Path& path) {
    if (!node.has_rules || value.is_null() || exhausted_) return;
    if (const auto rules = table_.find(&node); rules != table_.end()) {
      for (const Rule& rule : rules->second.rules) {
        if (!exhausted_) check_rule(node, rule, value, old, path);
      }
    }
    if (value.is_list() && node.items != nullptr) {
      for (std::size_t i = 0; i < value.size(); ++i) {
        const Value& item = value.items()[i];
        check(*node.items, item, old_item(node, old, item), path.index(i));
      }
    } else if (value.is_map()) {
      for (const doc::Entry& entry : value.entries()) {
        const Value* before = child_of(old, entry.name());
        if (const Node* property = node.find_property(entry.name())) {
          check(*property, entry.value, before, path.field(entry.name()));
        } else if (node.additional_schema != nullptr) {
          check(*node.additional_schema, entry.value, before, path.key(entry.name()));
        }
      }
    }
  }

 private:
  void add(Type type, const Node& node, const Rule& rule, const Value& value, std::string path,
           const std::string& detail) {
    std::string message;
    const std::string bad = go_quoted(node.type_names);  // Of an object it names the type.
    switch (type) {
      case Type::forbidden:
        message = "Forbidden: " + detail;
        break;
      case Type::required:
        message = "Required value: " + detail;
        break;
      case Type::duplicate:
        message = "Duplicate value: " + bad;
        break;
      default:
        message = "Invalid value: " + bad + ": " + detail;
    }
    out_.push_back({type, std::move(path), value.mark(), std::move(message), {}, rule.mark});
  }

  void invalid(const Node& node, const Rule& rule, const Value& value, const Path& path,
               const std::string& detail) {
    add(Type::invalid, node, rule, value, path.bracketed(), detail);
  }

  void exhaust(const Node& node, const Rule& rule, const Value& value, const Path& path,
               const std::string& detail) {
    exhausted_ = true;
    invalid(node, rule, value, path, detail);
  }

  static std::string name_of(const Rule& rule) {
    return rule.message.empty() ? rule.text : rule.message;
  }

  void check_rule(const Node& node, const Rule& rule, const Value& value, const Value* old,
                  const Path& path) {
    if (!rule.compile_error.empty()) {
      return invalid(node, rule, value, path, "rule compile error: " + rule.compile_error);
    }
    if (!rule.program) return;
    if (rule.uses_old_self && old == nullptr && !rule.optional_old_self) return;
    cel::Bindings bindings{{"self", value}};
    if (old != nullptr) bindings.set("oldSelf", *old);
    cel::Usage usage;
    const auto result = rule.program->evaluate(bindings, {kCallCostMax}, &usage);
    if (!spend(usage.cost)) {
      return exhaust(node, rule, value, path,
                     "validation failed due to running out of cost budget, no further validation "
                     "rules will be run");
    }
    if (!result) return report_error(node, rule, value, path, result.error());
    if (result->is_bool() && result->as_bool()) return;
    report_failure(node, rule, value, bindings, path);
  }

  bool spend(std::uint64_t cost) {
    if (cost > std::uint64_t(budget_)) return false;
    budget_ -= std::int64_t(cost);
    return true;
  }

  void report_error(const Node& node, const Rule& rule, const Value& value, const Path& path,
                    const base::Error& error) {
    if (error.code == base::ErrorCode::resource_exhausted) {
      return exhaust(
          node, rule, value, path,
          "'operation cancelled: actual cost limit exceeded': no further validation rules "
          "will be run due to call cost exceeds limit for rule: " +
              name_of(rule));
    }
    if (error.message.starts_with("no such overload")) {
      return invalid(node, rule, value, path,
                     "'" + error.message +
                         "': call arguments did not match a supported operator, function or macro "
                         "signature for rule: " +
                         name_of(rule));
    }
    invalid(node, rule, value, path,
            as_cel_go_says(error.message) + " evaluating rule: " + name_of(rule));
  }

  void report_failure(const Node& node, const Rule& rule, const Value& value,
                      const cel::Bindings& bindings, const Path& path) {
    std::string place = path.bracketed();
    if (!rule.field_path.empty()) {
      if (!place.empty()) place += '.';
      place += rule.field_path;
    }
    std::string detail = rule.message.empty() ? "failed rule: " + rule.text : rule.message;
    if (rule.message_program) {
      if (auto text = evaluate_message(rule, bindings)) detail = std::move(*text);
    }
    Type type = Type::invalid;
    if (rule.reason == "FieldValueForbidden") type = Type::forbidden;
    if (rule.reason == "FieldValueRequired") type = Type::required;
    if (rule.reason == "FieldValueDuplicate") type = Type::duplicate;
    add(type, node, rule, value, std::move(place), detail);
  }

  /// nullopt: the server falls back to the rule's own words.
  std::optional<std::string> evaluate_message(const Rule& rule, const cel::Bindings& bindings) {
    cel::Usage usage;
    const auto result = rule.message_program->evaluate(bindings, {kCallCostMax}, &usage);
    if (!spend(usage.cost)) {
      exhausted_ = true;
      return "messageExpression evaluation failed due to running out of cost budget, no further "
             "validation rules will be run";
    }
    if (!result || !result->is_string()) return std::nullopt;
    const std::string_view text = base::trim(result->as_string());
    if (text.empty() || text.size() > kMessageBytesMax || text.find('\n') != text.npos) {
      return std::nullopt;
    }
    return std::string(text);
  }

  const RuleTable& table_;
  Violations& out_;
  std::int64_t budget_ = kRequestCostMax;
  bool exhausted_ = false;
};

}  // namespace

void check_rules(const Node& root, const RuleTable& table, const Value& value, const Value* old,
                 Violations& out) {
  RuleChecker(table, out).check(root, value, old, Path());
}

}  // namespace schema
