#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "base/clock.h"

namespace gateway {

/// What metrics, traces and logs are told of one translation, when it is over. It has no field for
/// content, nor for anything made of it: what is not here cannot leak through them.
struct TranslationRecord {
  std::string job_id;
  std::string namespace_name;
  std::string kind = "page";  ///< "page" or "title".
  std::string source_language, target_language;
  std::string model;
  std::string traceparent;  ///< Of the translation's span.
  std::string parent_span;  ///< Empty: it is the trace's root.
  std::string outcome;      ///< "ok" or an ErrorCode's name.
  std::string audit_id;     ///< Empty when it could not be entered.
  std::int64_t blocks_translated = 0;
  std::int64_t blocks_kept = 0;
  std::map<std::string, std::int64_t> kept_because;  ///< By reason: "diode: scheme".
  std::int64_t prompt_tokens = 0;
  std::int64_t completion_tokens = 0;
  base::WallTime began;
  double seconds = 0;
};
using OnRecord = std::function<void(const TranslationRecord&)>;

}  // namespace gateway
