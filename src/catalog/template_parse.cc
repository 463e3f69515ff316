#include "catalog/template_parse.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/strings.h"
#include "catalog/source_position.h"
#include "cel/cel.h"

namespace catalog {
namespace {

/// The end of a quoted CEL string that begins at `at` (on its quote): the offset after it.
std::size_t skip_quoted(std::string_view text, std::size_t at) {
  const std::string_view triple = text.substr(at, 3);
  const bool long_form = triple == "\"\"\"" || triple == "'''";
  const std::string_view quote = long_form ? triple : text.substr(at, 1);
  const bool raw = at > 0 && (text[at - 1] == 'r' || text[at - 1] == 'R');
  for (std::size_t i = at + quote.size(); i < text.size(); ++i) {
    if (text[i] == '\\' && !raw) {
      ++i;
    } else if (text.substr(i, quote.size()) == quote) {
      return i + quote.size();
    }
  }
  return text.size();
}

/// The pieces of `text` between the "&&" at its top, as offset and length; one where there are
/// none.
std::vector<std::pair<std::size_t, std::size_t>> split_conditions(std::string_view text) {
  std::vector<std::pair<std::size_t, std::size_t>> pieces;
  int depth = 0;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < text.size();) {
    const char c = text[i];
    if (c == '"' || c == '\'') {
      i = skip_quoted(text, i);
      continue;
    }
    if (c == '(' || c == '[' || c == '{') ++depth;
    if (c == ')' || c == ']' || c == '}') --depth;
    if (depth == 0 && (c == '?' || text.substr(i, 2) == "||")) return {{0, text.size()}};
    if (depth == 0 && text.substr(i, 2) == "&&") {
      pieces.emplace_back(begin, i - begin);
      i += 2;
      begin = i;
      continue;
    }
    ++i;
  }
  pieces.emplace_back(begin, text.size() - begin);
  return pieces;
}

/// The offset of the '}' that ends an expression beginning at `begin`; npos when there is none.
std::size_t end_of_expression(std::string_view text, std::size_t begin) {
  int depth = 0;
  for (std::size_t i = begin; i < text.size();) {
    const char c = text[i];
    if (c == '"' || c == '\'') {
      i = skip_quoted(text, i);
      continue;
    }
    if (c == '{') ++depth;
    if (c == '}' && depth-- == 0) return i;
    ++i;
  }
  return std::string_view::npos;
}

class Parser {
 public:
  Parser(const cel::Environment& environment, const doc::Source& source, Problems& problems)
      : environment_(environment), source_(source), problems_(problems) {}

  void walk(const doc::Value& value, std::vector<TemplateText>& texts) {
    if (value.is_string()) {
      TemplateText text = parse(value);
      if (!text.expressions.empty()) texts.push_back(std::move(text));
    } else if (value.is_list()) {
      for (const doc::Value& item : value.items()) walk(item, texts);
    } else if (value.is_map()) {
      for (const doc::Entry& entry : value.entries()) {
        if (entry.name().find("${") != std::string_view::npos) {
          problems_.add(source_, entry.key.mark(), "a key cannot hold an expression");
        }
        walk(entry.value, texts);
      }
    }
  }

  TemplateText parse(const doc::Value& value) {
    const std::string_view content = value.as_string();
    TemplateText text{value.mark(), {""}, {}};
    std::size_t in_file = offset_of(source_.text, value.mark());
    for (std::size_t i = 0; i < content.size();) {
      if (content.substr(i, 3) == "$${") {
        text.literals.back() += "${";
        i += 3;
        in_file = after(in_file, "$${");
        continue;
      }
      if (content.substr(i, 2) != "${") {
        text.literals.back() += content[i++];
        continue;
      }
      const std::size_t end = end_of_expression(content, i + 2);
      in_file = after(in_file, "${");
      if (end == std::string_view::npos) {
        problems_.add(source_, doc::mark_at(source_.text, in_file - 2), "'${' has no '}'",
                      "write '$${' for the two characters themselves");
        return text;
      }
      const std::string_view expression = content.substr(i + 2, end - i - 2);
      text.expressions.push_back(compile(expression, in_file));
      text.literals.emplace_back();
      in_file = follow(source_.text, in_file, expression, expression.size());
      i = end + 1;
    }
    return text;
  }

