#include "net/curl_transport.h"

#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "base/strings.h"
#include "net/curl_easy.h"
#include "net/poller.h"

namespace net {
namespace {

using base::Error;
using base::ErrorCode;
using base::Result;

/// One exchange. Shared by the event thread and the caller's Call.
struct Exchange {
  Exchange(Request request_in, const CallOptions& options_in, Receiver& receiver_in)
      : request(std::move(request_in)), options(options_in), receiver(receiver_in) {}

  // Touched only on the event thread, once it was given to it.
  Request request;
  const CallOptions options;
  Receiver& receiver;
  std::unique_ptr<Easy> easy;
  ResponseHead head;
  bool head_given = false;
  bool unwanted = false;  ///< on_chunk said no.

  std::mutex mutex;
  std::condition_variable changed;
  bool ended = false;  ///< Guarded by mutex: on_end has returned.
};

std::size_t on_header(char* bytes, std::size_t size, std::size_t count, void* user) {
  auto& exchange = *static_cast<Exchange*>(user);
  const std::size_t length = size * count;
  if (exchange.head_given) return length;  // A trailer.
  const std::string_view line = base::trim(std::string_view(bytes, length));
  if (line.starts_with("HTTP/")) {
    exchange.head = {};
    const std::size_t space = line.find(' ');
    if (space != std::string_view::npos) {
      exchange.head.status = std::atoi(std::string(line.substr(space + 1, 3)).c_str());
    }
  } else if (line.empty()) {
    if (exchange.head.status < 200) return length;  // 100 Continue and its like.
    exchange.head_given = true;
    exchange.receiver.on_head(std::move(exchange.head));
  } else if (const std::size_t colon = line.find(':'); colon != std::string_view::npos) {
    exchange.head.headers.emplace_back(line.substr(0, colon), base::trim(line.substr(colon + 1)));
  }
  return length;
}

std::size_t on_body(char* bytes, std::size_t size, std::size_t count, void* user) {
  auto& exchange = *static_cast<Exchange*>(user);
  if (exchange.receiver.on_chunk({bytes, size * count})) return size * count;
  exchange.unwanted = true;
  return 0;
}

Result<void> set_up(Exchange& exchange, const CurlOptions& options, const base::Clock& clock) {
  exchange.easy = TRY(Easy::create(options, exchange.request.url, exchange.options.until, clock));
  CURL* handle = exchange.easy->get();
  curl_easy_setopt(handle, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
  // Rather share a connection that is being made than make another.
  curl_easy_setopt(handle, CURLOPT_PIPEWAIT, 1L);
  // On a connection that was used before, libcurl sends again what got no answer.
  if (exchange.options.once) curl_easy_setopt(handle, CURLOPT_FRESH_CONNECT, 1L);
  // Compression pays on a network, and costs more than it saves on one machine.
  if (!exchange.easy->url().is_loopback()) {
    curl_easy_setopt(handle, CURLOPT_ACCEPT_ENCODING, "gzip");
  }
  const Request& request = exchange.request;
  if (request.method != "GET" || !request.body.empty()) {
    curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE,
                     static_cast<curl_off_t>(request.body.size()));
    curl_easy_setopt(handle, CURLOPT_POSTFIELDS, request.body.data());
    curl_easy_setopt(handle, CURLOPT_CUSTOMREQUEST, request.method.c_str());
  }
  for (const auto& [name, value] : request.headers) {
    TRY(exchange.easy->add_header(name, value));
  }
  exchange.easy->use_headers();
  curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, &on_header);
  curl_easy_setopt(handle, CURLOPT_HEADERDATA, &exchange);
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, &on_body);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, &exchange);
  return {};
}

