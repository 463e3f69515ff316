#pragma once

#include "base/clock.h"

namespace base {

/// The machine's clocks. Only the shells may name it (docs/architecture.md): everything else takes
/// a Clock. Lives for the whole program.
const Clock& system_clock();

}  // namespace base
