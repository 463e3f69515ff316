#include "cel/checker.h"

#include <algorithm>
#include <utility>

#include "base/strings.h"
#include "cel/ast_build.h"
#include "cel/lexer.h"
#include "cel/unify.h"
#include "cel/well_known.h"

namespace cel {
namespace {

using Kind = Type::Kind;

struct LocalName {
  std::string name;
  Type type;
  int slot;
};

std::string did_you_mean(std::string_view word, std::span<const std::string_view> candidates) {
  // Comparing takes the product of the lengths; no name that somebody mistyped is longer.
  constexpr std::size_t kWordMax = 100;
  if (word.size() > kWordMax) return "";
  const std::string_view near = base::nearest(word, candidates);
  return near.empty() || near == word ? "" : "did you mean '" + std::string(near) + "'?";
}

class Checker {
 public:
  Checker(std::string_view source, const detail::EnvironmentRep& environment)
      : source_(source), environment_(environment) {}

  Checked run(Expr& root) {
    visit(root);
    settle(root);
    std::stable_sort(
        checked_.issues.begin(), checked_.issues.end(), [](const Issue& a, const Issue& b) {
          return std::pair(a.mark.line, a.mark.column) < std::pair(b.mark.line, b.mark.column);
        });
    return std::move(checked_);
  }

 private:
  // --- What goes wrong -------------------------------------------------------------------------

  /// An issue; or, where types are not checked, an error when `expr` is evaluated.
  void fail(Expr& expr, std::string message, std::string hint = {}, std::string at_run = {}) {
    if (!environment_.check) {
      expr.failure = at_run.empty() ? std::move(message) : std::move(at_run);
      expr.type = Type::dyn();
      return;
    }
    checked_.issues.push_back({mark_of(source_, expr.offset), std::move(message), std::move(hint)});
    expr.type = Type::error();
  }

  void undeclared(Expr& expr, std::string_view name, std::span<const std::string_view> candidates) {
    if (!name.empty() && name[0] == '.') name.remove_prefix(1);
    fail(expr,
         "undeclared reference to '" + std::string(name) + "' (in container '" +
             environment_.container + "')",
         did_you_mean(name, candidates), "no such attribute(s): " + std::string(name));
  }

  // --- Names -----------------------------------------------------------------------------------

  const LocalName* find_local(std::string_view name) const {
    for (auto local = locals_.rbegin(); local != locals_.rend(); ++local) {
      if (local->name == name) return &*local;
    }
    return nullptr;
  }

  int variable_slot(const std::string& name) {
    auto& names = checked_.variables;
    const auto found = std::find(names.begin(), names.end(), name);
    if (found != names.end()) return static_cast<int>(found - names.begin());
    names.push_back(name);
    return static_cast<int>(names.size()) - 1;
  }

  /// Makes `expr` refer to a variable or type of that (maybe qualified) name, if there is one.
  bool refer(Expr& expr, std::string_view qualified) {
    for (const std::string& candidate : environment_.candidates(qualified)) {
      const auto variable = environment_.variables.find(candidate);
      if (variable != environment_.variables.end()) {
        expr.reference = Expr::Reference::variable;
        expr.slot = variable_slot(candidate);
        expr.type = variable->second;
        return true;
      }
      if (candidate == "google.protobuf.NullValue.NULL_VALUE") {
        expr.reference = Expr::Reference::constant;
        expr.literal = Value::integer(0);
        expr.type = Type::integer();
        return true;
      }
      if (const auto* denoted = detail::EnvironmentRep::denoted(candidate)) {
        expr.reference = Expr::Reference::constant;
        expr.literal = Value::type(denoted->first);
        expr.type = Type::type(denoted->second);
        return true;
      }
    }
    return false;
  }
  static std::string_view root_of(std::string_view qualified) {
    return qualified.substr(0, qualified.find('.', 1));
  }

  std::vector<std::string_view> known_names() const {
    std::vector<std::string_view> names;
    for (const LocalName& local : locals_) names.push_back(local.name);
    for (const auto& [name, type] : environment_.variables) names.push_back(name);
    return names;
  }

  void visit_ident(Expr& expr) {
    if (const LocalName* local = find_local(expr.name)) {
      expr.reference = Expr::Reference::local;
      expr.slot = local->slot;
      expr.type = local->type;
      return;
    }
    if (!refer(expr, expr.name)) undeclared(expr, expr.name, known_names());
  }

  // --- Selection -------------------------------------------------------------------------------

  void visit_select(Expr& expr) {
    const std::string qualified = qualified_name(expr);
    if (!qualified.empty() && find_local(root_of(qualified)) == nullptr && refer(expr, qualified)) {
      return;
    }
    visit(*expr.args[0]);
    const Type operand = unifier_.substitute(expr.args[0]->type, false);
    const bool in_optional = operand.is_optional();
    Type field = select_type(expr, in_optional ? operand.parameters()[0] : operand);
    if (field.is(Kind::error)) return;
    if (expr.test) {
      expr.type = Type::boolean();
    } else {
      expr.type = in_optional || expr.optional ? Type::optional(std::move(field)) : field;
    }
  }

