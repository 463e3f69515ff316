#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace base {

/// `text` cut at each `separator`; "" gives one empty piece. Views into `text`.
std::vector<std::string_view> split(std::string_view text, char separator);
std::string join(std::span<const std::string> parts, std::string_view separator);
/// Without ASCII white space at either end. A view into `text`.
std::string_view trim(std::string_view text);
/// With ASCII letters in lower case; other bytes as they are, whatever the locale.
std::string lower_case(std::string_view text);

/// Levenshtein distance with transpositions (optimal string alignment), in bytes.
int edit_distance(std::string_view a, std::string_view b);
/// The candidate nearest to `word`, when near enough to be a typing error (a third of its length,
/// at least 1, at most 3 edits); "" otherwise. Ties go to the first candidate.
std::string_view nearest(std::string_view word, std::span<const std::string_view> candidates);

}  // namespace base
