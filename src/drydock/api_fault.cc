#include "drydock/api_fault.h"

#include <string>

#include "doc/json.h"
#include "doc/value.h"

namespace drydock {
namespace {

constexpr std::array<std::string_view, kApiFaultCount> kNames = {
    "api-429", "api-500", "api-lost-answer", "watch-dropped", "watch-expired"};
constexpr std::array<std::string_view, kApiFaultCount> kSays = {
    "every second request is answered 429 with Retry-After", "every second request is answered 500",
    "every second write is carried out and its answer lost",
    "watches end without notice, a second after they began",
    "every second watch from a version is answered 410"};

std::string_view path_of(const Http1Head& request) {
  const std::string_view target = request.target();
  return target.substr(0, target.find('?'));
}

/// The value of a query parameter; "" where it is not given. Watches and versions need no decoding.
std::string_view parameter(const Http1Head& request, std::string_view name) {
  std::string_view rest = request.target();
  std::size_t at = rest.find('?');
  while (at != std::string_view::npos) {
    rest.remove_prefix(at + 1);
    const std::string_view one = rest.substr(0, rest.find('&'));
    if (one.starts_with(name) && one.substr(name.size()).starts_with('=')) {
      return one.substr(name.size() + 1);
    }
    at = rest.find('&');
  }
  return {};
}

bool is_health(std::string_view path) {
  for (const std::string_view one : {"/readyz", "/livez", "/healthz"}) {
    if (path.starts_with(one)) return true;
  }
  return path == "/version";
}

bool concerns(ApiFault fault, const Http1Head& request) {
  const bool watch = is_watch(request);
  switch (fault) {
    case ApiFault::too_many_requests:
    case ApiFault::internal_error:
      return true;
    case ApiFault::lost_answer:
      return !watch && request.method() != "GET";
    case ApiFault::dropped_watch:
      return watch;
    case ApiFault::expired_watch: {
      const std::string_view version = parameter(request, "resourceVersion");
      return watch && !version.empty() && version != "0";
    }
  }
  return false;
}

std::string answer(std::string_view status_line, std::string_view more_headers,
                   const doc::Value& status) {
  const std::string body = doc::to_json(status);
  std::string text = "HTTP/1.1 ";
  text += status_line;
  text += "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size());
  text += "\r\n";
  text += more_headers;
  return text += "\r\n" + body;
}

doc::Value status_of(int code, const char* reason, const char* message) {
  return doc::Value::map({{"kind", "Status"},
                          {"apiVersion", "v1"},
                          {"metadata", doc::Value::map(std::vector<doc::Entry>{})},
                          {"status", "Failure"},
                          {"message", message},
                          {"reason", reason},
                          {"code", code}});
}

}  // namespace

bool is_watch(const Http1Head& request) {
  const std::string_view watch = parameter(request, "watch");
  return request.method() == "GET" && (watch == "true" || watch == "1");
}

std::string_view api_fault_name(ApiFault fault) { return kNames[static_cast<std::size_t>(fault)]; }

std::string_view api_fault_says(ApiFault fault) { return kSays[static_cast<std::size_t>(fault)]; }

std::optional<ApiFault> api_fault_named(std::string_view name) {
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (kNames[i] == name) return static_cast<ApiFault>(i);
  }
  return std::nullopt;
}

unsigned usual_one_in(ApiFault fault) { return fault == ApiFault::dropped_watch ? 1 : 2; }

void ApiFaults::set(ApiFault fault, unsigned one_in) {
  Setting& setting = settings_[static_cast<std::size_t>(fault)];
  setting.seen = 0;
  setting.one_in = one_in;
}

unsigned ApiFaults::one_in(ApiFault fault) const {
  return settings_[static_cast<std::size_t>(fault)].one_in;
}

std::optional<ApiFault> ApiFaults::strike(const Http1Head& request) {
  if (is_health(path_of(request))) return std::nullopt;
  for (std::size_t i = 0; i < kApiFaultCount; ++i) {
    Setting& setting = settings_[i];
    const unsigned one_in = setting.one_in;
    const auto fault = static_cast<ApiFault>(i);
    if (one_in == 0 || !concerns(fault, request)) continue;
    if (setting.seen++ % one_in == 0) return fault;
  }
  return std::nullopt;
}

std::string api_fault_answer(ApiFault fault) {
  switch (fault) {
    case ApiFault::too_many_requests:
      return answer("429 Too Many Requests", "Retry-After: 1\r\n",
                    status_of(429, "TooManyRequests", "too many requests, please try again later"));
    case ApiFault::internal_error:
      return answer("500 Internal Server Error", "",
                    status_of(500, "InternalError",
                              "Internal error occurred: etcdserver: request timed out"));
    case ApiFault::expired_watch:
      return answer(
          "410 Gone", "",
          status_of(410, "Expired", "The resourceVersion for the provided watch is too old."));
    case ApiFault::lost_answer:
    case ApiFault::dropped_watch:
      return {};
  }
  return {};
}

}  // namespace drydock
