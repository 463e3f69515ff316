#include "cel/macros.h"

#include <array>
#include <string_view>
#include <utility>

#include "cel/ast_build.h"

namespace cel {
namespace {

Expansion done(ExprPtr expr) { return {true, std::move(expr), {}, 0}; }
Expansion wrong(const Expr& at, std::string problem) {
  return {true, nullptr, std::move(problem), at.offset};
}

bool is_name(const Expr& expr) { return expr.kind == Expr::Kind::ident && expr.name[0] != '.'; }

/// A fold over a range: args are the range, one or two variables, maybe a filter, the body.
struct Fold {
  std::string_view name;
  std::size_t args;  ///< Without the range.
  std::size_t variables;
  Comprehension kind;
};

constexpr std::array<Fold, 17> kFolds = {{
    {"all", 2, 1, Comprehension::all},
    {"all", 3, 2, Comprehension::all},
    {"exists", 2, 1, Comprehension::exists},
    {"exists", 3, 2, Comprehension::exists},
    {"exists_one", 2, 1, Comprehension::exists_one},
    {"existsOne", 2, 1, Comprehension::exists_one},
    {"exists_one", 3, 2, Comprehension::exists_one},
    {"existsOne", 3, 2, Comprehension::exists_one},
    {"filter", 2, 1, Comprehension::filter},
    {"map", 2, 1, Comprehension::map},
    {"map", 3, 1, Comprehension::map},
    {"transformList", 3, 2, Comprehension::map},
    {"transformList", 4, 2, Comprehension::map},
    {"transformMap", 3, 2, Comprehension::transform_map},
    {"transformMap", 4, 2, Comprehension::transform_map},
    {"transformMapEntry", 3, 2, Comprehension::transform_map_entry},
    {"transformMapEntry", 4, 2, Comprehension::transform_map_entry},
}};

Expansion expand_fold(Expr& call, const Fold& fold) {
  std::vector<std::string> variables;
  for (std::size_t i = 1; i <= fold.variables; ++i) {
    if (!is_name(*call.args[i])) {
      return wrong(*call.args[i], "argument must be a simple name");
    }
    variables.push_back(call.args[i]->name);
  }
  if (variables.size() == 2 && variables[0] == variables[1]) {
    return wrong(*call.args[2], "duplicate variable name: " + variables[0]);
  }
  const bool filtered = fold.args == fold.variables + 2;
  std::vector<ExprPtr> args = exprs(std::move(call.args[0]), std::move(call.args.back()));
  if (filtered) args.push_back(std::move(call.args[fold.variables + 1]));
  return done(make_comprehension(call.offset, fold.kind, std::move(variables), std::move(args)));
}

Expansion expand_has(Expr& call) {
  Expr& arg = *call.args[0];
  if (arg.kind != Expr::Kind::select || arg.test || arg.optional) {
    return wrong(arg, "invalid argument to has() macro");
  }
  arg.test = true;
  return done(std::move(call.args[0]));
}

/// target.optMap(v, e): target.hasValue() ? optional.of(cel.bind(v, target.value(), e))
///                                        : optional.none()
/// optFlatMap does without the optional.of().
Expansion expand_optional_map(Expr& call, bool flat) {
  constexpr const char* kTarget = "@target";
  if (!is_name(*call.args[1])) return wrong(*call.args[1], "argument must be a simple name");
  const std::uint32_t at = call.offset;
  ExprPtr value = make_receiver_call(at, "value", exprs(make_ident(at, kTarget)));
  ExprPtr body = make_bind(at, call.args[1]->name, std::move(value), std::move(call.args[2]));
  if (!flat) {
    body = make_receiver_call(at, "of", exprs(make_ident(at, "optional"), std::move(body)));
  }
  ExprPtr condition = make_receiver_call(at, "hasValue", exprs(make_ident(at, kTarget)));
  ExprPtr none = make_receiver_call(at, "none", exprs(make_ident(at, "optional")));
  ExprPtr choice = make_expr(Expr::Kind::call, at, "_?_:_",
                             exprs(std::move(condition), std::move(body), std::move(none)));
  return done(make_bind(at, kTarget, std::move(call.args[0]), std::move(choice)));
}

/// list.sortBy(v, key): the list, sorted by the list of its keys.
Expansion expand_sort_by(Expr& call) {
  constexpr const char* kList = "@list";
  if (!is_name(*call.args[1])) return wrong(*call.args[1], "argument must be a simple name");
  const std::uint32_t at = call.offset;
  ExprPtr keys = make_comprehension(at, Comprehension::map, {call.args[1]->name},
                                    exprs(make_ident(at, kList), std::move(call.args[2])));
  ExprPtr sorted = make_receiver_call(at, "@sortByAssociatedKeys",
                                      exprs(make_ident(at, kList), std::move(keys)));
  return done(make_bind(at, kList, std::move(call.args[0]), std::move(sorted)));
}

bool is_index(const Expr& expr) {
  return expr.kind == Expr::Kind::literal && expr.literal.is(ValueKind::integer) &&
         expr.literal.as_int() >= 0;
}

/// cel.block([a, b], e): each item is bound to the name that cel.index(i) reads, evaluated when it
/// is first read.
Expansion expand_block(Expr& call) {
  Expr& slots = *call.args[1];
  if (slots.kind != Expr::Kind::list) {
    return wrong(slots, "cel.block requires the first arg to be a list literal");
  }
  ExprPtr body = std::move(call.args[2]);
  for (std::size_t i = slots.args.size(); i-- > 0;) {
    body = make_bind(call.offset, "@index" + std::to_string(i), std::move(slots.args[i]),
                     std::move(body));
  }
  return done(std::move(body));
}

Expansion expand_iteration_variable(Expr& call) {
  if (!is_index(*call.args[1]) || !is_index(*call.args[2])) {
    return wrong(call, "cel.iterVar requires two non-negative int constant args");
  }
  return done(make_ident(call.offset, "@it:" + std::to_string(call.args[1]->literal.as_int()) +
                                          ":" + std::to_string(call.args[2]->literal.as_int())));
}

Expansion expand_cel(Expr& call) {
  const std::size_t count = call.args.size() - 1;
  if (call.name == "bind" && count == 3) {
    if (!is_name(*call.args[1])) {
      return wrong(*call.args[1], "cel.bind() variable names must be simple identifiers");
    }
    return done(make_bind(call.offset, call.args[1]->name, std::move(call.args[2]),
                          std::move(call.args[3])));
  }
  if (call.name == "block" && count == 2) return expand_block(call);
  if (call.name == "iterVar" && count == 2) return expand_iteration_variable(call);
  if (call.name == "index" && count == 1) {
    if (!is_index(*call.args[1])) {
      return wrong(call, "cel.index requires a single non-negative int constant arg");
    }
    return done(make_ident(call.offset, "@index" + std::to_string(call.args[1]->literal.as_int())));
  }
  return {};
}

/// math.greatest and math.least take any number of arguments: more than two become one list.
Expansion expand_math(Expr& call) {
  if (call.name != "greatest" && call.name != "least") return {};
  const std::size_t count = call.args.size() - 1;
  if (count == 0) return wrong(call, "math." + call.name + "() requires at least one argument");
  if (count <= 2) return {};
  std::vector<ExprPtr> items(std::make_move_iterator(call.args.begin() + 1),
                             std::make_move_iterator(call.args.end()));
  ExprPtr list = make_expr(Expr::Kind::list, call.offset, {}, std::move(items));
  list->optional_items.resize(list->args.size());
  return done(
      make_receiver_call(call.offset, call.name, exprs(std::move(call.args[0]), std::move(list))));
}

}  // namespace

Expansion expand_macro(Expr& call) {
  if (!call.receiver) {
    return call.name == "has" && call.args.size() == 1 ? expand_has(call) : Expansion{};
  }
  if (call.args[0]->kind == Expr::Kind::ident) {
    if (call.args[0]->name == "cel") return expand_cel(call);
    if (call.args[0]->name == "math") return expand_math(call);
  }
  for (const Fold& fold : kFolds) {
    if (fold.name == call.name && fold.args == call.args.size() - 1) {
      return expand_fold(call, fold);
    }
  }
  if (call.args.size() == 3) {
    if (call.name == "optMap") return expand_optional_map(call, false);
    if (call.name == "optFlatMap") return expand_optional_map(call, true);
    if (call.name == "sortBy") return expand_sort_by(call);
  }
  return {};
}

}  // namespace cel
