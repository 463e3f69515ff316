#include "schema/value_checks.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/limits.h"
#include "doc/diagnostic.h"
#include "doc/json.h"
#include "schema/go_text.h"
#include "schema/path.h"

namespace schema {
namespace {

using doc::Kind;
using doc::Value;
using Type = Violation::Type;

/// JSON's name of the value's type, as kube-openapi has it, and the format that it gives Go's
/// numbers.
struct Shape {
  unsigned bit;
  std::string_view type;
  std::string_view format;
};

Shape shape_of(const Value& value) {
  switch (value.kind()) {
    case Kind::null:
      return {0, "null", ""};
    case Kind::boolean:
      return {kBoolean, "boolean", ""};
    case Kind::integer:
      return {kInteger, "integer", "int64"};
    case Kind::unsigned_integer:  // Go decodes what exceeds int64 as a float64.
    case Kind::number:
      return {kNumber, "number", "float64"};
    case Kind::string:
      return {kString, "string", ""};
    case Kind::list:
      return {kArray, "array", ""};
    case Kind::map:
      return {kObject, "object", ""};
  }
  CHECK(false);
}

/// swag.IsFloat64AJSONInteger.
bool is_json_integer(double value) {
  constexpr double kMax = 9007199254740991.0, kEpsilon = 1e-9;
  if (!(std::fabs(value) <= kMax)) return false;
  const double whole = std::trunc(value);
  if (whole == value) return true;
  return std::fabs(value - whole) / (std::fabs(value) + std::fabs(whole)) < kEpsilon;
}

double as_double(const Value& value) {
  if (value.is_int()) return double(value.as_int());
  return value.is_uint() ? double(value.as_uint()) : value.as_double();
}

std::int64_t as_int64(double value) {
  if (value >= 9223372036854775807.0) return std::numeric_limits<std::int64_t>::max();
  if (value <= -9223372036854775808.0) return std::numeric_limits<std::int64_t>::min();
  return static_cast<std::int64_t>(value);
}

std::size_t count_runes(std::string_view text) {
  return std::size_t(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

/// What came of one schema and one value. `matches` counts what kube-openapi counts, because it
/// shows the errors of the alternative that matched most.
struct Outcome {
  Violations errors;
  int matches = 0;
};

class Checker {
 public:
  explicit Checker(Dialect dialect) : dialect_(dialect) {}

  void check(const Node& node, const Value& value, const Path& path, Outcome& out) {
    if (value.is_null()) {
      if (dialect_ == Dialect::built_in) return;  // A nil Go field.
      const std::size_t before = out.errors.size();
      check_type(node, value, path, out);
      if (out.errors.size() == before) ++out.matches;
      check_enum(node, value, path, out);
      return;
    }
    check_type_and_count(node, value, path, out);
    check_combinations(node, value, path, out);
    if (value.is_string()) check_string(node, value, path, out);
    if (value.is_number()) check_number(node, value, path, out);
    if (value.is_list()) check_list(node, value, path, out);
    check_enum(node, value, path, out);
    if (value.is_map()) check_map(node, value, path, out);
    out.matches += 3;  // Combinations, enum and the schema itself.
  }

 private:
  void add(Outcome& out, const Node& node, Type type, const Path& path, const Value& at,
           std::string message) {
    out.errors.push_back(
        {type, path.dotted(), at.mark(), std::move(message), {}, node.text.mark()});
  }

  void invalid(Outcome& out, const Node& node, const Path& path, const Value& at,
               const std::string& bad, const std::string& detail) {
    add(out, node, Type::invalid, path, at,
        "Invalid value: " + bad + ": " + path.dotted() + " in body " + detail);
  }

  void wrong_type(Outcome& out, const Node& node, const Path& path, const Value& at,
                  std::string_view wanted, std::string_view found) {
    invalid(out, node, path, at, go_quoted(found),
            "must be of type " + std::string(wanted) + ": " + go_quoted(found));
    out.errors.back().type = Type::wrong_type;
  }

  void check_type_and_count(const Node& node, const Value& value, const Path& path, Outcome& out) {
    if (node.types == 0 && node.format == Format::none) return;
    const std::size_t before = out.errors.size();
    check_type(node, value, path, out);
    out.matches += out.errors.size() == before ? 2 : 1;
  }

  struct Mismatch {
    std::string_view wanted, found;
  };

  /// Whether the value is of a type that the schema does not allow.
  std::optional<Mismatch> type_mismatch(const Node& node, const Value& value) const {
    const Shape shape = shape_of(value);
    if (value.is_null()) {
      if (node.types == 0 || node.nullable) return std::nullopt;
      return Mismatch{node.type_names, shape.type};
    }
    const bool whole = shape.bit == kNumber && allows_type(node, kInteger) &&
                       is_json_integer(as_double(value)) && dialect_ == Dialect::custom_resource;
    const bool fits = allows_type(node, shape.bit) || whole ||
                      (shape.bit == kInteger && allows_type(node, kNumber));
    const bool text_like = value.is_string() || value.is_list();
    if (node.format != Format::none) {
      // kube-openapi compares formats first, and leaves strings and lists to the format's own
      // check.
      if (!text_like && !fits) return Mismatch{node.format_name, shape.format};
      if (text_like && (node.types & (kNumber | kInteger)) == 0) return std::nullopt;
    }
    // A schema with a format but no type: Go joins no types to "".
    if (!fits) return Mismatch{node.type_names, shape.type};
    return std::nullopt;
  }

  void check_type(const Node& node, const Value& value, const Path& path, Outcome& out) {
    if (const auto mismatch = type_mismatch(node, value)) {
      return wrong_type(out, node, path, value, mismatch->wanted, mismatch->found);
    }
    if (dialect_ == Dialect::built_in) check_built_in_range(node, value, path, out);
  }

  /// The Go type behind a built-in field is as narrow as its format says.
  void check_built_in_range(const Node& node, const Value& value, const Path& path, Outcome& out) {
    if (node.format_name != "int32" || !value.is_number()) return;
    const double number = as_double(value);
    if (number < -2147483648.0 || number > 2147483647.0) {
      invalid(out, node, path, value, go_bad_value(value), "must fit a 32-bit integer");
    }
  }

  void check_enum(const Node& node, const Value& value, const Path& path, Outcome& out) {
    if (node.enumeration.empty()) return;
    const bool found =
        !value.is_null() && std::find(node.enumeration.begin(), node.enumeration.end(), value) !=
                                node.enumeration.end();
    if (found) return;
    std::string supported;
    for (const Value& allowed : node.enumeration) {
      if (!supported.empty()) supported += ", ";
      supported +=
          go_quoted(allowed.is_string() ? std::string(allowed.as_string()) : doc::to_json(allowed));
    }
    add(out, node, Type::not_supported, path, value,
        "Unsupported value: " + go_bad_value(value) + ": supported values: " + supported);
    if (value.is_string()) suggest(node, value.as_string(), out.errors.back());
  }

  static void suggest(const Node& node, std::string_view word, Violation& violation) {
    std::vector<std::string_view> words;
    for (const Value& allowed : node.enumeration) {
      if (allowed.is_string()) words.push_back(allowed.as_string());
    }
    violation.hint = doc::hint_for_typo(word, words);
  }

  void check_string(const Node& node, const Value& value, const Path& path, Outcome& out) {
    const std::string_view text = value.as_string();
    ++out.matches;
    check_length_and_pattern(node, value, text, path, out);
    if (node.format == Format::none) return;
    ++out.matches;
    if (!matches(node.format, text)) {
      wrong_type(out, node, path, value, node.format_name, text);
    }
  }

  // The first of the three only, as in kube-openapi.
  void check_length_and_pattern(const Node& node, const Value& value, std::string_view text,
                                const Path& path, Outcome& out) {
    if (node.min_length || node.max_length) {
      const auto length = std::int64_t(count_runes(text));
      if (node.max_length && length > *node.max_length) {
        return add(out, node, Type::too_long, path, value,
                   "Too long: may not be more than " + std::to_string(*node.max_length) + " bytes");
      }
      if (node.min_length && length < *node.min_length) {
        return invalid(out, node, path, value, go_quoted(text),
                       "should be at least " + std::to_string(*node.min_length) + " chars long");
      }
    }
    if (node.pattern != nullptr &&
        !re2::RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), *node.pattern)) {
      invalid(out, node, path, value, go_quoted(text),
              "should match '" + std::string(node.pattern_text) + "'");
    }
  }

  void check_number(const Node& node, const Value& value, const Path& path, Outcome& out) {
    out.matches += 2;
    const Bounds& bounds = node.bounds;
    if (!bounds.multiple_of && !bounds.maximum && !bounds.minimum) return;
    // Whole numbers are compared with the bound cut to a whole number, as in kube-openapi.
    const bool whole = value.is_int();
    const auto order = [&](double bound) {
      if (whole) {
        const std::int64_t limit = as_int64(bound);
        return value.as_int() < limit ? -1 : value.as_int() > limit ? 1 : 0;
      }
      const double number = as_double(value);
      return number < bound ? -1 : number > bound ? 1 : 0;
    };
    const auto text = [&](double bound) {
      return whole ? std::to_string(as_int64(bound)) : go_number(bound);
    };
    if (bounds.multiple_of) check_multiple(node, value, path, out);
    if (bounds.maximum) {
      const int is = order(*bounds.maximum);
      if (is > 0 || (is == 0 && bounds.exclusive_maximum)) {
        invalid(out, node, path, value, go_bad_value(value),
                (bounds.exclusive_maximum ? "should be less than "
                                          : "should be less than or equal to ") +
                    text(*bounds.maximum));
      }
    }
    if (bounds.minimum) {
      const int is = order(*bounds.minimum);
      if (is < 0 || (is == 0 && bounds.exclusive_minimum)) {
        invalid(out, node, path, value, go_bad_value(value),
                (bounds.exclusive_minimum ? "should be greater than "
                                          : "should be greater than or equal to ") +
                    text(*bounds.minimum));
      }
    }
  }

  void check_multiple(const Node& node, const Value& value, const Path& path, Outcome& out) {
    const double factor = *node.bounds.multiple_of;
    const bool whole = value.is_int();
    const std::int64_t whole_factor = as_int64(factor);
    const std::string text = whole ? std::to_string(whole_factor) : go_number(factor);
    if (whole ? whole_factor <= 0 : factor <= 0) {
      return add(out, node, Type::invalid, path, value,
                 "Invalid value: " + text + ": factor MultipleOf declared for " + path.dotted() +
                     " must be positive: " + text);
    }
    const double number = as_double(value);
    const bool good = whole ? value.as_int() % whole_factor == 0
                            : is_json_integer(factor < 1 ? 1 / factor * number : number / factor);
    if (!good) {
      invalid(out, node, path, value, go_bad_value(value), "should be a multiple of " + text);
    }
  }

  void check_list(const Node& node, const Value& value, const Path& path, Outcome& out) {
    const auto items = value.items();
    if (node.items != nullptr) {
      for (std::size_t i = 0; i < items.size(); ++i) {
        check(*node.items, items[i], path.index(i), out);
      }
    }
    const auto size = std::int64_t(items.size());
    if (node.min_items && size < *node.min_items) {
      invalid(out, node, path, value, std::to_string(size),
              "should have at least " + std::to_string(*node.min_items) + " items");
    }
    if (node.max_items && size > *node.max_items) too_many(node, value, *node.max_items, path, out);
    if (node.unique_items && has_repeated(items)) {
      invalid(out, node, path, value, "\"\"", "shouldn't contain duplicates");
    }
    out.matches += 2;
  }

  void too_many(const Node& node, const Value& value, std::int64_t most, const Path& path,
                Outcome& out) {
    add(out, node, Type::too_many, path, value,
        "Too many: " + std::to_string(value.size()) + ": must have at most " +
            std::to_string(most) + " items");
  }

  static bool has_repeated(std::span<const Value> items) {
    std::vector<std::string> texts;
    for (const Value& item : items) texts.push_back(doc::to_canonical_json(item));
    std::sort(texts.begin(), texts.end());
    return std::adjacent_find(texts.begin(), texts.end()) != texts.end();
  }

  void check_map(const Node& node, const Value& value, const Path& path, Outcome& out) {
    const auto size = std::int64_t(value.size());
    if (node.min_properties && size < *node.min_properties) {
      invalid(out, node, path, value, std::to_string(size),
              "should have at least " + std::to_string(*node.min_properties) + " properties");
    }
    if (node.max_properties && size > *node.max_properties) {
      too_many(node, value, *node.max_properties, path, out);
    }
    for (const doc::Entry& entry : value.entries()) {
      if (const Node* property = node.find_property(entry.name())) {
        check(*property, entry.value, path.field(entry.name()), out);
      } else if (node.additional == Node::Additional::schema) {
        check(*node.additional_schema, entry.value, path.key(entry.name()), out);
      } else if (node.additional == Node::Additional::forbidden) {
        add(out, node, Type::invalid, path, entry.key,
            "Invalid value: " + go_quoted(entry.name()) + ": " + path.dotted() + "." +
                std::string(entry.name()) + " in body is a forbidden property");
      }
    }
    for (const std::string_view name : node.required) {
      const Value* there = value.find(name);
      const bool absent = there == nullptr || (dialect_ == Dialect::built_in && there->is_null());
      if (absent) add(out, node, Type::required, path.field(name), value, "Required value");
    }
    ++out.matches;
  }

  void check_combinations(const Node& node, const Value& value, const Path& path, Outcome& out) {
    ++out.matches;
    if (!node.any_of.empty()) check_any_of(node, value, path, out);
    if (!node.one_of.empty()) check_one_of(node, value, path, out);
    if (!node.all_of.empty()) check_all_of(node, value, path, out);
    if (node.none_of != nullptr) {
      Outcome result;
      check(*node.none_of, value, path, result);
      if (result.errors.empty()) {
        composite(node, value, path, "must not validate the schema (not)", out);
      }
    }
  }

  void composite(const Node& node, const Value& value, const Path& path, const std::string& detail,
                 Outcome& out) {
    add(out, node, Type::invalid, path, value,
        "Invalid value: \"\": " + go_quoted(path.dotted()) + " " + detail);
  }

  static void merge(Outcome& out, Outcome&& other) {
    std::move(other.errors.begin(), other.errors.end(), std::back_inserter(out.errors));
    out.matches += other.matches;
  }

  /// The good alternative of "an integer or a string": where only one is of the value's type, and
  /// good, the errors of the others need not be worded. False where that does not decide.
  bool check_only_of_type(const std::vector<const Node*>& alternatives, const Value& value,
                          const Path& path, Outcome& out) {
    if (value.is_null()) return false;
    const auto fits = [&](const Node* one) { return !type_mismatch(*one, value); };
    const auto only = std::find_if(alternatives.begin(), alternatives.end(), fits);
    if (only == alternatives.end() || std::any_of(only + 1, alternatives.end(), fits)) return false;
    Outcome result;
    check(**only, value, path, result);
    if (!result.errors.empty()) return false;
    merge(out, std::move(result));
    return true;
  }

  void check_any_of(const Node& node, const Value& value, const Path& path, Outcome& out) {
    if (check_only_of_type(node.any_of, value, path, out)) return;
    std::optional<Outcome> best;
    for (const Node* alternative : node.any_of) {
      Outcome result;
      check(*alternative, value, path, result);
      if (result.errors.empty()) return merge(out, std::move(result));
      if (!best || result.matches > best->matches) best = std::move(result);
    }
    composite(node, value, path, "must validate at least one schema (anyOf)", out);
    merge(out, std::move(*best));
  }

  void check_one_of(const Node& node, const Value& value, const Path& path, Outcome& out) {
    if (check_only_of_type(node.one_of, value, path, out)) return;
    std::optional<Outcome> best, first_good;
    int good = 0;
    for (const Node* alternative : node.one_of) {
      Outcome result;
      check(*alternative, value, path, result);
      if (result.errors.empty()) {
        if (good++ == 0) first_good = std::move(result);
        best.reset();
      } else if (good == 0 && (!best || result.matches > best->matches)) {
        best = std::move(result);
      }
    }
    if (good == 1) return merge(out, std::move(*first_good));
    composite(node, value, path,
              "must validate one and only one schema (oneOf). " +
                  (good == 0 ? std::string("Found none valid")
                             : "Found " + std::to_string(good) + " valid alternatives"),
              out);
    if (best) merge(out, std::move(*best));
  }

  void check_all_of(const Node& node, const Value& value, const Path& path, Outcome& out) {
    std::size_t good = 0;
    for (const Node* part : node.all_of) {
      Outcome result;
      check(*part, value, path, result);
      if (result.errors.empty()) ++good;
      merge(out, std::move(result));
    }
    if (good == node.all_of.size()) return;
    composite(node, value, path,
              std::string("must validate all the schemas (allOf)") +
                  (good == 0 ? ". None validated" : ""),
              out);
  }

  const Dialect dialect_;
};

/// Keeps the first of equal ones: combinations say the same thing more than once.
void drop_repeated(Violations& violations) {
  Violations kept;
  for (Violation& violation : violations) {
    const bool there = std::any_of(kept.begin(), kept.end(), [&](const Violation& other) {
      return other.path == violation.path && other.message == violation.message;
    });
    if (!there) kept.push_back(std::move(violation));
  }
  violations = std::move(kept);
}

}  // namespace

void check_values(const Node& root, Dialect dialect, const Value& value, const Path& path,
                  Violations& out) {
  Outcome outcome;
  Checker(dialect).check(root, value, path, outcome);
  if (outcome.errors.size() > 1) drop_repeated(outcome.errors);
  std::move(outcome.errors.begin(), outcome.errors.end(), std::back_inserter(out));
}

}  // namespace schema
