#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "doc/diagnostic.h"
#include "doc/value.h"

namespace doc {

struct YamlOptions {
  /// What unquoted scalars and the key "<<" mean.
  enum class Reader {
    core,     ///< The YAML 1.2 core schema.
    kubectl,  ///< YAML 1.1 as go-yaml v2 has it, which kubectl, helm and kustomize read with: "no"
              ///< is false, "0644" is 420, "1_000" is 1000, "<<" merges maps.
  };
  Reader reader = Reader::core;
  /// Where given: the unquoted scalars that the two readers take for different things, with what
  /// each makes of it ("'no' is false to kubectl and \"no\" in YAML 1.2").
  std::vector<Diagnostic>* ambiguous = nullptr;
  /// Where given: what the Error says, in its parts.
  Diagnostic* failure = nullptr;
};

/// Parses a YAML stream into its documents, with the YAML 1.2 core schema ("no" is a string, "0o17"
/// is 15, "~" is null), scanned by libyaml. Keeps line and column of each value and key.
/// An empty document is null; a stream of comments alone has no documents.
///
/// Refused, each with a diagnostic: duplicate keys, tabs as indent, keys that are no scalars,
/// unknown tags, undefined or cyclic aliases, invalid UTF-8, and what exceeds the limits of
/// base/limits.h. Merge keys ("<<") are an ordinary key: YAML 1.2 has none. Errors:
/// invalid_argument.
base::Result<std::vector<Value>> parse_yaml_stream(std::string_view text, std::string_view name,
                                                   const YamlOptions& options = {});

/// parse_yaml_stream for a text that must hold exactly one document.
base::Result<Value> parse_yaml(std::string_view text, std::string_view name,
                               const YamlOptions& options = {});

/// YAML for a person: block style, two spaces, strings quoted only where a reader would take them
/// for something else (YAML 1.1 readers too, so "no" is quoted). parse_yaml gives back an equal
/// value.
std::string to_yaml(const Value& value);

}  // namespace doc
