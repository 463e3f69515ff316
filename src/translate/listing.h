#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace translate {

/// What `nanabush segments PAGE.md` prints: every part of the page in order, one a line:
///
///     12:3    paragraph    "See ⟦1⟧the guide⟦/1⟧ first."
///               ⟦1⟧ [ ... ](https://wiki.example.com/g)
///     20:1    kept code    "```sh"
///
/// line:column of its beginning, what it is, its text as a model sees it; under it what its
/// placeholders stand for. Control characters and quotes are escaped. Ends with a count line.
/// Errors: those of Document::parse.
base::Result<std::string> list_segments(std::string_view page);

/// The same as JSON, one object a line: {"begin", "end", "kind", "translate", "text",
/// "placeholders"} with byte offsets into the page.
base::Result<std::string> list_segments_json(std::string_view page);

/// What `nanabush diode CASES.jsonl -o json` prints: for each line {"id", "source", "response"} of
/// `cases` a line {"id", "verdict": "accept"|"refuse", "reason"}, in order. Blank lines are left
/// out. A line that is not such an object is refused with the reason "invalid_case": a diode that
/// cannot read its input fails closed. Other members ("expect") are ignored.
std::string judge_cases(std::string_view cases);

/// The same for a person: "id  refuse  scheme (raw)", and a last line with the counts; where a case
/// has "expect", also how many were not as expected.
std::string judge_cases_table(std::string_view cases);

}  // namespace translate
