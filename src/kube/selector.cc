#include "kube/selector.h"

#include <algorithm>
#include <utility>

#include "kube/names.h"

namespace kube {
namespace {

using base::Error;
using base::ErrorCode;
using base::Result;
using Operator = LabelSelector::Operator;
using Requirement = LabelSelector::Requirement;

constexpr std::string_view kSpace = " \t\n\r";
constexpr std::string_view kEndOfValue = " \t\n\r,()!=";

/// The text form, read from left to right.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  Result<Requirement> requirement() {
    if (accept('!')) {
      return Requirement{TRY(word("a label key")), Operator::does_not_exist, {}};
    }
    std::string key = TRY(word("a label key"));
    skip_space();
    if (at_end() || peek() == ',') return Requirement{std::move(key), Operator::exists, {}};
    if (accept("!=")) return Requirement{std::move(key), Operator::not_in, {value()}};
    if (accept("==") || accept('=')) return Requirement{std::move(key), Operator::in, {value()}};
    const std::string op = TRY(word("an operator"));
    if (op != "in" && op != "notin") return expected("one of =, ==, !=, in, notin");
    std::vector<std::string> values = TRY(set());
    return Requirement{std::move(key), op == "in" ? Operator::in : Operator::not_in,
                       std::move(values)};
  }

  /// After a requirement: whether another one follows.
  Result<bool> comma() {
    skip_space();
    if (at_end()) return false;
    if (!accept(',')) return expected("','");
    return true;
  }

  bool blank() {
    skip_space();
    return at_end();
  }

  Error expected(std::string_view what) const {
    return Error{ErrorCode::invalid_argument,
                 "label selector '" + std::string(text_) + "': expected " + std::string(what) +
                     (at_end() ? " at the end" : " at '" + std::string(text_.substr(at_)) + "'")};
  }

 private:
  bool at_end() const { return at_ >= text_.size(); }
  char peek() const { return text_[at_]; }
  void skip_space() { at_ = std::min(text_.find_first_not_of(kSpace, at_), text_.size()); }
  bool accept(char c) {
    skip_space();
    if (at_end() || peek() != c) return false;
    ++at_;
    return true;
  }
  bool accept(std::string_view symbol) {
    skip_space();
    if (!text_.substr(at_).starts_with(symbol)) return false;
    at_ += symbol.size();
    return true;
  }
  /// Possibly empty: "a=" asks for the empty value.
  std::string value() {
    skip_space();
    const std::size_t start = at_;
    at_ = std::min(text_.find_first_of(kEndOfValue, at_), text_.size());
    return std::string(text_.substr(start, at_ - start));
  }
  Result<std::string> word(std::string_view what) {
    std::string text = value();
    if (text.empty()) return expected(what);
    return text;
  }
  Result<std::vector<std::string>> set() {
    if (!accept('(')) return expected("'('");
    std::vector<std::string> values;
    do {
      values.push_back(value());
    } while (accept(','));
    if (!accept(')')) return expected("')'");
    return values;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

const doc::Value* label(const doc::Value& labels, std::string_view key) {
  const doc::Value* value = labels.find(key);
  return value != nullptr && value->is_string() ? value : nullptr;
}

bool holds(const Requirement& requirement, const doc::Value& labels) {
  const doc::Value* value = label(labels, requirement.key);
  const auto listed = [&] {
    return std::find(requirement.values.begin(), requirement.values.end(), value->as_string()) !=
           requirement.values.end();
  };
  switch (requirement.op) {
    case Operator::in:
      return value != nullptr && listed();
    case Operator::not_in:
      return value == nullptr || !listed();
    case Operator::exists:
      return value != nullptr;
    case Operator::does_not_exist:
      return value == nullptr;
  }
  return false;
}

Result<Operator> parse_operator(std::string_view text) {
  if (text == "In") return Operator::in;
  if (text == "NotIn") return Operator::not_in;
  if (text == "Exists") return Operator::exists;
  if (text == "DoesNotExist") return Operator::does_not_exist;
  return Error{ErrorCode::invalid_argument, "'" + std::string(text) + "' is no selector operator",
               "one of In, NotIn, Exists, DoesNotExist"};
}

Result<Requirement> expression_of(const doc::Value& expression) {
  Requirement requirement{std::string(expression.string_at("key")),
                          TRY(parse_operator(expression.string_at("operator"))),
                          {}};
  const doc::Value* values = expression.find("values");
  if (values != nullptr && values->is_list()) {
    for (const doc::Value& value : values->items()) {
      if (!value.is_string()) {
        return Error{ErrorCode::invalid_argument,
                     "a value of selector key '" + requirement.key + "' is no string"};
      }
      requirement.values.emplace_back(value.as_string());
    }
  }
  return requirement;
}

}  // namespace

Result<void> LabelSelector::add(Requirement requirement) {
  TRY_WITHIN(validate_label_key(requirement.key), "label selector");
  for (const std::string& value : requirement.values) {
    TRY_WITHIN(validate_label_value(value), "label selector");
  }
  const bool takes_values = requirement.op == Operator::in || requirement.op == Operator::not_in;
  if (takes_values == requirement.values.empty()) {
    return Error{ErrorCode::invalid_argument,
                 "label selector: key '" + requirement.key +
                     (takes_values ? "' needs at least one value" : "' takes no values")};
  }
  std::sort(requirement.values.begin(), requirement.values.end());
  requirements_.push_back(std::move(requirement));
  return {};
}

Result<LabelSelector> LabelSelector::parse(std::string_view text) {
  LabelSelector selector;
  Reader reader(text);
  if (reader.blank()) return selector;
  do {
    TRY(selector.add(TRY(reader.requirement())));
  } while (TRY(reader.comma()));
  return selector;
}

Result<LabelSelector> LabelSelector::from_value(const doc::Value& selector) {
  LabelSelector result;
  if (const doc::Value* labels = selector.find("matchLabels"); labels && labels->is_map()) {
    for (const doc::Entry& entry : labels->entries()) {
      if (!entry.value.is_string()) {
        return Error{ErrorCode::invalid_argument, "label selector: the value of '" +
                                                      std::string(entry.name()) + "' is no string"};
      }
      TRY(result.add(
          {std::string(entry.name()), Operator::in, {std::string(entry.value.as_string())}}));
    }
  }
  if (const doc::Value* list = selector.find("matchExpressions"); list && list->is_list()) {
    for (const doc::Value& expression : list->items()) {
      TRY(result.add(TRY(expression_of(expression))));
    }
  }
  return result;
}

bool LabelSelector::matches(const doc::Value& labels) const {
  return std::all_of(requirements_.begin(), requirements_.end(),
                     [&](const Requirement& requirement) { return holds(requirement, labels); });
}

std::string LabelSelector::to_string() const {
  std::string text;
  for (const Requirement& requirement : requirements_) {
    if (!text.empty()) text += ",";
    if (requirement.op == Operator::does_not_exist) text += "!";
    text += requirement.key;
    if (requirement.values.empty()) continue;
    const bool in = requirement.op == Operator::in;
    if (requirement.values.size() == 1) {
      text += (in ? "=" : "!=") + requirement.values[0];
      continue;
    }
    text += in ? " in (" : " notin (";
    for (std::size_t i = 0; i < requirement.values.size(); ++i) {
      if (i > 0) text += ",";
      text += requirement.values[i];
    }
    text += ")";
  }
  return text;
}

}  // namespace kube
