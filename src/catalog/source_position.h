#pragma once

#include <cstddef>
#include <string_view>

#include "doc/value.h"

/// From a place inside a YAML string back to its place in the file. Internal to this folder.
namespace catalog {

/// Byte offset of a mark in `text`; the end of the text when it lies beyond.
std::size_t offset_of(std::string_view text, doc::Mark mark);

/// Where the byte `index` of `expression` stands in `text`, when the expression begins at offset
/// `begin`. White space matches white space, since YAML folds lines; where the two differ otherwise
/// (an escape in quotes) the place is that of the difference.
std::size_t follow(std::string_view text, std::size_t begin, std::string_view expression,
                   std::size_t index);

}  // namespace catalog
