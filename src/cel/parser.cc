#include "cel/parser.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

#include "base/limits.h"
#include "cel/ast_build.h"
#include "cel/lexer.h"
#include "cel/macros.h"

namespace cel {
namespace {

constexpr std::array<std::string_view, 17> kReserved = {
    "as",  "break", "const",   "continue",  "else",   "for", "function", "if",   "import",
    "let", "loop",  "package", "namespace", "return", "var", "void",     "while"};

bool reserved(std::string_view name) {
  return std::find(kReserved.begin(), kReserved.end(), name) != kReserved.end();
}

/// Words that are tokens of their own and so no field names either.
bool keyword(std::string_view name) {
  return name == "in" || name == "true" || name == "false" || name == "null";
}

struct Level {
  std::array<std::pair<std::string_view, std::string_view>, 7> operators;  ///< symbol, function
};

constexpr std::array<Level, 3> kLevels = {{
    {{{{"==", "_==_"},
       {"!=", "_!=_"},
       {"<", "_<_"},
       {"<=", "_<=_"},
       {">", "_>_"},
       {">=", "_>=_"},
       {"in", "@in"}}}},
    {{{{"+", "_+_"}, {"-", "_-_"}}}},
    {{{{"*", "_*_"}, {"/", "_/_"}, {"%", "_%_"}}}},
}};

/// Recursive descent over the grammar of cel-spec (doc/langdef.md, "Syntax"). After the first
/// problem every function returns null.
class Parser {
 public:
  Parser(std::string_view source, std::vector<Token> tokens, bool macros)
      : source_(source), tokens_(std::move(tokens)), macros_(macros) {}

  Parsed run() {
    ExprPtr expr = expression();
    if (expr && peek().kind != TokenKind::end) expr = unexpected("");
    return {issues_.empty() ? std::move(expr) : nullptr, std::move(issues_)};
  }

 private:
  const Token& peek() const { return tokens_[at_]; }
  const Token& take() { return tokens_[at_ + 1 < tokens_.size() ? at_++ : at_]; }
  bool is_symbol(std::string_view text) const {
    return peek().kind == TokenKind::symbol && peek().text == text;
  }
  bool take_symbol(std::string_view text) {
    if (!is_symbol(text)) return false;
    take();
    return true;
  }

  ExprPtr fail(std::size_t offset, std::string message) {
    if (issues_.empty()) issues_.push_back({mark_of(source_, offset), std::move(message), {}});
    return nullptr;
  }
  ExprPtr unexpected(std::string_view expected) {
    std::string message = peek().kind == TokenKind::end
                              ? "Syntax error: the expression ends here"
                              : "Syntax error: unexpected '" + std::string(peek().text) + "'";
    if (!expected.empty()) message += ", expected " + std::string(expected);
    return fail(peek().offset, std::move(message));
  }
  bool expect(std::string_view symbol) {
    if (take_symbol(symbol)) return true;
    unexpected("'" + std::string(symbol) + "'");
    return false;
  }
  /// Every node passes here, so that nothing downstream recurses too deep.
  ExprPtr checked(ExprPtr expr) {
    if (expr && expr->depth > base::limits::kCelDepthMax) {
      return fail(expr->offset, "expression recursion limit exceeded: " +
                                    std::to_string(base::limits::kCelDepthMax));
    }
    return expr;
  }

  ExprPtr expression() {
    if (depth_ >= base::limits::kCelDepthMax) {
      return fail(peek().offset, "expression recursion limit exceeded: " +
                                     std::to_string(base::limits::kCelDepthMax));
    }
    ++depth_;
    ExprPtr expr = conditional();
    --depth_;
    return expr;
  }