class CurlTransport final : public Transport {
 public:
  CurlTransport(CurlOptions options, const base::Clock& clock)
      : options_(std::move(options)), clock_(clock) {
    curl_global_init(CURL_GLOBAL_DEFAULT);
    multi_ = curl_multi_init();
    CHECK(multi_ != nullptr);
    curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, &on_socket);
    curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
    curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, &on_timer);
    curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
    curl_multi_setopt(multi_, CURLMOPT_MAX_HOST_CONNECTIONS, base::limits::kConnectionsPerHostMax);
    thread_ = std::thread([this] { run(); });
  }

  ~CurlTransport() override {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    poller_.wake();
    thread_.join();
    curl_multi_cleanup(multi_);
  }

  std::unique_ptr<Call> start(Request request, const CallOptions& options,
                              Receiver& receiver) override;

  void post_cancel(const std::shared_ptr<Exchange>& exchange) {
    {
      const std::lock_guard lock(mutex_);
      cancelled_.push_back(exchange);
    }
    poller_.wake();
  }

 private:
  /// The event thread: new exchanges in, cancelled ones out, libcurl's turn, finished ones out.
  /// libcurl is told which sockets are ready; to look for itself (curl_multi_perform) it would poll
  /// each one, and of many streams few have something at a time.
  void run() {
    const NoSigpipe no_sigpipe;
    std::vector<Poller::Ready> ready;
    const auto turn = [&] {
      for (const Poller::Ready& one : ready) act(one.socket, one.events);
      if (due_ && *due_ <= Poller::Clock::now()) {
        due_.reset();
        act(CURL_SOCKET_TIMEOUT, 0);
      }
      reap();
    };
    while (take_orders()) {
      poller_.wait(due_, options_.gather, ready);
      if (options_.around_turn) {
        options_.around_turn(turn);
      } else {
        turn();
      }
    }
    while (!active_.empty()) {
      finish(active_.begin()->second, Error{ErrorCode::cancelled, "the transport was closed"});
    }
  }

  void act(curl_socket_t socket, int events) {
    int running = 0;
    curl_multi_socket_action(multi_, socket, events, &running);
  }

  /// What libcurl wants to know of a socket (CURLMOPT_SOCKETFUNCTION).
  static int on_socket(CURL*, curl_socket_t socket, int what, void* user, void*) {
    Poller& poller = static_cast<CurlTransport*>(user)->poller_;
    if (what == CURL_POLL_REMOVE) {
      poller.remove(socket);
    } else {
      poller.watch(socket, (what & CURL_POLL_IN) != 0, (what & CURL_POLL_OUT) != 0);
    }
    return 0;
  }

  /// When libcurl wants its turn without a socket; negative: not at all (CURLMOPT_TIMERFUNCTION).
  static int on_timer(CURLM*, long milliseconds, void* user) {
    auto& due = static_cast<CurlTransport*>(user)->due_;
    due.reset();
    if (milliseconds >= 0) due = Poller::Clock::now() + std::chrono::milliseconds(milliseconds);
    return 0;
  }

  /// False when it is time to stop.
  bool take_orders() {
    std::deque<std::shared_ptr<Exchange>> fresh, cancelled;
    bool stopping = false;
    {
      const std::lock_guard lock(mutex_);
      fresh.swap(fresh_);
      cancelled.swap(cancelled_);
      stopping = stopping_;
    }
    for (const auto& exchange : fresh) {
      const Result<void> ready = set_up(*exchange, options_, clock_);
      active_.emplace(exchange.get(), exchange);
      if (ready) {
        curl_easy_setopt(exchange->easy->get(), CURLOPT_PRIVATE, exchange.get());
        curl_multi_add_handle(multi_, exchange->easy->get());
      } else {
        finish(exchange, ready.error());
      }
    }
    for (const auto& exchange : cancelled) {
      if (active_.contains(exchange.get())) {
        finish(exchange, Error{ErrorCode::cancelled, "cancelled"});
      }
    }
    return !stopping;
  }

  void reap() {
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      Exchange* exchange = nullptr;
      curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &exchange);
      const CURLcode code = message->data.result;
      Result<void> outcome;
      if (exchange->unwanted) {
        outcome = Error{ErrorCode::cancelled, "cancelled"};
      } else if (code != CURLE_OK) {
        outcome = exchange->easy->error_of(code, exchange->options.until, clock_);
      }
      finish(active_.at(exchange), std::move(outcome));
    }
  }

  void finish(std::shared_ptr<Exchange> exchange, Result<void> outcome) {
    if (exchange->easy != nullptr) curl_multi_remove_handle(multi_, exchange->easy->get());
    exchange->easy.reset();
    active_.erase(exchange.get());
    exchange->receiver.on_end(std::move(outcome));
    const std::lock_guard lock(exchange->mutex);
    exchange->ended = true;
    exchange->changed.notify_all();
  }

  const CurlOptions options_;
  const base::Clock& clock_;
  CURLM* multi_ = nullptr;
  Poller poller_;
  std::optional<Poller::Clock::time_point> due_;  // On the event thread, as is the next.
  std::thread thread_;
  std::map<Exchange*, std::shared_ptr<Exchange>> active_;

  std::mutex mutex_;  // Guards what is below.
  std::deque<std::shared_ptr<Exchange>> fresh_;
  std::deque<std::shared_ptr<Exchange>> cancelled_;
  bool stopping_ = false;
};

class CurlCall final : public Call {
 public:
  CurlCall(CurlTransport& transport, std::shared_ptr<Exchange> exchange)
      : transport_(transport), exchange_(std::move(exchange)) {}

  ~CurlCall() override {
    {
      const std::lock_guard lock(exchange_->mutex);
      if (exchange_->ended) return;
    }
    transport_.post_cancel(exchange_);
    std::unique_lock lock(exchange_->mutex);
    exchange_->changed.wait(lock, [&] { return exchange_->ended; });
  }

  void cancel() override { transport_.post_cancel(exchange_); }

 private:
  CurlTransport& transport_;
  const std::shared_ptr<Exchange> exchange_;  // Shared with the event thread while under way.
};

std::unique_ptr<Call> CurlTransport::start(Request request, const CallOptions& options,
                                           Receiver& receiver) {
  auto exchange = std::make_shared<Exchange>(std::move(request), options, receiver);
  {
    const std::lock_guard lock(mutex_);
    fresh_.push_back(exchange);
  }
  poller_.wake();
  return std::make_unique<CurlCall>(*this, std::move(exchange));
}

}  // namespace

std::unique_ptr<Transport> make_curl_transport(CurlOptions options, const base::Clock& clock) {
  return std::make_unique<CurlTransport>(std::move(options), clock);
}

}  // namespace net
