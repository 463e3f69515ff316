#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace gateway {

/// Cuts a text/event-stream into the data of its events (WHATWG HTML, "event stream
/// interpretation"), wherever its pieces were cut. Fields other than `data` say nothing to us.
class SseReader {
 public:
  /// `on_event` gets one event's data, lines joined by '\n'; false from it ends the reading.
  /// Errors: resource_exhausted when one event is larger than kSseEventBytesMax.
  base::Result<bool> feed(std::string_view bytes,
                          const std::function<bool(std::string_view)>& on_event);

 private:
  void take_line(std::string_view line);
  std::string line_;
  std::string data_;
  bool has_data_ = false;
  bool after_cr_ = false;
  bool begun_ = false;
};

/// One piece of a streamed chat completion.
struct ChatPiece {
  std::string content;
  std::string finish_reason;  ///< "stop", "length"; empty while it goes on.
  int prompt_tokens = 0;      ///< Of the usage that comes last; 0 elsewhere.
  int completion_tokens = 0;
};

/// Reads an event's data. Errors: data_loss for what is no chat completion chunk; unavailable with
/// the server's words, cut, for {"error": ...}.
base::Result<ChatPiece> parse_chat_piece(std::string_view data);

}  // namespace gateway
