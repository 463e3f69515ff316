// A model's event stream: its events are the same wherever it is cut, none holds a line break of
// another's making, and what is read as a piece of a completion is valid UTF-8.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "base/limits.h"
#include "doc/utf8.h"
#include "gateway/sse.h"

namespace {

struct Read {
  std::vector<std::string> events;
  bool refused = false;
  bool operator==(const Read&) const = default;
};

Read read_by(std::string_view stream, std::size_t step) {
  gateway::SseReader reader;
  Read read;
  for (std::size_t at = 0; at < stream.size() && !read.refused; at += step) {
    const auto more = reader.feed(stream.substr(at, step), [&](std::string_view data) {
      read.events.emplace_back(data);
      return true;
    });
    read.refused = !more;
  }
  return read;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view stream(reinterpret_cast<const char*>(data), size);
  const Read whole = read_by(stream, size + 1);
  for (const std::size_t step : {std::size_t{1}, std::size_t{3}, std::size_t{7}}) {
    CHECK(read_by(stream, step) == whole);
  }
  for (const std::string& event : whole.events) {
    CHECK(event.size() <= base::limits::kSseEventBytesMax);
    CHECK(event.find('\r') == std::string::npos);
    const auto piece = gateway::parse_chat_piece(event);
    if (!piece) {
      CHECK(!piece.error().message.empty());
      continue;
    }
    CHECK(doc::find_invalid_utf8(piece->content) == std::string::npos);
    CHECK(piece->prompt_tokens >= 0 && piece->completion_tokens >= 0);
  }
  return 0;
}
