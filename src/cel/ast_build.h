#pragma once

#include <string>
#include <utility>
#include <vector>

#include "cel/ast.h"

/// Internal to src/cel: making nodes, for the parser and the macros.
namespace cel {

ExprPtr make_expr(Expr::Kind kind, std::uint32_t offset, std::string name = {},
                  std::vector<ExprPtr> args = {});
ExprPtr make_literal(std::uint32_t offset, Value value);
ExprPtr make_ident(std::uint32_t offset, std::string name);
ExprPtr make_receiver_call(std::uint32_t offset, std::string name, std::vector<ExprPtr> args);
ExprPtr make_comprehension(std::uint32_t offset, Comprehension kind,
                           std::vector<std::string> variables, std::vector<ExprPtr> args);
ExprPtr make_bind(std::uint32_t offset, std::string variable, ExprPtr init, ExprPtr body);

template <typename... Args>
std::vector<ExprPtr> exprs(Args... args) {
  std::vector<ExprPtr> list;
  (list.push_back(std::move(args)), ...);
  return list;
}

/// "a.b.c" of a chain of plain selections from an identifier; "" for anything else.
std::string qualified_name(const Expr& expr);

}  // namespace cel
