#include <algorithm>

#include "base/strings.h"
#include "schema/go_text.h"
#include "schema/rule_types.h"
#include "schema/rules.h"

namespace schema {
namespace {

using doc::Value;

// apiextensions apis/apiextensions/validation: StaticEstimatedCostLimit,
// StaticEstimatedCRDCostLimit.
constexpr std::uint64_t kRuleCostMax = 10'000'000;
constexpr std::uint64_t kSchemaCostMax = 100'000'000;

/// Our estimate agrees with the server's to a factor of two on the rules of real CRDs. A refusal
/// that the server would not pronounce is worse than one that only the server pronounces: so only
/// what is beyond doubt.
bool is_beyond(std::uint64_t cost, std::uint64_t most) { return cost / 2 > most; }

std::uint64_t multiplied(std::uint64_t a, std::uint64_t b) {
  std::uint64_t product = 0;
  return __builtin_mul_overflow(a, b, &product) ? ~std::uint64_t{0} : product;
}

std::uint64_t added(std::uint64_t a, std::uint64_t b) {
  std::uint64_t sum = 0;
  return __builtin_add_overflow(a, b, &sum) ? ~std::uint64_t{0} : sum;
}

/// validation.getCostErrorMessage.
std::string too_costly(const char* what, std::uint64_t cost, std::uint64_t most) {
  const double factor = double(cost) / double(most);
  std::string by;
  if (factor > 100) {
    by = "more than 100x";
  } else {
    by = go_number(double(std::int64_t(factor * 10 + 0.5)) / 10) + "x";
  }
  return std::string("Forbidden: ") + what + " exceeds budget by factor of " + by +
         " (try simplifying the rule, or adding maxItems, maxProperties, and maxLength where "
         "arrays, "
         "maps, and strings are declared)";
}

/// The compiled form of a fieldPath (".a.b", "['a']", "a" is wrong): "a.b". nullopt where it leads
/// nowhere in the schema.
class FieldPath {
 public:
  static std::optional<std::string> read(std::string_view text, const Node& node) {
    FieldPath reader(text, node);
    while (!reader.rest_.empty()) {
      const bool good = reader.rest_.front() == '.'   ? reader.take_name()
                        : reader.rest_.front() == '[' ? reader.take_bracket()
                                                      : false;
      if (!good) return std::nullopt;
    }
    return reader.out_;
  }

 private:
  FieldPath(std::string_view text, const Node& node) : rest_(text), node_(&node) {}

  bool take_name() {
    rest_.remove_prefix(1);
    const std::size_t end = std::min(rest_.find_first_of(".[]"), rest_.size());
    if (end == 0) return false;
    const bool good = step(rest_.substr(0, end));
    rest_.remove_prefix(end);
    return good;
  }

  bool take_bracket() {
    if (!rest_.starts_with("['")) return false;
    rest_.remove_prefix(2);
    std::string name;
    for (; !rest_.empty() && rest_.front() != '\''; rest_.remove_prefix(1)) {
      if (rest_.front() == '\\') {
        rest_.remove_prefix(1);
        constexpr std::string_view kNames = "abfnrtv'\\", kCharacters = "\a\b\f\n\r\t\v'\\";
        const std::size_t index = rest_.empty() ? kNames.npos : kNames.find(rest_.front());
        if (index == kNames.npos) return false;
        name += kCharacters[index];
      } else {
        name += rest_.front();
      }
    }
    if (!rest_.starts_with("']")) return false;
    rest_.remove_prefix(2);
    return step(name);
  }

  bool step(std::string_view name) {
    if (node_ == nullptr) return false;
    if (!node_->properties.empty()) {
      node_ = node_->find_property(name);
      if (node_ == nullptr) return false;
      if (!out_.empty()) out_ += '.';
      out_ += name;
      return true;
    }
    if (node_->additional == Node::Additional::unsaid) return false;
    node_ = node_->additional_schema;
    out_ += "[" + std::string(name) + "]";
    return true;
  }

  std::string_view rest_;
  const Node* node_;
  std::string out_;
};

bool reads_old_self(const cel::Program& program) {
  const auto names = program.variables_read();
  return std::any_of(names.begin(), names.end(), [](const std::string& name) {
    return name == "oldSelf" || name.starts_with("oldSelf.");
  });
}

/// How often a place of the schema can occur in an object; nullopt: no bound but the request's
/// size.
using Cardinality = std::optional<std::uint64_t>;

class RuleCompiler {
 public:
  explicit RuleCompiler(Violations& problems) : problems_(problems) {}

