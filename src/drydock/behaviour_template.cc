#include "drydock/behaviour_template.h"

#include "doc/diagnostic.h"
#include "doc/json.h"

namespace drydock {

using base::Error;
using base::ErrorCode;
using base::Result;
using doc::Value;

namespace {

/// The offset of the "}" that ends an expression that begins at `from`; npos when there is none.
std::size_t end_of_expression(std::string_view text, std::size_t from) {
  int depth = 0;
  char quote = 0;
  for (std::size_t i = from; i < text.size(); ++i) {
    const char c = text[i];
    if (quote != 0) {
      if (c == '\\') {
        ++i;
      } else if (c == quote) {
        quote = 0;
      }
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '{') {
      ++depth;
    } else if (c == '}' && depth-- == 0) {
      return i;
    }
  }
  return std::string_view::npos;
}

std::string text_of(const Value& value) {
  return value.is_string() ? std::string(value.as_string()) : doc::to_json(value);
}

}  // namespace

std::optional<TemplateText> cut_template(std::string_view text) {
  TemplateText cut;
  cut.literals.emplace_back();
  for (std::size_t i = 0; i < text.size();) {
    if (text.substr(i, 3) == "$${") {
      cut.literals.back() += "${";
      i += 3;
    } else if (text.substr(i, 2) == "${") {
      const std::size_t end = end_of_expression(text, i + 2);
      if (end == std::string_view::npos) return std::nullopt;
      cut.expressions.emplace_back(text.substr(i + 2, end - i - 2));
      cut.literals.emplace_back();
      i = end + 1;
    } else {
      cut.literals.back() += text[i++];
    }
  }
  return cut;
}

Result<Expression> Expression::compile(std::string_view text, const Value& place,
                                       const cel::Environment& environment,
                                       const doc::Source& source) {
  cel::Compiled compiled = cel::compile(text, environment);
  if (!compiled.program) {
    const cel::Issue& issue = compiled.issues.front();
    return doc::to_error(
        {place.mark(),
         issue.message + " (line " + std::to_string(issue.mark.line) + ", column " +
             std::to_string(issue.mark.column) + " of the expression)",
         issue.hint},
        source);
  }
  return Expression(*std::move(compiled.program),
                    source.name + ":" + std::to_string(place.mark().line));
}

Result<Value> Expression::evaluate(const cel::Bindings& bindings) const {
  return TRY_WITHIN(program_.evaluate(bindings), where_);
}

Result<bool> Expression::holds(const cel::Bindings& bindings) const {
  const Value value = TRY(evaluate(bindings));
  if (value.is_bool()) return value.as_bool();
  return Error{ErrorCode::failed_precondition,
               where_ + ": expected a bool, found a " + std::string(doc::kind_name(value.kind()))};
}

struct Template::Node {
  Value literal;  // Where there is no expression below.
  std::vector<std::pair<std::unique_ptr<Node>, std::unique_ptr<Node>>> map;  // Keys and values.
  std::vector<std::unique_ptr<Node>> list;
  std::vector<std::string> literals;    // Of a string with expressions;
  std::vector<Expression> expressions;  // see TemplateText.
};

Result<std::unique_ptr<Template::Node>> Template::compile_node(const Value& value,
                                                               const cel::Environment& environment,
                                                               const doc::Source& source) {
  auto node = std::make_unique<Node>();
  if (value.is_map()) {
    node->literal = Value::map({});
    for (const doc::Entry& entry : value.entries()) {
      auto key = TRY(compile_node(entry.key, environment, source));
      node->map.emplace_back(std::move(key), TRY(compile_node(entry.value, environment, source)));
    }
  } else if (value.is_list()) {
    node->literal = Value::list({});
    for (const Value& item : value.items()) {
      node->list.push_back(TRY(compile_node(item, environment, source)));
    }
  } else if (value.is_string()) {
    auto cut = cut_template(value.as_string());
    if (!cut) return doc::to_error({value.mark(), "'${' without its '}'"}, source);
    node->literals = std::move(cut->literals);
    for (const std::string& text : cut->expressions) {
      node->expressions.push_back(TRY(Expression::compile(text, value, environment, source)));
    }
    if (node->expressions.empty()) node->literal = Value(node->literals.front());
  } else {
    node->literal = value;
  }
  return node;
}

Result<Template> Template::compile(const Value& value, const cel::Environment& environment,
                                   const doc::Source& source) {
  return Template(TRY(compile_node(value, environment, source)));
}

Result<Value> Template::render_node(const Node& node, const cel::Bindings& bindings) {
  if (!node.expressions.empty()) {
    if (node.expressions.size() == 1 && node.literals[0].empty() && node.literals[1].empty()) {
      return node.expressions.front().evaluate(bindings);
    }
    std::string text = node.literals.front();
    for (std::size_t i = 0; i < node.expressions.size(); ++i) {
      text += text_of(TRY(node.expressions[i].evaluate(bindings))) + node.literals[i + 1];
    }
    return Value(text);
  }
  if (node.literal.is_map()) {
    std::vector<doc::Entry> entries;
    for (const auto& [key, below] : node.map) {
      const Value name = TRY(render_node(*key, bindings));
      entries.push_back({Value(text_of(name)), TRY(render_node(*below, bindings))});
    }
    return Value::map(std::move(entries));
  }
  if (node.literal.is_list()) {
    std::vector<Value> items;
    for (const auto& below : node.list) items.push_back(TRY(render_node(*below, bindings)));
    return Value::list(std::move(items));
  }
  return node.literal;
}

Result<Value> Template::render(const cel::Bindings& bindings) const {
  return render_node(*root_, bindings);
}

}  // namespace drydock
