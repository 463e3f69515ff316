#include "gateway/grpc.h"

#include <atomic>
#include <charconv>

#include "base/limits.h"

namespace gateway {
namespace {

using base::Error;
using base::ErrorCode;
using base::Result;

const Headers kResponseHeaders = {{":status", "200"}, {"content-type", "application/grpc"}};

Headers status_trailers(ErrorCode code, std::string_view message) {
  Headers trailers{{"grpc-status", std::to_string(static_cast<int>(code))}};
  if (!message.empty()) {
    trailers.emplace_back("grpc-message", percent_encode_message(message.substr(
                                              0, base::limits::kGrpcStatusBytesMax)));
  }
  return trailers;
}

/// The connection's end of a call; what other threads say goes through the connection's mailbox.
class Call final : public GrpcCall, public std::enable_shared_from_this<Call> {
 public:
  Call(H2Connection& connection, std::int32_t stream)
      : mailbox_(connection.mailbox()), connection_(&connection), stream_(stream) {}

  void send(std::string message) override {
    if (over_) return;
    mailbox_->post([self = shared_from_this(), message = std::move(message)] {
      self->begin();
      self->connection_->send_data(self->stream_, frame_message(message));
    });
  }

  void finish(ErrorCode code, std::string_view message, const Headers& metadata) override {
    if (over_.exchange(true)) return;
    Headers trailers = status_trailers(code, message);
    trailers.insert(trailers.end(), metadata.begin(), metadata.end());
    mailbox_->post(
        [self = shared_from_this(), trailers = std::move(trailers)] { self->end(trailers); });
  }

  bool over() const override { return over_; }

  // On the connection's thread, where nothing needs to be posted.
  void finish_now(ErrorCode code, std::string_view message) {
    if (!over_.exchange(true)) end(status_trailers(code, message));
  }
  void charge_lie() { connection_->charge_lie(); }
  /// True the first time, unless the answer was finished before.
  bool cancel() { return !over_.exchange(true); }

 private:
  void begin() {
    if (std::exchange(begun_, true)) return;
    connection_->send_headers(stream_, kResponseHeaders, false);
  }
  void end(const Headers& trailers) {
    if (begun_) return connection_->send_trailers(stream_, trailers);
    Headers all = kResponseHeaders;
    all.insert(all.end(), trailers.begin(), trailers.end());
    connection_->send_headers(stream_, all, true);
  }

  const std::shared_ptr<Mailbox> mailbox_;  // Closed before the connection goes.
  H2Connection* const connection_;          // Touched only by tasks in the mailbox.
  const std::int32_t stream_;
  bool begun_ = false;
  std::atomic<bool> over_{false};
};

class Stream final : public H2Stream {
 public:
  Stream(std::shared_ptr<Call> call, std::unique_ptr<GrpcListener> listener)
      : call_(std::move(call)),
        listener_(std::move(listener)),
        reader_(base::limits::kGrpcRequestBytesMax) {}

  void on_data(std::string_view bytes) override {
    if (call_->over()) return;
    const auto fed = reader_.feed(
        bytes, [this](std::string message) { listener_->on_message(std::move(message)); });
    if (!fed) fail(fed.error());
  }

  void on_end() override {
    if (call_->over()) return;
    if (!reader_.between_messages()) {
      return fail(Error{ErrorCode::internal, "the request ends within a message"});
    }
    listener_->on_end();
  }

  void on_reset() override {
    if (call_->cancel()) listener_->on_cancelled();
  }

 private:
  void fail(const Error& error) {
    call_->finish_now(error.code, error.message);
    listener_->on_cancelled();
    call_->charge_lie();
  }

  std::shared_ptr<Call> call_;  // Shared with whoever answers.
  std::unique_ptr<GrpcListener> listener_;
  MessageReader reader_;
};

/// A stream that has been answered already.
class Answered final : public H2Stream {
  void on_data(std::string_view) override {}
  void on_end() override {}
  void on_reset() override {}
};

class UnaryListener final : public GrpcListener {
 public:
  UnaryListener(GrpcRequest request, std::shared_ptr<GrpcCall> call,
                std::shared_ptr<const UnaryHandler> handler)
      : request_(std::move(request)), call_(std::move(call)), handler_(std::move(handler)) {}

  void on_message(std::string message) override {
    if (std::exchange(has_message_, true)) {
      call_->finish(ErrorCode::unimplemented, "a unary call has one message, this has more");
      return;
    }
    message_ = std::move(message);
  }
  void on_end() override {
    if (!has_message_) {
      call_->finish(ErrorCode::unimplemented, "a unary call has one message, this has none");
      return;
    }
    started_ = true;
    handler_->start(request_, std::move(message_), call_);
  }
  void on_cancelled() override {
    if (started_ && handler_->cancelled) handler_->cancelled(*call_);
  }

