#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "doc/value.h"

namespace agreement {

/// One step into a value: a key of a map, or an index of a list where `index` is set.
struct Step {
  std::string key;
  std::optional<std::size_t> index;
};
/// A place in a value, as the steps that lead there; empty is the value itself.
using Place = std::vector<Step>;

/// "spec.list[0].name"; "." is the value itself.
std::string to_string(const Place& place);
/// Every place in `value`, itself first, each before what is in it.
std::vector<Place> places_of(const doc::Value& value);
/// REQUIRES: the place is there. Borrowed from `value`.
const doc::Value& at(const doc::Value& value, const Place& place);
/// `value` with something else at the place (nullopt: without it). REQUIRES: the place is there,
/// or is a key of a map that is there; without it, also that it is not the value itself.
doc::Value replaced(const doc::Value& value, std::span<const Step> place,
                    const std::optional<doc::Value>& by);
/// The deepest place in `value` on the way to what a violation's path names, whichever way it
/// writes keys (".a", "[a]").
Place nearest_place(const doc::Value& value, std::string_view path);

/// The schema of a place (a CRD's text), through properties, items and additionalProperties;
/// nullptr where nothing is said of it. Borrowed from `schema`.
const doc::Value* schema_at(const doc::Value& schema, const Place& place);

}  // namespace agreement
