#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace cel {

class Type;

/// One field of a record type. `name` is how CEL selects it, `key` what the data calls it: they
/// differ where Kubernetes escapes a name ("my__dash__field" is "my-field").
struct Field;

/// What the checker knows of an expression's value. Immutable, cheap to copy, safe from many
/// threads.
///
/// A record is a map whose fields are known (an OpenAPI object with properties): selecting an
/// unknown field is an error of compile(). Its values are maps at run time. To a rule of a CRD a
/// record is no map (it has no size and cannot be indexed); data that is read as it is comes as
/// object(), which is a map in every way and knows its fields all the same.
/// A value that comes from data and whose declared type is timestamp, duration or bytes is read
/// from its string; one declared as double may be an integer in the data.
class Type {
 public:
  enum class Kind : std::uint8_t {
    dyn,    ///< Anything; checked at run time.
    error,  ///< Of an expression that has an issue already.
    null,
    boolean,
    integer,
    uinteger,
    floating,
    string,
    bytes,
    timestamp,
    duration,
    list,       ///< parameters: {element}
    map,        ///< parameters: {key, value}; of object() with fields()
    record,     ///< fields()
    wrapper,    ///< parameters: {primitive}; the primitive or null.
    type,       ///< parameters: {the type it denotes} or none.
    opaque,     ///< name(), parameters; "optional_type" among them.
    parameter,  ///< name(): a type variable of a function's signature.
  };

  static Type dyn();
  static Type error();
  static Type null();
  static Type boolean();
  static Type integer();
  static Type uinteger();
  static Type floating();
  static Type string();
  static Type bytes();
  static Type timestamp();
  static Type duration();
  static Type list(Type element);
  static Type map(Type key, Type value);
  /// `open`: a field that is not named may be there all the same, with type dyn
  /// (x-kubernetes-preserve-unknown-fields).
  static Type record(std::string name, std::vector<Field> fields, bool open = false);
  /// map(string, dyn) of which fields are known: selecting another one is an issue, unless `open`.
  static Type object(std::vector<Field> fields, bool open = false);
  static Type wrapper(Type primitive);
  static Type type(Type denoted);
  static Type opaque(std::string name, std::vector<Type> parameters = {});
  static Type optional(Type value);
  static Type parameter(std::string name);

  Kind kind() const;
  bool is(Kind kind) const { return this->kind() == kind; }
  bool is_optional() const;
  /// Of record, opaque and parameter; "" otherwise.
  const std::string& name() const;
  const std::vector<Type>& parameters() const;
  /// Of a record and an object, in the order given; empty otherwise.
  const std::vector<Field>& fields() const;
  const Field* find_field(std::string_view name) const;
  bool open() const;

  /// The same type, with values known to be no larger than `size`: bytes of a string, items of a
  /// list, entries of a map (maxLength, maxItems, maxProperties). For cost estimates.
  Type with_max_size(std::uint64_t size) const;
  /// kUnknownSize where nothing is known.
  std::uint64_t max_size() const;
  static constexpr std::uint64_t kUnknownSize = ~std::uint64_t{0};

  /// As cel-go prints it: "int", "list(string)", "map(string, dyn)", "wrapper(int)".
  std::string to_string() const;
  friend bool operator==(const Type& a, const Type& b);

 private:
  struct Rep;
  explicit Type(std::shared_ptr<const Rep> rep) : rep_(std::move(rep)) {}
  static Type of(Kind kind);
  std::shared_ptr<const Rep> rep_;  // Shared by the copies of this Type.
};

struct Field {
  std::string name;
  Type type;
  std::string key = name;
};

}  // namespace cel
