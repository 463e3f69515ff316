#include "cli/print.h"

#include <algorithm>

#include "doc/json.h"
#include "doc/yaml.h"

namespace cli {
namespace {

bool continues_character(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

std::size_t columns(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return !continues_character(c); }));
}

/// The bytes of the first `count` characters.
std::string_view first_characters(std::string_view text, std::size_t count) {
  std::size_t end = 0;
  while (end < text.size()) {
    if (!continues_character(text[end])) {
      if (count == 0) break;
      --count;
    }
    ++end;
  }
  return text.substr(0, end);
}

}  // namespace

std::string error_text(const base::Error& error) {
  return "slipway: " + base::to_string(error) + "\n";
}

std::string formatted(const doc::Value& value, std::string_view format) {
  return format == "yaml" ? doc::to_yaml(value) : doc::to_json_pretty(value);
}

std::string table(const std::vector<std::string>& heads,
                  const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths;
  for (const std::string& head : heads) widths.push_back(columns(head));
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size() && i < widths.size(); ++i) {
      widths[i] = std::max(widths[i], columns(row[i]));
    }
  }
  std::string text;
  const auto line = [&](const std::vector<std::string>& cells) {
    std::size_t last = cells.size();
    while (last > 0 && cells[last - 1].empty()) --last;
    for (std::size_t i = 0; i < last; ++i) {
      text += cells[i];
      if (i + 1 < last) text.append(widths[i] - columns(cells[i]) + 2, ' ');
    }
    text += '\n';
  };
  line(heads);
  for (const auto& row : rows) line(row);
  return text;
}

std::string cut(std::string_view text, int width) {
  std::string flat(text);
  std::replace(flat.begin(), flat.end(), '\n', ' ');
  const auto room = static_cast<std::size_t>(std::max(width, 0));
  if (columns(flat) <= room) return flat;
  if (room <= 3) return std::string(first_characters(flat, room));
  return std::string(first_characters(flat, room - 3)) + "...";
}

}  // namespace cli
