#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "net/wait.h"

namespace gateway {

/// What somebody wants translated: a title, or a page.
struct Order {
  std::string job_id;
  std::string namespace_name;
  bool title_only = false;
  std::string title;            ///< May be empty: operators send none with a page.
  std::string markdown;         ///< Of a page.
  std::string source_language;  ///< As it came: "EN", "en", "API" (junk is possible).
  std::string target_language;
  std::string traceparent;  ///< W3C trace context of this translation's span; never empty.
  std::string parent_span;  ///< The caller's span id; empty when it told none.
};

/// A translation that was made, checked and entered into the audit log.
struct Translation {
  std::string title;
  std::string markdown;
  int tokens = 0;
  double seconds = 0;           ///< Of inference.
  std::string audit_id;         ///< What Glooscap's status.auditRef can hold.
  std::size_t blocks_kept = 0;  ///< Blocks that stay in the source language, and why is in the log.
};

/// Pieces of the result that became final, in page order; for streams.
using OnReleased = std::function<void(std::string_view bytes)>;

/// Makes translations. Threading: translate() from many threads at once.
class Translator {
 public:
  virtual ~Translator() = default;
  /// Blocks until it is done, the deadline has passed or a stop was asked for. `on_released`, where
  /// given, gets the page in pieces as they become final (together they are Translation::markdown).
  /// Errors: their message is for Glooscap's user, short and without content.
  virtual base::Result<Translation> translate(const Order& order, const net::Until& until,
                                              const OnReleased& on_released) = 0;
  /// Whether translations can be made now. Answers at once, from what is known.
  virtual base::Result<void> ready() const = 0;
};

}  // namespace gateway
