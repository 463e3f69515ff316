#pragma once

#include <string>
#include <string_view>

#include "doc/value.h"

namespace drydock {

/// `target` after the JSON merge patch `patch` (RFC 7386): a null removes.
doc::Value merge_patched(const doc::Value& target, const doc::Value& patch);

/// The conditions `have` after `wanted` were set: by type, in their order, new ones at the end.
/// lastTransitionTime is `now` where the status changed, kept where it did not, as apimachinery's
/// SetStatusCondition does. A condition of which nothing but that time differs stays as it is.
doc::Value with_conditions(const doc::Value* have, const doc::Value& wanted, std::string_view now);

/// Whether server-side apply of `wanted` would change nothing: every field of it is in `live` with
/// the same value (lists as a whole).
bool holds_already(const doc::Value& live, const doc::Value& wanted);

/// FNV-1a of the canonical JSON, 16 hexadecimal digits: names for what a rule wants.
std::string content_hash(const doc::Value& value);

}  // namespace drydock
