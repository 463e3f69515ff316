#pragma once

#include <string>

#include "doc/value.h"

namespace conformance {

/// Why a case cannot be run here: it names a protobuf message, or an enum of one, in its
/// expression, its declarations, its values or its expectation; "" when it does not.
/// Timestamp and Duration are CEL's own types, and google.protobuf's wrappers, Value, ListValue and
/// Struct are plain values to it: naming those is no reason.
std::string reason_to_skip(const doc::Value& test);

}  // namespace conformance
