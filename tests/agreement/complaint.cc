#include "complaint.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <string_view>

namespace agreement {
namespace {

constexpr std::string_view kUnknown = "unknown field \"";

// The server knows no path for a combination (anyOf and the like).
bool is_combination(const schema::Violation& violation) {
  return violation.message.starts_with("Invalid value: \"\": \"") &&
         violation.message.find("must ") != std::string::npos &&
         violation.message.find(" validate ") != std::string::npos;
}

bool is_unknown_field(const Complaint& complaint) {
  return complaint.message.starts_with(kUnknown);
}

/// Of `strict decoding error: unknown field "spec.a", unknown field "spec.b"`.
Complaints unknown_fields(std::string_view message) {
  Complaints complaints;
  std::size_t at = message.find(kUnknown);
  while (at != std::string_view::npos) {
    const std::size_t end = message.find('"', at + kUnknown.size());
    if (end == std::string_view::npos) break;
    complaints.push_back(
        {std::string(message.substr(at + kUnknown.size(), end - at - kUnknown.size())),
         std::string(message.substr(at, end + 1 - at))});
    at = message.find(kUnknown, end);
  }
  return complaints;
}

/// Of `Thing in version "v1" cannot be handled as a Thing: spec.a.kind: Invalid value: ...`: what
/// is wrong with an embedded object is found while reading, and has no causes.
std::optional<Complaint> unreadable_part(std::string_view message) {
  constexpr std::string_view kHead = " cannot be handled as a ";
  std::size_t at = message.find(kHead);
  if (at == std::string_view::npos) return std::nullopt;
  const std::size_t path = message.find(": ", at);
  const std::size_t end = path == message.npos ? path : message.find(": ", path + 2);
  if (end == std::string_view::npos) return std::nullopt;
  return Complaint{std::string(message.substr(path + 2, end - path - 2)),
                   std::string(message.substr(end + 2))};
}

Complaints sorted(Complaints complaints) {
  std::sort(complaints.begin(), complaints.end());
  complaints.erase(std::unique(complaints.begin(), complaints.end()), complaints.end());
  return complaints;
}

}  // namespace

std::string to_string(const Complaint& complaint) {
  if (is_unknown_field(complaint)) return complaint.message;
  return complaint.path + ": " + complaint.message;
}

std::set<std::string> paths_of(const Complaints& complaints) {
  std::set<std::string> paths;
  for (const Complaint& complaint : complaints) paths.insert(complaint.path);
  return paths;
}

Complaints complaints_of(const schema::Violations& violations) {
  Complaints complaints;
  for (const schema::Violation& violation : violations) {
    const bool unknown = violation.type == schema::Violation::Type::unknown_field;
    const bool nowhere = !unknown && (violation.path.empty() || is_combination(violation));
    complaints.push_back({nowhere ? "<nil>" : violation.path, violation.message});
  }
  return sorted(std::move(complaints));
}

Complaints as_a_server_says(const Complaints& complaints) {
  Complaints unknown;
  std::copy_if(complaints.begin(), complaints.end(), std::back_inserter(unknown), is_unknown_field);
  return unknown.empty() ? complaints : unknown;
}

Complaints complaints_of(const kube::Status& status) {
  Complaints complaints;
  for (const kube::Status::Cause& cause : status.causes) {
    complaints.push_back({cause.field, cause.message});
  }
  if (complaints.empty()) complaints = unknown_fields(status.message);
  if (complaints.empty()) {
    if (auto part = unreadable_part(status.message)) complaints.push_back(*std::move(part));
  }
  if (complaints.empty()) complaints.push_back({"<nil>", status.message});
  return sorted(std::move(complaints));
}

}  // namespace agreement