  ExprPtr conditional() {
    ExprPtr condition = logical("||", "_||_");
    if (!condition || !is_symbol("?")) return condition;
    const std::uint32_t offset = take().offset;
    ExprPtr then = logical("||", "_||_");
    if (!then || !expect(":")) return nullptr;
    ExprPtr otherwise = expression();
    if (!otherwise) return nullptr;
    return checked(make_expr(Expr::Kind::call, offset, "_?_:_",
                             exprs(std::move(condition), std::move(then), std::move(otherwise))));
  }

  /// A chain of && or ||, as a balanced tree: its depth is the logarithm of its length.
  ExprPtr logical(std::string_view symbol, std::string_view function) {
    std::vector<ExprPtr> terms;
    std::vector<std::uint32_t> offsets;
    do {
      terms.push_back(symbol == "||" ? logical("&&", "_&&_") : binary(0));
      if (!terms.back()) return nullptr;
      offsets.push_back(peek().offset);
    } while (take_symbol(symbol));
    return balanced(terms, offsets, 0, terms.size(), function);
  }
  ExprPtr balanced(std::vector<ExprPtr>& terms, const std::vector<std::uint32_t>& offsets,
                   std::size_t begin, std::size_t end, std::string_view function) {
    if (end - begin == 1) return std::move(terms[begin]);
    const std::size_t middle = (begin + end + 1) / 2;
    ExprPtr left = balanced(terms, offsets, begin, middle, function);
    ExprPtr right = balanced(terms, offsets, middle, end, function);
    if (!left || !right) return nullptr;
    return checked(make_expr(Expr::Kind::call, offsets[middle - 1], std::string(function),
                             exprs(std::move(left), std::move(right))));
  }

  std::string_view operator_at(std::size_t level) const {
    const Token& token = peek();
    if (token.kind != TokenKind::symbol && token.kind != TokenKind::identifier) return "";
    for (const auto& [symbol, function] : kLevels[level].operators) {
      if (!symbol.empty() && symbol == token.text) return function;
    }
    return "";
  }
  ExprPtr binary(std::size_t level) {
    if (level == kLevels.size()) return unary();
    ExprPtr left = binary(level + 1);
    while (left) {
      const std::string_view function = operator_at(level);
      if (function.empty()) break;
      const std::uint32_t offset = take().offset;
      ExprPtr right = binary(level + 1);
      if (!right) return nullptr;
      left = checked(make_expr(Expr::Kind::call, offset, std::string(function),
                               exprs(std::move(left), std::move(right))));
    }
    return left;
  }

  ExprPtr unary() {
    if (!is_symbol("!") && !is_symbol("-")) return member();
    const std::string symbol(peek().text);
    const std::uint32_t offset = peek().offset;
    std::size_t count = 0;
    while (is_symbol(symbol)) {
      if (symbol == "-" && count == 0 && is_number(at_ + 1)) return member();
      take();
      ++count;
    }
    ExprPtr operand = member();
    if (!operand || count % 2 == 0) return operand;
    return checked(make_expr(Expr::Kind::call, offset, symbol == "!" ? "!_" : "-_",
                             exprs(std::move(operand))));
  }
  bool is_number(std::size_t index) const {
    const TokenKind kind = tokens_[std::min(index, tokens_.size() - 1)].kind;
    return kind == TokenKind::integer || kind == TokenKind::floating;
  }

  ExprPtr member() {
    ExprPtr expr = primary();
    while (expr) {
      if (is_symbol(".")) {
        expr = selection(std::move(expr));
      } else if (is_symbol("[")) {
        expr = index(std::move(expr));
      } else if (is_symbol("{") && !qualified_name(*expr).empty()) {
        expr = structure(std::move(expr));
      } else {
        break;
      }
    }
    return expr;
  }

