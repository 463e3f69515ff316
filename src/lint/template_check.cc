#include "lint/template_check.h"

#include <algorithm>
#include <optional>

#include "cel/cel.h"
#include "doc/diagnostic.h"
#include "lint/finding.h"
#include "schema/node.h"
#include "schema/type_fit.h"

namespace lint {
namespace {

using cel::Type;
using doc::Value;
using Kind = Type::Kind;

/// Where a value stands.
struct Place {
  const schema::Node* node = nullptr;  ///< Its schema; nullptr: nothing known.
  std::string path;
  bool required = false;
  bool resource = false;  ///< A Kubernetes object.
};

bool may_be_null(const Type& type) { return type.is(Kind::wrapper) || type.is_optional(); }

/// An expression in a hint, where it is short enough to be read there.
std::string quoted(const catalog::Expression& expression) {
  constexpr std::size_t kShown = 40;
  return expression.text.size() <= kShown ? expression.text : "...";
}

/// The value with everything in it at one place: that of the expression which made it.
Value all_at(const Value& value, doc::Mark mark) {
  if (value.is_list()) {
    std::vector<Value> items;
    for (const Value& item : value.items()) items.push_back(all_at(item, mark));
    return Value::list(std::move(items)).at(mark);
  }
  if (value.is_map()) {
    std::vector<doc::Entry> entries;
    for (const doc::Entry& entry : value.entries()) {
      entries.push_back({entry.key.at(mark), all_at(entry.value, mark)});
    }
    return Value::map(std::move(entries)).at(mark);
  }
  return value.at(mark);
}

/// A text whose expression has no end: that is a problem of the catalog, said already.
bool is_broken(const Value& text) {
  const std::string_view content = text.as_string();
  return content.find("${") != std::string_view::npos &&
         content.find("$${") == std::string_view::npos;
}

class TemplateCheck {
 public:
  TemplateCheck(const catalog::Template& manifest, const schema::KindSchema* known,
                std::string_view text, Expressions& expressions)
      : manifest_(manifest), known_(known), text_(text), expressions_(expressions) {}

  std::vector<Finding> run() {
    Place root;
    root.resource = true;
    if (known_ != nullptr) root.node = &known_->schema.root();
    const std::optional<Value> sample = stand_in(manifest_.source, root);
    if (known_ != nullptr && sample) against_schema(*sample);
    return std::move(findings_);
  }

 private:
  void against_schema(const Value& sample) {
    schema::ValidateOptions options;
    options.rules = stand_ins_.empty();
    if (!options.rules && known_->schema.root().has_rules) ++expressions_.rules_waiting;
    for (const schema::Violation& violation : known_->schema.validate(sample, options)) {
      const bool of_stand_in =
          std::find(stand_ins_.begin(), stand_ins_.end(), violation.mark) != stand_ins_.end();
      if (!of_stand_in) findings_.push_back(to_finding(violation, text_));
    }
  }

  /// The value with something of the right type for each expression; nullopt where null leaves it
  /// out.
  std::optional<Value> stand_in(const Value& value, const Place& place) {
    if (value.is_list()) return list(value, place);
    if (value.is_map()) return map(value, place);
    if (!value.is_string()) return value;
    const auto text =
        std::find_if(manifest_.texts.begin(), manifest_.texts.end(),
                     [&](const catalog::TemplateText& one) { return one.mark == value.mark(); });
    if (text == manifest_.texts.end() && is_broken(value)) {
      stand_ins_.push_back(value.mark());
      return value;
    }
    // Without an expression only "$${" is to be read.
    if (text == manifest_.texts.end()) return catalog::Template{value, {}}.render({}).value();
    expressions_.checked += text->expressions.size();
    const bool compiled =
        std::all_of(text->expressions.begin(), text->expressions.end(),
                    [](const catalog::Expression& one) { return one.program != nullptr; });
    if (compiled && text->whole()) return whole(value, text->expressions[0], place);
    stand_ins_.push_back(value.mark());
    if (compiled) mixed(*text, place);
    return value;
  }

  std::optional<Value> list(const Value& value, const Place& place) {
    std::vector<Value> items;
    std::size_t index = 0;
    for (const Value& item : value.items()) {
      Place below;
      below.path = place.path + "[" + std::to_string(index++) + "]";
      below.node = place.node == nullptr ? nullptr : items_of(*place.node);
      below.resource = below.node != nullptr && below.node->embedded_resource;
      if (auto stand = stand_in(item, below)) items.push_back(*std::move(stand));
    }
    return Value::list(std::move(items)).at(value.mark());
  }

  std::optional<Value> map(const Value& value, const Place& place) {
    std::vector<doc::Entry> entries;
    for (const doc::Entry& entry : value.entries()) {
      Place below;
      below.path = (place.path.empty() ? "" : place.path + ".") + std::string(entry.name());
      if (place.node != nullptr) {
        below.node = child_of(*place.node, entry.name(), place.resource);
        below.required = must_have(*place.node, entry.name());
        below.resource = below.node != nullptr && below.node->embedded_resource;
      }
      if (auto stand = stand_in(entry.value, below)) {
        entries.push_back({entry.key, *std::move(stand)});
      }
    }
    return Value::map(std::move(entries)).at(value.mark());
  }

