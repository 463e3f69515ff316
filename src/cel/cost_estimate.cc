#include <algorithm>
#include <cmath>
#include <map>

#include "cel/cost.h"
#include "cel/program.h"

// The least and the most that an expression can cost, before anything is evaluated.
// Source: cel-go checker/cost.go; the sizes come from the types (Type::with_max_size).

namespace cel {
namespace {

constexpr std::uint64_t kMax = UINT64_MAX;

std::uint64_t plus(std::uint64_t a, std::uint64_t b) { return a > kMax - b ? kMax : a + b; }
std::uint64_t times(std::uint64_t a, std::uint64_t b) {
  return a != 0 && b > kMax / a ? kMax : a * b;
}
std::uint64_t times(std::uint64_t a, double factor) {
  if (a == kMax) return kMax;
  const double product = std::ceil(static_cast<double>(a) * factor);
  return product >= 0x1p64 ? kMax : static_cast<std::uint64_t>(product);
}

CostRange operator+(CostRange a, CostRange b) { return {plus(a.min, b.min), plus(a.max, b.max)}; }
CostRange operator+(CostRange a, std::uint64_t b) { return {plus(a.min, b), plus(a.max, b)}; }
CostRange operator*(CostRange a, CostRange b) { return {times(a.min, b.min), times(a.max, b.max)}; }
CostRange operator*(CostRange a, double factor) {
  return {times(a.min, factor), times(a.max, factor)};
}
CostRange either(CostRange a, CostRange b) {
  return {std::min(a.min, b.min), std::max(a.max, b.max)};
}

/// What evaluating costs, and how large the result is: bytes of a string, items of a list.
struct Estimate {
  CostRange cost;
  CostRange size;
};

/// The type of the variable `self`, or of `oldSelf`, which is the same.
const Type* type_of_self(const Expr& expr) {
  const bool is_self = expr.name == "self" || expr.name == "oldSelf";
  if (expr.kind == Expr::Kind::ident && expr.reference == Expr::Reference::variable && is_self) {
    return &expr.type;
  }
  for (const ExprPtr& arg : expr.args) {
    if (const Type* found = type_of_self(*arg)) return found;
  }
  return nullptr;
}

class Estimator {
 public:
  explicit Estimator(const Expr& root) {
    if (const Type* self = type_of_self(root)) self_size_ = {0, size_by_type(*self).max};
  }

  Estimate estimate(const Expr& expr) {
    switch (expr.kind) {
      case Expr::Kind::literal:
        return {{0, 0}, size_of(expr.literal)};
      case Expr::Kind::ident:
      case Expr::Kind::select:
        return estimate_name(expr);
      case Expr::Kind::call:
        return estimate_call(expr);
      case Expr::Kind::list:
        return {sum(expr) + CostRange{all_literals(expr) ? 0 : kListCost, kListCost},
                {expr.args.size(), expr.args.size()}};
      case Expr::Kind::map:
        return {sum(expr) + kMapCost, {expr.args.size() / 2, expr.args.size() / 2}};
      case Expr::Kind::structure:
        return {sum(expr) + 40, {1, 1}};
      case Expr::Kind::comprehension:
        return estimate_fold(expr);
      case Expr::Kind::bind:
        return estimate_bind(expr);
    }
    return {};
  }

 private:
  static CostRange size_of(const Value& value) {
    const bool text = value.is(ValueKind::string) || value.is(ValueKind::bytes);
    const std::uint64_t size = text ? value.text().size() : 1;
    return {size, size};
  }

  static CostRange size_by_type(const Type& type) {
    switch (type.kind()) {
      case Type::Kind::string:
      case Type::Kind::bytes:
      case Type::Kind::list:
      case Type::Kind::map:
      case Type::Kind::dyn:
      case Type::Kind::parameter:
        return {0, type.max_size()};
      case Type::Kind::wrapper:
        return size_by_type(type.parameters()[0]);
      default:
        return {1, 1};
    }
  }

