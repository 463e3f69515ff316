#include "cluster/watch_lines.h"

#include <array>
#include <optional>
#include <utility>

#include "base/limits.h"
#include "base/strings.h"
#include "doc/json.h"
#include "kube/status.h"

namespace cluster {
namespace {

using base::Error;
using base::ErrorCode;
using base::Result;

constexpr std::array<std::pair<std::string_view, WatchEvent::Type>, 4> kTypes = {{
    {"ADDED", WatchEvent::Type::added},
    {"MODIFIED", WatchEvent::Type::modified},
    {"DELETED", WatchEvent::Type::deleted},
    {"BOOKMARK", WatchEvent::Type::bookmark},
}};

Result<WatchEvent> parse_event(std::string_view line) {
  const Result<doc::Value> parsed = doc::parse_json(line, "<watch>");
  if (!parsed) {
    return Error{ErrorCode::data_loss, "the watch sent what is no JSON: " + parsed.error().message};
  }
  const std::string_view type = parsed->string_at("type");
  const doc::Value* object = parsed->find("object");
  if (object == nullptr || !object->is_map()) {
    return Error{ErrorCode::data_loss, "the watch sent an event without an object"};
  }
  if (type == "ERROR") return kube::to_error(kube::status_of(*object));
  for (const auto& [name, value] : kTypes) {
    if (name == type) return WatchEvent{value, *object};
  }
  return Error{ErrorCode::data_loss,
               "the watch sent an event of unknown type '" + std::string(type) + "'"};
}

}  // namespace

Result<bool> WatchLines::feed(std::string_view bytes,
                              const std::function<bool(const WatchEvent&)>& on_event) {
  while (true) {
    const std::size_t end = bytes.find('\n');
    if (end == std::string_view::npos) break;
    partial_ += bytes.substr(0, end);
    bytes.remove_prefix(end + 1);
    const std::string line = std::exchange(partial_, {});
    if (base::trim(line).empty()) continue;
    if (!on_event(TRY(parse_event(line)))) return false;
  }
  partial_ += bytes;
  if (partial_.size() > base::limits::kWatchLineBytesMax) {
    return Error{ErrorCode::resource_exhausted,
                 "a line of the watch is longer than " +
                     std::to_string(base::limits::kWatchLineBytesMax) + " bytes"};
  }
  return true;
}

}  // namespace cluster
