#pragma once

#include <optional>
#include <string>
#include <vector>

#include "doc/diagnostic.h"
#include "doc/value.h"

namespace lint {

/// One file, read and parsed.
struct Manifest {
  std::string file;
  std::string text;
  std::vector<doc::Value> documents;       ///< Items of a List each; empty documents left out.
  std::optional<doc::Diagnostic> failure;  ///< Why it cannot be read.
  std::vector<doc::Diagnostic> ambiguous;  ///< Scalars that kubectl and YAML 1.2 read differently.
};

/// Parses as kubectl does: JSON where the name ends in ".json", otherwise a YAML stream in which
/// "no" is false.
Manifest parse_manifest(std::string file, std::string text);

}  // namespace lint
