#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/fake_clock.h"
#include "net/transport.h"

namespace net {

/// A transport that plays a named scenario: these requests, in this order, answered so. For tests.
///
///     ScriptedTransport server("a page that expired is listed anew");
///     server.expect("GET https://c/api/v1/pods?limit=500").reply(410, R"({"kind":"Status"})");
///     server.expect("GET https://c/api/v1/pods").reply(200, "{...}");
///     ... code under test ...
///     EXPECT_EQ(server.unfinished(), "");
///
/// A request that is not the next one expected, or comes after the end, fails its caller
/// (failed_precondition) and is told by unfinished(). Destroying an unfinished scenario that nobody
/// asked about is a CHECK failure: a test cannot forget it.
/// Threading: any thread; replies are given on the thread that starts the exchange.
class ScriptedTransport final : public Transport {
 public:
  /// One expected request and what happens then. Built in a chain; parts happen in order.
  class Step {
   public:
    /// The request's body must equal `text`.
    Step& with_body(std::string text);
    /// The request must have the header, with that value ("" is: must not have it).
    Step& with_header(std::string name, std::string value);
    Step& reply(int status, std::string body, Headers headers = {});
    /// Head of a stream; chunks follow, the end is in good order unless one of the below says else.
    Step& stream(int status = 200, Headers headers = {});
    Step& chunk(std::string bytes);
    Step& then_lose_connection();
    /// Silent until the caller's deadline: the scenario's clock (if it has one) is moved there.
    /// Without a clock or a deadline, as then_stay_open.
    Step& then_hang();
    /// Open and silent until the caller cancels or asks to stop, whatever its deadline.
    Step& then_stay_open();
    Step& fail(base::ErrorCode code, std::string message);
    /// Connection refused, as the real transport says it.
    Step& refuse();
    /// Runs on the caller's thread when the step is reached, before any reply.
    Step& and_do(std::function<void()> action);

   private:
    friend class ScriptedTransport;
    friend struct ScriptedCall;
    std::string expected_;
    std::optional<std::string> body_;
    Headers headers_;
    std::vector<std::function<void()>> actions_;
    std::optional<ResponseHead> head_;
    std::vector<std::string> chunks_;
    std::optional<base::Error> failure_;
    enum class End { in_order, hang, stay_open } end_ = End::in_order;
  };

  explicit ScriptedTransport(std::string name, base::FakeClock* clock = nullptr)
      : name_(std::move(name)), clock_(clock) {}
  ~ScriptedTransport() override;

  /// The next request: "METHOD URL", the whole of it. The Step is valid until the scenario is
  /// destroyed.
  Step& expect(std::string request);

  std::unique_ptr<Call> start(Request request, const CallOptions& options,
                              Receiver& receiver) override;

  /// "" when every step was played and nothing else was asked for; otherwise a text that says what
  /// was not, or was unexpected.
  std::string unfinished() const;
  /// Every request that came, in order.
  std::vector<Request> requests() const;

 private:
  std::string unfinished_locked() const;
  base::Result<Step*> next(const Request& request);

  const std::string name_;
  base::FakeClock* const clock_;
  mutable std::mutex mutex_;
  std::vector<std::unique_ptr<Step>> steps_;
  std::size_t played_ = 0;
  std::vector<Request> requests_;
  std::vector<std::string> surprises_;
  mutable bool asked_ = false;
};

}  // namespace net
