#include "gateway/metrics_server.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <thread>

namespace gateway {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;
using base::Error;
using base::ErrorCode;
using base::Result;
using Failure = boost::system::error_code;

// A scrape takes milliseconds; a peer that says nothing makes room for the next one.
constexpr std::chrono::seconds kScrapeTimeout{5};
constexpr std::size_t kRequestBytesMax = 16U << 10;

/// One request and its answer; then the connection is closed.
class Scrape : public std::enable_shared_from_this<Scrape> {
 public:
  Scrape(tcp::socket socket, const MetricsServer::Pages& pages)
      : stream_(std::move(socket)), pages_(&pages) {
    parser_.header_limit(kRequestBytesMax);
    parser_.body_limit(kRequestBytesMax);
  }

  void run() {
    stream_.expires_after(kScrapeTimeout);
    http::async_read(stream_, buffer_, parser_,
                     [self = shared_from_this()](const Failure& failed, std::size_t) {
                       if (!failed) self->answer();
                     });
  }

 private:
  void answer() {
    const auto& request = parser_.get();
    const std::string target(request.target());
    http::status status = http::status::ok;
    std::string body;
    if (request.method() != http::verb::get) {
      status = http::status::method_not_allowed;
    } else if (target == "/metrics") {
      body = pages_->metrics();
    } else if (target == "/healthz") {
      const bool healthy = pages_->healthy();
      status = healthy ? http::status::ok : http::status::service_unavailable;
      body = healthy ? "ok\n" : "no translations can be made\n";
    } else {
      status = http::status::not_found;
    }
    response_ = {status, request.version()};
    response_.set(http::field::content_type, "text/plain; version=0.0.4; charset=utf-8");
    response_.keep_alive(false);
    response_.body() = std::move(body);
    response_.prepare_payload();
    http::async_write(stream_, response_, [self = shared_from_this()](const Failure&, std::size_t) {
      Failure ignored;
      self->stream_.socket().shutdown(tcp::socket::shutdown_both, ignored);
    });
  }

  beast::tcp_stream stream_;
  beast::flat_buffer buffer_;
  http::request_parser<http::string_body> parser_;
  http::response<http::string_body> response_;
  const MetricsServer::Pages* pages_;
};

}  // namespace

struct MetricsServer::State {
  explicit State(Pages pages) : pages(std::move(pages)), acceptor(io) {}
  Pages pages;
  asio::io_context io{1};
  tcp::acceptor acceptor;
  std::uint16_t port = 0;
  std::thread thread;

  void accept() {
    acceptor.async_accept([this](const Failure& failed, tcp::socket socket) {
      if (failed == asio::error::operation_aborted) return;
      if (!failed) std::make_shared<Scrape>(std::move(socket), pages)->run();
      accept();
    });
  }
};

MetricsServer::MetricsServer(std::unique_ptr<State> state) : state_(std::move(state)) {}

Result<std::unique_ptr<MetricsServer>> MetricsServer::start(const std::string& address,
                                                            std::uint16_t port, Pages pages) {
  auto state = std::make_unique<State>(std::move(pages));
  Failure failed;
  const auto ip = asio::ip::make_address(address, failed);
  if (failed) return Error{ErrorCode::invalid_argument, "'" + address + "' is no IP address"};
  const tcp::endpoint endpoint(ip, port);
  state->acceptor.open(endpoint.protocol(), failed);
  if (!failed) state->acceptor.set_option(tcp::acceptor::reuse_address(true), failed);
  if (!failed) state->acceptor.bind(endpoint, failed);
  if (!failed) state->acceptor.listen(asio::socket_base::max_listen_connections, failed);
  if (failed) {
    return Error{ErrorCode::unavailable, "listen for metrics on " + address + ":" +
                                             std::to_string(port) + ": " + failed.message()};
  }
  state->port = state->acceptor.local_endpoint().port();
  state->accept();
  state->thread = std::thread([io = &state->io] { io->run(); });
  return std::unique_ptr<MetricsServer>(new MetricsServer(std::move(state)));
}

MetricsServer::~MetricsServer() {
  asio::post(state_->io, [state = state_.get()] {
    state->acceptor.close();
    state->io.stop();
  });
  state_->thread.join();
}

std::uint16_t MetricsServer::port() const { return state_->port; }

}  // namespace gateway
