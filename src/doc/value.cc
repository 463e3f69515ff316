#include "doc/value.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <new>
#include <numeric>

#include "base/same_text.h"
#include "base/strings.h"

namespace doc {
namespace detail {

struct ListRep : Counted {
  std::vector<Value> items;
};

struct MapRep : Counted {
  std::vector<Entry> entries;
  std::vector<std::uint32_t> by_name;  // Indexes sorted by key; empty for small maps.
};

}  // namespace detail

namespace {

using detail::ListRep;
using detail::MapRep;
using detail::StringRep;

// Up to here a scan beats a binary search (measured on Kubernetes manifests).
constexpr std::size_t kScanMax = 8;
constexpr std::uint32_t kColumnMax = (1U << 24) - 1;

StringRep* make_string(std::string_view text) {
  CHECK(text.size() <= std::numeric_limits<std::uint32_t>::max());
  void* memory = ::operator new(sizeof(StringRep) + text.size());
  auto* rep = new (memory) StringRep;
  rep->size = static_cast<std::uint32_t>(text.size());
  if (!text.empty()) std::memcpy(rep->bytes, text.data(), text.size());
  return rep;
}

std::vector<std::uint32_t> order_by_name(const std::vector<Entry>& entries) {
  std::vector<std::uint32_t> order(entries.size());
  std::iota(order.begin(), order.end(), 0U);
  std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    return entries[a].name() < entries[b].name();
  });
  return order;
}

/// Keeps the first place and the last value of each key.
void drop_repeated_keys(std::vector<Entry>& entries) {
  const auto order = order_by_name(entries);
  std::vector<bool> gone(entries.size(), false);
  bool any = false;
  for (std::size_t i = 1; i < order.size(); ++i) {
    std::size_t first = i - 1;
    while (i < order.size() && entries[order[i]].name() == entries[order[first]].name()) {
      entries[order[first]].value = entries[order[i]].value;
      gone[order[i]] = any = true;
      ++i;
    }
  }
  if (!any) return;
  std::size_t kept = 0;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (!gone[i]) {
      if (kept != i) entries[kept] = std::move(entries[i]);
      ++kept;
    }
  }
  entries.resize(kept);
}

/// The first entry whose key stood before; nullopt when none did. `order` is by name, or empty for
/// maps so small that a scan is quicker.
std::optional<std::size_t> first_repeated(const std::vector<Entry>& entries,
                                          const std::vector<std::uint32_t>& order) {
  std::optional<std::size_t> first;
  if (!order.empty()) {
    for (std::size_t i = 1; i < order.size(); ++i) {
      const bool same = entries[order[i]].name() == entries[order[i - 1]].name();
      if (same && (!first || order[i] < *first)) first = order[i];
    }
    return first;
  }
  for (std::size_t i = 1; i < entries.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (entries[i].name() == entries[j].name()) return i;
    }
  }
  return std::nullopt;
}

/// In a map with an order of its entries by name. Kept out of find(), whose scan of a small map
/// then needs no register saved.
[[gnu::noinline]] const Value* find_by_name(const MapRep& rep, std::string_view key) {
  const auto at = std::lower_bound(
      rep.by_name.begin(), rep.by_name.end(), key,
      [&](std::uint32_t index, std::string_view name) { return rep.entries[index].name() < name; });
  if (at == rep.by_name.end() || rep.entries[*at].name() != key) return nullptr;
  return &rep.entries[*at].value;
}

bool equal_numbers(const Value& a, const Value& b) {
  if (a.kind() == b.kind()) {
    return a.is_double() ? a.as_double() == b.as_double()
                         : (a.is_int() ? a.as_int() == b.as_int() : a.as_uint() == b.as_uint());
  }
  if (!a.is_double() && !b.is_double()) return false;  // An unsigned one is above every int64.
  const Value& number = a.is_double() ? a : b;
  const Value& whole = a.is_double() ? b : a;
  const double value = number.as_double();
  if (std::trunc(value) != value) return false;
  if (whole.is_int()) {
    return value >= -0x1p63 && value < 0x1p63 && static_cast<std::int64_t>(value) == whole.as_int();
  }
  return value >= 0 && value < 0x1p64 && static_cast<std::uint64_t>(value) == whole.as_uint();
}

bool equal_maps(std::span<const Entry> a, const Value& b) {
  if (a.size() != b.size()) return false;
  return std::all_of(a.begin(), a.end(), [&](const Entry& entry) {
    const Value* other = b.find(entry.name());
    return other != nullptr && entry.value == *other;
  });
}

}  // namespace

std::string_view kind_name(Kind kind) {
  switch (kind) {
    case Kind::null:
      return "null";
    case Kind::boolean:
      return "boolean";
    case Kind::integer:
    case Kind::unsigned_integer:
      return "integer";
    case Kind::number:
      return "number";
    case Kind::string:
      return "string";
    case Kind::list:
      return "list";
    case Kind::map:
      return "map";
  }
  CHECK(false);
}

Value::Value(std::uint64_t value) noexcept {
  if (value <= std::uint64_t(std::numeric_limits<std::int64_t>::max())) {
    kind_ = Kind::integer;
    payload_.integer = static_cast<std::int64_t>(value);
  } else {
    kind_ = Kind::unsigned_integer;
    payload_.unsigned_integer = value;
  }
}

Value::Value(std::string_view value) : kind_(Kind::string) { payload_.string = make_string(value); }

