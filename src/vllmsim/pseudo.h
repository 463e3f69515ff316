#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace vllmsim {

/// What a model is asked for in one request, as nanabush writes it: parts, each behind a line
/// "⟦#k⟧"; inside a part "⟦n⟧", "⟦/n⟧" and "{{KIND-n}}" stand for what must not change. What comes
/// before the first mark is a remark to the model.

/// Calls `on_line` for each line of each part that has something in it, in order. A prompt without
/// any mark is one part.
void for_each_line(std::string_view user, const std::function<void(std::string_view)>& on_line);
/// The answer: the marks as they were, each such line replaced by what `translate` makes of it.
std::string translate_marked(std::string_view user,
                             const std::function<std::string(std::string_view)>& translate);

/// Pseudo-localisation: vowels get accents, words get longer, "⟦...⟧" and "{{...}}" stay.
std::string pseudo(std::string_view line);

}  // namespace vllmsim
