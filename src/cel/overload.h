#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cel/type.h"
#include "cel/value.h"

/// Internal to src/cel: functions and their forms.
namespace cel {

class Frame;

/// A kind in a set of kinds.
constexpr std::uint32_t bit(ValueKind kind) { return 1U << static_cast<unsigned>(kind); }

/// Computes a function of arguments that are no errors and of the kinds its overload declares.
using Implementation = Value (*)(std::span<const Value> args, Frame& frame);

/// Whether a text has to another what a function asks: all that some functions of two strings are.
using TextTest = bool (*)(std::string_view text, std::string_view part);

/// One form of a function.
struct Overload {
  std::string function;  ///< "size", "math.ceil", "_+_".
  bool receiver = false;
  std::vector<Type> parameters;
  Type result = Type::dyn();
  Implementation implementation = nullptr;  ///< nullptr: for checking alone.
  TextTest text_test = nullptr;             ///< What the implementation is, if it is such a test.

  /// Whether values of these kinds fit the parameters, as far as that shows without looking into
  /// lists and maps.
  bool accepts(std::span<const Value> args) const {
    if (args.size() != kinds.size()) return false;
    for (std::size_t i = 0; i < args.size(); ++i) {
      if ((kinds[i].mask >> static_cast<unsigned>(args[i].kind()) & 1) == 0) return false;
      if (!kinds[i].opaque.empty() && !is_opaque(args[i], kinds[i].opaque)) return false;
    }
    return true;
  }
  /// "string.indexOf(string, int)", "math.ceil(double)".
  std::string to_string() const;

  struct Kinds {
    std::uint32_t mask = 0;        ///< Of bit().
    std::string_view opaque = {};  ///< Of an opaque parameter: its type's name.
  };
  std::vector<Kinds> kinds = {};  ///< Of the parameters. Filled by finish().
  void finish();
  static bool is_opaque(const Value& value, std::string_view type);
};

/// All functions of an environment, by name. Filled by one thread, then read by any number.
class FunctionTable {
 public:
  /// "name(type, ...) -> type". A single capital letter is a type variable; list<T>, map<K, V>,
  /// optional<T>, type<T>; any other name is an opaque type. CHECKs that the text is well formed.
  void global(std::string_view signature, Implementation implementation);
  /// "type.name(type, ...) -> type".
  void member(std::string_view signature, Implementation implementation, TextTest test = nullptr);
  void add(Overload overload);

  /// Empty if there is none of that name.
  std::span<const std::unique_ptr<Overload>> find(std::string_view name) const;
  std::vector<std::string_view> names() const;

 private:
  std::map<std::string, std::vector<std::unique_ptr<Overload>>, std::less<>> functions_;
};

/// "no such overload: f(int, string)".
Value no_such_overload(std::string_view function, std::span<const Value> args);

}  // namespace cel
