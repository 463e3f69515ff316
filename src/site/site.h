#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "doc/value.h"

namespace site {

/// The API version and kind that a site file must name.
inline constexpr std::string_view kApiVersion = "slipway.dev/v1alpha1";
inline constexpr std::string_view kKind = "Site";

/// What a person decides about one cluster: `site.yaml`, complete, with every default filled in.
///
/// Immutable; cheap to copy; safe from many threads. Nothing here comes from the cluster.
/// The keys, their types and their defaults stand in one table (site/fields.h), which parses, fills
/// in and prints the JSON Schema, so that the three cannot disagree.
class Site {
 public:
  /// The whole file as a map: what CEL sees as `site`. Values that were defaulted have no mark.
  const doc::Value& value() const { return value_; }

  std::string_view name() const { return value_.string_at("metadata.name"); }
  std::string_view inventory_namespace() const { return value_.string_at("inventory.namespace"); }
  std::string_view project() const { return value_.string_at("project.name"); }

 private:
  friend base::Result<Site> parse(std::string_view text, std::string_view name);
  explicit Site(doc::Value value) : value_(std::move(value)) {}
  doc::Value value_;
};

/// Reads one site file. `name` is what diagnostics call it ("site.yaml").
///
/// Errors: invalid_argument whose message shows every problem found, each as file:line:col with its
/// source line: unknown key, wrong type, value not allowed, missing key, duplicate key, tab.
base::Result<Site> parse(std::string_view text, std::string_view name);

/// The JSON Schema (draft 2020-12) of a site file, from the same table that parse() uses.
doc::Value json_schema();

/// A site file with every key at its default and a comment on each: where a person starts.
/// parse() accepts it.
std::string sample();

}  // namespace site
