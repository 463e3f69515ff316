#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "doc/value.h"

/// Internal to src/cel and its tests: the values that an evaluation computes with.
namespace cel {

class Value;
class Object;

enum class ValueKind : std::uint8_t {
  null,
  boolean,
  integer,
  uinteger,
  floating,
  string,
  bytes,
  timestamp,
  duration,
  list,
  map,
  type,
  opaque,  ///< An Object: optional, ip, quantity, ...
  error,   ///< Instead of a value: travels up until something absorbs it.
};

/// What is shared by count. Not atomic: a Value that is counted belongs to one thread; what a
/// Program shares between threads is frozen first.
struct Counted {
  mutable std::uint32_t count = 1;
  virtual ~Counted() = default;
};

struct TextRep : Counted {
  explicit TextRep(std::string text) : text(std::move(text)) {}
  std::string text;
};
struct ErrorRep : Counted {
  base::ErrorCode code = base::ErrorCode::failed_precondition;
  std::string message;
};
struct ListRep;
struct MapRep;

/// One CEL value in 16 bytes. Strings, lists and maps of the data are borrowed from their
/// doc::Value, never copied; what an evaluation makes is counted.
///
/// Lifetime: valid while the Bindings and the Program of the evaluation are.
/// Threading: a counted value belongs to one thread.
class Value {
 public:
  Value() noexcept = default;  ///< null
  static Value boolean(bool value);
  static Value integer(std::int64_t value);
  static Value uinteger(std::uint64_t value);
  static Value floating(double value);
  static Value string(std::string text);
  static Value bytes(std::string text);
  /// The text must outlive the value.
  static Value borrowed_string(std::string_view text);
  /// Seconds since 1970 and nanoseconds (0 to 999,999,999) after them.
  static Value timestamp(std::int64_t seconds, std::uint32_t nanos);
  static Value duration(std::int64_t nanos);
  /// An error instead where the whole would be too large (kCelValueSizeMax), so that lists of
  /// lists of one list cannot grow without bound; the same for map().
  static Value list(std::vector<Value> items);
  /// The keys must be different.
  static Value map(std::vector<std::pair<Value, Value>> entries);
  /// The name must outlive the value (types' names are constants or of the Environment).
  static Value type(std::string_view name);
  static Value opaque(std::unique_ptr<Object> object);
  static Value error(std::string message,
                     base::ErrorCode code = base::ErrorCode::failed_precondition);
  static Value too_large();
  /// Borrows `value`.
  static Value from(const doc::Value& value);

