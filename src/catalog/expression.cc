#include "catalog/expression.h"

#include <algorithm>

#include "cel/cel.h"
#include "doc/json.h"

namespace catalog {
namespace {

base::Error wrong(std::string message) {
  return {base::ErrorCode::failed_precondition, std::move(message)};
}

base::Result<std::string> to_text(const doc::Value& value, const Expression& expression) {
  switch (value.kind()) {
    case doc::Kind::string:
      return std::string(value.as_string());
    case doc::Kind::boolean:
    case doc::Kind::integer:
    case doc::Kind::unsigned_integer:
    case doc::Kind::number:
      return doc::to_json(value);
    case doc::Kind::null:
    case doc::Kind::list:
    case doc::Kind::map:
      break;
  }
  return wrong("${" + expression.text + "} is a " + std::string(doc::kind_name(value.kind())) +
               " and cannot stand inside a text");
}

class Renderer {
 public:
  Renderer(const std::vector<TemplateText>& texts, const Scope& scope)
      : texts_(texts), scope_(scope) {}

  base::Result<doc::Value> render(const doc::Value& value) {
    if (value.is_string()) return text(value);
    if (value.is_list()) return list(value);
    if (value.is_map()) return map(value);
    return value;
  }

 private:
  const TemplateText* find(doc::Mark mark) const {
    const auto found = std::find_if(texts_.begin(), texts_.end(),
                                    [&](const TemplateText& text) { return text.mark == mark; });
    return found == texts_.end() ? nullptr : &*found;
  }

  base::Result<doc::Value> text(const doc::Value& value) {
    const TemplateText* text = find(value.mark());
    if (text == nullptr) return unescaped(value);
    if (text->whole()) {
      const doc::Value result = TRY(text->expressions[0].evaluate(scope_));
      return result.at(value.mark());
    }
    std::string out = text->literals[0];
    for (std::size_t i = 0; i < text->expressions.size(); ++i) {
      const doc::Value part = TRY(text->expressions[i].evaluate(scope_));
      out += TRY(to_text(part, text->expressions[i]));
      out += text->literals[i + 1];
    }
    return doc::Value(out).at(value.mark());
  }

  static doc::Value unescaped(const doc::Value& value) {
    std::string out(value.as_string());
    std::size_t at = out.find("$${");
    if (at == std::string::npos) return value;
    for (; at != std::string::npos; at = out.find("$${", at + 2)) out.erase(at, 1);
    return doc::Value(out).at(value.mark());
  }

  /// Null that an expression gave, in place of a value that is to be left out.
  bool left_out(const doc::Value& source, const doc::Value& rendered) const {
    return rendered.is_null() && source.is_string();
  }

  base::Result<doc::Value> list(const doc::Value& value) {
    std::vector<doc::Value> items;
    std::size_t index = 0;
    for (const doc::Value& item : value.items()) {
      doc::Value rendered = TRY_WITHIN(render(item), "[" + std::to_string(index++) + "]");
      if (!left_out(item, rendered)) items.push_back(std::move(rendered));
    }
    return doc::Value::list(std::move(items)).at(value.mark());
  }

  base::Result<doc::Value> map(const doc::Value& value) {
    std::vector<doc::Entry> entries;
    for (const doc::Entry& entry : value.entries()) {
      doc::Value rendered = TRY_WITHIN(render(entry.value), entry.name());
      if (!left_out(entry.value, rendered)) entries.push_back({entry.key, std::move(rendered)});
    }
    return doc::Value::map(std::move(entries)).at(value.mark());
  }

  const std::vector<TemplateText>& texts_;
  const Scope& scope_;
};

}  // namespace

const doc::Value* Scope::find(std::string_view name) const {
  for (const auto& [variable, value] : variables) {
    if (variable == name) return &value;
  }
  return nullptr;
}

Scope Scope::with(std::string_view name, doc::Value value) const {
  Scope scope = *this;
  for (auto& [variable, old] : scope.variables) {
    if (variable != name) continue;
    old = std::move(value);
    return scope;
  }
  scope.variables.emplace_back(name, std::move(value));
  return scope;
}

base::Result<doc::Value> Expression::evaluate(const Scope& scope) const {
  CHECK(program != nullptr);
  cel::Bindings bindings;
  for (const auto& [name, value] : scope.variables) bindings.set(name, value);
  return program->evaluate(bindings);
}

std::vector<std::string> Expression::reads() const {
  return program == nullptr ? std::vector<std::string>() : program->variables_read();
}

bool TemplateText::whole() const {
  return expressions.size() == 1 && literals[0].empty() && literals[1].empty();
}

base::Result<doc::Value> Template::render(const Scope& scope) const {
  return Renderer(texts, scope).render(source);
}

}  // namespace catalog