  ExprPtr selection(ExprPtr operand) {
    take();
    const bool optional = take_symbol("?");
    const Token& name = peek();
    const bool quoted = name.kind == TokenKind::quoted_identifier;
    if (!quoted && (name.kind != TokenKind::identifier || keyword(name.text))) {
      return unexpected("a field name");
    }
    take();
    std::string text = quoted ? name.value : std::string(name.text);
    if (!quoted && !optional && is_symbol("(")) {
      take();
      std::vector<ExprPtr> args = exprs(std::move(operand));
      if (!arguments(args, ")")) return nullptr;
      return call(make_receiver_call(name.offset, std::move(text), std::move(args)));
    }
    ExprPtr expr =
        make_expr(Expr::Kind::select, name.offset, std::move(text), exprs(std::move(operand)));
    expr->optional = optional;
    return checked(std::move(expr));
  }

  ExprPtr index(ExprPtr operand) {
    const std::uint32_t offset = take().offset;
    const bool optional = take_symbol("?");
    ExprPtr key = expression();
    if (!key || !expect("]")) return nullptr;
    return checked(make_expr(Expr::Kind::call, offset, optional ? "_[?_]" : "_[_]",
                             exprs(std::move(operand), std::move(key))));
  }

  /// Up to `closing`; a trailing comma is allowed in lists only by the caller's grammar.
  bool arguments(std::vector<ExprPtr>& args, std::string_view closing) {
    if (take_symbol(closing)) return true;
    do {
      args.push_back(expression());
      if (!args.back()) return false;
    } while (take_symbol(","));
    return expect(closing);
  }

  ExprPtr call(ExprPtr expr) {
    if (macros_) {
      Expansion expansion = expand_macro(*expr);
      if (expansion.expanded) {
        if (!expansion.expr) return fail(expansion.offset, std::move(expansion.problem));
        return checked(std::move(expansion.expr));
      }
    }
    return checked(std::move(expr));
  }

  ExprPtr primary() {
    const Token& token = peek();
    switch (token.kind) {
      case TokenKind::identifier:
        return identifier("");
      case TokenKind::integer:
      case TokenKind::uinteger:
      case TokenKind::floating:
        return number(false);
      case TokenKind::string:
        take();
        return make_literal(token.offset, Value::string(token.value));
      case TokenKind::bytes:
        take();
        return make_literal(token.offset, Value::bytes(token.value));
      case TokenKind::symbol:
        return bracketed();
      case TokenKind::quoted_identifier:
      case TokenKind::end:
        break;
    }
    return unexpected("an expression");
  }

  ExprPtr bracketed() {
    if (take_symbol("-")) return number(true);
    if (take_symbol(".")) return identifier(".");
    if (is_symbol("[")) return list();
    if (is_symbol("{")) return map();
    if (!take_symbol("(")) return unexpected("an expression");
    ExprPtr expr = expression();
    if (!expr || !expect(")")) return nullptr;
    return expr;
  }

  ExprPtr identifier(std::string dot) {
    const Token& token = peek();
    if (token.kind != TokenKind::identifier) return unexpected("a name");
    if (dot.empty() && (token.text == "true" || token.text == "false")) {
      take();
      return make_literal(token.offset, Value::boolean(token.text == "true"));
    }
    if (dot.empty() && token.text == "null") {
      take();
      return make_literal(token.offset, Value());
    }
    if (keyword(token.text)) return unexpected("an expression");
    if (reserved(token.text)) {
      return fail(token.offset, "reserved identifier: " + std::string(token.text));
    }
    take();
    std::string name = dot + std::string(token.text);
    if (!is_symbol("(")) return make_ident(token.offset, std::move(name));
    take();
    std::vector<ExprPtr> args;
    if (!arguments(args, ")")) return nullptr;
    return call(make_expr(Expr::Kind::call, token.offset, std::move(name), std::move(args)));
  }