  Type select_type(Expr& expr, const Type& operand) {
    switch (operand.kind()) {
      case Kind::dyn:
        return Type::dyn();
      case Kind::error:
        return expr.type = Type::error();
      case Kind::map:
        return operand.fields().empty() ? operand.parameters()[1] : field_type(expr, operand);
      case Kind::parameter:
        unifier_.assignable(Type::dyn(), operand);
        return Type::dyn();
      case Kind::record:
        return field_type(expr, operand);
      default:
        break;
    }
    fail(expr, "type '" + operand.to_string() + "' does not support field selection", {},
         "no such overload");
    return expr.type;
  }

  Type field_type(Expr& expr, const Type& record) {
    if (const Field* field = record.find_field(expr.name)) {
      expr.name = field->key;
      return field->type;
    }
    if (record.open()) return Type::dyn();
    std::vector<std::string_view> names;
    for (const Field& field : record.fields()) names.push_back(field.name);
    fail(expr, "undefined field '" + expr.name + "'", did_you_mean(expr.name, names),
         "no such key: " + expr.name);
    return expr.type;
  }

  // --- Calls -----------------------------------------------------------------------------------

  /// "math.ceil" of `math.ceil(x)`: drops the namespace from the arguments if there is such a
  /// function.
  void resolve_namespace(Expr& call) {
    if (!call.receiver) return;
    const std::string target = qualified_name(*call.args[0]);
    if (target.empty() || find_local(root_of(target)) != nullptr) return;
    for (const std::string& candidate : environment_.candidates(target + "." + call.name)) {
      const auto overloads = environment_.overloads(candidate);
      if (overloads.empty() || overloads.front()->receiver) continue;
      call.name = candidate;
      call.receiver = false;
      call.args.erase(call.args.begin());
      return;
    }
  }

  std::vector<const Overload*> overloads_of(Expr& call) {
    if (call.receiver) return environment_.overloads(call.name);
    for (const std::string& candidate : environment_.candidates(call.name)) {
      auto overloads = environment_.overloads(candidate);
      if (!overloads.empty()) {
        call.name = candidate;
        return overloads;
      }
    }
    return {};
  }

  void visit_call(Expr& call) {
    resolve_namespace(call);
    for (const ExprPtr& arg : call.args) visit(*arg);
    const std::vector<const Overload*> overloads = overloads_of(call);
    if (overloads.empty()) {
      fail(call,
           "undeclared reference to '" + call.name + "' (in container '" + environment_.container +
               "')",
           did_you_mean(call.name, environment_.functions->names()),
           "unbound function: " + call.name);
      return;
    }
    std::vector<Type> args;
    for (const ExprPtr& arg : call.args) args.push_back(arg->type);
    if (std::any_of(args.begin(), args.end(), [](const Type& t) { return t.is(Kind::error); })) {
      call.type = Type::error();
      return;
    }
    if (environment_.check) {
      resolve(call, overloads, args);
    } else {
      resolve_unchecked(call, overloads, args);
    }
  }

  /// All overloads that may apply; the result's type is theirs where they agree.
  bool match(Expr& call, const std::vector<const Overload*>& overloads, std::vector<Type>& args) {
    std::optional<Type> result;
    for (const Overload* overload : overloads) {
      if (overload->receiver != call.receiver) continue;
      if (overload->parameters.size() != args.size()) continue;
      std::map<std::string, Type, std::less<>> fresh;
      name_parameters(*overload, fresh);
      std::vector<Type> parameters;
      for (const Type& parameter : overload->parameters) {
        parameters.push_back(replace_parameters(parameter, fresh, false));
      }
      if (!unifier_.assignable(args, parameters)) continue;
      call.overloads.push_back(overload);
      Type type = unifier_.substitute(replace_parameters(overload->result, fresh, false), false);
      if (!result) {
        result = std::move(type);
      } else if (!result->is(Kind::dyn) && !(type == *result)) {
        result = Type::dyn();
      }
    }
    if (result) call.type = *result;
    return result.has_value();
  }

  void name_parameters(const Overload& overload, std::map<std::string, Type, std::less<>>& fresh) {
    const auto walk = [&](const auto& self, const Type& type) -> void {
      if (type.is(Kind::parameter) && !fresh.contains(type.name())) {
        fresh.emplace(type.name(), unifier_.fresh());
      }
      for (const Type& parameter : type.parameters()) self(self, parameter);
    };
    for (const Type& parameter : overload.parameters) walk(walk, parameter);
    walk(walk, overload.result);
  }

