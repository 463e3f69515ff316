#pragma once

#include <string>

#include "doc/value.h"

namespace conformance {

/// What is wrong with our answer to one cel.expr.conformance.test.SimpleTest in JSON; "" if
/// nothing.
std::string run_case(const doc::Value& test);

}  // namespace conformance
