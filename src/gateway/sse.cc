#include "gateway/sse.h"

#include <algorithm>

#include "base/limits.h"
#include "doc/json.h"

namespace gateway {
namespace {

using base::Error;
using base::ErrorCode;
using base::Result;

constexpr std::size_t kServerWordsMax = 200;

int count_at(const doc::Value& value, std::string_view path) {
  const doc::Value* count = value.find_path(path);
  return count != nullptr && count->is_int() && count->as_int() >= 0 && count->as_int() < 1 << 30
             ? static_cast<int>(count->as_int())
             : 0;
}

}  // namespace

void SseReader::take_line(std::string_view line) {
  if (!line.starts_with("data")) return;
  line.remove_prefix(4);
  if (!line.empty() && line.front() != ':') return;  // "database: x" is another field.
  if (!line.empty()) line.remove_prefix(1);
  if (!line.empty() && line.front() == ' ') line.remove_prefix(1);
  if (has_data_) data_ += '\n';
  data_ += line;
  has_data_ = true;
}

Result<bool> SseReader::feed(std::string_view bytes,
                             const std::function<bool(std::string_view)>& on_event) {
  while (!bytes.empty()) {
    const char c = bytes.front();
    if (std::exchange(after_cr_, c == '\r') && c == '\n') {  // The second half of CRLF.
      bytes.remove_prefix(1);
      continue;
    }
    if (c != '\n' && c != '\r') {
      const auto ends_line = [](char one) { return one == '\n' || one == '\r'; };
      const auto end = std::find_if(bytes.begin(), bytes.end(), ends_line);
      const auto size = static_cast<std::size_t>(end - bytes.begin());
      if (line_.size() + data_.size() + size > base::limits::kSseEventBytesMax) {
        return Error{ErrorCode::resource_exhausted, "an event of the stream is too large"};
      }
      line_.append(bytes.substr(0, size));
      bytes.remove_prefix(size);
      continue;
    }
    bytes.remove_prefix(1);
    if (!std::exchange(begun_, true) && line_.starts_with("\xEF\xBB\xBF")) line_.erase(0, 3);
    if (!line_.empty()) {
      take_line(line_);
      line_.clear();
      continue;
    }
    if (!std::exchange(has_data_, false)) continue;
    const std::string data = std::exchange(data_, {});
    if (!on_event(data)) return false;
  }
  return true;
}

Result<ChatPiece> parse_chat_piece(std::string_view data) {
  const auto value = doc::parse_json(data, "event");
  if (!value || !value->is_map()) {
    return Error{ErrorCode::data_loss, "the model's stream holds an event that is no JSON object"};
  }
  if (const doc::Value* error = value->find("error")) {
    const std::string_view words =
        error->is_string() ? error->as_string() : error->string_at("message");
    return Error{ErrorCode::unavailable,
                 "the model's server says: " + std::string(words.substr(0, kServerWordsMax))};
  }
  ChatPiece piece;
  piece.prompt_tokens = count_at(*value, "usage.prompt_tokens");
  piece.completion_tokens = count_at(*value, "usage.completion_tokens");
  const doc::Value* choices = value->find("choices");
  if (choices == nullptr || !choices->is_list()) {
    return Error{ErrorCode::data_loss, "the model's stream holds an event without choices"};
  }
  if (choices->items().empty()) return piece;  // The last one: usage alone.
  const doc::Value& choice = choices->items()[0];
  piece.content = choice.string_at("delta.content");
  piece.finish_reason = choice.string_at("finish_reason");
  return piece;
}

}  // namespace gateway
