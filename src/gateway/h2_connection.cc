#include "gateway/h2_connection.h"

#include <nghttp2/nghttp2.h>

#include <algorithm>
#include <cstring>

#include "base/check.h"
#include "base/limits.h"

namespace gateway {
namespace {

namespace limits = base::limits;

nghttp2_nv name_value(const std::pair<std::string, std::string>& header) {
  // nghttp2 copies both; it only wants pointers that are not const.
  return {reinterpret_cast<std::uint8_t*>(const_cast<char*>(header.first.data())),
          reinterpret_cast<std::uint8_t*>(const_cast<char*>(header.second.data())),
          header.first.size(), header.second.size(), NGHTTP2_NV_FLAG_NONE};
}

std::vector<nghttp2_nv> name_values(const Headers& headers) {
  std::vector<nghttp2_nv> list;
  list.reserve(headers.size());
  for (const auto& header : headers) list.push_back(name_value(header));
  return list;
}

bool ends_stream(const nghttp2_frame* frame) {
  return (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
}

/// A frame that costs us work and moves nothing forward. WINDOW_UPDATE counts: an honest peer sends
/// one for kilobytes that it took.
bool carries_nothing(const nghttp2_frame* frame) {
  switch (frame->hd.type) {
    case NGHTTP2_PING:
    case NGHTTP2_SETTINGS:
    case NGHTTP2_PRIORITY:
    case NGHTTP2_WINDOW_UPDATE:
      return true;
    case NGHTTP2_DATA:
      return frame->hd.length == 0 && !ends_stream(frame);
    case NGHTTP2_HEADERS:
    case NGHTTP2_RST_STREAM:
    case NGHTTP2_GOAWAY:
      return false;
    default:
      return true;
  }
}

}  // namespace

H2Limits H2Limits::standard() {
  return {limits::kH2StreamsMax, limits::kH2HeaderBytesMax, limits::kH2StreamWindowBytes,
          limits::kH2OutputBytesMax};
}

struct H2Connection::Stream {
  std::unique_ptr<H2Stream> user;
  Headers request;
  std::size_t request_header_bytes = 0;
  base::SteadyTime opened;
  base::SteadyTime moved;  // When output was last queued on an empty stream, or taken by the peer.
  bool request_complete = false;
  bool response_begun = false;
  bool deferred = false;
  bool ended = false;  // No more data will be queued.
  Headers trailers;    // Sent after the data, when there are any.
  std::string output;  // What waits to be framed, from `output_sent` on.
  std::size_t output_sent = 0;
  std::size_t waiting() const { return output.size() - output_sent; }
};

/// nghttp2's callbacks: each finds its connection and does one thing.
struct H2Connection::Callbacks {
  static H2Connection& self(void* user) { return *static_cast<H2Connection*>(user); }

  static int on_begin_headers(nghttp2_session*, const nghttp2_frame* frame, void* user) {
    H2Connection& connection = self(user);
    if (frame->hd.type != NGHTTP2_HEADERS || frame->headers.cat != NGHTTP2_HCAT_REQUEST) return 0;
    auto stream = std::make_unique<Stream>();
    stream->opened = connection.clock_->steady();
    connection.streams_[frame->hd.stream_id] = std::move(stream);
    return 0;
  }

  static int on_header(nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name,
                       std::size_t name_size, const std::uint8_t* value, std::size_t value_size,
                       std::uint8_t, void* user) {
    H2Connection& connection = self(user);
    Stream* stream = connection.find(frame->hd.stream_id);
    if (stream == nullptr) return 0;
    // RFC 9113 6.5.2: the size of a header list counts 32 bytes for each field.
    stream->request_header_bytes += name_size + value_size + 32;
    if (stream->request_header_bytes > connection.limits_.header_bytes) {
      // The whole connection: its HPACK state goes on costing us whatever the stream does.
      connection.fail("its headers are too large", H2Error::enhance_your_calm);
      return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
    }
    if (frame->headers.cat != NGHTTP2_HCAT_REQUEST) return 0;  // Trailers say nothing to us.
    stream->request.emplace_back(std::string(reinterpret_cast<const char*>(name), name_size),
                                 std::string(reinterpret_cast<const char*>(value), value_size));
    return 0;
  }

