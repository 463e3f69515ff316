#include "cel/value.h"

#include <cmath>
#include <functional>
#include <utility>

#include "base/limits.h"

namespace cel {
namespace {

constexpr std::size_t kSmallMap = 8;

}  // namespace

Value Value::counted(ValueKind kind, Counted* rep) {
  Value result(kind, Storage::counted);
  result.payload_.counted = rep;
  return result;
}

Value Value::string(std::string text) {
  return counted(ValueKind::string, new TextRep(std::move(text)));
}

Value Value::bytes(std::string text) {
  return counted(ValueKind::bytes, new TextRep(std::move(text)));
}

Value Value::timestamp(std::int64_t seconds, std::uint32_t nanos) {
  Value result(ValueKind::timestamp, Storage::plain, nanos);
  result.payload_.integer = seconds;
  return result;
}

Value Value::duration(std::int64_t nanos) {
  Value result(ValueKind::duration, Storage::plain);
  result.payload_.integer = nanos;
  return result;
}

Value Value::list(std::vector<Value> items) {
  std::size_t weight = 1;
  for (const Value& item : items) weight += item.weight();
  if (weight > base::limits::kCelValueSizeMax) return too_large();
  return counted(ValueKind::list, new ListRep(std::move(items), weight));
}

Value Value::map(std::vector<std::pair<Value, Value>> entries) {
  std::size_t weight = 1;
  for (const auto& [key, value] : entries) weight += 1 + value.weight();
  if (weight > base::limits::kCelValueSizeMax) return too_large();
  return counted(ValueKind::map, new MapRep(std::move(entries), weight));
}

Value Value::too_large() {
  return error(
      "value too large: more than " + std::to_string(base::limits::kCelValueSizeMax) + " parts",
      base::ErrorCode::resource_exhausted);
}

std::size_t Value::weight() const {
  if (storage() == Storage::document) return 1;
  if (kind() == ValueKind::list) return payload_.list->weight;
  if (kind() == ValueKind::map) return payload_.map->weight;
  if (const Optional* optional = as_optional(*this)) return 1 + optional->value().weight();
  return 1;
}

Value Value::type(std::string_view name) {
  Value result(ValueKind::type, Storage::plain, static_cast<std::uint32_t>(name.size()));
  result.payload_.chars = name.data();
  return result;
}

Value Value::opaque(std::unique_ptr<Object> object) {
  return counted(ValueKind::opaque, object.release());
}

Value Value::error(std::string message, base::ErrorCode code) {
  auto rep = std::make_unique<ErrorRep>();
  rep->code = code;
  rep->message = std::move(message);
  return counted(ValueKind::error, rep.release());
}

Value Value::from_scalar(const doc::Value& value) {
  if (value.is_bool()) return boolean(value.as_bool());
  if (value.is_double()) return floating(value.as_double());
  if (value.is_uint()) return uinteger(value.as_uint());
  return {};
}

std::size_t Value::size() const {
  if (storage() == Storage::document) return payload_.document->size();
  return kind() == ValueKind::list ? payload_.list->items.size() : payload_.map->entries.size();
}

Value Value::item(std::size_t index) const {
  if (storage() == Storage::document) return from(payload_.document->items()[index]);
  return payload_.list->items[index];
}

bool Value::contains(const Value& item) const {
  if (storage() == Storage::document) {
    for (const doc::Value& one : payload_.document->items()) {
      if (equal(from(one), item)) return true;
    }
    return false;
  }
  const bool text = item.is(ValueKind::string);
  for (const Value& one : payload_.list->items) {
    const bool same =
        text ? one.is(ValueKind::string) && one.text() == item.text() : equal(one, item);
    if (same) return true;
  }
  return false;
}

Value Value::key(std::size_t index) const {
  if (storage() == Storage::document) return from(payload_.document->entries()[index].key);
  return payload_.map->entries[index].first;
}

Value Value::entry_value(std::size_t index) const {
  if (storage() == Storage::document) return from(payload_.document->entries()[index].value);
  return payload_.map->entries[index].second;
}

bool Value::find(std::string_view key, Value& found) const {
  if (storage() == Storage::document) {
    const doc::Value* value = payload_.document->find(key);
    if (value == nullptr) return false;
    found = from(*value);
    return true;
  }
  return find(borrowed_string(key), found);
}

bool Value::find(const Value& key, Value& found) const {
  if (storage() == Storage::document) {
    return key.is(ValueKind::string) && find(key.text(), found);
  }
  const std::ptrdiff_t index = payload_.map->find(key);
  if (index < 0) return false;
  found = payload_.map->entries[static_cast<std::size_t>(index)].second;
  return true;
}

std::optional<Value> Value::repeated_key() const {
  if (storage() == Storage::document) return std::nullopt;
  for (std::size_t i = 0; i < payload_.map->entries.size(); ++i) {
    const Value& key = payload_.map->entries[i].first;
    if (payload_.map->find(key) != static_cast<std::ptrdiff_t>(i)) return key;
  }
  return std::nullopt;
}

void Value::freeze(std::vector<Value>& owners) {
  if (storage() != Storage::counted) return;
  if (kind() == ValueKind::list) {
    for (Value& item : const_cast<ListRep*>(payload_.list)->items) item.freeze(owners);
  } else if (kind() == ValueKind::map) {
    for (auto& [key, value] : const_cast<MapRep*>(payload_.map)->entries) {
      key.freeze(owners);
      value.freeze(owners);
    }
  } else if (kind() == ValueKind::opaque) {
    if (Value* inner = const_cast<Object*>(payload_.object)->inner()) inner->freeze(owners);
  }
  const bool is_text = is(ValueKind::string) || is(ValueKind::bytes);
  owners.push_back(*this);
  if (is_text) {
    const std::string& text = payload_.text->text;
    payload_.chars = text.data();
    head_ = head(kind(), Storage::plain, static_cast<std::uint32_t>(text.size()));
  } else {
    head_ = head(kind(), Storage::plain, 0);
  }
  --owners.back().payload_.counted->count;
}

namespace {

/// Equal numbers of whatever type hash alike.
std::size_t hash_key(const Value& key) {
  switch (key.kind()) {
    case ValueKind::integer:
      return std::hash<double>()(static_cast<double>(key.as_int()));
    case ValueKind::uinteger:
      return std::hash<double>()(static_cast<double>(key.as_uint()));
    case ValueKind::floating:
      return std::hash<double>()(key.as_double());
    case ValueKind::string:
      return std::hash<std::string_view>()(key.text());
    case ValueKind::boolean:
      return key.as_bool() ? 1 : 2;
    default:
      return 0;
  }
}

}  // namespace

MapRep::MapRep(std::vector<std::pair<Value, Value>> list, std::size_t weight)
    : entries(std::move(list)), weight(weight) {
  if (entries.size() <= kSmallMap) return;
  std::size_t capacity = 16;
  while (capacity < entries.size() * 2) capacity *= 2;
  slots_.resize(capacity);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    std::size_t slot = hash_key(entries[i].first) & (capacity - 1);
    while (slots_[slot] != 0) slot = (slot + 1) & (capacity - 1);
    slots_[slot] = static_cast<std::uint32_t>(i + 1);
  }
}

std::ptrdiff_t MapRep::find(const Value& key) const {
  if (slots_.empty()) {
    for (std::size_t i = 0; i < entries.size(); ++i) {
      if (equal(entries[i].first, key)) return static_cast<std::ptrdiff_t>(i);
    }
    return -1;
  }
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t slot = hash_key(key) & mask; slots_[slot] != 0; slot = (slot + 1) & mask) {
    if (equal(entries[slots_[slot] - 1].first, key)) return slots_[slot] - 1;
  }
  return -1;
}

Value Optional::none() { return Value::opaque(std::make_unique<Optional>()); }

Value Optional::of(Value value) {
  auto optional = std::make_unique<Optional>();
  optional->present_ = true;
  optional->value_ = std::move(value);
  return Value::opaque(std::move(optional));
}

bool Optional::equals(const Object& other) const {
  const auto& optional = static_cast<const Optional&>(other);
  if (present_ != optional.present_) return false;
  return !present_ || equal(value_, optional.value_);
}

const Optional* as_optional(const Value& value) {
  if (!value.is(ValueKind::opaque)) return nullptr;
  return value.object().type_name() == Optional::kTypeName
             ? static_cast<const Optional*>(&value.object())
             : nullptr;
}

}  // namespace cel
