#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "doc/value.h"

namespace gateway {

enum class LogLevel { debug, info, warning, error };
std::optional<LogLevel> log_level_named(std::string_view name);  ///< "debug", "info", ...

/// Structured logs: one JSON object a line, {"time", "level", "event", ...}. Fields are names,
/// numbers and reasons; nobody hands it content. Threading: any thread.
class Log {
 public:
  using Write = std::function<void(std::string_view line)>;
  /// `write` gets each line with its line break, one at a time.
  Log(const base::Clock& clock, LogLevel least, Write write)
      : clock_(&clock), least_(least), write_(std::move(write)) {}
  void say(LogLevel level, std::string_view event, std::vector<doc::Entry> fields = {});

 private:
  const base::Clock* clock_;
  LogLevel least_;
  Write write_;
  std::mutex mutex_;
};

/// While it lives, what libprotobuf has to say (a message that is no UTF-8) goes to this log: where
/// in the library, never its words, which may quote a message. The library has one place for all
/// of a process: of several the last one that was made gets it; without any it is dropped.
class ProtobufLog {
 public:
  explicit ProtobufLog(Log& log);
  ~ProtobufLog();
  ProtobufLog(const ProtobufLog&) = delete;
  ProtobufLog& operator=(const ProtobufLog&) = delete;

 private:
  Log* log_;
};

}  // namespace gateway