  void resolve(Expr& call, const std::vector<const Overload*>& overloads, std::vector<Type>& args) {
    if (match(call, overloads, args)) return;
    std::string given;
    for (std::size_t i = 0; i < args.size(); ++i) {
      const std::string text = unifier_.substitute(args[i], true).to_string();
      if (call.receiver && i == 0) {
        given = text + ".(";
      } else {
        given += (given.empty() ? "(" : given.ends_with('(') ? "" : ", ") + text;
      }
    }
    if (given.empty()) given = "(";
    fail(call, "found no matching overload for '" + call.name + "' applied to '" + given + ")'",
         forms_hint(call, overloads));
  }

  /// What a function would take, while that is short.
  static std::string forms_hint(const Expr& call, const std::vector<const Overload*>& overloads) {
    constexpr std::size_t kFormsShown = 3;
    if (overloads.size() > kFormsShown || call.name.find('_') == 0 || call.name[0] == '@')
      return "";
    std::string hint = "it is called as ";
    for (std::size_t i = 0; i < overloads.size(); ++i) {
      if (i > 0) hint += i + 1 == overloads.size() ? " or " : ", ";
      hint += overloads[i]->to_string();
    }
    return hint;
  }

  void resolve_unchecked(Expr& call, const std::vector<const Overload*>& overloads,
                         std::vector<Type>& args) {
    match(call, overloads, args);
    call.type = Type::dyn();
    call.overloads.clear();
    for (const Overload* overload : overloads) {
      if (overload->receiver == call.receiver && overload->parameters.size() == args.size()) {
        call.overloads.push_back(overload);
      }
    }
    if (call.overloads.empty()) call.failure = "no such overload: " + call.name;
  }

  // --- Literals --------------------------------------------------------------------------------

  Type literal_type(const Value& value) {
    switch (value.kind()) {
      case ValueKind::boolean:
        return Type::boolean();
      case ValueKind::integer:
        return Type::integer();
      case ValueKind::uinteger:
        return Type::uinteger();
      case ValueKind::floating:
        return Type::floating();
      case ValueKind::string:
        return Type::string();
      case ValueKind::bytes:
        return Type::bytes();
      default:
        return Type::null();
    }
  }

  Type joined(const std::optional<Type>& before, Expr& item, bool optional) {
    Type type = item.type;
    if (optional) {
      const Type given = unifier_.substitute(type, false);
      if (given.is_optional()) {
        type = given.parameters()[0];
      } else if (!given.is(Kind::dyn) && !given.is(Kind::error)) {
        fail(item,
             "expected type 'optional_type(" + given.to_string() + ")' but found '" +
                 given.to_string() + "'",
             {}, "no such overload");
      }
    }
    if (!before) return type;
    if (auto both = unifier_.join(*before, type)) return *both;
    if (environment_.homogeneous_literals && environment_.check) {
      fail(item,
           "expected type '" + before->to_string() + "' but found '" + type.to_string() + "'");
    }
    return Type::dyn();
  }

  void visit_list(Expr& list) {
    std::optional<Type> element;
    for (std::size_t i = 0; i < list.args.size(); ++i) {
      visit(*list.args[i]);
      element = joined(element, *list.args[i], list.optional_items[i]);
    }
    list.type = Type::list(element ? *element : unifier_.fresh());
  }

  void visit_map(Expr& map) {
    std::optional<Type> key;
    std::optional<Type> value;
    for (std::size_t i = 0; i < map.args.size(); i += 2) {
      visit(*map.args[i]);
      visit(*map.args[i + 1]);
      key = joined(key, *map.args[i], false);
      value = joined(value, *map.args[i + 1], map.optional_items[i / 2]);
    }
    map.type = Type::map(key ? *key : unifier_.fresh(), value ? *value : unifier_.fresh());
  }

  void visit_structure(Expr& expr) {
    for (const ExprPtr& arg : expr.args) visit(*arg);
    const WellKnown* message = nullptr;
    for (const std::string& candidate : environment_.candidates(expr.name)) {
      if (message == nullptr) message = well_known(candidate);
    }
    if (message == nullptr) {
      return fail(expr,
                  "undeclared reference to '" + expr.name + "' (in container '" +
                      environment_.container + "')",
                  "messages cannot be made here; write a map: {'field': value}",
                  "unknown type: " + expr.name);
    }
    expr.type = message->type;
    for (std::size_t i = 0; i < expr.args.size(); ++i) {
      const Field* field = message->find(expr.variables[i]);
      if (field == nullptr) {
        return fail(*expr.args[i], "undefined field '" + expr.variables[i] + "'", {},
                    "no such field '" + expr.variables[i] + "'");
      }
      if (!unifier_.assignable(expr.args[i]->type, field->type)) {
        fail(*expr.args[i],
             "expected type of field '" + field->name + "' is '" + field->type.to_string() +
                 "' but provided type is '" +
                 unifier_.substitute(expr.args[i]->type, true).to_string() + "'",
             {}, "field type conversion error");
      }
    }
    expr.name = message->name;
  }

