#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "doc/value.h"

namespace site {

/// One key of a site file: what may stand there and what stands there when nobody says.
/// The one table: site.cc parses by it, schema.cc prints the JSON Schema and the sample from it.
struct Field {
  enum class Type {
    text,
    integer,
    boolean,
    section,   ///< A map of `fields`.
    text_map,  ///< A map of texts under any keys.
  };

  std::string_view key;
  Type type;
  std::string_view says;                       ///< One sentence, for the schema and the sample.
  doc::Value fallback = {};                    ///< The default; null: see `required`.
  bool required = false;                       ///< Has no default: must be given.
  bool nullable = false;                       ///< Null is its default and may be written.
  std::vector<std::string_view> allowed = {};  ///< Of a text: the only values.
  bool dns_label = false;                      ///< Of a text: must be an RFC 1123 label.
  /// Of a dns_label: a namespace that Slipway makes, and so none of the platform's own.
  bool own_namespace = false;
  std::int64_t least = 0;  ///< Of an integer.
  std::int64_t most = 0;
  std::vector<Field> fields = {};  ///< Of a section.
};

/// The fields of a site file, top level. Lives for the whole program.
const std::vector<Field>& fields();

}  // namespace site