  Value(const Value& other) noexcept { copy(other); }
  Value(Value&& other) noexcept { steal(other); }
  Value& operator=(const Value& other) noexcept {
    if (this != &other) {
      release();
      copy(other);
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

  ValueKind kind() const { return static_cast<ValueKind>(head_ & 0xFF); }
  bool is(ValueKind kind) const { return this->kind() == kind; }
  bool is_error() const { return is(ValueKind::error); }
  bool is_number() const {
    return is(ValueKind::integer) || is(ValueKind::uinteger) || is(ValueKind::floating);
  }
  bool is_true() const { return is(ValueKind::boolean) && as_bool(); }
  bool is_false() const { return is(ValueKind::boolean) && !as_bool(); }

  // REQUIRES: the value is of that kind.
  bool as_bool() const { return payload_.integer != 0; }
  std::int64_t as_int() const { return payload_.integer; }
  std::uint64_t as_uint() const { return payload_.uinteger; }
  double as_double() const { return payload_.floating; }
  /// Of string, bytes and type.
  std::string_view text() const {
    return storage() == Storage::counted ? std::string_view(payload_.text->text)
                                         : std::string_view(payload_.chars, extra());
  }
  std::int64_t seconds() const { return payload_.integer; }  ///< Of timestamp.
  std::uint32_t nanos() const { return extra(); }            ///< Of timestamp.
  std::int64_t duration_nanos() const { return payload_.integer; }
  const Object& object() const { return *payload_.object; }
  const ErrorRep& error_rep() const { return *payload_.error; }

  /// Of a list or map.
  std::size_t size() const;
  Value item(std::size_t index) const;  ///< Of a list; REQUIRES index < size().
  Value key(std::size_t index) const;   ///< Of a map, in its order.
  Value entry_value(std::size_t index) const;
  /// Of a map: sets `found` and says true. Numbers are found across their types.
  bool find(const Value& key, Value& found) const;
  bool find(std::string_view key, Value& found) const;
  /// Of a map made here: a key that stands in it twice.
  std::optional<Value> repeated_key() const;
  /// How many values it is made of; what is borrowed counts as one.
  std::size_t weight() const;
  /// Whether a list has an item that is equal.
  bool contains(const Value& item) const;
  /// The data that a list or map is borrowed from; nullptr if it was made here.
  const doc::Value* document() const {
    return storage() == Storage::document ? payload_.document : nullptr;
  }

  /// Makes this value and all it holds safe to be copied by many threads: the counted parts go to
  /// `owners`, which must outlive every copy.
  void freeze(std::vector<Value>& owners);

 private:
  friend struct MapRep;
  enum class Storage : std::uint8_t { plain, counted, document };

  Value(ValueKind kind, Storage storage, std::uint32_t extra = 0) noexcept
      : head_(head(kind, storage, extra)) {}
  static constexpr std::uint64_t head(ValueKind kind, Storage storage, std::uint32_t extra) {
    return static_cast<std::uint64_t>(kind) | static_cast<std::uint64_t>(storage) << 8 |
           static_cast<std::uint64_t>(extra) << 32;
  }
  Storage storage() const { return static_cast<Storage>(head_ >> 8 & 0xFF); }
  std::uint32_t extra() const { return static_cast<std::uint32_t>(head_ >> 32); }

  void copy(const Value& other) noexcept {
    head_ = other.head_;
    payload_ = other.payload_;
    if (storage() == Storage::counted) ++payload_.counted->count;
  }
  void steal(Value& other) noexcept {
    head_ = other.head_;
    payload_ = other.payload_;
    other.head_ = 0;
  }
  void release() noexcept {
    if (storage() == Storage::counted && --payload_.counted->count == 0) delete payload_.counted;
  }
  static Value counted(ValueKind kind, Counted* rep);
  static Value from_scalar(const doc::Value& value);  // Of null, boolean and the other numbers.

  // From the low bits up: the kind (8 bits), the storage (8), and in the upper half the length of a
  // borrowed text or the nanoseconds of a timestamp. One word, because a value is copied right
  // after it is written all the time, and a processor does not forward two small writes to one
  // wide read.
  std::uint64_t head_ = 0;
  union {
    std::int64_t integer;  // Of a bool: 0 or 1.
    std::uint64_t uinteger;
    double floating;
    const char* chars;
    const doc::Value* document;
    const Counted* counted;
    const TextRep* text;
    const ListRep* list;
    const MapRep* map;
    const Object* object;
    const ErrorRep* error;
  } payload_ = {.integer = 0};
};

static_assert(sizeof(Value) == 16);

inline Value Value::uinteger(std::uint64_t value) {
  Value result(ValueKind::uinteger, Storage::plain);
  result.payload_.uinteger = value;
  return result;
}

inline Value Value::boolean(bool value) {
  Value result(ValueKind::boolean, Storage::plain);
  result.payload_.integer = value ? 1 : 0;
  return result;
}

inline Value Value::integer(std::int64_t value) {
  Value result(ValueKind::integer, Storage::plain);
  result.payload_.integer = value;
  return result;
}

inline Value Value::floating(double value) {
  Value result(ValueKind::floating, Storage::plain);
  result.payload_.floating = value;
  return result;
}

inline Value Value::borrowed_string(std::string_view text) {
  Value result(ValueKind::string, Storage::plain, static_cast<std::uint32_t>(text.size()));
  result.payload_.chars = text.data();
  return result;
}

inline Value Value::from(const doc::Value& value) {
  // Rules read texts and integers, and walk lists and maps: asked for one by one, that is quicker
  // than a jump by the kind.
  if (value.is_string()) return borrowed_string(value.as_string());
  if (value.is_int()) return integer(value.as_int());
  if (!value.is_list() && !value.is_map()) return from_scalar(value);
  Value result(value.is_list() ? ValueKind::list : ValueKind::map, Storage::document);
  result.payload_.document = &value;
  return result;
}

struct ListRep : Counted {
  ListRep(std::vector<Value> items, std::size_t weight) : items(std::move(items)), weight(weight) {}
  std::vector<Value> items;
  std::size_t weight;
};

/// Looks keys up one by one while they are few, by hash above that.
struct MapRep : Counted {
  MapRep(std::vector<std::pair<Value, Value>> entries, std::size_t weight);
  /// The entry's index, or -1.
  std::ptrdiff_t find(const Value& key) const;
  std::vector<std::pair<Value, Value>> entries;
  std::size_t weight;

 private:
  std::vector<std::uint32_t> slots_;  // Index + 1 of an entry; 0 is free. Empty in small maps.
};

/// A value of an extension's own type.
class Object : public Counted {
 public:
  /// "optional_type", "net.IP": a constant.
  virtual std::string_view type_name() const = 0;
  /// Whether `other`, of the same type_name(), is equal.
  virtual bool equals(const Object& other) const = 0;
  /// What string() gives, and format's %s.
  virtual std::string to_string() const = 0;
  /// What it holds, for freezing; nullptr if nothing.
  virtual Value* inner() { return nullptr; }
};

/// An optional value, present or not.
class Optional : public Object {
 public:
  static constexpr std::string_view kTypeName = "optional_type";
  static Value none();
  static Value of(Value value);
  std::string_view type_name() const override { return kTypeName; }
  bool equals(const Object& other) const override;
  std::string to_string() const override { return present_ ? "optional(...)" : "optional.none()"; }
  Value* inner() override { return &value_; }
  bool present() const { return present_; }
  const Value& value() const { return value_; }

 private:
  bool present_ = false;
  Value value_;
};

/// The value as an Optional; nullptr if it is none.
const Optional* as_optional(const Value& value);

/// CEL's ==: across number types, deep in lists and maps; values of different types are unequal.
/// REQUIRES: neither is an error.
bool equal(const Value& a, const Value& b);

/// The first three count up.
enum class Order : std::uint8_t { less, equal, greater, unordered, no_overload };
/// CEL's < and its kin: numbers across their types, strings, bytes, bools, timestamps, durations.
/// NaN is unordered; anything else has no overload.
Order compare(const Value& a, const Value& b);

/// "int", "string", "google.protobuf.Timestamp", "list", "optional_type": what type() denotes.
std::string_view type_name(const Value& value);

/// A scalar as string() gives it, a type's name, an Object's text.
std::string text_of(const Value& value);

/// The value as data. Errors: failed_precondition for an error, optional.none().
/// Strings are copied; lists and maps of the data are shared.
base::Result<doc::Value> to_document(const Value& value);

}  // namespace cel
