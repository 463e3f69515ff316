#pragma once

#include <string>

#include "cel/type.h"
#include "doc/value.h"

/// The proto3 JSON of cel.expr's messages (cel/expr/value.proto, checked.proto), read.
namespace conformance {

/// A cel.expr.Value as the data that an evaluation is given: {"int64_value": "1"} is 1. Bytes are
/// base64, timestamps and durations their text; the declared type says what they are.
doc::Value decode_value(const doc::Value& json);

/// A cel.expr.Type. Messages other than Timestamp and Duration are opaque types of their name.
cel::Type decode_type(const doc::Value& json);

}  // namespace conformance