  static int on_begin_frame(nghttp2_session*, const nghttp2_frame_hd* head, void* user) {
    H2Connection& connection = self(user);
    connection.continuations_ =
        head->type == NGHTTP2_CONTINUATION ? connection.continuations_ + 1 : 0;
    if (head->type == NGHTTP2_HEADERS) connection.check_new_stream(head->stream_id);
    if (connection.continuations_ > limits::kH2ContinuationsMax) {
      connection.fail("too many CONTINUATION frames", H2Error::enhance_your_calm);
    }
    return 0;
  }

  static int on_frame(nghttp2_session*, const nghttp2_frame* frame, void* user) {
    H2Connection& connection = self(user);
    if (frame->hd.type == NGHTTP2_SETTINGS) connection.settled_ = true;
    if (carries_nothing(frame) &&
        !connection.spend(connection.controls_, "too many frames that carry nothing")) {
      return 0;
    }
    Stream* stream = connection.find(frame->hd.stream_id);
    if (stream == nullptr) return 0;
    if (frame->hd.type == NGHTTP2_HEADERS && frame->headers.cat == NGHTTP2_HCAT_REQUEST) {
      stream->user =
          connection.handler_->open(connection, frame->hd.stream_id, std::move(stream->request));
    }
    const bool data = frame->hd.type == NGHTTP2_DATA || frame->hd.type == NGHTTP2_HEADERS;
    if (data && ends_stream(frame)) {
      stream->request_complete = true;
      // The answer may remove the stream, so nothing is read of it afterwards.
      if (stream->user) stream->user->on_end();
    }
    return 0;
  }

  /// nghttp2 resets the stream of a malformed request (RFC 9113 8.1.1). Its headers have cost us
  /// their decoding, and no client of ours sends one.
  static int on_invalid_frame(nghttp2_session*, const nghttp2_frame* frame, int, void* user) {
    if (frame->hd.type == NGHTTP2_HEADERS) self(user).charge_lie();
    return 0;
  }

  static int on_data(nghttp2_session* session, std::uint8_t, std::int32_t id,
                     const std::uint8_t* bytes, std::size_t size, void* user) {
    H2Connection& connection = self(user);
    if (Stream* stream = connection.find(id); stream != nullptr && stream->user) {
      stream->user->on_data({reinterpret_cast<const char*>(bytes), size});
    }
    return nghttp2_session_consume(session, id, size) == 0 ? 0 : NGHTTP2_ERR_CALLBACK_FAILURE;
  }

  static int on_close(nghttp2_session*, std::int32_t id, std::uint32_t code, void* user) {
    H2Connection& connection = self(user);
    const auto at = connection.streams_.find(id);
    if (at == connection.streams_.end()) return 0;
    const std::unique_ptr<Stream> stream = std::move(at->second);
    connection.streams_.erase(at);
    const bool complete = code == 0 && stream->ended && stream->waiting() == 0;
    if (!complete) {
      if (stream->user) stream->user->on_reset();
      connection.spend(connection.resets_, "too many streams that ended early");
    }
    return 0;
  }

  /// An answer that ends before its request does: RFC 9113 8.1 has us say that we want no more.
  static int on_sent(nghttp2_session* session, const nghttp2_frame* frame, void* user) {
    const bool last = frame->hd.type == NGHTTP2_DATA || frame->hd.type == NGHTTP2_HEADERS;
    if (!last || !ends_stream(frame)) return 0;
    const Stream* stream = self(user).find(frame->hd.stream_id);
    if (stream != nullptr && !stream->request_complete) {
      nghttp2_submit_rst_stream(session, NGHTTP2_FLAG_NONE, frame->hd.stream_id, NGHTTP2_NO_ERROR);
    }
    return 0;
  }

  static ssize_t read_output(nghttp2_session* session, std::int32_t id, std::uint8_t* buffer,
                             std::size_t size, std::uint32_t* flags, nghttp2_data_source* source,
                             void* user) {
    auto& stream = *static_cast<Stream*>(source->ptr);
    stream.moved = self(user).clock_->steady();
    const std::size_t count = std::min(size, stream.waiting());
    if (count == 0 && !stream.ended) {
      stream.deferred = true;
      return NGHTTP2_ERR_DEFERRED;
    }
    std::memcpy(buffer, stream.output.data() + stream.output_sent, count);
    stream.output_sent += count;
    if (stream.waiting() == 0) {
      stream.output.clear();
      stream.output_sent = 0;
      if (stream.ended) {
        *flags |= NGHTTP2_DATA_FLAG_EOF;
        if (!stream.trailers.empty()) {
          *flags |= NGHTTP2_DATA_FLAG_NO_END_STREAM;
          const auto list = name_values(stream.trailers);
          if (nghttp2_submit_trailer(session, id, list.data(), list.size()) != 0) {
            return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
          }
        }
      }
    }
    return static_cast<ssize_t>(count);
  }

