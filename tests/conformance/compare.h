#pragma once

#include <string>

#include "cel/value.h"
#include "doc/value.h"

namespace conformance {

/// Whether `value` is what a cel.expr.Value in JSON says, type and all.
bool matches(const doc::Value& expected, const cel::Value& value);

/// A value for a person: `int 1`, `["a"]`.
std::string describe(const cel::Value& value);

}  // namespace conformance
