#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "cel/type.h"
#include "cel/value.h"

/// Internal to src/cel: the tree of an expression, macros expanded.
namespace cel {

struct Overload;
struct Expr;
using ExprPtr = std::unique_ptr<Expr>;

/// What a macro over a range became. CEL expands these to a general fold; keeping their own kinds
/// lets each be evaluated without building intermediate lists.
enum class Comprehension : std::uint8_t {
  all,
  exists,
  exists_one,
  filter,
  map,            ///< Also transformList.
  transform_map,  ///< Values replaced, keys kept.
  transform_map_entry,
};

struct Expr {
  enum class Kind : std::uint8_t {
    literal,        ///< literal
    ident,          ///< name; a leading dot of ".x" is kept in it.
    select,         ///< args[0].name; optional: args[0].?name; test: has(args[0].name)
    call,           ///< name(args...); receiver: args[0].name(rest...)
    list,           ///< args, optional_items
    map,            ///< args: key, value, key, value...; optional_items by entry
    structure,      ///< name{...}: a message; variables: its fields, args: their values
    comprehension,  ///< args: range, body, [filter]; variables
    bind,           ///< args: init, body; variables[0]. The init is evaluated when first read.
  };

  Kind kind;
  std::uint32_t offset = 0;  ///< Into the source: where an error is shown.
  int depth = 1;             ///< Of the tree below and with this one.
  std::string name = {};
  Value literal = {};
  std::vector<ExprPtr> args = {};
  std::vector<bool> optional_items = {};
  bool receiver = false;
  bool optional = false;
  bool test = false;
  Comprehension comprehension = Comprehension::all;
  std::vector<std::string> variables = {};

  // What the checker finds out.
  enum class Reference : std::uint8_t { none, variable, local, constant };
  Type type = Type::dyn();
  Reference reference = Reference::none;
  int slot = -1;                                ///< Of a variable or a local.
  std::vector<const Overload*> overloads = {};  ///< Of a call: those that may apply.
  std::string failure = {};                     ///< Evaluating this gives this error.
};

}  // namespace cel
