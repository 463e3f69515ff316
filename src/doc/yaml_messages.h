#pragma once

#include <string_view>

#include "doc/diagnostic.h"

namespace doc {

/// One failure of libyaml as it reports it: what it did, what it met, where.
struct YamlProblem {
  std::string_view context;  ///< "while parsing a block mapping"; may be empty.
  Mark context_mark;         ///< Where that began.
  std::string_view problem;  ///< "did not find expected key"
  Mark mark;
};

/// The same for a person: what stands there, and what to change. `line_text` is the text of the
/// line that `mark` is in. libyaml's own words where we know none better.
Diagnostic explain(const YamlProblem& problem, std::string_view line_text);

}  // namespace doc
