#include "vllmsim/server.h"

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <condition_variable>
#include <list>
#include <mutex>
#include <set>
#include <thread>

#include "base/limits.h"
#include "doc/json.h"
#include "vllmsim/metrics.h"
#include "vllmsim/protocol.h"

namespace vllmsim {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using base::Error;
using base::ErrorCode;
using base::Result;
using Failure = boost::system::error_code;
using Request = http::request<http::string_body>;
using Response = http::response<http::string_body>;

constexpr const char* kVersion = "0.11.2";
constexpr std::size_t kSimConnectionsMax = 1024;
constexpr int kSlowTimes = 10;

/// The batch: at most so many at once, first come, first served.
class Batch {
 public:
  Batch(std::size_t max, Metrics& metrics) : max_(max), metrics_(&metrics) {}
  void enter() {
    std::unique_lock lock(mutex_);
    const std::uint64_t ticket = next_++;
    metrics_->waiting(1);
    room_.wait(lock, [&] { return ticket == serving_ && running_ < max_; });
    ++serving_;
    ++running_;
    metrics_->waiting(-1);
    metrics_->running(1);
    room_.notify_all();
  }
  void leave() {
    const std::lock_guard lock(mutex_);
    --running_;
    metrics_->running(-1);
    room_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable room_;
  std::size_t max_;
  std::size_t running_ = 0;
  std::uint64_t next_ = 0, serving_ = 0;
  Metrics* metrics_;
};

/// Cuts the text into pieces of about a token, never within a character.
std::vector<std::string_view> pieces_of(std::string_view text) {
  std::vector<std::string_view> pieces;
  while (!text.empty()) {
    std::size_t size = std::min<std::size_t>(4, text.size());
    while (size < text.size() && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) ++size;
    pieces.push_back(text.substr(0, size));
    text.remove_prefix(size);
  }
  return pieces;
}

/// U+FFFD, which JSON's writer made of a byte that is no UTF-8, as a byte that is none again.
void break_replacement(std::string& text) {
  const auto at = text.find("\xEF\xBF\xBD");
  if (at != std::string::npos) text.replace(at, 3, "\xC3");
}

}  // namespace

struct Server::State {
  State(Engine& engine, const base::Clock& clock, net::Sleeper& sleeper, ServerOptions options)
      : engine(&engine),
        clock(&clock),
        sleeper(&sleeper),
        options(std::move(options)),
        metrics(this->options.model),
        batch(this->options.latency.sequences_max, metrics),
        acceptor(io) {}

  Engine* engine;
  const base::Clock* clock;
  net::Sleeper* sleeper;
  ServerOptions options;
  Metrics metrics;
  Batch batch;
  std::atomic<Fault> fault{Fault::none};
  std::atomic<std::uint64_t> completions{0};
  std::atomic<std::size_t> under_way{0};
  std::stop_source stopping;

  asio::io_context io;
  tcp::acceptor acceptor;
  std::mutex mutex;
  std::set<tcp::socket*> sockets;  // Guarded by `mutex`, so that stopping can close them.
  std::thread accepting;
  struct Talk {
    std::shared_ptr<std::atomic<bool>> over;  // Shared with its thread.
    std::jthread thread;
  };
  std::list<Talk> connections;  // On the accepting thread.
  std::atomic<std::size_t> connection_count{0};

