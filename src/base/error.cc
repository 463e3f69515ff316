#include "base/error.h"

#include <array>
#include <utility>

#include "base/check.h"

namespace base {
namespace {

constexpr std::array<ErrorCodeFacts, 17> kFacts = {{
    {ErrorCode::ok, "ok", 0, 200, false},
    {ErrorCode::cancelled, "cancelled", 130, 499, false},
    {ErrorCode::unknown, "unknown", 70, 500, false},
    {ErrorCode::invalid_argument, "invalid_argument", 2, 400, false},
    {ErrorCode::deadline_exceeded, "deadline_exceeded", 5, 504, true},
    {ErrorCode::not_found, "not_found", 2, 404, false},
    {ErrorCode::already_exists, "already_exists", 7, 409, false},
    {ErrorCode::permission_denied, "permission_denied", 8, 403, false},
    {ErrorCode::resource_exhausted, "resource_exhausted", 6, 429, true},
    {ErrorCode::failed_precondition, "failed_precondition", 3, 400, false},
    {ErrorCode::aborted, "aborted", 7, 409, false},
    {ErrorCode::out_of_range, "out_of_range", 2, 400, false},
    {ErrorCode::unimplemented, "unimplemented", 2, 501, false},
    {ErrorCode::internal, "internal", 70, 500, false},
    {ErrorCode::unavailable, "unavailable", 6, 503, true},
    {ErrorCode::data_loss, "data_loss", 70, 500, false},
    {ErrorCode::unauthenticated, "unauthenticated", 8, 401, false},
}};

}  // namespace

const ErrorCodeFacts& facts(ErrorCode code) {
  const auto index = static_cast<std::size_t>(code);
  CHECK(index < kFacts.size() && kFacts[index].code == code);
  return kFacts[index];
}

ErrorCode code_of_http_status(int status) {
  if (status < 400) return ErrorCode::ok;
  switch (status) {
    case 400:
      return ErrorCode::invalid_argument;
    case 401:
      return ErrorCode::unauthenticated;
    case 403:
      return ErrorCode::permission_denied;
    case 404:
      return ErrorCode::not_found;
    case 405:
      return ErrorCode::unimplemented;
    case 409:
      return ErrorCode::aborted;
    case 410:
      return ErrorCode::out_of_range;
    case 413:
      return ErrorCode::invalid_argument;
    case 415:
      return ErrorCode::invalid_argument;
    case 422:
      return ErrorCode::invalid_argument;
    case 429:
      return ErrorCode::resource_exhausted;
    case 499:
      return ErrorCode::cancelled;
    case 501:
      return ErrorCode::unimplemented;
    case 504:
      return ErrorCode::deadline_exceeded;
    default:
      break;
  }
  if (status == 500) return ErrorCode::internal;
  return status > 500 && status < 600 ? ErrorCode::unavailable : ErrorCode::unknown;
}

Error&& Error::within(std::string_view what) && {
  message.insert(0, std::string(what) + ": ");
  return std::move(*this);
}

Error&& Error::with_hint(std::string text) && {
  hint = std::move(text);
  return std::move(*this);
}

std::string to_string(const Error& error) {
  std::string text = "error: " + error.message;
  if (!error.hint.empty()) text += "\nhint: " + error.hint;
  return text;
}

}  // namespace base
