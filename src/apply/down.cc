#include "apply/down.h"

#include <algorithm>
#include <map>
#include <string>

#include "apply/contents.h"
#include "apply/perform.h"
#include "base/limits.h"

namespace apply {
namespace {

base::Error too_late(const engine::RemovalPlan& removal) {
  std::string message = "the time given is over, and not everything is gone";
  for (const engine::Removal& still : removal.stages.front()) {
    message += "\n  " + kube::to_string(still.ref) + " is still there";
  }
  return base::Error{
      base::ErrorCode::deadline_exceeded, std::move(message),
      "an object that stays has a finalizer whose owner does not answer: look at its "
      "metadata.finalizers; then run slipway down again"};
}

/// Whether the failed removal is no reason to end: another object of that name stands there now, or
/// the answer was lost with the connection (the client does not repeat a delete), a few times.
bool look_again_after(const base::Error& error, int& lost_answers) {
  if (error.code == base::ErrorCode::aborted) return true;
  return error.code == base::ErrorCode::unavailable &&
         ++lost_answers < base::limits::kLostAnswersMax;
}

/// Looks into the namespaces that would be removed now; whether there were any.
base::Result<bool> look_into_namespaces(const engine::RemovalPlan& removal, Contents& contents,
                                        const engine::Observed& observed, cluster::Client& client,
                                        const cluster::Until& until) {
  bool any = false;
  for (const engine::Prune& prune : engine::next_removals(removal, observed)) {
    if (prune.ref.gvk.kind != "Namespace") continue;
    any = true;
    TRY_WITHIN(contents.look_into(prune.ref.name, observed, client, until),
               "look into namespace " + prune.ref.name);
  }
  return any;
}

}  // namespace

base::Result<std::vector<engine::Leftover>> down(const site::Site& site,
                                                 const catalog::Catalog& catalog,
                                                 Observer& observer, cluster::Client& client,
                                                 const DownListener& listener,
                                                 const cluster::Until& until) {
  // By uid: when a removal that was asked for may be asked for again.
  std::map<std::string, base::SteadyTime> asked;
  int lost_answers = 0;
  Contents contents;
  for (;;) {
    const std::uint64_t version = observer.version();
    engine::Observed observed = observer.observe_all_read(until);
    engine::RemovalPlan removal = TRY(engine::make_removal(site, catalog, observed));
    if (TRY(look_into_namespaces(removal, contents, observed, client, until))) {
      contents.add_to(observed);
      removal = TRY(engine::make_removal(site, catalog, observed));
    }
    if (listener.looked) listener.looked(removal);
    if (removal.empty()) return std::move(removal.leftovers);
    base::SteadyTime next = until.deadline;
    for (const engine::Prune& prune : engine::next_removals(removal, observed)) {
      const base::SteadyTime now = client.means().clock.steady();
      base::SteadyTime& again = asked[prune.uid];
      if (now >= again) {
        if (listener.removing) listener.removing(prune);
        const base::SteadyTime deadline =
            std::min(until.deadline, now + base::limits::kActionTimeout);
        auto done = perform(client, prune, {deadline, until.stop});
        if (!done && !look_again_after(done.error(), lost_answers)) {
          return std::move(done).error().within("remove " + kube::to_string(prune.ref));
        }
        again = now + (done ? base::limits::kWriteSeenTimeout : base::limits::kNotYetPause);
      }
      next = std::min(next, again);
    }
    auto changed = observer.wait_for_change(version, {next, until.stop});
    if (until.stop.stop_requested()) return base::Error{base::ErrorCode::cancelled, "interrupted"};
    if (!changed && client.means().clock.steady() >= until.deadline) return too_late(removal);
  }
}

}  // namespace apply
