#include <map>
#include <optional>
#include <utility>

#include "cel/cost.h"
#include "cel/overload.h"
#include "cel/program.h"
#include "cel/well_known.h"

namespace cel {
namespace {

class Planner {
 public:
  explicit Planner(detail::ProgramRep& program) : program_(program) {}

  NodePtr plan(const Expr& expr) {
    NodePtr node = plan_node(expr);
    return from_data(expr) ? coerced(std::move(node), expr.type) : std::move(node);
  }

 private:
  NodePtr plan_node(const Expr& expr) {
    if (!expr.failure.empty()) return make_failure(expr.failure);
    switch (expr.kind) {
      case Expr::Kind::literal:
        return constant(expr.literal, 0);
      case Expr::Kind::ident:
      case Expr::Kind::select:
        return plan_name(expr);
      case Expr::Kind::call:
        return plan_call(expr);
      case Expr::Kind::list:
        return folded(make_list(plan_all(expr), expr.optional_items), expr);
      case Expr::Kind::map:
        return folded(make_map(plan_all(expr), expr.optional_items), expr);
      case Expr::Kind::structure:
        return folded(make_well_known(*well_known(expr.name), expr.variables, plan_all(expr)),
                      expr);
      case Expr::Kind::comprehension:
        return plan_fold(expr);
      case Expr::Kind::bind:
        return plan_bind(expr);
    }
    return nullptr;
  }

  std::vector<NodePtr> plan_all(const Expr& expr) {
    std::vector<NodePtr> nodes;
    for (const ExprPtr& arg : expr.args) nodes.push_back(plan(*arg));
    return nodes;
  }

  NodePtr plan_name(const Expr& expr) {
    switch (expr.reference) {
      case Expr::Reference::variable:
        return plan_variable(expr);
      case Expr::Reference::constant:
        return constant(expr.literal, 0);
      case Expr::Reference::local: {
        const auto lazy = lazy_.find(expr.slot);
        return lazy == lazy_.end() ? make_local(expr.slot)
                                   : make_lazy_local(expr.slot, *lazy->second);
      }
      case Expr::Reference::none:
        break;
    }
    NodePtr steps = make_select(plan(*expr.args[0]), expr.name, expr.optional, expr.test);
    auto path = path_of(expr);
    if (!path) return steps;
    return expr.test ? make_has(std::move(steps), *std::move(path), expr.name)
                     : make_path(std::move(steps), *std::move(path));
  }

  /// The plain selections from a variable or a comprehension's variable, if `expr` is such; where
  /// it tests for a field, those before.
  std::optional<Path> path_of(const Expr& expr) const {
    std::vector<std::string> fields;
    const Expr* at = &expr;
    for (; at->kind == Expr::Kind::select && at->reference == Expr::Reference::none;
         at = at->args[0].get()) {
      const bool converted = at != &expr && is_coerced(at->type);
      if (at->optional || (at->test && at != &expr) || converted || !at->failure.empty()) {
        return std::nullopt;
      }
      if (!at->test) fields.insert(fields.begin(), at->name);
    }
    const bool is_local = at->reference == Expr::Reference::local;
    if (!at->failure.empty() || (is_local && lazy_.contains(at->slot))) return std::nullopt;
    if (!is_local && at->reference != Expr::Reference::variable) return std::nullopt;
    return Path(is_local, at->slot, std::move(fields));
  }

  NodePtr plan_variable(const Expr& expr) {
    NodePtr node =
        make_variable(expr.slot, program_.variables[static_cast<std::size_t>(expr.slot)]);
    if (!expr.type.is_optional()) return node;
    return make_optional_variable(expr.slot, coerced(std::move(node), expr.type.parameters()[0]));
  }

  NodePtr plan_call(const Expr& expr) {
    std::vector<NodePtr> args = plan_all(expr);
    const std::string& name = expr.name;
    if (name == "_&&_") return make_and(std::move(args[0]), std::move(args[1]));
    if (name == "_||_") return make_or(std::move(args[0]), std::move(args[1]));
    if (name == "_?_:_") {
      return make_conditional(std::move(args[0]), std::move(args[1]), std::move(args[2]));
    }
    return folded(plan_function(expr, std::move(args)), expr);
  }

  NodePtr plan_function(const Expr& expr, std::vector<NodePtr> args) {
    const std::string& name = expr.name;
    if (name == "!_") return make_not(std::move(args[0]));
    if (name == "_==_" || name == "_!=_") {
      return make_equality(std::move(args[0]), std::move(args[1]), name == "_!=_");
    }
    if (name == "_<_" || name == "_<=_" || name == "_>_" || name == "_>=_") {
      return make_comparison(std::move(args[0]), std::move(args[1]), name);
    }
    if (name == "_[_]" || name == "_[?_]") {
      return make_index(std::move(args[0]), std::move(args[1]), name == "_[?_]");
    }
    if ((name == "_+_" || name == "_-_") && args.size() == 2) {
      return make_arithmetic(name, expr.overloads, std::move(args));
    }
    if (name == "@in" && args[1]->constant() && args[1]->constant()->is(ValueKind::list)) {
      return make_membership(std::move(args));
    }
    if (name == "size" && args.size() == 1) {
      return make_size(name, expr.overloads, std::move(args[0]));
    }
    return expr.overloads.size() == 1 ? plan_text_function(expr, std::move(args))
                                      : make_call(name, expr.overloads, std::move(args));
  }

