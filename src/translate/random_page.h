#pragma once

#include <string>

#include "base/random.h"

namespace translate {

/// A page made up from Markdown's structures, nested and put together at random: for tests. The
/// same page for the same numbers.
std::string random_page(base::Random& random);

}  // namespace translate
