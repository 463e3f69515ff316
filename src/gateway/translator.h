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

/// A translation that was made and checked.
struct Translation {
  std::string title;
  std::string markdown;
  int tokens = 0;
  double seconds = 0;           ///< Of inference.
  std::size_t blocks_kept = 0;  ///< Blocks that stay in the source language, and why is in the log.
};

/// What became of an order. It has its audit entry, failed ones too.
struct Outcome {
  base::Result<Translation> made;
  /// What Glooscap's status.auditRef can hold; empty for an order that was never taken in, and
  /// where the log could not take the entry (`made` is an error then).
  std::string audit_id;
};

/// Pieces of the result that became final, in page order; for streams. The piece that completes the
/// page is never among them: it goes when the outcome is known, with its audit entry.
using OnReleased = std::function<void(std::string_view bytes)>;

/// Makes translations. Threading: translate() from many threads at once.
class Translator {
 public:
  virtual ~Translator() = default;
  /// Blocks until it is done, the deadline has passed or a stop was asked for. `on_released`, where
  /// given, gets the page in pieces as they become final (together they begin
  /// Translation::markdown). Errors: their message is for Glooscap's user, short and without
  /// content.
  virtual Outcome translate(const Order& order, const net::Until& until,
                            const OnReleased& on_released) = 0;
  /// Ends an order that was taken in and is not begun any more. Blocks while it is entered.
  virtual Outcome give_up(const Order& order, base::Error why) = 0;
  /// Whether translations can be made now. Answers at once, from what is known.
  virtual base::Result<void> ready() const = 0;
  /// Whether an order that comes now can be served within an operator's patience, though it may
  /// have to wait for a model server. Answers at once, from what is known.
  virtual base::Result<void> promising() const = 0;
};

}  // namespace gateway