 private:
  GrpcRequest request_;
  std::shared_ptr<GrpcCall> call_;
  std::shared_ptr<const UnaryHandler> handler_;  // Shared by the method's calls.
  std::string message_;
  bool has_message_ = false;
  bool started_ = false;
};

/// HTTP's own answer to what is no gRPC, so that a browser or a port scan learns what this is.
/// Given when the request is complete: a malformed one is nghttp2's to refuse.
class PlainAnswer final : public H2Stream {
 public:
  PlainAnswer(H2Connection& connection, std::int32_t stream, const char* status)
      : connection_(&connection), stream_(stream), status_(status) {}
  void on_data(std::string_view) override {}
  void on_end() override {
    connection_->send_headers(stream_, {{":status", status_}, {"content-type", "text/plain"}},
                              false);
    connection_->send_data(stream_, "this is a gRPC server\n");
    connection_->send_trailers(stream_, {});
  }
  void on_reset() override {}

 private:
  H2Connection* connection_;
  std::int32_t stream_;
  const char* status_;
};

std::string_view value_of(const Headers& headers, std::string_view name) {
  for (const auto& [key, value] : headers) {
    if (key == name) return value;
  }
  return {};
}

}  // namespace

std::string_view GrpcRequest::metadata_value(std::string_view name) const {
  return value_of(metadata, name);
}

GrpcMethod unary(UnaryHandler handler) {
  auto shared = std::make_shared<const UnaryHandler>(std::move(handler));
  return [shared](const GrpcRequest& request, std::shared_ptr<GrpcCall> call) {
    return std::make_unique<UnaryListener>(request, std::move(call), shared);
  };
}

std::unique_ptr<H2Stream> GrpcHandler::open(H2Connection& connection, std::int32_t stream_id,
                                            Headers headers) {
  if (value_of(headers, ":method") != "POST") {
    return std::make_unique<PlainAnswer>(connection, stream_id, "405");
  }
  if (!value_of(headers, "content-type").starts_with("application/grpc")) {
    return std::make_unique<PlainAnswer>(connection, stream_id, "415");
  }

  auto call = std::make_shared<Call>(connection, stream_id);
  GrpcRequest request;
  request.path = value_of(headers, ":path");
  const auto method = methods_.find(request.path);
  if (method == methods_.end()) {
    call->finish_now(ErrorCode::unimplemented, "no method " + request.path);
    return std::make_unique<Answered>();
  }
  if (const std::string_view text = value_of(headers, "grpc-timeout"); !text.empty()) {
    const auto timeout = parse_grpc_timeout(text);
    if (!timeout) {
      call->finish_now(ErrorCode::invalid_argument, "grpc-timeout is malformed");
      return std::make_unique<Answered>();
    }
    request.deadline = clock_->steady() + *timeout;
  }
  for (auto& header : headers) {
    if (!header.first.starts_with(':')) request.metadata.push_back(std::move(header));
  }
  auto listener = method->second(request, call);
  return std::make_unique<Stream>(std::move(call), std::move(listener));
}

std::optional<std::chrono::nanoseconds> parse_grpc_timeout(std::string_view text) {
  if (text.size() < 2 || text.size() > 9) return std::nullopt;
  std::int64_t count = 0;
  const char* digits_end = text.data() + text.size() - 1;
  const auto [end, error] = std::from_chars(text.data(), digits_end, count);
  if (error != std::errc() || end != digits_end || count < 0) return std::nullopt;
  using namespace std::chrono;
  switch (text.back()) {
    case 'H':
      return hours(std::min<std::int64_t>(count, 1'000'000));  // Within nanoseconds' range.
    case 'M':
      return minutes(count);
    case 'S':
      return seconds(count);
    case 'm':
      return milliseconds(count);
    case 'u':
      return microseconds(count);
    case 'n':
      return nanoseconds(count);
    default:
      return std::nullopt;
  }
}

std::string percent_encode_message(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    if (c >= ' ' && c <= '~' && c != '%') {
      encoded += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      encoded += '%';
      encoded += kDigits[byte >> 4];
      encoded += kDigits[byte & 15];
    }
  }
  return encoded;
}

std::string frame_message(std::string_view message) {
  const auto size = static_cast<std::uint32_t>(message.size());
  std::string frame(1, '\0');
  for (const int shift : {24, 16, 8, 0}) frame += static_cast<char>(size >> shift & 255);
  frame += message;
  return frame;
}

Result<void> MessageReader::feed(std::string_view bytes,
                                 const std::function<void(std::string)>& on_message) {
  constexpr std::size_t kPrefix = 5;
  buffer_ += bytes;
  std::size_t at = 0;
  while (buffer_.size() - at >= kPrefix) {
    if (buffer_[at] != 0) {
      return Error{ErrorCode::unimplemented,
                   "the message is compressed, and no encoding was agreed"};
    }
    std::size_t size = 0;
    for (std::size_t i = 1; i < kPrefix; ++i) {
      size = size << 8 | static_cast<unsigned char>(buffer_[at + i]);
    }
    if (size > max_) {
      return Error{ErrorCode::resource_exhausted, "the message has " + std::to_string(size) +
                                                      " bytes, at most " + std::to_string(max_) +
                                                      " are taken"};
    }
    if (buffer_.size() - at - kPrefix < size) break;
    on_message(buffer_.substr(at + kPrefix, size));
    at += kPrefix + size;
  }
  buffer_.erase(0, at);
  return {};
}

}  // namespace gateway
