#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string_view>

#include "translate/sanitise.h"

namespace translate {

/// What was found in one text, by where it begins; without overlaps, placeholders still empty.
using Taken = std::map<std::size_t, PersonalSpan>;
bool overlaps(const Taken& taken, std::size_t begin, std::size_t end);

/// What the rules of `kinds` find in `text`. Where two want the same bytes the one that stands
/// first in the table has them. Linear in the text (RE2). Pure; safe from any thread.
Taken find_personal(std::string_view text, const std::set<PersonalKind>& kinds);

}  // namespace translate
