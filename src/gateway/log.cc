#include "gateway/log.h"

#include <array>

#include "base/encoding.h"
#include "doc/json.h"

namespace gateway {
namespace {

constexpr std::array<std::string_view, 4> kNames = {"debug", "info", "warning", "error"};

}  // namespace

std::optional<LogLevel> log_level_named(std::string_view name) {
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (kNames[i] == name) return static_cast<LogLevel>(i);
  }
  return std::nullopt;
}

void Log::say(LogLevel level, std::string_view event, std::vector<doc::Entry> fields) {
  if (level < least_) return;
  std::vector<doc::Entry> all{
      {doc::Value("time"), doc::Value(base::to_rfc3339_micro(clock_->now()))},
      {doc::Value("level"), doc::Value(kNames[static_cast<std::size_t>(level)])},
      {doc::Value("event"), doc::Value(event)}};
  for (doc::Entry& field : fields) all.push_back(std::move(field));
  const std::string line = doc::to_json(doc::Value::map(std::move(all))) + "\n";
  const std::lock_guard lock(mutex_);
  write_(line);
}

}  // namespace gateway