  // --- Comprehensions --------------------------------------------------------------------------

  struct Range {
    Type first;   ///< Of the first variable.
    Type second;  ///< Of the second, if there are two.
  };

  Range range_of(Expr& expr, bool two) {
    Expr& range = *expr.args[0];
    const Type type = unifier_.substitute(range.type, false);
    switch (type.kind()) {
      case Kind::list:
        if (two) return {Type::integer(), type.parameters()[0]};
        return {type.parameters()[0], Type::dyn()};
      case Kind::map:
        return {type.parameters()[0], type.parameters()[1]};
      case Kind::parameter:
        unifier_.assignable(Type::dyn(), type);
        break;
      case Kind::dyn:
      case Kind::error:
        break;
      default:
        fail(range,
             "expression of type '" + type.to_string() +
                 "' cannot be range of a comprehension (must be list, map, or dynamic)",
             {}, "no such overload");
    }
    return {Type::dyn(), Type::dyn()};
  }

  void declare(Expr& expr, const std::string& name, Type type) {
    const int slot = checked_.locals++;
    if (expr.slot < 0) expr.slot = slot;
    locals_.push_back({name, std::move(type), slot});
  }

  void expect_bool(Expr& body, std::string_view function) {
    if (unifier_.assignable(body.type, Type::boolean())) return;
    fail(body,
         "found no matching overload for '" + std::string(function) + "' applied to '(bool, " +
             unifier_.substitute(body.type, true).to_string() + ")'",
         {}, "no such overload");
  }

  void visit_comprehension(Expr& expr) {
    visit(*expr.args[0]);
    const bool two = expr.variables.size() == 2;
    const Range range = range_of(expr, two);
    const std::size_t scope = locals_.size();
    declare(expr, expr.variables[0], range.first);
    if (two) declare(expr, expr.variables[1], range.second);
    if (expr.args.size() == 3) {
      visit(*expr.args[2]);
      expect_bool(*expr.args[2], "_?_:_");
    }
    visit(*expr.args[1]);
    locals_.resize(scope, LocalName{"", Type::dyn(), 0});
    expr.type = comprehension_type(expr, range);
  }

  Type comprehension_type(Expr& expr, const Range& range) {
    Expr& body = *expr.args[1];
    switch (expr.comprehension) {
      case Comprehension::all:
        expect_bool(body, "_&&_");
        return Type::boolean();
      case Comprehension::exists:
        expect_bool(body, "_||_");
        return Type::boolean();
      case Comprehension::exists_one:
        expect_bool(body, "_?_:_");
        return Type::boolean();
      case Comprehension::filter:
        expect_bool(body, "_?_:_");
        return Type::list(range.first);
      case Comprehension::map:
        return Type::list(body.type);
      case Comprehension::transform_map:
        return Type::map(range.first, body.type);
      case Comprehension::transform_map_entry:
        return body.type;
    }
    return Type::dyn();
  }

  void visit_bind(Expr& expr) {
    visit(*expr.args[0]);
    const std::size_t scope = locals_.size();
    declare(expr, expr.variables[0], expr.args[0]->type);
    visit(*expr.args[1]);
    locals_.resize(scope, LocalName{"", Type::dyn(), 0});
    expr.type = expr.args[1]->type;
  }

  void visit(Expr& expr) {
    switch (expr.kind) {
      case Expr::Kind::literal:
        expr.type = literal_type(expr.literal);
        return;
      case Expr::Kind::ident:
        return visit_ident(expr);
      case Expr::Kind::select:
        return visit_select(expr);
      case Expr::Kind::call:
        return visit_call(expr);
      case Expr::Kind::list:
        return visit_list(expr);
      case Expr::Kind::map:
        return visit_map(expr);
      case Expr::Kind::structure:
        return visit_structure(expr);
      case Expr::Kind::comprehension:
        return visit_comprehension(expr);
      case Expr::Kind::bind:
        return visit_bind(expr);
    }
  }

  /// Type variables that nothing has bound are dyn in the end.
  void settle(Expr& expr) {
    expr.type = unifier_.substitute(expr.type, true);
    for (const ExprPtr& arg : expr.args) settle(*arg);
  }

  std::string_view source_;
  const detail::EnvironmentRep& environment_;
  Unifier unifier_;
  std::vector<LocalName> locals_;
  Checked checked_;
};

}  // namespace

Checked check(Expr& root, std::string_view source, const detail::EnvironmentRep& environment) {
  return Checker(source, environment).run(root);
}

}  // namespace cel
