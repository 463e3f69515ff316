#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "base/result.h"
#include "cel/type.h"
#include "doc/value.h"

/// The Common Expression Language (cel-spec), with the extensions of cel-go and Kubernetes.
/// Use: make an Environment once, compile() each expression once, evaluate it from any thread.
namespace cel {

namespace detail {
struct EnvironmentRep;
struct ProgramRep;
}  // namespace detail

/// What is wrong with an expression.
struct Issue {
  doc::Mark mark;       ///< Line and column inside the expression's text; both count from 1.
  std::string message;  ///< cel-go's words: "undeclared reference to 'x' (in container '')".
  std::string hint;     ///< "did you mean 'y'?", or "".
  bool operator==(const Issue&) const = default;
};

/// The content of a time zone's TZif file (RFC 8536), by IANA name; nullopt if there is none.
using ZoneLoader = std::function<std::optional<std::string>(std::string_view name)>;

/// One declared form of a function that has no implementation here (calling it is an error of
/// evaluation): for checking alone.
struct FunctionDeclaration {
  std::string name;
  bool receiver = false;  ///< Called as parameters[0].name(rest...).
  std::vector<Type> parameters;
  Type result = Type::dyn();
};

/// What an expression may name: variables, functions, macros. Immutable, cheap to copy, safe from
/// many threads.
class Environment {
 public:
  /// cel-spec's standard definitions, optional types, and every extension library: strings, math,
  /// lists, sets, encoders, regex, bindings, two-variable comprehensions, network. No variables.
  static Environment standard();
  /// standard() with Kubernetes' libraries beside it (quantity, semver, url, ip, cidr, regex find,
  /// lists, format). The authorizer library is left out: it asks a server.
  static Environment kubernetes();

  /// A later declaration of a name replaces an earlier one. A name may have dots ("a.b").
  Environment with_variable(std::string name, Type type = Type::dyn()) const;
  Environment with_function(FunctionDeclaration function) const;
  /// Names are looked up in this container first, then in its parents ("a.b.c": a.b.c.x, a.b.x,
  /// a.x, x).
  Environment in_container(std::string container) const;
  /// [1, 'a'] and {'a': 1, 'b': 'c'} are issues, as in a CRD's rules.
  Environment with_homogeneous_literals() const;
  /// Where the TZif files of named time zones come from ("Europe/Berlin"): nullopt where there is
  /// none. Otherwise the system's /usr/share/zoneinfo is read, each zone once. Called from any
  /// thread that evaluates.
  Environment with_time_zones(ZoneLoader loader) const;
  /// Macros are taken for ordinary calls.
  Environment without_macros() const;
  /// Types are not checked before evaluation; what does not fit is an error of evaluation.
  Environment without_check() const;

  const detail::EnvironmentRep& rep() const { return *rep_; }

 private:
  explicit Environment(std::shared_ptr<const detail::EnvironmentRep> rep) : rep_(std::move(rep)) {}
  std::shared_ptr<const detail::EnvironmentRep> rep_;  // Shared by the copies.
};

/// The values of variables during an evaluation. Holds its values (a count, no copy of the data).
/// A variable that is declared optional is none where it has no value here.
class Bindings {
 public:
  Bindings() = default;
  Bindings(std::initializer_list<std::pair<std::string_view, doc::Value>> values);
  /// Replaces an earlier value of the name.
  void set(std::string_view name, doc::Value value);
  const doc::Value* find(std::string_view name) const;

 private:
  std::vector<std::pair<std::string, doc::Value>> values_;
};

/// How much one evaluation may use, in Kubernetes' cost units (about one per operation, more for
/// what walks strings and lists). Passing a limit is an error `resource_exhausted`.
struct Limits {
  std::uint64_t cost_max = base::limits::kCelCostMax;
};

/// What one evaluation used.
struct Usage {
  std::uint64_t cost = 0;
};

/// The least and the most that an expression can cost, by the sizes its variables' types declare.
/// Saturates at UINT64_MAX.
struct CostRange {
  std::uint64_t min = 0;
  std::uint64_t max = 0;
};

/// A compiled expression. Immutable, cheap to copy, safe from many threads at once.
class Program {
 public:
  /// The expression's value. From data: an integer is an int (uint above INT64_MAX), a number a
  /// double, a map's keys are strings. Into data: bytes become base64, timestamps and durations
  /// their strings, types their names, map keys their text, an optional its value.
  ///
  /// Errors: failed_precondition, in CEL's words ("no such key: status", "no such overload",
  /// "no such attribute(s): x" for a variable without a value, "optional.none() dereference");
  /// resource_exhausted where a limit is passed. `usage`, if given, is set in either case.
  base::Result<doc::Value> evaluate(const Bindings& bindings, const Limits& limits = {},
                                    Usage* usage = nullptr) const;

  const Type& result_type() const;
  /// What it reads of its variables, with the selected path as far as that is static:
  /// "objects.clusterpolicy.status", "site". Sorted, each once.
  std::vector<std::string> variables_read() const;
  CostRange estimated_cost() const;
  const detail::ProgramRep& rep() const { return *rep_; }
  explicit Program(std::shared_ptr<const detail::ProgramRep> rep) : rep_(std::move(rep)) {}

 private:
  std::shared_ptr<const detail::ProgramRep> rep_;  // Shared by the copies.
};

struct Compiled {
  std::optional<Program> program;  ///< Absent exactly when there are issues.
  std::vector<Issue> issues;       ///< In source order.
};

/// Parses, checks and prepares an expression.
/// Limits: base/limits.h (length of the text, nesting depth); passing one is an issue.
Compiled compile(std::string_view source, const Environment& environment);

}  // namespace cel
