#include "place.h"

#include <algorithm>

namespace agreement {
namespace {

using doc::Entry;
using doc::Value;

void collect(const Value& value, Place& here, std::vector<Place>& places) {
  places.push_back(here);
  if (value.is_map()) {
    for (const Entry& entry : value.entries()) {
      here.push_back({std::string(entry.name()), std::nullopt});
      collect(entry.value, here, places);
      here.pop_back();
    }
  } else if (value.is_list()) {
    for (std::size_t i = 0; i < value.size(); ++i) {
      here.push_back({"", i});
      collect(value.items()[i], here, places);
      here.pop_back();
    }
  }
}

/// The path in one spelling: ".a.0.b" of "a[0].b" and of "a.0[b]".
std::string plain(std::string_view path) {
  std::string text = ".";
  for (const char c : path) {
    const bool separator = c == '.' || c == '[' || c == ']';
    if (!separator) {
      text += c;
    } else if (text.back() != '.') {
      text += '.';
    }
  }
  if (text.back() != '.') text += '.';
  return text;
}

}  // namespace

std::string to_string(const Place& place) {
  std::string name;
  for (const Step& step : place) {
    if (step.index) {
      name += "[" + std::to_string(*step.index) + "]";
    } else {
      name += (name.empty() ? "" : ".") + step.key;
    }
  }
  return name.empty() ? "." : name;
}

std::vector<Place> places_of(const Value& value) {
  std::vector<Place> places;
  Place here;
  collect(value, here, places);
  return places;
}

const Value& at(const Value& value, const Place& place) {
  const Value* found = &value;
  for (const Step& step : place) {
    found = step.index ? &found->items()[*step.index] : found->find(step.key);
  }
  return *found;
}

Value replaced(const Value& value, std::span<const Step> place, const std::optional<Value>& by) {
  if (place.empty()) return *by;
  const Step& step = place.front();
  const bool last = place.size() == 1;
  if (step.index) {
    std::vector<Value> items(value.items().begin(), value.items().end());
    if (last && !by) {
      items.erase(items.begin() + std::ptrdiff_t(*step.index));
    } else {
      Value& item = items[*step.index];
      item = replaced(item, place.subspan(1), by);
    }
    return Value::list(std::move(items));
  }
  if (last) return by ? value.with(step.key, *by) : value.without(step.key);
  return value.with(step.key, replaced(*value.find(step.key), place.subspan(1), by));
}

Place nearest_place(const Value& value, std::string_view path) {
  const std::string wanted = plain(path);
  Place nearest;
  for (Place& place : places_of(value)) {
    if (place.size() > nearest.size() && wanted.starts_with(plain(to_string(place)))) {
      nearest = std::move(place);
    }
  }
  return nearest;
}

const Value* schema_at(const Value& schema, const Place& place) {
  const Value* found = &schema;
  for (const Step& step : place) {
    const Value* next = nullptr;
    if (step.index) {
      next = found->find("items");
    } else {
      if (const Value* properties = found->find("properties")) next = properties->find(step.key);
      if (next == nullptr) next = found->find("additionalProperties");
    }
    if (next == nullptr || !next->is_map()) return nullptr;
    found = next;
  }
  return found;
}

}  // namespace agreement
