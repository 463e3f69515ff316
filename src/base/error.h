#pragma once

#include <string>
#include <string_view>

namespace base {

/// What kind of failure an Error is. Names and meanings are google.rpc.Code
/// (googleapis google/rpc/code.proto), numbers included, so that a gRPC status is a cast.
enum class ErrorCode {
  ok = 0,  ///< Never held by an Error; here because gRPC sends it.
  cancelled = 1,
  unknown = 2,
  invalid_argument = 3,
  deadline_exceeded = 4,
  not_found = 5,
  already_exists = 6,
  permission_denied = 7,
  resource_exhausted = 8,
  failed_precondition = 9,
  aborted = 10,
  out_of_range = 11,
  unimplemented = 12,
  internal = 13,
  unavailable = 14,
  data_loss = 15,
  unauthenticated = 16,
};

/// One row of the table that every outside face of a code is read from.
struct ErrorCodeFacts {
  ErrorCode code;
  std::string_view name;  ///< "invalid_argument"
  int exit_code;          ///< The program's exit code (design section 1).
  int http_status;        ///< As google.rpc.Code documents the mapping.
  bool retry;             ///< Whether the same request may succeed if sent again later.
};

/// The row of `code`. Total: every enumerator has one.
const ErrorCodeFacts& facts(ErrorCode code);

/// The code that an HTTP status of a server means: 409 is `aborted`, 410 `out_of_range`
/// (a watch that has to start anew), 429 `resource_exhausted`, 5xx `unavailable` or `internal`.
/// A status below 400 is `ok`; one that is not known is `unknown`.
ErrorCode code_of_http_status(int status);

/// Exit codes that no ErrorCode stands for.
inline constexpr int kExitDone = 0;
inline constexpr int kExitCheckFailed = 3;
inline constexpr int kExitChangesPending = 4;
inline constexpr int kExitOurBug = 70;

/// An expected failure: of input, network, cluster or disk. Our own bugs are CHECKs instead.
///
/// `message` is for a person and says what was tried and what happened; it may have several lines
/// when it shows a source line. `hint` is what to do about it; empty when there is nothing to say.
struct [[nodiscard]] Error {
  ErrorCode code;
  std::string message;
  std::string hint = {};

  /// The same failure seen from one level up: "apply 'x': " + message.
  Error&& within(std::string_view what) &&;
  /// The same failure with a hint.
  Error&& with_hint(std::string text) &&;
  bool retryable() const { return facts(code).retry; }
  bool operator==(const Error&) const = default;
};

/// As a program prints it: "error: <message>", then "hint: <hint>" if there is one. Ends without
/// a line break.
std::string to_string(const Error& error);

}  // namespace base
