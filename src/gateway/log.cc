#include "gateway/log.h"

#include <google/protobuf/stubs/logging.h>

#include <algorithm>
#include <array>

#include "base/encoding.h"
#include "doc/json.h"

namespace gateway {
namespace {

constexpr std::array<std::string_view, 4> kNames = {"debug", "info", "warning", "error"};

/// Whom libprotobuf's words go to. Never ended: a thread may still log while the program exits.
struct Listeners {
  std::mutex mutex;
  std::vector<Log*> logs;
};
Listeners& listeners() {
  static Listeners* all = new Listeners;
  return *all;
}

void hear_protobuf(google::protobuf::LogLevel level, const char* file, int line,
                   const std::string&) {
  const std::lock_guard lock(listeners().mutex);
  if (listeners().logs.empty()) return;
  const bool grave = level >= google::protobuf::LOGLEVEL_ERROR;
  listeners().logs.back()->say(grave ? LogLevel::error : LogLevel::warning, "protobuf",
                               {{"where", std::string(file) + ":" + std::to_string(line)}});
}

}  // namespace

std::optional<LogLevel> log_level_named(std::string_view name) {
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (kNames[i] == name) return static_cast<LogLevel>(i);
  }
  return std::nullopt;
}

ProtobufLog::ProtobufLog(Log& log) : log_(&log) {
  google::protobuf::SetLogHandler(&hear_protobuf);
  const std::lock_guard lock(listeners().mutex);
  listeners().logs.push_back(&log);
}

ProtobufLog::~ProtobufLog() {
  const std::lock_guard lock(listeners().mutex);
  auto& logs = listeners().logs;
  logs.erase(std::find(logs.begin(), logs.end(), log_));
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
