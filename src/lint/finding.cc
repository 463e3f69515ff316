#include "lint/finding.h"

#include <algorithm>

#include "base/strings.h"
#include "doc/diagnostic.h"

namespace lint {

std::uint32_t column_in_characters(doc::Mark mark, std::string_view text) {
  if (!mark.known() || mark.column == 0) return 0;
  const std::string_view line = doc::line_text(text, mark.line);
  const std::string_view before =
      line.substr(0, std::min<std::size_t>(mark.column - 1, line.size()));
  return 1 + std::uint32_t(std::count_if(before.begin(), before.end(), [](char c) {
           return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
         }));
}

std::string explanation(doc::Mark in_schema, const std::string& source, const Schemas& schemas) {
  const auto text = schemas.texts.find(source);
  if (!in_schema.known() || text == schemas.texts.end()) return source;
  return source + ":" + std::to_string(in_schema.line) + ": " +
         std::string(base::trim(doc::line_text(text->second, in_schema.line)));
}

Finding to_finding(const schema::Violation& violation, std::string_view text) {
  return {Severity::error, std::string(rule_name(violation.type)),     violation.path,
          violation.mark,  column_in_characters(violation.mark, text), to_string(violation),
          violation.hint,  doc::excerpt(violation.mark, text),         ""};
}

}  // namespace lint
