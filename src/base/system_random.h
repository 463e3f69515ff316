#pragma once

#include "base/random.h"

namespace base {

/// The operating system's randomness. Only the shells may name it; everything else takes a Random.
Random& system_random();

}  // namespace base
