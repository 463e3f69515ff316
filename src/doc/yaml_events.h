#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "doc/yaml.h"

namespace doc {

/// The documents of a text in any style that YAML has, from libyaml's events; or nullopt, and in
/// `failure` what is wrong with it. `text` is UTF-8 without a byte order mark, within the limits.
/// Threading: any number at once.
std::optional<std::vector<Value>> read_events(std::string_view text, const YamlOptions& options,
                                              Diagnostic& failure);

}  // namespace doc
