#include "kube/status.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/strings.h"
#include "doc/json.h"

namespace kube {
namespace {

using base::Error;
using base::ErrorCode;

/// metav1.StatusReason to code, where it says more than the HTTP status.
constexpr std::array<std::pair<std::string_view, ErrorCode>, 13> kReasons = {{
    {"Unauthorized", ErrorCode::unauthenticated},
    {"Forbidden", ErrorCode::permission_denied},
    {"NotFound", ErrorCode::not_found},
    {"AlreadyExists", ErrorCode::already_exists},
    {"Conflict", ErrorCode::aborted},
    {"Gone", ErrorCode::out_of_range},
    {"Expired", ErrorCode::out_of_range},
    {"Invalid", ErrorCode::invalid_argument},
    {"BadRequest", ErrorCode::invalid_argument},
    {"ServerTimeout", ErrorCode::unavailable},
    {"Timeout", ErrorCode::deadline_exceeded},
    {"TooManyRequests", ErrorCode::resource_exhausted},
    {"ServiceUnavailable", ErrorCode::unavailable},
}};

constexpr std::string_view kConflictWith = "conflict with \"";
constexpr std::string_view kConflictsWith = "conflicts with \"";

/// Manager and detail of `conflict with "manager" using v1`; the name may hold escaped quotes, and
/// so may the detail.
std::optional<FieldConflict> parse_manager(std::string_view text) {
  for (const std::string_view head : {kConflictWith, kConflictsWith}) {
    if (!text.starts_with(head)) continue;
    text.remove_prefix(head.size());
    FieldConflict conflict;
    std::size_t i = 0;
    for (; i < text.size() && text[i] != '"'; ++i) {
      if (text[i] == '\\' && i + 1 < text.size()) ++i;
      conflict.manager.push_back(text[i]);
    }
    if (i == text.size()) return std::nullopt;
    conflict.detail = base::trim(text.substr(i + 1));
    return conflict;
  }
  return std::nullopt;
}

void add_conflict(std::vector<FieldConflict>& conflicts, const FieldConflict& found) {
  for (FieldConflict& known : conflicts) {
    if (known.manager != found.manager || known.detail != found.detail) continue;
    known.fields.insert(known.fields.end(), found.fields.begin(), found.fields.end());
    return;
  }
  conflicts.push_back(found);
}

/// The message alone: "Apply failed with N conflict(s): " and then, per manager, either
/// `conflict with "a" using v1: .x` or `conflicts with "a" using v1:` and lines "- .x".
std::vector<FieldConflict> conflicts_of_message(std::string_view message) {
  std::vector<FieldConflict> conflicts;
  if (!message.starts_with("Apply failed with ")) return conflicts;
  const std::size_t start = message.find(": conflict");
  if (start == std::string_view::npos) return conflicts;
  std::optional<FieldConflict> current;
  for (const std::string_view line : base::split(message.substr(start + 2), '\n')) {
    if (line.starts_with("- ")) {
      if (current) current->fields.emplace_back(line.substr(2));
      continue;
    }
    if (current) add_conflict(conflicts, *current);
    current = parse_manager(line);
    if (!current) continue;
    const std::size_t colon = current->detail.find(':');
    if (colon == std::string::npos) continue;
    const std::string field(base::trim(std::string_view(current->detail).substr(colon + 1)));
    if (!field.empty()) current->fields.push_back(field);
    current->detail.resize(colon);
  }
  if (current) add_conflict(conflicts, *current);
  return conflicts;
}

std::string first_line(std::string_view text) {
  text = base::trim(text);
  text = text.substr(0, text.find('\n'));
  constexpr std::size_t kLineMax = 200;
  return std::string(text.substr(0, kLineMax));
}

/// Server-side apply answers 500 to an object that does not fit its schema (seen with
/// kube-apiserver 1.33): the object is wrong, not the server.
constexpr std::string_view kBadPatch = "failed to create typed patch object";

ErrorCode code_of(const Status& status) {
  if (status.code == 500 && status.message.starts_with(kBadPatch)) {
    return ErrorCode::invalid_argument;
  }
  for (const auto& [reason, code] : kReasons) {
    if (reason == status.reason) return code;
  }
  return base::code_of_http_status(status.code);
}

}  // namespace

Status parse_status(int http_status, std::string_view body) {
  if (base::trim(body).starts_with('{')) {
    const base::Result<doc::Value> document = doc::parse_json(body, "<response>");
    if (document && document->string_at("kind") == "Status") {
      return status_of(*document, http_status);
    }
  }
  Status status;
  status.code = http_status;
  status.message = first_line(body);
  if (status.message.empty()) {
    status.message = "the server answered " + std::to_string(http_status);
  } else {
    status.message = "the server answered " + std::to_string(http_status) + ": " + status.message;
  }
  return status;
}

Status status_of(const doc::Value& document, int http_status) {
  Status status;
  const doc::Value* code = document.find("code");
  status.code = code != nullptr && code->is_int() ? static_cast<int>(code->as_int()) : http_status;
  status.reason = document.string_at("reason");
  status.message = document.string_at("message");
  status.group = document.string_at("details.group");
  status.kind = document.string_at("details.kind");
  status.name = document.string_at("details.name");
  if (const doc::Value* seconds = document.find_path("details.retryAfterSeconds");
      seconds != nullptr && seconds->is_int()) {
    status.retry_after = std::chrono::seconds(seconds->as_int());
  }
  if (const doc::Value* causes = document.find_path("details.causes");
      causes != nullptr && causes->is_list()) {
    for (const doc::Value& cause : causes->items()) {
      status.causes.push_back({std::string(cause.string_at("reason")),
                               std::string(cause.string_at("message")),
                               std::string(cause.string_at("field"))});
    }
  }
  if (status.message.empty()) {
    status.message = "the server answered " + std::to_string(status.code) + " " + status.reason;
  }
  return status;
}

std::vector<FieldConflict> field_conflicts(const Status& status) {
  std::vector<FieldConflict> conflicts;
  for (const Status::Cause& cause : status.causes) {
    if (cause.reason != "FieldManagerConflict") continue;
    std::optional<FieldConflict> conflict = parse_manager(cause.message);
    if (!conflict) continue;
    conflict->fields.push_back(cause.field);
    add_conflict(conflicts, *conflict);
  }
  return conflicts.empty() ? conflicts_of_message(status.message) : conflicts;
}

Error to_error(const Status& status) {
  Error error{code_of(status), status.message};
  const std::vector<FieldConflict> conflicts = field_conflicts(status);
  if (conflicts.empty()) return error;
  error.code = ErrorCode::aborted;
  error.message.clear();
  for (const FieldConflict& conflict : conflicts) {
    error.message += (error.message.empty() ? "'" : "; '") + conflict.manager + "' owns " +
                     base::join(conflict.fields, ", ");
    if (!conflict.detail.empty()) error.message += " (" + conflict.detail + ")";
  }
  error.hint = "leave the field to its owner, or take it over with force";
  return error;
}

}  // namespace kube
