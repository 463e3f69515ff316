#include "cel/unify.h"

#include <utility>
#include <vector>

namespace cel {
namespace {

using Kind = Type::Kind;

bool wild(const Type& type) { return type.is(Kind::dyn) || type.is(Kind::error); }

/// Types whose values may be null for the checker: cel-go keeps this of the C++ checker before it.
bool nullable(const Type& type) {
  switch (type.kind()) {
    case Kind::null:
    case Kind::wrapper:
    case Kind::timestamp:
    case Kind::duration:
    case Kind::opaque:
    case Kind::record:
      return true;
    default:
      return false;
  }
}

bool less_specific_or_equal(const Type& a, const Type& b) {
  if (wild(a) || a.is(Kind::parameter)) return true;
  if (wild(b) || b.is(Kind::parameter)) return false;
  if (a.kind() != b.kind()) {
    if (b.is(Kind::null)) return nullable(a);
    return a.is(Kind::wrapper) && a.parameters()[0] == b;
  }
  if (a.is(Kind::type)) return true;
  if (a.is(Kind::list) || a.is(Kind::map) || a.is(Kind::opaque)) {
    if (a.name() != b.name() || a.parameters().size() != b.parameters().size()) return false;
    for (std::size_t i = 0; i < a.parameters().size(); ++i) {
      if (!less_specific_or_equal(a.parameters()[i], b.parameters()[i])) return false;
    }
    return true;
  }
  return a == b;
}

/// Two objects of different fields have in common that they are maps.
Type more_general(const Type& a, const Type& b) {
  if (a.is(Kind::map) && b.is(Kind::map) && !a.fields().empty() && !(a == b)) {
    return Type::map(a.parameters()[0], a.parameters()[1]);
  }
  return less_specific_or_equal(a, b) ? a : b;
}

bool same_primitive(const Type& from, const Type& to) {
  const Type& a = from.is(Kind::wrapper) ? from.parameters()[0] : from;
  const Type& b = to.is(Kind::wrapper) ? to.parameters()[0] : to;
  return a == b;
}

}  // namespace

Type replace_parameters(const Type& type, const std::map<std::string, Type, std::less<>>& by,
                        bool to_dyn) {
  if (type.is(Kind::parameter)) {
    const auto found = by.find(type.name());
    if (found != by.end()) return replace_parameters(found->second, by, to_dyn);
    return to_dyn ? Type::dyn() : type;
  }
  if (type.parameters().empty() || type.is(Kind::wrapper)) return type;
  std::vector<Type> parameters;
  bool changed = false;
  for (const Type& parameter : type.parameters()) {
    parameters.push_back(replace_parameters(parameter, by, to_dyn));
    changed = changed || !(parameters.back() == parameter);
  }
  if (!changed) return type;
  if (type.is(Kind::list)) return Type::list(parameters[0]);
  if (type.is(Kind::map)) return Type::map(parameters[0], parameters[1]);
  if (type.is(Kind::type)) return Type::type(parameters[0]);
  return Type::opaque(type.name(), std::move(parameters));
}

Type Unifier::fresh() { return Type::parameter("_var" + std::to_string(next_++)); }

bool Unifier::assignable(const Type& from, const Type& to) {
  return assignable(std::span(&from, 1), std::span(&to, 1));
}

bool Unifier::assignable(std::span<const Type> from, std::span<const Type> to) {
  auto before = bound_;
  if (fits_all(from, to)) return true;
  bound_ = std::move(before);
  return false;
}

Type Unifier::substitute(const Type& type, bool to_dyn) const {
  return replace_parameters(type, bound_, to_dyn);
}

std::optional<Type> Unifier::join(const Type& a, const Type& b) {
  if (!assignable(a, b)) return std::nullopt;
  return more_general(a, b);
}

bool Unifier::fits_all(std::span<const Type> from, std::span<const Type> to) {
  if (from.size() != to.size()) return false;
  for (std::size_t i = 0; i < from.size(); ++i) {
    if (!fits(from[i], to[i])) return false;
  }
  return true;
}

bool Unifier::fits(const Type& from, const Type& to) {
  bool bound_before = false;
  if (to.is(Kind::parameter)) {
    if (bind(from, to, bound_before)) return true;
    if (bound_before) return false;
  }
  if (from.is(Kind::parameter)) return bind(to, from, bound_before);
  if (wild(from) || wild(to)) return true;
  if (from.is(Kind::null)) return nullable(to);
  if (to.is(Kind::null)) return nullable(from);
  switch (from.kind()) {
    case Kind::type:
      return to.is(Kind::type);
    case Kind::list:
    case Kind::map:
    case Kind::opaque:
      return from.kind() == to.kind() && from.name() == to.name() &&
             fits_all(from.parameters(), to.parameters());
    default:
      return same_primitive(from, to);
  }
}

bool Unifier::bind(const Type& type, const Type& variable, bool& bound_before) {
  if (type == variable) {
    bound_before = true;
    return true;
  }
  const auto found = bound_.find(variable.name());
  if (found != bound_.end()) {
    bound_before = true;
    const Type known = found->second;
    if (type == known) return true;
    if (!fits(type, known)) return false;
    Type general = more_general(type, known);
    if (!occurs(variable.name(), general)) bound_.insert_or_assign(variable.name(), general);
    return true;
  }
  if (occurs(variable.name(), type)) return false;
  bound_.emplace(variable.name(), type);
  return true;
}

bool Unifier::occurs(const std::string& variable, const Type& in) const {
  if (in.is(Kind::parameter)) {
    if (in.name() == variable) return true;
    const auto found = bound_.find(in.name());
    return found != bound_.end() && occurs(variable, found->second);
  }
  for (const Type& parameter : in.parameters()) {
    if (occurs(variable, parameter)) return true;
  }
  return false;
}

}  // namespace cel