  /// A function that has one form here: if it is a test of texts, without the general call.
  NodePtr plan_text_function(const Expr& expr, std::vector<NodePtr> args) {
    const Overload& overload = *expr.overloads[0];
    if (overload.text_test != nullptr) {
      return make_text_test(expr.name, overload, std::move(args));
    }
    const bool has_pattern = args.size() == 2 && args[1]->constant() != nullptr &&
                             args[1]->constant()->is(ValueKind::string);
    if (expr.name == "matches" && has_pattern && overload.implementation != nullptr) {
      return make_matches(expr.name, overload, std::move(args));
    }
    return make_call(expr.name, expr.overloads, std::move(args));
  }

  NodePtr plan_fold(const Expr& expr) {
    FoldParts parts{
        expr.comprehension,         expr.slot,
        expr.variables.size() == 2, plan(*expr.args[0]),
        plan(*expr.args[1]),        expr.args.size() == 3 ? plan(*expr.args[2]) : nullptr};
    return make_fold(std::move(parts));
  }

  NodePtr plan_bind(const Expr& expr) {
    NodePtr init = plan(*expr.args[0]);
    lazy_.insert_or_assign(expr.slot, init.get());
    NodePtr body = plan(*expr.args[1]);
    return make_bind(expr.slot, std::move(init), std::move(body));
  }

  NodePtr constant(Value value, std::uint64_t cost) {
    value.freeze(program_.constants);
    return make_constant(std::move(value), cost);
  }

  /// A node whose parts are all constants is computed once, here; it costs at run time what it
  /// would have cost. One that fails stays, to fail when it is evaluated.
  NodePtr folded(NodePtr node, const Expr& expr) {
    if (!constant_.contains(&expr) && !all_constant(expr)) return node;
    constexpr std::uint64_t kFoldCostMax = 100'000;
    Frame frame(nullptr, nullptr, *program_.environment->time_zones, kFoldCostMax);
    Value value = node->evaluate(frame);
    if (value.is_error() || frame.exhausted()) return node;
    constant_.emplace(&expr, true);
    return constant(std::move(value), is_free(expr) ? 0 : frame.cost());
  }
  /// What Kubernetes' optimiser computes beforehand too, so that it counts for nothing there:
  /// list literals and conversions (cel-go interpreter/decorators.go).
  static bool is_free(const Expr& expr) {
    if (expr.kind == Expr::Kind::list) return true;
    for (const std::string_view conversion :
         {"int", "uint", "double", "bool", "string", "bytes", "timestamp", "duration"}) {
      if (expr.kind == Expr::Kind::call && expr.name == conversion) return true;
    }
    return false;
  }
  bool all_constant(const Expr& expr) const {
    for (const ExprPtr& arg : expr.args) {
      const bool literal = arg->failure.empty() && arg->kind == Expr::Kind::literal;
      if (!literal && !constant_.contains(arg.get())) return false;
    }
    return true;
  }

  /// Whether the expression reads data, whose strings may stand for values of other types.
  static bool from_data(const Expr& expr) {
    if (expr.kind == Expr::Kind::ident) return expr.reference != Expr::Reference::constant;
    if (expr.kind == Expr::Kind::select) return !expr.test && !expr.optional;
    return expr.kind == Expr::Kind::call && expr.name == "_[_]";
  }

  static bool is_coerced(const Type& type) {
    return type.is(Type::Kind::timestamp) || type.is(Type::Kind::duration) ||
           type.is(Type::Kind::bytes);
  }
  static NodePtr coerced(NodePtr node, const Type& type) {
    switch (type.kind()) {
      case Type::Kind::timestamp:
        return make_coercion(std::move(node), ValueKind::timestamp);
      case Type::Kind::duration:
        return make_coercion(std::move(node), ValueKind::duration);
      case Type::Kind::bytes:
        return make_coercion(std::move(node), ValueKind::bytes);
      case Type::Kind::floating:
        return make_coercion(std::move(node), ValueKind::floating);
      case Type::Kind::uinteger:
        return make_coercion(std::move(node), ValueKind::uinteger);
      case Type::Kind::wrapper:
        return coerced(std::move(node), type.parameters()[0]);
      default:
        return node;
    }
  }

  detail::ProgramRep& program_;
  std::map<int, const Node*> lazy_;
  std::map<const Expr*, bool> constant_;
};

}  // namespace

void plan(detail::ProgramRep& program) { program.root = Planner(program).plan(*program.tree); }

}  // namespace cel
