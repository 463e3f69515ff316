#include "cel/ast_build.h"

#include <algorithm>

namespace cel {

ExprPtr make_expr(Expr::Kind kind, std::uint32_t offset, std::string name,
                  std::vector<ExprPtr> args) {
  auto expr = std::make_unique<Expr>();
  expr->kind = kind;
  expr->offset = offset;
  expr->name = std::move(name);
  expr->args = std::move(args);
  for (const ExprPtr& arg : expr->args) expr->depth = std::max(expr->depth, arg->depth + 1);
  return expr;
}

ExprPtr make_literal(std::uint32_t offset, Value value) {
  ExprPtr expr = make_expr(Expr::Kind::literal, offset);
  expr->literal = std::move(value);
  return expr;
}

ExprPtr make_ident(std::uint32_t offset, std::string name) {
  return make_expr(Expr::Kind::ident, offset, std::move(name));
}

ExprPtr make_receiver_call(std::uint32_t offset, std::string name, std::vector<ExprPtr> args) {
  ExprPtr expr = make_expr(Expr::Kind::call, offset, std::move(name), std::move(args));
  expr->receiver = true;
  return expr;
}

ExprPtr make_comprehension(std::uint32_t offset, Comprehension kind,
                           std::vector<std::string> variables, std::vector<ExprPtr> args) {
  ExprPtr expr = make_expr(Expr::Kind::comprehension, offset, {}, std::move(args));
  expr->comprehension = kind;
  expr->variables = std::move(variables);
  return expr;
}

ExprPtr make_bind(std::uint32_t offset, std::string variable, ExprPtr init, ExprPtr body) {
  ExprPtr expr = make_expr(Expr::Kind::bind, offset, {}, exprs(std::move(init), std::move(body)));
  expr->variables = {std::move(variable)};
  return expr;
}

std::string qualified_name(const Expr& expr) {
  if (expr.kind == Expr::Kind::ident) return expr.name;
  if (expr.kind != Expr::Kind::select || expr.test || expr.optional) return "";
  std::string operand = qualified_name(*expr.args[0]);
  return operand.empty() ? operand : operand + "." + expr.name;
}

}  // namespace cel