  static nghttp2_session* make_session(H2Connection* connection) {
    nghttp2_session_callbacks* callbacks = nullptr;
    nghttp2_option* option = nullptr;
    nghttp2_session* session = nullptr;
    CHECK(nghttp2_session_callbacks_new(&callbacks) == 0 && nghttp2_option_new(&option) == 0);
    nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks, on_begin_headers);
    nghttp2_session_callbacks_set_on_header_callback(callbacks, on_header);
    nghttp2_session_callbacks_set_on_begin_frame_callback(callbacks, on_begin_frame);
    nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, on_frame);
    nghttp2_session_callbacks_set_on_invalid_frame_recv_callback(callbacks, on_invalid_frame);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, on_data);
    nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, on_close);
    nghttp2_session_callbacks_set_on_frame_send_callback(callbacks, on_sent);
    nghttp2_option_set_no_auto_window_update(option, 1);
    nghttp2_option_set_max_outbound_ack(option, limits::kH2UnsentAcksMax);
    nghttp2_option_set_max_settings(option, limits::kH2SettingsEntriesMax);
    CHECK(nghttp2_session_server_new2(&session, callbacks, connection, option) == 0);
    nghttp2_option_del(option);
    nghttp2_session_callbacks_del(callbacks);
    return session;
  }
};

H2Connection::H2Connection(H2Handler& handler, const base::Clock& clock, H2Limits limits)
    : handler_(&handler),
      clock_(&clock),
      limits_(limits),
      session_(Callbacks::make_session(this)),
      resets_(limits::kH2ResetsBurst, limits::kH2ResetsPerSecond),
      controls_(limits::kH2ControlsBurst, limits::kH2ControlsPerSecond),
      opened_(clock.steady()),
      last_activity_(opened_) {
  const nghttp2_settings_entry settings[] = {
      {NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, limits.concurrent_streams},
      {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE,
       static_cast<std::uint32_t>(limits.stream_window_bytes)},
      {NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, static_cast<std::uint32_t>(limits.header_bytes)},
  };
  CHECK(nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, settings, std::size(settings)) == 0);
  // The connection's window: several streams may send at their full window.
  CHECK(nghttp2_session_set_local_window_size(
            session_, NGHTTP2_FLAG_NONE, 0,
            static_cast<std::int32_t>(4 * limits.stream_window_bytes)) == 0);
}

H2Connection::~H2Connection() {
  mailbox_->close();
  cancel_all();
  nghttp2_session_del(session_);
}

void H2Connection::cancel_all() {
  // on_reset may answer other streams, so the map is emptied first.
  const auto streams = std::move(streams_);
  streams_.clear();
  for (const auto& [id, stream] : streams) {
    if (stream->user) stream->user->on_reset();
  }
}

H2Connection::Stream* H2Connection::find(std::int32_t id) const {
  const auto at = streams_.find(id);
  return at == streams_.end() ? nullptr : at->second.get();
}

void H2Connection::fail(std::string_view why, H2Error code) {
  if (!fault_.empty()) return;
  fault_ = why;
  nghttp2_session_terminate_session(session_, static_cast<std::uint32_t>(code));
}

/// nghttp2 ignores a stream id that was skipped and comes late; RFC 9113 5.1.1 makes it an error of
/// the connection.
void H2Connection::check_new_stream(std::int32_t id) {
  if (seen_.contains(id)) return;
  const bool all_remembered = seen_.size() < limits::kH2StreamIdsMax;
  if (!seen_.empty() && id < *seen_.rbegin() && (all_remembered || id > *seen_.begin())) {
    return fail("a stream id went back", H2Error::protocol_error);
  }
  seen_.insert(id);
  if (seen_.size() > limits::kH2StreamIdsMax) seen_.erase(seen_.begin());
}

bool H2Connection::spend(TokenBucket& bucket, std::string_view what) {
  if (bucket.take(clock_->steady())) return true;
  fail(what, H2Error::enhance_your_calm);
  return false;
}