  /// Of an item of a list that stands in no field (a piece of split()) Kubernetes takes the size of
  /// `self` for the most.
  CostRange size_of_item(const Expr& expr) const {
    const CostRange size = size_by_type(expr.type);
    return size.max == Type::kUnknownSize ? self_size_ : size;
  }

  CostRange sum(const Expr& expr) {
    CostRange total;
    for (const ExprPtr& arg : expr.args) total = total + estimate(*arg).cost;
    return total;
  }

  /// What is computed before the evaluation may cost nothing in it.
  static bool all_literals(const Expr& expr) {
    return std::all_of(expr.args.begin(), expr.args.end(), [](const ExprPtr& arg) {
      return arg->kind == Expr::Kind::literal ||
             (arg->kind == Expr::Kind::list && all_literals(*arg));
    });
  }

  Estimate estimate_name(const Expr& expr) {
    const CostRange size = size_by_type(expr.type);
    switch (expr.reference) {
      case Expr::Reference::constant:
        return {{0, 0}, {1, 1}};
      case Expr::Reference::variable:
        return {{1, 1}, size};
      case Expr::Reference::local: {
        const auto known = local_sizes_.find(expr.slot);
        return {{1, 1}, known == local_sizes_.end() ? size_of_item(expr) : known->second};
      }
      case Expr::Reference::none:
        break;
    }
    if (expr.kind == Expr::Kind::ident) return {{1, 1}, size};
    return {sum(expr) + (expr.test ? 0 : 1), expr.test ? CostRange{1, 1} : size};
  }

  Estimate estimate_call(const Expr& expr) {
    std::vector<Estimate> args;
    CostRange total;
    for (const ExprPtr& arg : expr.args) {
      args.push_back(estimate(*arg));
      total = total + args.back().cost;
    }
    if (expr.name == "_&&_" || expr.name == "_||_") {
      return {{args[0].cost.min, total.max}, {1, 1}};
    }
    if (expr.name == "_?_:_") {
      return {args[0].cost + either(args[1].cost, args[2].cost),
              either(args[1].size, args[2].size)};
    }
    // The estimate goes by the prefix, which the comparison cannot outlast; the count that is kept
    // while evaluating goes by the text (as cel-go has it).
    if ((expr.name == "startsWith" || expr.name == "endsWith") && !args.empty()) {
      return {total + at_least_one(args.back().size * kTraversalFactor), {1, 1}};
    }
    CostRange call = function_cost(cost_rule(expr.name), expr, args);
    if (all_literals(expr) || (expr.name == "@in" && expr.args[1]->kind == Expr::Kind::list)) {
      call.min = 0;
    }
    return {total + call, result_size(expr, args)};
  }

  static CostRange function_cost(CostRule rule, const Expr& expr,
                                 const std::vector<Estimate>& args) {
    if (args.empty()) return {1, 1};
    const CostRange first = args[0].size;
    const CostRange second = args.size() > 1 ? args[1].size : CostRange{1, 1};
    const CostRange walked = first * kTraversalFactor;
    switch (rule) {
      case CostRule::one:
        return {1, 1};
      case CostRule::walk_first:
        return at_least_one(walked);
      case CostRule::walk_first_twice:
        return at_least_one(walked + walked);
      case CostRule::walk_shorter:
        return CostRange{std::min(first.min, second.min), std::min(first.max, second.max)} *
               kTraversalFactor;
      case CostRule::walk_both: {
        const Type::Kind kind = expr.args[0]->type.kind();
        const bool text =
            kind == Type::Kind::string || kind == Type::Kind::bytes || kind == Type::Kind::dyn;
        return text ? (first + second) * kTraversalFactor : CostRange{1, 1};
      }
      case CostRule::search:
        return walked * (second * kTraversalFactor);
      case CostRule::regex:
        return ((first + 1) * kTraversalFactor) * (second * kRegexLengthFactor);
      case CostRule::contained:
        return expr.args[1]->type.is(Type::Kind::map) ? CostRange{1, 1} : second;
      case CostRule::items_of_first:
        return first + 1;
      case CostRule::items_by_items:
        return first * (args.size() > 1 ? second : first) + 1;
    }
    return {1, 1};
  }
  static CostRange at_least_one(CostRange cost) {
    return {std::max<std::uint64_t>(1, cost.min), std::max<std::uint64_t>(1, cost.max)};
  }