  void compile(const Node& node, const Path& path, bool resource_root, Cardinality times,
               bool comparable) {
    if (!node.has_rules) return;
    const Value* rules = node.text.find("x-kubernetes-validations");
    if (rules != nullptr && rules->is_list() && rules->size() > 0) {
      compile_here(node, *rules, path, resource_root, times, comparable);
    }
    const Path below = path.field("properties");
    const bool map_comparable = comparable;
    for (const Property& property : node.properties) {
      compile(*property.node, below.key(property.name), property.node->embedded_resource, times,
              map_comparable);
    }
    if (node.additional_schema != nullptr) {
      compile(*node.additional_schema, path.field("additionalProperties"),
              node.additional_schema->embedded_resource, more(times, node.max_properties),
              comparable);
    }
    if (node.items != nullptr) {
      compile(*node.items, path.field("items"), node.items->embedded_resource,
              more(times, node.max_items), comparable && node.list_type == Node::ListType::map);
    }
  }

  void check_total(const Path& path, const Node& root) {
    if (!is_beyond(total_, kSchemaCostMax)) return;
    add(path, root.text,
        too_costly("x-kubernetes-validations estimated rule cost total for entire "
                   "OpenAPIv3 schema",
                   total_, kSchemaCostMax));
  }

  RuleTable take() { return std::move(table_); }

 private:
  static Cardinality more(Cardinality times, std::optional<std::int64_t> most) {
    if (!times || !most) return std::nullopt;
    return multiplied(*times, std::uint64_t(std::max<std::int64_t>(*most, 0)));
  }

  void add(const Path& path, const Value& at, std::string message, std::string hint = {}) {
    problems_.push_back({Violation::Type::bad_schema, path.bracketed(), at.mark(),
                         std::move(message), std::move(hint), at.mark()});
  }

  void compile_here(const Node& node, const Value& list, const Path& path, bool resource_root,
                    Cardinality times, bool comparable) {
    const auto type = rule_type(node, resource_root);
    const Path at = path.field("x-kubernetes-validations");
    if (!type) {
      return add(at, list,
                 "Internal error: failed to construct type information for "
                 "x-kubernetes-validations rules: the schema's values cannot be seen by rules");
    }
    const std::uint64_t often = times ? *times : cardinality_max(type->size_min);
    Rules& rules = table_[&node];
    for (std::size_t i = 0; i < list.size(); ++i) {
      const Path here = at.index(i);
      Rule rule;
      if (check_words(list.items()[i], here, node, rule)) {
        compile_one(list.items()[i], here, *type, often, comparable, rule);
      }
      rules.rules.push_back(std::move(rule));
    }
  }

  /// What can be said about a rule without its expression; false where there is none.
  bool check_words(const Value& text, const Path& path, const Node& node, Rule& rule) {
    rule.mark = text.mark();
    rule.text = base::trim(text.string_at("rule"));
    rule.message = base::trim(text.string_at("message"));
    rule.reason = text.string_at("reason");
    const bool said = !text.string_at("message").empty();
    if (rule.text.empty()) {
      add(path.field("rule"), text, "Required value: rule is not specified");
      return false;
    }
    if (said && rule.message.empty()) {
      add(path.field("message"), text,
          "Invalid value: " + go_quoted(text.string_at("message")) +
              ": message must be non-empty if specified");
    } else if (rule.message.find('\n') != std::string::npos) {
      add(path.field("message"), text,
          "Invalid value: " + go_quoted(text.string_at("message")) +
              ": message must not contain line breaks");
    } else if (!said && rule.text.find('\n') != std::string::npos) {
      add(path.field("message"), text,
          "Required value: message must be specified if rule contains line breaks");
    }
    const std::string_view reasons[] = {"FieldValueRequired", "FieldValueForbidden",
                                        "FieldValueInvalid", "FieldValueDuplicate"};
    if (!rule.reason.empty() &&
        std::find(std::begin(reasons), std::end(reasons), rule.reason) == std::end(reasons)) {
      add(path.field("reason"), text,
          "Unsupported value: " + go_quoted(rule.reason) +
              ": supported values: \"FieldValueDuplicate\", \"FieldValueForbidden\", "
              "\"FieldValueInvalid\", \"FieldValueRequired\"");
    }
    if (const std::string_view field = text.string_at("fieldPath"); !field.empty()) {
      if (auto read = FieldPath::read(field, node)) {
        rule.field_path = std::move(*read);
      } else {
        add(path.field("fieldPath"), text,
            "Invalid value: " + go_quoted(field) + ": fieldPath must be a valid path");
      }
    }
    return true;
  }

