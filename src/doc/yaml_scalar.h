#pragma once

#include <string_view>

#include "doc/value.h"
#include "doc/yaml.h"

namespace doc {

/// What an unquoted scalar means in the YAML 1.2 core schema (yaml.org/spec/1.2.2, 10.3.2). A whole
/// number that fits no 64 bits is a double. Without a mark.
Value resolve_core(std::string_view plain);

/// What it means to kubectl (go-yaml v2's resolve.go: YAML 1.1 without times and base 60). Without
/// a mark.
Value resolve_kubectl(std::string_view plain);

/// Whether some reader in the Kubernetes world takes the unquoted `plain` for something other than
/// this text: the core schema, or YAML 1.1 as kubectl reads it ("no", "0644", "1_000", "12:30:45").
bool is_ambiguous_plain(std::string_view plain);

/// What the unquoted scalar at `mark` is to the reader of `options`, which is told where readers
/// take it for different things.
Value resolve_plain(std::string_view plain, Mark mark, const YamlOptions& options);

}  // namespace doc