  CostRange result_size(const Expr& expr, const std::vector<Estimate>& args) const {
    const CostRange by_type = size_by_type(expr.type);
    if (args.empty()) return by_type;
    if (expr.name == "_[_]") return size_of_item(expr);
    if (expr.name == "_+_" && by_type.max != 1) return args[0].size + args[1].size;
    const CostRange first = args[0].size;
    // These give back what they were given, or less.
    for (const std::string_view name :
         {"lowerAscii", "upperAscii", "trim", "reverse", "sort", "distinct", "slice", "dyn",
          "@sortByAssociatedKeys", "substring", "split", "url"}) {
      if (expr.name == name) return {0, first.max};
    }
    const Type::Kind from = expr.args[0]->type.kind();
    if (expr.name == "string" && (from == Type::Kind::bytes || from == Type::Kind::string)) {
      return {first.min / 4, first.max};
    }
    if (expr.name == "bytes") return {first.min, times(first.max, std::uint64_t{4})};
    if (expr.name == "replace" && args.size() > 2) return replaced_size(args);
    return by_type;
  }

  /// The longest text: the shortest piece replaced by the longest text as often as it fits.
  static CostRange replaced_size(const std::vector<Estimate>& args) {
    const CostRange text = args[0].size, piece = args[1].size, by = args[2].size;
    if (piece.min == 0) return {0, plus(times(plus(text.max, 1), by.max), text.max)};
    if (by.max <= piece.min) return {0, text.max};
    const std::uint64_t often = text.max / piece.min + (text.max % piece.min != 0 ? 1 : 0);
    return {0, times(often, by.max)};
  }

  Estimate estimate_fold(const Expr& expr) {
    const Estimate range = estimate(*expr.args[0]);
    CostRange step = estimate(*expr.args[1]).cost;
    if (expr.args.size() == 3) step = step + estimate(*expr.args[2]).cost;
    const CostRange items{0, range.size.max};
    switch (expr.comprehension) {
      case Comprehension::all:
        return {range.cost + (step + 3) * range.size + 1, {1, 1}};
      case Comprehension::exists:
        return {range.cost + (step + 4) * range.size + 1, {1, 1}};
      case Comprehension::exists_one:
        return {range.cost + (step + CostRange{0, 2}) * range.size + 2, {1, 1}};
      case Comprehension::filter:
        return {range.cost + (step + CostRange{0, kListCost + 3}) * range.size + 1, items};
      case Comprehension::map:
        return {range.cost + (step + CostRange{0, kListCost + 2}) * range.size + 1,
                expr.args.size() == 3 ? items : range.size};
      case Comprehension::transform_map:
      case Comprehension::transform_map_entry:
        return {range.cost + (step + 2) * range.size + (kMapCost + 1), items};
    }
    return {};
  }

  /// The init is evaluated once at most, whatever reads it.
  Estimate estimate_bind(const Expr& expr) {
    const Estimate init = estimate(*expr.args[0]);
    local_sizes_.insert_or_assign(expr.slot, init.size);
    Estimate body = estimate(*expr.args[1]);
    body.cost = body.cost + CostRange{0, init.cost.max};
    return body;
  }

  std::map<int, CostRange> local_sizes_;
  CostRange self_size_{0, Type::kUnknownSize};
};

}  // namespace

CostRange Program::estimated_cost() const {
  return Estimator(*rep_->tree).estimate(*rep_->tree).cost;
}

}  // namespace cel