  /// One expression and nothing around it.
  std::optional<Value> whole(const Value& value, const catalog::Expression& expression,
                             const Place& place) {
    if (expression.reads().empty()) {
      if (const auto constant = expression.evaluate({})) {
        if (constant->is_null()) return std::nullopt;
        return all_at(*constant, value.mark());
      }
    }
    stand_ins_.push_back(value.mark());
    const Type& type = expression.program->result_type();
    if (type.is(Kind::null)) return std::nullopt;
    if (may_be_null(type) && place.required) {
      report(Severity::error, expression, place.path,
             "the expression may yield null, which leaves the field out, and the field is required",
             "give it a value for null: " + quoted(expression) + " == null ? ... : ...");
    }
    if (place.node == nullptr) {
      if (type.is(Kind::dyn)) ++expressions_.at_run_time;
      return value;
    }
    const schema::Fit fit = schema::fit(*place.node, type);
    if (fit.verdict == schema::Fit::Verdict::at_run_time) ++expressions_.at_run_time;
    if (fit.verdict == schema::Fit::Verdict::misfit) misfit(fit, expression, place);
    return sample(value, type, *place.node);
  }

  void misfit(const schema::Fit& fit, const catalog::Expression& expression, const Place& place) {
    if (fit.wanted == "no such field") {
      return report(Severity::error, expression, place.path + fit.below,
                    "the expression yields a map with this field, which the schema does not have",
                    "");
    }
    report(Severity::error, expression, place.path + fit.below,
           "the expression yields " + fit.given + ", and the field takes " + fit.wanted,
           fit.below.empty() ? conversion(expression, fit) : "");
  }

  /// How to make of it what the field takes, where CEL has a word for that.
  static std::string conversion(const catalog::Expression& expression, const schema::Fit& fit) {
    const Type& type = expression.program->result_type();
    const std::string text = quoted(expression);
    const bool scalar = type.is(Kind::integer) || type.is(Kind::uinteger) ||
                        type.is(Kind::floating) || type.is(Kind::boolean);
    if (fit.wanted.starts_with("a string") && scalar) {
      return "make a string of it: string(" + text + ")";
    }
    if (fit.wanted.starts_with("an integer") && type.is(Kind::string)) {
      return "a string that holds a number: int(" + text + ")";
    }
    if (fit.wanted.starts_with("an integer") && type.is(Kind::floating)) {
      return "without its fraction: int(" + text + ")";
    }
    if (fit.wanted.starts_with("a list") && (scalar || type.is(Kind::string))) {
      return "a list of one: [" + text + "]";
    }
    return "";
  }

  /// Expressions inside a text, which becomes a string.
  void mixed(const catalog::TemplateText& text, const Place& place) {
    for (const catalog::Expression& expression : text.expressions) {
      const Type& type = expression.program->result_type();
      const bool no_text =
          type.is(Kind::list) || type.is(Kind::map) || type.is(Kind::record) || type.is(Kind::null);
      if (type.is(Kind::dyn)) ++expressions_.at_run_time;
      if (no_text) {
        report(Severity::error, expression, place.path,
               "the expression yields " + schema::described(type) +
                   ", which cannot stand inside a text",
               "let the expression alone be the value, or make a string of it");
      } else if (may_be_null(type)) {
        report(Severity::warning, expression, place.path,
               "the expression may yield null, which cannot stand inside a text",
               "give it a value for null: " + quoted(expression) + " == null ? ... : ...");
      }
    }
    if (place.node == nullptr) return;
    const schema::Fit fit = schema::fit(*place.node, Type::string());
    if (fit.verdict != schema::Fit::Verdict::misfit) return;
    report(Severity::error, text.expressions[0], place.path,
           "text with an expression in it is a string, and the field takes " + fit.wanted,
           "one ${...} with nothing around it keeps its type");
  }

  /// A value of the type, or else one that the schema takes, so that nothing around it is judged
  /// wrong.
  static Value sample(const Value& value, const Type& type, const schema::Node& node) {
    const auto is = [&](Kind kind, unsigned bit) {
      if (type.is(kind)) return true;
      return type.is(Kind::dyn) && node.types == bit;
    };
    Value sample = value;
    if (is(Kind::integer, schema::kInteger) || type.is(Kind::uinteger)) sample = Value(1);
    if (is(Kind::floating, schema::kNumber)) sample = Value(0.5);
    if (is(Kind::boolean, schema::kBoolean)) sample = Value(true);
    if (is(Kind::list, schema::kArray)) sample = Value::list({});
    if (is(Kind::map, schema::kObject) || type.is(Kind::record)) {
      sample = Value::map(std::vector<doc::Entry>());
    }
    return sample.at(value.mark());
  }

  void report(Severity severity, const catalog::Expression& expression, const std::string& path,
              const std::string& message, std::string hint) {
    findings_.push_back({severity, "expression-type", path, expression.mark,
                         column_in_characters(expression.mark, text_), path + ": " + message,
                         std::move(hint), doc::excerpt(expression.mark, text_), ""});
  }

  const catalog::Template& manifest_;
  const schema::KindSchema* known_;
  std::string_view text_;
  Expressions& expressions_;
  std::vector<doc::Mark> stand_ins_;
  std::vector<Finding> findings_;
};

}  // namespace

std::vector<Finding> check_template(const catalog::Template& manifest,
                                    const schema::KindSchema* known, std::string_view text,
                                    Expressions& expressions) {
  return TemplateCheck(manifest, known, text, expressions).run();
}

}  // namespace lint
