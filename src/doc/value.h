#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/check.h"

namespace doc {

/// Where a value began in its source text. Both count from 1; 0 means that it has no source.
/// The column counts bytes, as compilers do.
struct Mark {
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  bool known() const { return line != 0; }
  bool operator==(const Mark&) const = default;
};

enum class Kind : std::uint8_t {
  null,
  boolean,
  integer,
  unsigned_integer,
  number,
  string,
  list,
  map
};

/// "null", "boolean", "integer", "number", "string", "list", "map": as diagnostics name it.
/// `unsigned_integer` is "integer" to a person.
std::string_view kind_name(Kind kind);

class Value;
struct Entry;

namespace detail {

/// A counter of owners in front of the data. The last owner frees it.
struct Counted {
  mutable std::atomic<std::uint32_t> owners{1};
  void share() const { owners.fetch_add(1, std::memory_order_relaxed); }
  bool release() const { return owners.fetch_sub(1, std::memory_order_acq_rel) == 1; }
};

struct StringRep : Counted {
  std::uint32_t size;
  char bytes[1];  ///< `size` of them, allocated behind.
};

struct ListRep;
struct MapRep;

}  // namespace detail

/// One JSON or YAML value: immutable, 16 bytes, with the place in the source that it came from.
///
/// Ownership: strings, lists and maps are shared by reference count; a copy is cheap and never
/// deep. Views returned (string_view, span) live as long as any Value that shares the data.
/// Threading: immutable, so any number of threads may read and copy one value's data.
/// Limits: a column above 16,777,215 is kept as 16,777,215.
///
/// Numbers keep the three forms that CEL and Kubernetes tell apart: `integer` (int64),
/// `unsigned_integer` (only for values above INT64_MAX), `number` (a double).
/// Equality is by content, never by mark: maps compare without regard to order; 1, 1u and 1.0 are
/// equal; NaN equals nothing.
class Value {
 public:
  Value() noexcept = default;  ///< null
  Value(std::nullptr_t) noexcept {}
  Value(bool value) noexcept : kind_(Kind::boolean) { payload_.integer = value ? 1 : 0; }
  Value(int value) noexcept : Value(std::int64_t{value}) {}
  Value(std::int64_t value) noexcept : kind_(Kind::integer) { payload_.integer = value; }
  Value(std::uint64_t value) noexcept;  ///< `integer` where it fits one.
  Value(double value) noexcept : kind_(Kind::number) { payload_.number = value; }
  Value(std::string_view value);
  Value(const char* value) : Value(std::string_view(value)) {}
  Value(const std::string& value) : Value(std::string_view(value)) {}
  Value(const void*) = delete;  // A pointer would become a bool.

  /// A list of the items, in order.
  static Value list(std::vector<Value> items);
  /// A map of the entries, in order. A later entry of the same key replaces the earlier one's
  /// value.
  static Value map(std::vector<Entry> entries);
  static Value map(std::initializer_list<std::pair<std::string_view, Value>> entries);
  /// For parsers, which refuse a repeated key: takes `entries` into `map` and returns nullopt, or
  /// returns the index of the first entry whose key stood before and leaves both as they are.
  static std::optional<std::size_t> try_map(std::vector<Entry>& entries, Value& map);

  Value(const Value& other) noexcept { share(other); }
  Value(Value&& other) noexcept { steal(other); }
  Value& operator=(const Value& other) noexcept {
    if (this != &other) {
      release();
      share(other);
    }
    return *this;
  }
  Value& operator=(Value&& other) noexcept {
    if (this != &other) {
      release();
      steal(other);
    }
    return *this;
  }
  ~Value() { release(); }

  Kind kind() const { return kind_; }
  bool is_null() const { return kind_ == Kind::null; }
  bool is_bool() const { return kind_ == Kind::boolean; }
  bool is_int() const { return kind_ == Kind::integer; }
  bool is_uint() const { return kind_ == Kind::unsigned_integer; }
  bool is_double() const { return kind_ == Kind::number; }
  bool is_number() const { return is_int() || is_uint() || is_double(); }
  bool is_string() const { return kind_ == Kind::string; }
  bool is_list() const { return kind_ == Kind::list; }
  bool is_map() const { return kind_ == Kind::map; }

  // REQUIRES (CHECK): the value is of that kind.
  bool as_bool() const {
    CHECK(is_bool());
    return payload_.integer != 0;
  }
  std::int64_t as_int() const {
    CHECK(is_int());
    return payload_.integer;
  }
  std::uint64_t as_uint() const {
    CHECK(is_uint());
    return payload_.unsigned_integer;
  }
  double as_double() const {
    CHECK(is_double());
    return payload_.number;
  }
  std::string_view as_string() const {
    CHECK(is_string());
    return {payload_.string->bytes, payload_.string->size};
  }
  std::span<const Value> items() const;    ///< Of a list.
  std::span<const Entry> entries() const;  ///< Of a map, in source order.

  /// The value of `key`, or nullptr when this is no map or has no such key. Borrowed from this
  /// value. Linear in small maps, O(log n) above 8 entries.
  const Value* find(std::string_view key) const;
  /// `find` down a dotted path ("metadata.name"); keys with dots in them need find().
  const Value* find_path(std::string_view dotted) const;
  /// The string at `dotted`, or "" when it is absent or no string: for optional texts.
  std::string_view string_at(std::string_view dotted) const;
  /// Items of a list, entries of a map, bytes of a string; 0 for anything else.
  std::size_t size() const;

  Mark mark() const { return {line_, column_}; }
  /// The same content, said to come from `mark`.
  Value at(Mark mark) const;

  /// A map with `key` set (at the end, when it is new) or without it. REQUIRES: is_map().
  Value with(std::string_view key, Value value) const;
  Value without(std::string_view key) const;
  /// `with` down a path of keys, making maps where there are none (or something else stands).
  Value with_path(std::span<const std::string_view> path, Value value) const;

  friend bool operator==(const Value& a, const Value& b);

 private:
  void share(const Value& other) noexcept;
  void steal(Value& other) noexcept {
    kind_ = other.kind_;
    column_ = other.column_;
    line_ = other.line_;
    payload_ = other.payload_;
    other.kind_ = Kind::null;
  }
  void release() noexcept {
    if (kind_ >= Kind::string) drop();
  }
  void drop() noexcept;

  Kind kind_ = Kind::null;
  std::uint32_t column_ : 24 = 0;
  std::uint32_t line_ = 0;
  union {
    std::int64_t integer;  // Of a boolean: 0 or 1.
    std::uint64_t unsigned_integer;
    double number;
    detail::StringRep* string;
    detail::ListRep* list;
    detail::MapRep* map;
  } payload_ = {.integer = 0};
};

static_assert(sizeof(Value) == 16);

/// One entry of a map. `key` is always a string and carries the key's own mark.
struct Entry {
  Value key;
  Value value;
  std::string_view name() const { return key.as_string(); }
};

/// A value and the name of the text it came from ("site.yaml", "<stdin>"), with the text itself, so
/// that a diagnostic can show the line.
struct Source {
  std::string name;
  std::string text;
};

}  // namespace doc
