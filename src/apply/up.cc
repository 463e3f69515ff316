#include "apply/up.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <optional>

#include <stop_token>
#include <string>

#include "apply/perform.h"
#include "apply/workers.h"
#include "base/limits.h"
#include "engine/sight.h"

namespace apply {
namespace {

using base::ErrorCode;

/// Wakes a wait that may be under way on another thread, any number of times.
class Alarm {
 public:
  void ring() {
    const std::scoped_lock lock(mutex_);
    source_.request_stop();
  }
  /// A token that the next ring() stops. What rang before is forgotten.
  std::stop_token armed() {
    const std::scoped_lock lock(mutex_);
    if (source_.stop_requested()) source_ = std::stop_source();
    return source_.get_token();
  }

 private:
  std::mutex mutex_;
  std::stop_source source_;
};

/// What a failed write means for the run.
enum class Meaning {
  refused,  ///< For good: the task fails, the rest comes to its end.
  not_yet,  ///< The cluster is not there yet, or moved on: look and try again.
  fatal,    ///< Nothing more can be done with this cluster now.
};

Meaning meaning_of(const engine::Action& action, const base::Error& error) {
  switch (error.code) {
    case ErrorCode::unavailable:
      // A delete whose answer was lost is not sent again by the client: look first.
      return std::holds_alternative<engine::Prune>(action) ? Meaning::not_yet : Meaning::fatal;
    case ErrorCode::deadline_exceeded:
    case ErrorCode::unauthenticated:
    case ErrorCode::cancelled:
      return Meaning::fatal;
    case ErrorCode::resource_exhausted:  // "Try again later": the task's deadline is the end.
    case ErrorCode::not_found:           // Its namespace or kind is not there, or is gone again.
    case ErrorCode::internal:            // An operator's webhook that does not answer yet.
      return Meaning::not_yet;
    case ErrorCode::aborted:
      // Approve and Prune are conditional; an Apply conflicts only with another owner.
      return std::holds_alternative<engine::Apply>(action) ? Meaning::refused : Meaning::not_yet;
    case ErrorCode::permission_denied:
      // Forbidden is also how a namespace that is going away answers.
      return error.message.find("because it is being terminated") != std::string::npos
                 ? Meaning::not_yet
                 : Meaning::refused;
    case ErrorCode::ok:
    case ErrorCode::unknown:
    case ErrorCode::invalid_argument:
    case ErrorCode::already_exists:
    case ErrorCode::failed_precondition:
    case ErrorCode::out_of_range:
    case ErrorCode::unimplemented:
    case ErrorCode::data_loss:
      return Meaning::refused;
  }
  return Meaning::refused;
}

/// What an action is about: of two with the same key only one runs at a time.
std::string key_of(const engine::Action& action) {
  if (const kube::ObjectRef* ref = target_of(action)) return kube::to_string(*ref);
  const auto& prove = std::get<engine::Prove>(action);
  return "proof " + prove.task + "/" + prove.proof;
}

/// Whether what the cache shows is at least as new as `written`. Versions of one kind are compared
/// as numbers (KEP-5504; true of every API server backed by etcd); where they are none, only the
/// same one will do.
bool at_least(std::string_view seen, std::string_view written) {
  const auto is_number = [](std::string_view text) {
    return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
  };
  if (!is_number(seen) || !is_number(written)) return seen == written;
  if (seen.size() != written.size()) return seen.size() > written.size();
  return seen >= written;
}

class Loop {
 public:
  Loop(const engine::Plan& plan, Observer& observer, cluster::Client& client,
       const UpListener& listener, const cluster::Until& until)
      : plan_(plan),
        observer_(observer),
        client_(client),
        listener_(listener),
        until_(until),
        on_stop_(until.stop, [this] { alarm_.ring(); }),
        workers_(client, base::limits::kActionsParallel, [this] { alarm_.ring(); }) {}

  base::Result<engine::Decision> run() {
    for (;;) {
      const std::stop_token woken = alarm_.armed();  // Before looking: no news is missed.
      const std::uint64_t version = observer_.version();
      take_ended();
      const engine::Observed observed = observer_.observe();
      forget_what_is_seen(observed);
      engine::Decision decision = engine::decide(plan_, observed, std::move(run_), now());
      run_ = decision.run;
      if (decision.outcome == engine::Outcome::done) confirm(observed, decision);
      if (listener_.decided) listener_.decided(decision);
      if (auto over = is_over(decision)) return std::move(*over);
      if (!fatal_.has_value()) begin(decision.actions);
      (void)observer_.wait_for_change(version, {next_look(decision), woken});
    }
  }

 private:
  /// A write that has been begun, and is not to be repeated yet.
  struct Held {
    base::SteadyTime until = base::SteadyTime::max();
    /// Of a write that was done: what the cache has to show.
    std::optional<kube::ObjectRef> written = std::nullopt;
    std::string resource_version = {};  ///< "": that the object goes or is gone.

    bool seen(const engine::Observed& observed) const {
      if (!written.has_value()) return false;
      const doc::Value* live = observed.find(*written);
      if (resource_version.empty()) {
        return live == nullptr || live->find_path("metadata.deletionTimestamp") != nullptr;
      }
      return live != nullptr &&
             at_least(live->string_at("metadata.resourceVersion"), resource_version);
    }
  };

  base::SteadyTime now() const { return client_.means().clock.steady(); }

