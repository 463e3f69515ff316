#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace base {

/// a == b, quick for short texts: names and keys are compared in a few words of eight bytes,
/// without memcmp, whose call costs several times the comparison (and the registers around it).
/// Above some hundred bytes memcmp is quicker.
inline bool same_text(std::string_view a, std::string_view b) {
  const std::size_t size = a.size();
  if (size != b.size()) return false;
  const auto same = [&](auto word, std::size_t offset) {
    auto other = word;
    std::memcpy(&word, a.data() + offset, sizeof(word));
    std::memcpy(&other, b.data() + offset, sizeof(word));
    return word == other;
  };
  // The last word overlaps the one before it where the size is no multiple.
  if (size >= 8) {
    for (std::size_t offset = 0; offset + 8 < size; offset += 8) {
      if (!same(std::uint64_t{}, offset)) return false;
    }
    return same(std::uint64_t{}, size - 8);
  }
  if (size >= 4) return same(std::uint32_t{}, 0) && same(std::uint32_t{}, size - 4);
  if (size == 0) return true;
  return a[0] == b[0] && a[size / 2] == b[size / 2] && a[size - 1] == b[size - 1];
}

}  // namespace base
