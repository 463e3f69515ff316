#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "doc/value.h"
#include "translate/sanitise.h"

namespace gateway {

/// Which personal data the sanitiser hid from the model: kinds and places, never the words.
struct HiddenReport {
  std::vector<translate::HiddenSpan> title, page;
  /// How many of each kind, by its name ("EMAIL").
  std::map<std::string, std::int64_t> counts() const;
};

/// {"PHONE": 2, ...}
doc::Value counts_value(const std::map<std::string, std::int64_t>& counts);

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
  std::optional<HiddenReport> hidden;  ///< Where the site asks for the report.
  base::WallTime began;
  double seconds = 0;
};
using OnRecord = std::function<void(const TranslationRecord&)>;

}  // namespace gateway