Value Value::list(std::vector<Value> items) {
  Value value;
  value.payload_.list = new ListRep{{}, std::move(items)};
  value.kind_ = Kind::list;
  return value;
}

Value Value::map(std::vector<Entry> entries) {
  Value value;
  if (try_map(entries, value)) {
    drop_repeated_keys(entries);
    try_map(entries, value);
  }
  return value;
}

std::optional<std::size_t> Value::try_map(std::vector<Entry>& entries, Value& map) {
  std::vector<std::uint32_t> order;
  if (entries.size() > kScanMax) order = order_by_name(entries);
  if (const auto repeated = first_repeated(entries, order)) return repeated;
  Value value;
  value.payload_.map = new MapRep{{}, std::move(entries), std::move(order)};
  value.kind_ = Kind::map;
  map = std::move(value);
  return std::nullopt;
}

Value Value::map(std::initializer_list<std::pair<std::string_view, Value>> entries) {
  std::vector<Entry> list;
  list.reserve(entries.size());
  for (const auto& [key, value] : entries) list.push_back({Value(key), value});
  return map(std::move(list));
}

void Value::share(const Value& other) noexcept {
  kind_ = other.kind_;
  column_ = other.column_;
  line_ = other.line_;
  payload_ = other.payload_;
  switch (kind_) {
    case Kind::string:
      payload_.string->share();
      break;
    case Kind::list:
      payload_.list->share();
      break;
    case Kind::map:
      payload_.map->share();
      break;
    case Kind::null:
    case Kind::boolean:
    case Kind::integer:
    case Kind::unsigned_integer:
    case Kind::number:
      break;
  }
}

void Value::drop() noexcept {
  if (kind_ == Kind::string) {
    if (payload_.string->release()) {
      payload_.string->~StringRep();
      ::operator delete(payload_.string);
    }
  } else if (kind_ == Kind::list) {
    if (payload_.list->release()) delete payload_.list;
  } else if (payload_.map->release()) {
    delete payload_.map;
  }
  kind_ = Kind::null;
}

std::span<const Value> Value::items() const {
  CHECK(is_list());
  return payload_.list->items;
}
std::span<const Entry> Value::entries() const {
  CHECK(is_map());
  return payload_.map->entries;
}

const Value* Value::find(std::string_view key) const {
  if (!is_map()) return nullptr;
  const MapRep& rep = *payload_.map;
  if (!rep.by_name.empty()) return find_by_name(rep, key);
  for (const Entry& entry : rep.entries) {
    if (base::same_text(entry.name(), key)) return &entry.value;
  }
  return nullptr;
}

const Value* Value::find_path(std::string_view dotted) const {
  const Value* value = this;
  for (const std::string_view key : base::split(dotted, '.')) {
    value = value->find(key);
    if (value == nullptr) return nullptr;
  }
  return value;
}

std::string_view Value::string_at(std::string_view dotted) const {
  const Value* value = find_path(dotted);
  return value != nullptr && value->is_string() ? value->as_string() : std::string_view();
}

std::size_t Value::size() const {
  switch (kind_) {
    case Kind::string:
      return payload_.string->size;
    case Kind::list:
      return payload_.list->items.size();
    case Kind::map:
      return payload_.map->entries.size();
    case Kind::null:
    case Kind::boolean:
    case Kind::integer:
    case Kind::unsigned_integer:
    case Kind::number:
      return 0;
  }
  CHECK(false);
}

Value Value::at(Mark mark) const {
  Value copy = *this;
  copy.line_ = mark.line;
  copy.column_ = std::min(mark.column, kColumnMax);
  return copy;
}

Value Value::with(std::string_view key, Value value) const {
  const auto old = entries();
  std::vector<Entry> result(old.begin(), old.end());
  const auto at = std::find_if(result.begin(), result.end(),
                               [&](const Entry& entry) { return entry.name() == key; });
  if (at != result.end()) {
    at->value = std::move(value);
  } else {
    result.push_back({Value(key), std::move(value)});
  }
  return map(std::move(result)).at(mark());
}

Value Value::without(std::string_view key) const {
  const auto old = entries();
  std::vector<Entry> result;
  result.reserve(old.size());
  std::copy_if(old.begin(), old.end(), std::back_inserter(result),
               [&](const Entry& entry) { return entry.name() != key; });
  return map(std::move(result)).at(mark());
}

Value Value::with_path(std::span<const std::string_view> path, Value value) const {
  if (path.empty()) return value;
  const Value from = is_map() ? *this : Value::map(std::vector<Entry>{});
  const Value* child = from.find(path.front());
  const Value next = child != nullptr ? *child : Value();
  return from.with(path.front(), next.with_path(path.subspan(1), std::move(value)));
}

bool operator==(const Value& a, const Value& b) {
  if (a.is_number() && b.is_number()) return equal_numbers(a, b);
  if (a.kind() != b.kind()) return false;
  switch (a.kind()) {
    case Kind::null:
      return true;
    case Kind::boolean:
      return a.as_bool() == b.as_bool();
    case Kind::string:
      return a.as_string() == b.as_string();
    case Kind::list: {
      const auto x = a.items(), y = b.items();
      return x.data() == y.data() || std::equal(x.begin(), x.end(), y.begin(), y.end());
    }
    case Kind::map:
      return a.entries().data() == b.entries().data() || equal_maps(a.entries(), b);
    case Kind::integer:
    case Kind::unsigned_integer:
    case Kind::number:
      break;
  }
  CHECK(false);
}

}  // namespace doc