  /// Green is said only of what was so at one moment: what the caches showed and the server shows
  /// still. When it is otherwise, the caches are on their way there, and the loop goes on.
  void confirm(const engine::Observed& observed, engine::Decision& decision) {
    const engine::Observed listed = observer_.look_anew(until_);
    engine::Decision anew = engine::decide(plan_, listed, run_, now());
    if (anew.outcome == engine::Outcome::done &&
        engine::moved_between(plan_, observed, listed).empty()) {
      return;
    }
    decision.outcome = engine::Outcome::running;
    decision.verdicts = std::move(anew.verdicts);
    decision.waits = std::move(anew.waits);
    decision.look_again = now() + base::limits::kConfirmPause;
  }

  std::optional<base::Result<engine::Decision>> is_over(engine::Decision& decision) {
    if (!fatal_.has_value()) {
      if (until_.stop.stop_requested()) {
        fatal_ = base::Error{ErrorCode::cancelled, "interrupted"};
      } else if (now() >= until_.deadline) {
        fatal_ = too_late(decision);
      } else {
        fatal_ = outage();
      }
      if (fatal_.has_value()) workers_.request_stop();
    }
    if (workers_.pending() > 0) return std::nullopt;
    if (fatal_.has_value()) return base::Result<engine::Decision>(*fatal_);
    switch (decision.outcome) {
      case engine::Outcome::running:
        return std::nullopt;
      case engine::Outcome::done:
        return base::Result<engine::Decision>(std::move(decision));
      case engine::Outcome::failed:
        CHECK(decision.error.has_value());
        return base::Result<engine::Decision>(*decision.error);
    }
    return std::nullopt;
  }

  /// The error of a cluster that has been out of reach for too long.
  std::optional<base::Error> outage() {
    std::optional<base::Error> error = observer_.outage();
    if (!error.has_value()) {
      unreachable_since_.reset();
      return std::nullopt;
    }
    if (!unreachable_since_.has_value()) unreachable_since_ = now();
    if (now() - *unreachable_since_ < base::limits::kOutageMax) return std::nullopt;
    return error;
  }

  static base::Error too_late(const engine::Decision& decision) {
    std::string message = "the time given is over, and not everything is ready";
    for (const engine::Wait& wait : decision.waits) {
      message += "\n  " + wait.task + ": " + wait.what;
    }
    std::string hint = "run slipway up again to go on from here";
    if (!decision.waits.empty()) {
      hint += "; slipway explain " + decision.waits.front().task + " says why it waits";
    }
    return base::Error{ErrorCode::deadline_exceeded, std::move(message), std::move(hint)};
  }

  void begin(const std::vector<engine::Action>& actions) {
    for (const engine::Action& action : actions) {
      if (!held_.emplace(key_of(action), Held{}).second) continue;
      if (listener_.began) listener_.began(action);
      workers_.begin(action, now() + base::limits::kActionTimeout);
    }
  }

  void take_ended() {
    for (Workers::Ended& ended : workers_.take_ended()) {
      const base::Error* error = ended.result ? nullptr : &ended.result.error();
      if (listener_.ended) listener_.ended(ended.action, error);
      const auto held = held_.find(key_of(ended.action));
      CHECK(held != held_.end());
      if (error == nullptr) {
        succeeded(ended.action, *ended.result, held);
      } else {
        failed(ended.action, *error, held);
      }
    }
  }

  using HeldPlace = std::map<std::string, Held>::iterator;

  void succeeded(const engine::Action& action, Performed& performed, HeldPlace held) {
    if (const auto* prove = std::get_if<engine::Prove>(&action)) {
      CHECK(performed.answer.has_value());
      run_.proofs[{prove->task, prove->proof}] = std::move(*performed.answer);
      held_.erase(held);
      return;
    }
    held->second = {now() + base::limits::kWriteSeenTimeout, *target_of(action),
                    performed.resource_version};
  }

  void failed(const engine::Action& action, const base::Error& error, HeldPlace held) {
    switch (meaning_of(action, error)) {
      case Meaning::refused:
        run_.refused.insert_or_assign(*target_of(action), error);
        held_.erase(held);
        return;
      case Meaning::not_yet:
        held->second = {now() + base::limits::kNotYetPause};
        return;
      case Meaning::fatal:
        held_.erase(held);
        if (!fatal_.has_value()) fatal_ = base::Error(error);
        return;
    }
  }

  void forget_what_is_seen(const engine::Observed& observed) {
    std::erase_if(held_, [&](const auto& entry) {
      return now() >= entry.second.until || entry.second.seen(observed);
    });
  }

  base::SteadyTime next_look(const engine::Decision& decision) const {
    base::SteadyTime next = until_.deadline;
    if (decision.look_again.has_value()) next = std::min(next, *decision.look_again);
    if (unreachable_since_.has_value()) {
      next = std::min(next, *unreachable_since_ + base::limits::kOutageMax);
    }
    for (const auto& [key, held] : held_) next = std::min(next, held.until);
    // After the deadline what still runs is waited for: its own end rings the alarm.
    if (next <= now() && fatal_.has_value()) next = now() + base::limits::kNotYetPause;
    return next;
  }

  const engine::Plan& plan_;
  Observer& observer_;
  cluster::Client& client_;
  const UpListener& listener_;
  const cluster::Until until_;

  engine::Run run_;
  std::map<std::string, Held> held_;
  std::optional<base::Error> fatal_;
  std::optional<base::SteadyTime> unreachable_since_;

  Alarm alarm_;
  std::stop_callback<std::function<void()>> on_stop_;
  Workers workers_;  // Last: it rings the alarm until it is gone.
};

}  // namespace

base::Result<engine::Decision> up(const engine::Plan& plan, Observer& observer,
                                  cluster::Client& client, const UpListener& listener,
                                  const cluster::Until& until) {
  return Loop(plan, observer, client, listener, until).run();
}

}  // namespace apply