  void accept_all();
  void converse(tcp::socket& socket);
  Response answer(const Request& request);
  bool complete(const Request& request, bool chat, tcp::socket& socket);
  bool stream(const Completion& completion, const Answer& answer, const std::string& text,
              tcp::socket& socket);
  bool wait(std::chrono::nanoseconds time) {
    if (fault == Fault::slow) time *= kSlowTimes;
    return time.count() == 0 || sleeper->sleep(time, stopping.get_token());
  }
};

namespace {

Response make_response(const Request& request, http::status status, const char* type,
                       std::string body) {
  Response response{status, request.version()};
  response.set(http::field::server, "uvicorn");
  response.set(http::field::content_type, type);
  response.keep_alive(request.keep_alive());
  response.body() = std::move(body);
  response.prepare_payload();
  return response;
}

Response error_response(const Request& request, const Error& error) {
  return make_response(request, static_cast<http::status>(base::facts(error.code).http_status),
                       "application/json", error_body(error));
}

}  // namespace

void Server::State::accept_all() {
  for (;;) {
    tcp::socket socket(io);
    Failure failed;
    acceptor.accept(socket, failed);
    if (stopping.stop_requested()) return;
    if (failed) continue;
    if (connection_count >= kSimConnectionsMax) continue;  // Closes it.
    ++connection_count;
    connections.remove_if([](const Talk& talk) { return talk.over->load(); });
    auto owned = std::make_shared<tcp::socket>(std::move(socket));
    auto over = std::make_shared<std::atomic<bool>>(false);
    connections.push_back({over, std::jthread([this, owned, over] {
                             {
                               const std::lock_guard lock(mutex);
                               sockets.insert(owned.get());
                             }
                             converse(*owned);
                             const std::lock_guard lock(mutex);
                             sockets.erase(owned.get());
                             Failure ignored;
                             owned->close(ignored);
                             --connection_count;
                             *over = true;
                           })});
  }
}

void Server::State::converse(tcp::socket& socket) {
  boost::beast::flat_buffer buffer;
  Failure failed;
  while (!stopping.stop_requested()) {
    http::request_parser<http::string_body> parser;
    parser.body_limit(base::limits::kGrpcRequestBytesMax);
    http::read(socket, buffer, parser, failed);
    if (failed) return;
    const Request request = parser.release();
    const std::string target(request.target());
    if (request.method() == http::verb::post &&
        (target == "/v1/chat/completions" || target == "/v1/completions")) {
      ++under_way;
      const bool go_on = complete(request, target == "/v1/chat/completions", socket);
      --under_way;
      if (!go_on) return;
      continue;
    }
    http::write(socket, answer(request), failed);
    if (failed || !request.keep_alive()) return;
  }
}

Response Server::State::answer(const Request& request) {
  const std::string target(request.target());
  const auto json = [&](std::string body) {
    return make_response(request, http::status::ok, "application/json", std::move(body));
  };
  if (target == "/health" || target == "/ping") {
    return make_response(request, http::status::ok, "text/plain", "");
  }
  if (target == "/version") return json(std::string("{\"version\":\"") + kVersion + "\"}");
  if (target == "/metrics") {
    return make_response(request, http::status::ok, "text/plain; version=0.0.4; charset=utf-8",
                         metrics.text());
  }
  const std::int64_t now =
      std::chrono::duration_cast<std::chrono::seconds>(clock->now().time_since_epoch()).count();
  if (target == "/v1/models") return json(models_body(options.model, now));
  if (target == "/tokenize" && request.method() == http::verb::post) {
    const auto body = doc::parse_json(request.body(), "body");
    const std::size_t size = body ? body->string_at("prompt").size() : 0;
    return json("{\"count\":" + std::to_string(count_tokens(size)) + ",\"max_model_len\":8192}");
  }
  return make_response(request, http::status::not_found, "application/json",
                       "{\"detail\":\"Not Found\"}");
}

/// True when the connection can be used again.
bool Server::State::complete(const Request& request, bool chat, tcp::socket& socket) {
  Failure failed;
  const auto refuse = [&](const Error& error) {
    http::write(socket, error_response(request, error), failed);
    return !failed && request.keep_alive();
  };
  if (!options.api_key.empty() &&
      request[http::field::authorization] != "Bearer " + options.api_key) {
    http::write(socket,
                make_response(request, http::status::unauthorized, "application/json",
                              "{\"error\":\"Unauthorized\"}"),
                failed);
    return !failed && request.keep_alive();
  }
  const auto completion = parse_completion(request.body(), chat, options.model);
  if (!completion) return refuse(completion.error());
  if (fault == Fault::error_500) return refuse({ErrorCode::internal, "EngineCore died"});

  const base::SteadyTime began = clock->steady();
  const std::size_t prompt_tokens = count_tokens(completion->prompt_bytes);
  batch.enter();
  std::string text;
  bool go_on = false;
  const auto made = engine->answer(completion->system, completion->user);
  const Answer head{
      (chat ? "chatcmpl-" : "cmpl-") + std::to_string(++completions), options.model,
      std::chrono::duration_cast<std::chrono::seconds>(clock->now().time_since_epoch()).count(),
      chat};
  std::string reason = "abort";
  if (!made) {
    go_on = refuse(made.error());
  } else if (wait(options.latency.prefill(prompt_tokens))) {
    metrics.first_token(std::chrono::duration<double>(clock->steady() - began).count());
    text = spoil(*made, fault);
    reason = "stop";
    if (completion->max_tokens > 0 && count_tokens(text.size()) > completion->max_tokens) {
      reason = "length";
      text.resize(completion->max_tokens * 4);
    }
    if (completion->stream) {
      go_on = stream(*completion, head, text, socket);
      if (!go_on) reason = "abort";
    } else {
      http::write(
          socket,
          make_response(request, http::status::ok, "application/json",
                        whole_answer(head, text, reason, prompt_tokens, count_tokens(text.size()))),
          failed);
      go_on = !failed;
    }
  }
  batch.leave();
  metrics.finished(reason, prompt_tokens, count_tokens(text.size()),
                   std::chrono::duration<double>(clock->steady() - began).count());
  return go_on && request.keep_alive();
}

bool Server::State::stream(const Completion& completion, const Answer& answer,
                           const std::string& text, tcp::socket& socket) {
  Failure failed;
  http::response<http::empty_body> head{http::status::ok, 11};
  head.set(http::field::server, "uvicorn");
  head.set(http::field::content_type, "text/event-stream; charset=utf-8");
  head.chunked(true);
  http::response_serializer<http::empty_body> serializer(head);
  http::write_header(socket, serializer, failed);
  const auto send = [&](const std::string& data) {
    std::string event = "data: " + data + "\n\n";
    // JSON cannot be written with bad bytes: the one that stands for them is put back here.
    if (fault == Fault::bad_utf8) break_replacement(event);
    asio::write(socket, http::make_chunk(asio::buffer(event)), failed);
    return !failed;
  };
  if (answer.chat && !send(first_chunk(answer))) return false;
  const bool cut = completion.max_tokens > 0 && text.size() == completion.max_tokens * 4;
  std::size_t sent = 0;
  for (const std::string_view piece : pieces_of(text)) {
    if (fault == Fault::reset_mid_stream && sent > text.size() / 2) {
      socket.set_option(asio::socket_base::linger(true, 0), failed);  // A reset, not an end.
      return false;
    }
    const base::SteadyTime before = clock->steady();
    if (!wait(options.latency.step(metrics.running_now()))) return false;
    metrics.between_tokens(std::chrono::duration<double>(clock->steady() - before).count());
    if (!send(text_chunk(answer, piece))) return false;
    sent += piece.size();
  }
  if (!send(last_chunk(answer, cut ? "length" : "stop"))) return false;
  if (completion.include_usage && !send(usage_chunk(answer, count_tokens(completion.prompt_bytes),
                                                    count_tokens(text.size())))) {
    return false;
  }
  if (!send("[DONE]")) return false;
  asio::write(socket, http::make_chunk_last(), failed);
  return !failed;
}

Server::Server(std::unique_ptr<State> state) : state_(std::move(state)) {}

Result<std::unique_ptr<Server>> Server::start(Engine& engine, const base::Clock& clock,
                                              net::Sleeper& sleeper, ServerOptions options) {
  auto state = std::make_unique<State>(engine, clock, sleeper, std::move(options));
  Failure failed;
  const auto address = asio::ip::make_address(state->options.address, failed);
  const tcp::endpoint endpoint(address, state->options.port);
  if (!failed) state->acceptor.open(endpoint.protocol(), failed);
  if (!failed) state->acceptor.set_option(tcp::acceptor::reuse_address(true), failed);
  if (!failed) state->acceptor.bind(endpoint, failed);
  if (!failed) state->acceptor.listen(asio::socket_base::max_listen_connections, failed);
  if (failed) {
    return Error{ErrorCode::unavailable, "listen on " + state->options.address + ":" +
                                             std::to_string(state->options.port) + ": " +
                                             failed.message()};
  }
  State* raw = state.get();
  state->accepting = std::thread([raw] { raw->accept_all(); });
  return std::unique_ptr<Server>(new Server(std::move(state)));
}

Server::~Server() {
  state_->stopping.request_stop();
  {
    Failure ignored;
    tcp::socket wake(state_->io);  // accept() returns for a connection, not for a close.
    wake.connect(state_->acceptor.local_endpoint(), ignored);
  }
  state_->accepting.join();
  {
    const std::lock_guard lock(state_->mutex);
    for (tcp::socket* socket : state_->sockets) {
      Failure ignored;
      socket->shutdown(tcp::socket::shutdown_both, ignored);
    }
  }
  state_->connections.clear();  // Joins.
}

std::uint16_t Server::port() const { return state_->acceptor.local_endpoint().port(); }
void Server::set_fault(Fault fault) { state_->fault = fault; }
std::size_t Server::running() const { return state_->under_way; }

}  // namespace vllmsim