  ExprPtr number(bool negative) {
    const Token& token = take();
    std::string text = std::string(negative ? "-" : "") + std::string(token.text);
    if (token.kind == TokenKind::floating) {
      const double value = std::strtod(text.c_str(), nullptr);
      if (std::isinf(value)) return fail(token.offset, "invalid double literal");
      return make_literal(token.offset, Value::floating(value));
    }
    const bool is_unsigned = token.kind == TokenKind::uinteger;
    if (is_unsigned) text.pop_back();
    const std::size_t sign = negative ? 1 : 0;
    const bool hex = text.size() > sign + 2 && (text[sign + 1] == 'x' || text[sign + 1] == 'X');
    if (hex) text.erase(sign, 2);
    const char* end = text.data() + text.size();
    if (is_unsigned) {
      std::uint64_t value = 0;
      const auto result = std::from_chars(text.data(), end, value, hex ? 16 : 10);
      if (result.ec != std::errc() || result.ptr != end) {
        return fail(token.offset, "invalid uint literal");
      }
      return make_literal(token.offset, Value::uinteger(value));
    }
    std::int64_t value = 0;
    const auto result = std::from_chars(text.data(), end, value, hex ? 16 : 10);
    if (result.ec != std::errc() || result.ptr != end) {
      return fail(token.offset, "invalid int literal");
    }
    return make_literal(token.offset, Value::integer(value));
  }

  ExprPtr list() {
    const std::uint32_t offset = take().offset;
    std::vector<ExprPtr> items;
    std::vector<bool> optional;
    while (!is_symbol("]")) {
      optional.push_back(take_symbol("?"));
      items.push_back(expression());
      if (!items.back()) return nullptr;
      if (!take_symbol(",")) break;
    }
    if (!expect("]")) return nullptr;
    ExprPtr expr = make_expr(Expr::Kind::list, offset, {}, std::move(items));
    expr->optional_items = std::move(optional);
    return checked(std::move(expr));
  }

  ExprPtr map() {
    const std::uint32_t offset = take().offset;
    std::vector<ExprPtr> entries;
    std::vector<bool> optional;
    while (!is_symbol("}")) {
      optional.push_back(take_symbol("?"));
      for (const bool key : {true, false}) {
        entries.push_back(expression());
        if (!entries.back() || (key && !expect(":"))) return nullptr;
      }
      if (!take_symbol(",")) break;
    }
    if (!expect("}")) return nullptr;
    ExprPtr expr = make_expr(Expr::Kind::map, offset, {}, std::move(entries));
    expr->optional_items = std::move(optional);
    return checked(std::move(expr));
  }

  /// A message literal: `name{field: value}`.
  ExprPtr structure(ExprPtr type_name) {
    std::vector<ExprPtr> values;
    std::vector<std::string> fields;
    take();
    while (!is_symbol("}")) {
      take_symbol("?");
      const TokenKind kind = peek().kind;
      if (kind != TokenKind::identifier && kind != TokenKind::quoted_identifier) {
        return unexpected("a field name");
      }
      const Token& field = take();
      fields.push_back(kind == TokenKind::identifier ? std::string(field.text) : field.value);
      if (!expect(":")) return nullptr;
      values.push_back(expression());
      if (!values.back()) return nullptr;
      if (!take_symbol(",")) break;
    }
    if (!expect("}")) return nullptr;
    ExprPtr expr = make_expr(Expr::Kind::structure, type_name->offset, qualified_name(*type_name),
                             std::move(values));
    expr->variables = std::move(fields);
    return checked(std::move(expr));
  }

  std::string_view source_;
  std::vector<Token> tokens_;
  bool macros_;
  std::size_t at_ = 0;
  int depth_ = 0;
  std::vector<Issue> issues_;
};

}  // namespace

Parsed parse(std::string_view source, bool macros) {
  if (source.size() > base::limits::kCelSourceBytesMax) {
    return {nullptr,
            {{{1, 1},
              "expression code point size exceeds limit: size: " + std::to_string(source.size()) +
                  ", limit " + std::to_string(base::limits::kCelSourceBytesMax),
              {}}}};
  }
  Lexed lexed = lex(source);
  if (!lexed.issues.empty()) return {nullptr, std::move(lexed.issues)};
  return Parser(source, std::move(lexed.tokens), macros).run();
}

}  // namespace cel
