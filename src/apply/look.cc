#include "apply/look.h"

#include <algorithm>
#include <map>
#include <set>

#include "apply/workers.h"
#include "base/limits.h"
#include "engine/sight.h"

namespace apply {
namespace {

/// Asks every proof of `proofs` at the same time; puts the answers into `run`.
base::Result<void> ask(const std::vector<engine::Prove>& proofs, cluster::Client& client,
                       const cluster::Until& until, engine::Run& run) {
  std::mutex mutex;
  std::condition_variable_any wake;
  std::size_t ended = 0;
  Workers workers(client, base::limits::kActionsParallel, [&] {
    const std::scoped_lock lock(mutex);
    ++ended;
    wake.notify_one();
  });
  for (const engine::Prove& prove : proofs) workers.begin(prove, until.deadline);
  {
    std::unique_lock lock(mutex);
    if (!wake.wait(lock, until.stop, [&] { return ended == proofs.size(); })) {
      return base::Error{base::ErrorCode::cancelled, "interrupted"};
    }
  }
  for (Workers::Ended& one : workers.take_ended()) {
    const auto& prove = std::get<engine::Prove>(one.action);
    if (one.result && one.result->answer.has_value()) {
      run.proofs[{prove.task, prove.proof}] = std::move(*one.result->answer);
    }
  }
  return {};
}

/// Takes back every `ready` that was not so at one moment: a task that moves is looked at again, a
/// few times, and then is said to move. See engine::moved_between.
void confirm(const engine::Plan& plan, const Observer& observer, const cluster::Until& until,
             Seen& seen) {
  for (int looks = 0;; ++looks) {
    const bool any_ready = std::any_of(
        seen.verdicts.begin(), seen.verdicts.end(),
        [](const engine::Verdict& verdict) { return verdict.state == engine::State::ready; });
    if (!any_ready) return;
    engine::Observed listed = observer.look_anew(until);
    std::map<std::string, std::string> moved;
    for (engine::Moved& one : engine::moved_between(plan, seen.observed, listed)) {
      moved.emplace(std::move(one.task), std::move(one.object));
    }
    if (moved.empty()) return;
    seen.observed = std::move(listed);
    seen.verdicts = engine::judge_all(plan, seen.observed, seen.run);
    if (looks + 1 < base::limits::kLooksAtWhatMovesMax) continue;
    for (engine::Verdict& verdict : seen.verdicts) {
      const auto at = moved.find(verdict.task);
      if (verdict.state != engine::State::ready || at == moved.end()) continue;
      verdict.state = engine::State::waiting;
      verdict.reason = at->second + " changes while it is looked at";
    }
    return;
  }
}

}  // namespace

base::Result<Seen> look(const engine::Plan& plan, const Observer& observer, cluster::Client& client,
                        const cluster::Until& until) {
  Seen seen;
  seen.observed = observer.observe_all_read(until);
  // A proof may be what another task waits for: each round asks those that became due.
  std::set<std::pair<std::string, std::string>> asked;
  for (;;) {
    const engine::Decision decision =
        engine::decide(plan, seen.observed, seen.run, client.means().clock.steady());
    std::vector<engine::Prove> proofs;
    for (const engine::Action& action : decision.actions) {
      const auto* prove = std::get_if<engine::Prove>(&action);
      if (prove != nullptr && asked.emplace(prove->task, prove->proof).second) {
        proofs.push_back(*prove);
      }
    }
    if (proofs.empty()) break;
    auto answered = ask(proofs, client, until, seen.run);
    if (!answered) return std::move(answered).error();
  }
  seen.verdicts = engine::judge_all(plan, seen.observed, seen.run);
  confirm(plan, observer, until, seen);
  return seen;
}

}  // namespace apply
