#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>

#include "cel/type.h"

/// Internal to src/cel: which types fit which, and what type variables stand for.
/// Source: cel-go checker/types.go, whose rules (and quirks) decide what programs are valid.
namespace cel {

class Unifier {
 public:
  /// A type variable that nothing else uses.
  Type fresh();
  /// Whether a value of `from` may stand where `to` is asked for. On success the type variables
  /// have been bound as far as needed; on failure nothing has changed.
  bool assignable(const Type& from, const Type& to);
  bool assignable(std::span<const Type> from, std::span<const Type> to);
  /// `type` with bound variables replaced; unbound ones too, by dyn, if `to_dyn`.
  Type substitute(const Type& type, bool to_dyn) const;
  /// What a list that holds both may be said to hold; nullopt where nothing but dyn.
  std::optional<Type> join(const Type& a, const Type& b);

 private:
  bool fits(const Type& from, const Type& to);
  bool fits_all(std::span<const Type> from, std::span<const Type> to);
  bool bind(const Type& type, const Type& variable, bool& bound_before);
  bool occurs(const std::string& variable, const Type& in) const;

  std::map<std::string, Type, std::less<>> bound_;
  int next_ = 0;
};

/// `type` with the variables of `names` replaced.
Type replace_parameters(const Type& type, const std::map<std::string, Type, std::less<>>& by,
                        bool to_dyn);

}  // namespace cel
