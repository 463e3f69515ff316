#pragma once

namespace base {

/// Prints "file:line: CHECK failed: text" to stderr and aborts.
[[noreturn]] void check_failed(const char* file, int line, const char* text);

}  // namespace base

/// States what only a bug of ours can make false; on in release. Never on anything that a user, a
/// file or a peer controls: that is an Error.
#define CHECK(condition) \
  (static_cast<bool>(condition) ? void(0) : ::base::check_failed(__FILE__, __LINE__, #condition))