  void compile_one(const Value& text, const Path& path, const RuleType& type, std::uint64_t often,
                   bool comparable, Rule& rule) {
    const Value* optional = text.find("optionalOldSelf");
    rule.optional_old_self = optional != nullptr && optional->is_bool() && optional->as_bool();
    const cel::Environment environment =
        cel::Environment::kubernetes()
            .with_variable("self", type.type)
            .with_variable("oldSelf",
                           rule.optional_old_self ? cel::Type::optional(type.type) : type.type);
    auto compiled = cel::compile(text.string_at("rule"), environment);
    if (!compiled.program) {
      rule.compile_error = "compilation failed: " + describe(compiled.issues);
    } else if (!compiled.program->result_type().is(cel::Type::Kind::boolean)) {
      rule.compile_error = "cel expression must evaluate to a bool";
    }
    if (!rule.compile_error.empty()) {
      return add(path.field("rule"), *text.find("rule"),
                 "Invalid value: " + go_quoted(rule.text) + ": " + rule.compile_error,
                 compiled.issues.empty() ? "" : compiled.issues.front().hint);
    }
    rule.program = std::move(compiled.program);
    observe(*rule.program, "estimated rule cost", path.field("rule"), text, often);
    rule.uses_old_self = reads_old_self(*rule.program);
    if (rule.uses_old_self && !comparable) {
      add(path.field("rule"), text,
          "Invalid value: " + go_quoted(rule.text) +
              ": oldSelf cannot be used on the uncorrelatable portion of the schema");
    } else if (!rule.uses_old_self && optional != nullptr) {
      add(path.field("optionalOldSelf"), *optional,
          "Invalid value: " + go_bad_value(*optional) +
              ": may not be set if oldSelf is not used in rule");
    }
    compile_message(text, path, environment, often, rule);
  }

  void compile_message(const Value& text, const Path& path, const cel::Environment& environment,
                       std::uint64_t often, Rule& rule) {
    const Value* expression = text.find("messageExpression");
    if (expression == nullptr || !expression->is_string() || expression->size() == 0) return;
    const Path at = path.field("messageExpression");
    if (base::trim(expression->as_string()).empty()) {
      return add(at, *expression,
                 "Required value: messageExpression must be non-empty if specified");
    }
    auto compiled = cel::compile(expression->as_string(), environment);
    std::string error;
    if (!compiled.program) {
      error = "messageExpression compilation failed: " + describe(compiled.issues);
    } else if (!compiled.program->result_type().is(cel::Type::Kind::string)) {
      error = "messageExpression must evaluate to a string";
    }
    if (!error.empty()) {
      return add(at, *expression,
                 "Invalid value: " + go_quoted(expression->as_string()) + ": " + error,
                 compiled.issues.empty() ? "" : compiled.issues.front().hint);
    }
    rule.message_program = std::move(compiled.program);
    observe(*rule.message_program, "estimated messageExpression cost", at, *expression, often);
  }

  void observe(const cel::Program& program, const char* what, const Path& path, const Value& at,
               std::uint64_t often) {
    const std::uint64_t cost = multiplied(program.estimated_cost().max, often);
    if (is_beyond(cost, kRuleCostMax)) add(path, at, too_costly(what, cost, kRuleCostMax));
    total_ = added(total_, cost);
  }

  static std::string describe(const std::vector<cel::Issue>& issues) {
    std::string text;
    for (const cel::Issue& issue : issues) {
      if (!text.empty()) text += "; ";
      text += std::to_string(issue.mark.line) + ":" + std::to_string(issue.mark.column) + ": " +
              issue.message;
    }
    return text;
  }

  Violations& problems_;
  RuleTable table_;
  std::uint64_t total_ = 0;
};

}  // namespace

RuleTable compile_rules(const Node& root, const Path& path, Violations& problems) {
  if (!root.has_rules) return {};
  RuleCompiler compiler(problems);
  compiler.compile(root, path, true, 1, true);
  compiler.check_total(path, root);
  return compiler.take();
}

}  // namespace schema
