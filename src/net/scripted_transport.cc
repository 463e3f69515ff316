#include "net/scripted_transport.h"

#include <cstdio>

#include "base/check.h"

namespace net {

using base::Error;
using base::ErrorCode;
using base::Result;

/// An exchange that the scenario left open. Ended by cancel() or, at the latest, by its
/// destruction.
struct ScriptedCall final : Call {
  explicit ScriptedCall(Receiver& receiver) : receiver_(receiver) {}
  ~ScriptedCall() override { cancel(); }

  void cancel() override { end(Error{ErrorCode::cancelled, "cancelled"}); }
  void end(Result<void> outcome) {
    // Held during on_end, so that whoever destroys the call waits for it.
    const std::lock_guard lock(mutex_);
    if (ended_) return;
    ended_ = true;
    receiver_.on_end(std::move(outcome));
  }

  /// What `step` says, on this thread.
  void play(const ScriptedTransport::Step& step, const CallOptions& options,
            base::FakeClock* clock) {
    for (const auto& action : step.actions_) action();
    if (step.head_) {
      receiver_.on_head(*step.head_);
      for (const std::string& chunk : step.chunks_) {
        if (!receiver_.on_chunk(chunk)) return end(Error{ErrorCode::cancelled, "cancelled"});
      }
    }
    if (step.failure_) return end(*step.failure_);
    using End = ScriptedTransport::Step::End;
    if (step.end_ == End::in_order) return end({});
    if (options.until.stop.stop_requested()) return cancel();
    if (step.end_ == End::stay_open || clock == nullptr ||
        options.until.deadline == base::SteadyTime::max())
      return;
    if (options.until.deadline > clock->steady()) {
      clock->advance(options.until.deadline - clock->steady());
    }
    end(Error{ErrorCode::deadline_exceeded, "no answer before the deadline"});
  }

  Receiver& receiver_;
  std::mutex mutex_;
  bool ended_ = false;
};

namespace {

std::string print(const Request& request) { return request.method + " " + request.url; }

}  // namespace

using Step = ScriptedTransport::Step;

Step& Step::with_body(std::string text) {
  body_ = std::move(text);
  return *this;
}
Step& Step::with_header(std::string name, std::string value) {
  headers_.emplace_back(std::move(name), std::move(value));
  return *this;
}
Step& Step::reply(int status, std::string body, Headers headers) {
  head_ = ResponseHead{status, std::move(headers)};
  if (!body.empty()) chunks_.push_back(std::move(body));
  return *this;
}
Step& Step::stream(int status, Headers headers) {
  head_ = ResponseHead{status, std::move(headers)};
  return *this;
}
Step& Step::chunk(std::string bytes) {
  chunks_.push_back(std::move(bytes));
  return *this;
}
Step& Step::then_lose_connection() {
  return fail(ErrorCode::unavailable, "the connection was lost: Connection reset by peer");
}
Step& Step::then_hang() {
  end_ = End::hang;
  return *this;
}
Step& Step::then_stay_open() {
  end_ = End::stay_open;
  return *this;
}
Step& Step::fail(ErrorCode code, std::string message) {
  failure_ = Error{code, std::move(message)};
  return *this;
}
Step& Step::refuse() {
  return fail(ErrorCode::unavailable, "connect to the server: Connection refused");
}
Step& Step::and_do(std::function<void()> action) {
  actions_.push_back(std::move(action));
  return *this;
}

ScriptedTransport::~ScriptedTransport() {
  if (asked_) return;
  const std::string left = unfinished_locked();
  if (!left.empty()) std::fprintf(stderr, "%s\n", left.c_str());
  CHECK(left.empty());
}

Step& ScriptedTransport::expect(std::string request) {
  const std::lock_guard lock(mutex_);
  steps_.push_back(std::make_unique<Step>());
  steps_.back()->expected_ = std::move(request);
  return *steps_.back();
}

Result<Step*> ScriptedTransport::next(const Request& request) {
  const std::lock_guard lock(mutex_);
  requests_.push_back(request);
  const auto surprise = [&](const std::string& text) {
    surprises_.push_back(text);
    return Error{ErrorCode::failed_precondition, "scenario '" + name_ + "': " + text};
  };
  if (played_ == steps_.size()) return surprise("unexpected at its end: " + print(request));
  Step& step = *steps_[played_];
  if (step.expected_ != print(request)) {
    return surprise("expected " + step.expected_ + "\n  but got " + print(request));
  }
  if (step.body_ && *step.body_ != request.body) {
    return surprise("expected the body " + *step.body_ + "\n  but got " + request.body);
  }
  for (const auto& [name, value] : step.headers_) {
    if (header(request.headers, name) == value) continue;
    return surprise("expected the header " + name + ": " + value + "\n  but got '" +
                    std::string(header(request.headers, name)) + "'");
  }
  ++played_;
  return &step;
}

std::unique_ptr<Call> ScriptedTransport::start(Request request, const CallOptions& options,
                                               Receiver& receiver) {
  auto call = std::make_unique<ScriptedCall>(receiver);
  const Result<Step*> step = next(request);
  if (step) {
    call->play(**step, options, clock_);
  } else {
    call->end(step.error());
  }
  return call;
}

std::string ScriptedTransport::unfinished_locked() const {
  std::string text;
  for (const std::string& surprise : surprises_) text += "\n  " + surprise;
  for (std::size_t i = played_; i < steps_.size(); ++i) {
    text += "\n  never asked: " + steps_[i]->expected_;
  }
  return text.empty() ? text : "scenario '" + name_ + "' did not finish:" + text;
}

std::string ScriptedTransport::unfinished() const {
  const std::lock_guard lock(mutex_);
  asked_ = true;
  return unfinished_locked();
}

std::vector<Request> ScriptedTransport::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

}  // namespace net
