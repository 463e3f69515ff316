#include "drydock/http1.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/limits.h"
#include "base/strings.h"

namespace drydock {
namespace {

using base::Error;
using base::ErrorCode;
using base::Result;

constexpr std::string_view kLineEnd = "\r\n";
/// A chunk's size with its extensions, or one trailer.
constexpr std::size_t kChunkLineBytesMax = 4096;

bool same(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
    return (x >= 'A' && x <= 'Z' ? x + 32 : x) == (y >= 'A' && y <= 'Z' ? y + 32 : y);
  });
}

std::string_view word(std::string_view text, std::size_t index) {
  const auto words = base::split(text, ' ');
  return index < words.size() ? words[index] : std::string_view{};
}

std::optional<std::uint64_t> number(std::string_view text, int base) {
  std::uint64_t value = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (failed != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

Error malformed(std::string_view what) {
  return Error{ErrorCode::invalid_argument, "HTTP/1.1: " + std::string(what)};
}

/// The body's length as the headers give it; nullopt when they say nothing. Every Content-Length
/// has to agree, and it must not stand beside Transfer-Encoding (RFC 9112 section 6.3).
Result<std::optional<std::uint64_t>> content_length(const Http1Head& head) {
  std::optional<std::uint64_t> length;
  for (const auto& [name, value] : head.headers) {
    if (!same(name, "content-length")) continue;
    const auto one = number(value, 10);
    if (!one || (length && *length != *one)) return malformed("Content-Length makes no sense");
    length = one;
  }
  if (length && !net::header(head.headers, "transfer-encoding").empty()) {
    return malformed("Content-Length beside Transfer-Encoding");
  }
  return length;
}

}  // namespace

std::string_view Http1Head::method() const { return word(start_line, 0); }
std::string_view Http1Head::target() const { return word(start_line, 1); }

int Http1Head::status() const {
  if (!start_line.starts_with("HTTP/1.")) return 0;
  return static_cast<int>(number(word(start_line, 1), 10).value_or(0));
}

bool Http1Head::lists(std::string_view name, std::string_view token) const {
  const auto names = base::split(net::header(headers, name), ',');
  return std::any_of(names.begin(), names.end(),
                     [&](std::string_view one) { return same(base::trim(one), token); });
}

void Http1Head::remove(std::string_view name) {
  std::erase_if(headers, [&](const auto& header) { return same(header.first, name); });
}

std::string Http1Head::to_string() const {
  std::string text = start_line;
  text += kLineEnd;
  for (const auto& [name, value] : headers) {
    text += name;
    text += ": ";
    text += value;
    text += kLineEnd;
  }
  return text += kLineEnd;
}

Result<Http1Head> take_head(std::string& bytes) {
  const std::size_t end = bytes.find("\r\n\r\n");
  if (std::min(end, bytes.size()) > base::limits::kProxyHeadBytesMax) {
    return malformed("the head is too long");
  }
  if (end == std::string::npos) return Http1Head{};
  Http1Head head;
  std::string_view rest = std::string_view(bytes).substr(0, end + kLineEnd.size());
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find(kLineEnd));
    rest.remove_prefix(line.size() + kLineEnd.size());
    if (head.start_line.empty()) {
      if (base::split(line, ' ').size() < 2) return malformed("no start line");
      head.start_line = line;
      continue;
    }
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || colon == 0 || line[colon - 1] == ' ') {
      return malformed("a header without a name");
    }
    head.headers.emplace_back(line.substr(0, colon), base::trim(line.substr(colon + 1)));
  }
  bytes.erase(0, end + 2 * kLineEnd.size());
  return head;
}

Result<BodyMeasure> BodyMeasure::of_request(const Http1Head& request) {
  const auto length = TRY(content_length(request));
  if (request.lists("transfer-encoding", "chunked")) return BodyMeasure(State::chunk_size, 0);
  return BodyMeasure(length.value_or(0) == 0 ? State::done : State::length, length.value_or(0));
}

Result<BodyMeasure> BodyMeasure::of_response(const Http1Head& response,
                                             std::string_view request_method) {
  const auto length = TRY(content_length(response));
  const int status = response.status();
  if (request_method == "HEAD" || status < 200 || status == 204 || status == 304) {
    return BodyMeasure(State::done, 0);
  }
  if (response.lists("transfer-encoding", "chunked")) return BodyMeasure(State::chunk_size, 0);
  if (!length) return BodyMeasure(State::until_close, 0);
  return BodyMeasure(*length == 0 ? State::done : State::length, *length);
}

Result<std::size_t> BodyMeasure::take(std::string_view bytes) {
  std::size_t taken = 0;
  while (taken < bytes.size() && state_ != State::done) {
    const std::string_view rest = bytes.substr(taken);
    switch (state_) {
      case State::done:
        break;
      case State::until_close:
        taken = bytes.size();
        break;
      case State::length:
      case State::chunk_data:
      case State::chunk_end: {
        const std::uint64_t count = std::min<std::uint64_t>(left_, rest.size());
        left_ -= count;
        taken += static_cast<std::size_t>(count);
        if (left_ > 0) break;
        if (state_ == State::length) state_ = State::done;
        if (state_ == State::chunk_end) state_ = State::chunk_size;
        if (state_ == State::chunk_data) {
          state_ = State::chunk_end;
          left_ = kLineEnd.size();
        }
        break;
      }
      case State::chunk_size:
      case State::trailer:
        taken += TRY(take_line(rest));
        break;
    }
  }
  return taken;
}

Result<std::size_t> BodyMeasure::take_line(std::string_view bytes) {
  const std::size_t end = bytes.find('\n');
  const std::size_t count = end == std::string_view::npos ? bytes.size() : end + 1;
  line_.append(bytes.substr(0, count));
  if (line_.size() > kChunkLineBytesMax) {
    return Error{ErrorCode::data_loss, "HTTP/1.1: a chunk's size is too long"};
  }
  if (end != std::string_view::npos) TRY(end_line());
  return count;
}

Result<void> BodyMeasure::end_line() {
  const std::string_view line = base::trim(line_);
  if (state_ == State::trailer) {
    if (line.empty()) state_ = State::done;
  } else {
    const auto size = number(base::trim(line.substr(0, line.find(';'))), 16);
    if (!size) return Error{ErrorCode::data_loss, "HTTP/1.1: a chunk without a size"};
    left_ = *size;
    state_ = *size == 0 ? State::trailer : State::chunk_data;
  }
  line_.clear();
  return {};
}

}  // namespace drydock
