#include "vllmsim/pseudo.h"

#include "base/strings.h"

namespace vllmsim {
namespace {

constexpr std::string_view kMark = "\u27E6#";  // ⟦#
constexpr std::string_view kOpen = "\u27E6";   // ⟦
constexpr std::string_view kClose = "\u27E7";  // ⟧

bool is_mark(std::string_view line) { return line.starts_with(kMark); }

/// The lines of the parts; without the remark before the first mark, if there are marks at all.
std::vector<std::string_view> part_lines(std::string_view user) {
  if (const auto mark = user.find(kMark); mark != std::string_view::npos) {
    user.remove_prefix(mark);
  }
  auto lines = base::split(user, '\n');
  while (!lines.empty() && lines.back().empty()) lines.pop_back();
  return lines;
}

std::string_view accented(char c) {
  switch (c) {
    case 'a':
      return "\u00E1";
    case 'e':
      return "\u00E9";
    case 'i':
      return "\u00ED";
    case 'o':
      return "\u00F3\u00F3";  // Twice: longer than the source, as real translations are.
    case 'u':
      return "\u00FA";
    case 'A':
      return "\u00C1";
    case 'E':
      return "\u00C9";
    case 'O':
      return "\u00D3";
    default:
      return {};
  }
}

}  // namespace

void for_each_line(std::string_view user, const std::function<void(std::string_view)>& on_line) {
  for (const std::string_view line : part_lines(user)) {
    if (!is_mark(line) && !base::trim(line).empty()) on_line(line);
  }
}

std::string translate_marked(std::string_view user,
                             const std::function<std::string(std::string_view)>& translate) {
  std::string answer;
  for (const std::string_view line : part_lines(user)) {
    answer += is_mark(line) || base::trim(line).empty() ? std::string(line) : translate(line);
    answer += '\n';
  }
  return answer;
}

std::string pseudo(std::string_view line) {
  std::string result;
  while (!line.empty()) {
    if (line.starts_with(kOpen)) {
      const auto end = line.find(kClose);
      const std::size_t size = end == std::string_view::npos ? line.size() : end + kClose.size();
      result += line.substr(0, size);
      line.remove_prefix(size);
      continue;
    }
    if (line.starts_with("{{")) {
      const auto end = line.find("}}");
      const std::size_t size = end == std::string_view::npos ? 2 : end + 2;
      result += line.substr(0, size);
      line.remove_prefix(size);
      continue;
    }
    const std::string_view letter = accented(line.front());
    result += letter.empty() ? line.substr(0, 1) : letter;
    line.remove_prefix(1);
  }
  return result;
}

}  // namespace vllmsim