  Expression compile(std::string_view text, std::size_t in_file) {
    Expression expression{std::string(text), source_.name, doc::mark_at(source_.text, in_file),
                          nullptr};
    cel::Compiled compiled = cel::compile(text, environment_);
    for (const cel::Issue& issue : compiled.issues) {
      const std::size_t index = offset_of(text, issue.mark);
      problems_.add_in_expression(
          source_, doc::mark_at(source_.text, follow(source_.text, in_file, text, index)),
          "in the expression: " + issue.message, issue.hint);
    }
    if (compiled.program) {
      expression.program = std::make_shared<const cel::Program>(*std::move(compiled.program));
    } else if (compiled.issues.empty()) {
      problems_.add_in_expression(source_, expression.mark, "the expression does not compile");
    }
    return expression;
  }

 private:
  std::size_t after(std::size_t from, std::string_view what) const {
    const std::size_t found = source_.text.find(what, from);
    return found == std::string::npos ? from : found + what.size();
  }

  const cel::Environment& environment_;
  const doc::Source& source_;
  Problems& problems_;
};

}  // namespace

Template parse_template(const doc::Value& value, const cel::Environment& environment,
                        const doc::Source& source, Problems& problems) {
  Template result{value, {}};
  Parser(environment, source, problems).walk(value, result.texts);
  std::stable_sort(result.texts.begin(), result.texts.end(), [](const auto& a, const auto& b) {
    return std::pair(a.mark.line, a.mark.column) < std::pair(b.mark.line, b.mark.column);
  });
  return result;
}

Template parse_text_template(const doc::Value& value, const cel::Environment& environment,
                             const doc::Source& source, Problems& problems) {
  Template result = parse_template(value, environment, source, problems);
  for (const TemplateText& text : result.texts) {
    if (!text.whole() || text.expressions[0].program == nullptr) continue;
    const cel::Type& type = text.expressions[0].program->result_type();
    if (type.is(cel::Type::Kind::null) || type == cel::Type::wrapper(cel::Type::string())) continue;
    must_yield(text.expressions[0], {"the value", "a string", cel::Type::Kind::string}, source,
               problems);
  }
  return result;
}

Expression parse_expression(const doc::Value& value, const cel::Environment& environment,
                            const doc::Source& source, Problems& problems) {
  if (value.is_string()) {
    TemplateText text = Parser(environment, source, problems).parse(value);
    if (text.whole()) return std::move(text.expressions[0]);
    if (!problems.empty() && text.expressions.empty()) return {};
  }
  problems.add(source, value.mark(), "here stands exactly one expression",
               "write it as ${...}, with nothing around it");
  return {};
}

std::vector<Expression> conditions_of(const Expression& expression,
                                      const cel::Environment& environment,
                                      const doc::Source& source, Problems& problems) {
  const auto pieces = split_conditions(expression.text);
  if (pieces.size() == 1) return {expression};
  const std::string_view text = expression.text;
  const std::size_t begin = offset_of(source.text, expression.mark);
  std::vector<Expression> conditions;
  for (const auto& [at, length] : pieces) {
    conditions.push_back(
        Parser(environment, source, problems)
            .compile(base::trim(text.substr(at, length)), follow(source.text, begin, text, at)));
  }
  return conditions;
}

void must_yield(const Expression& expression, const Wanted& wanted, const doc::Source& source,
                Problems& problems) {
  if (expression.program == nullptr) return;
  const cel::Type& type = expression.program->result_type();
  if (type.is(wanted.kind) || type.is(cel::Type::Kind::dyn)) return;
  problems.add_in_expression(source, expression.mark,
                             std::string(wanted.what) + " must be " + std::string(wanted.wanted) +
                                 ", and this yields " + type.to_string());
}

Expression built_in_expression(std::string_view text, const cel::Environment& environment) {
  const doc::Source source{"<built in>", std::string(text)};
  Problems problems;
  Expression expression = Parser(environment, source, problems).compile(text, 0);
  CHECK(problems.empty());
  return expression;
}

}  // namespace catalog