void H2Connection::charge_lie() {
  for (int i = 0; i < limits::kH2LieCost; ++i) {
    if (!spend(resets_, "too many malformed messages")) return;
  }
}

void H2Connection::receive(std::string_view bytes) {
  last_activity_ = clock_->steady();
  // In slices, so that a limit that was passed stops the work at once and not after a megabyte.
  while (!bytes.empty() && fault_.empty()) {
    const std::string_view slice = bytes.substr(0, limits::kH2ReadSliceBytes);
    bytes.remove_prefix(slice.size());
    const ssize_t taken = nghttp2_session_mem_recv(
        session_, reinterpret_cast<const std::uint8_t*>(slice.data()), slice.size());
    if (taken < 0) {
      const auto code =
          taken == NGHTTP2_ERR_FLOODED ? H2Error::enhance_your_calm : H2Error::protocol_error;
      fail(nghttp2_strerror(static_cast<int>(taken)), code);
    }
  }
}

std::string H2Connection::take_output(std::size_t limit) {
  std::string output;
  while (output.size() < limit) {
    const std::uint8_t* bytes = nullptr;
    const ssize_t size = nghttp2_session_mem_send(session_, &bytes);
    if (size < 0) fault_ = nghttp2_strerror(static_cast<int>(size));
    if (size <= 0) break;
    output.append(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
  }
  return output;
}

bool H2Connection::finished() const {
  return nghttp2_session_want_read(session_) == 0 && nghttp2_session_want_write(session_) == 0;
}

void H2Connection::submit_response(std::int32_t id, Stream& stream, const Headers& headers,
                                   bool end) {
  stream.response_begun = true;
  stream.ended = end;
  const auto list = name_values(headers);
  nghttp2_data_provider provider{};
  provider.source.ptr = &stream;
  provider.read_callback = Callbacks::read_output;
  const int failed =
      nghttp2_submit_response(session_, id, list.data(), list.size(), end ? nullptr : &provider);
  if (failed != 0) reset(id, H2Error::internal_error);
}

void H2Connection::send_headers(std::int32_t id, const Headers& headers, bool end) {
  Stream* stream = find(id);
  if (stream == nullptr || stream->response_begun) return;
  submit_response(id, *stream, headers, end);
}

void H2Connection::send_data(std::int32_t id, std::string_view bytes) {
  Stream* stream = find(id);
  if (stream == nullptr || !stream->response_begun || stream->ended) return;
  if (stream->waiting() == 0) stream->moved = clock_->steady();
  stream->output += bytes;
  if (std::exchange(stream->deferred, false)) nghttp2_session_resume_data(session_, id);
}

void H2Connection::send_trailers(std::int32_t id, const Headers& trailers) {
  Stream* stream = find(id);
  if (stream == nullptr || stream->ended) return;
  if (!stream->response_begun) return submit_response(id, *stream, trailers, true);
  stream->trailers = trailers;
  stream->ended = true;
  if (std::exchange(stream->deferred, false)) nghttp2_session_resume_data(session_, id);
}

void H2Connection::reset(std::int32_t id, H2Error code) {
  nghttp2_submit_rst_stream(session_, NGHTTP2_FLAG_NONE, id, static_cast<std::uint32_t>(code));
}

std::size_t H2Connection::queued(std::int32_t id) const {
  const Stream* stream = find(id);
  return stream == nullptr ? 0 : stream->waiting();
}

void H2Connection::drain() {
  if (++drains_ == 1) {
    nghttp2_submit_shutdown_notice(session_);
  } else if (drains_ == 2) {
    nghttp2_submit_goaway(session_, NGHTTP2_FLAG_NONE,
                          nghttp2_session_get_last_proc_stream_id(session_), NGHTTP2_NO_ERROR,
                          nullptr, 0);
  }
}

void H2Connection::check_deadlines() {
  const base::SteadyTime now = clock_->steady();
  if (!settled_ && now - opened_ > limits::kH2PrefaceTimeout) {
    return fail("it did not finish its preface", H2Error::no_error);
  }
  std::vector<std::int32_t> late;
  for (const auto& [id, stream] : streams_) {
    if (!stream->request_complete && now - stream->opened > limits::kH2RequestTimeout) {
      late.push_back(id);
    } else if (stream->waiting() > 0 && now - stream->moved > limits::kH2StalledTimeout) {
      late.push_back(id);
    }
  }
  for (const std::int32_t id : late) reset(id, H2Error::cancel);
}

}  // namespace gateway
