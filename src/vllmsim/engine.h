#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace vllmsim {

/// Makes the answer to a prompt. Threading: any thread.
class Engine {
 public:
  virtual ~Engine() = default;
  /// Errors: unavailable, with what the program behind it said.
  virtual base::Result<std::string> answer(std::string_view system, std::string_view user) = 0;
};

/// The engine of that name: "pseudo" (letters with accents, longer: shows what was translated and
/// breaks what cannot bear it), "apertium:eng-spa" (Debian's Apertium, as a local program).
/// invalid_argument for another name; not_found when Apertium or the pair is not installed.
base::Result<std::unique_ptr<Engine>> make_engine(std::string_view name);

}  // namespace vllmsim
