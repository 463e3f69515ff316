#include "gateway/jobs.h"

#include <algorithm>

#include "audit/merkle.h"

namespace gateway {

using base::Error;
using base::ErrorCode;
using base::Result;

struct Jobs::Job {
  std::string key;
  Order order;
  base::SteadyTime deadline;
  std::stop_source stop;
  std::map<std::uint64_t, Done> waiting;
  OnReleased on_released;
  std::optional<Outcome> outcome;
  base::SteadyTime finished{};
  std::size_t bytes() const {
    return outcome && outcome->made ? outcome->made->markdown.size() + outcome->made->title.size()
                                    : 0;
  }
};

namespace {

/// How often the line is looked through for orders whose time has passed.
constexpr std::chrono::milliseconds kLookInterval{100};

const Error kEnding{ErrorCode::cancelled, "the gateway is ending"};

}  // namespace

std::string job_key(const Order& order) {
  std::string text;
  for (const std::string* field :
       {&order.namespace_name, &order.job_id, &order.title, &order.markdown, &order.source_language,
        &order.target_language}) {
    text += std::to_string(field->size()) + ":" + *field;
  }
  text += order.title_only ? "t" : "p";
  return audit::sha256_hex(text);
}

Jobs::Jobs(Translator& translator, const base::Clock& clock, JobLimits limits)
    : translator_(&translator), clock_(&clock), limits_(limits) {
  for (std::size_t i = 0; i < limits_.workers; ++i) workers_.emplace_back([this] { work(); });
  watcher_ = std::jthread([this] { watch_the_line(); });
}

Jobs::~Jobs() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    for (const auto& [key, job] : jobs_) job->stop.request_stop();
  }
  wake_.notify_all();
  look_.notify_all();
  workers_.clear();  // Joins; each has told the callers of its job.
  watcher_.join();
}

Jobs::Ticket Jobs::submit(Order order, base::SteadyTime deadline, Done done,
                          OnReleased on_released) {
  Ticket ticket{job_key(order)};
  std::optional<Outcome> answer;
  {
    const std::lock_guard lock(mutex_);
    ticket.number = next_number_++;
    auto& job = jobs_[ticket.key];
    // One that everybody gave up, or whose memory is too old, is begun anew.
    const bool stale =
        job && ((job->outcome && clock_->steady() - job->finished > limits_.remembered_for) ||
                (!job->outcome && job->stop.stop_requested()));
    if (job && !stale) {
      if (job->outcome) {
        answer = job->outcome;
      } else {
        job->deadline = std::max(job->deadline, deadline);
        job->waiting[ticket.number] = std::move(done);
      }
    } else if (queue_.size() >= limits_.queued_max || stopping_) {
      jobs_.erase(ticket.key);
      answer =
          Outcome{Error{ErrorCode::resource_exhausted, "too many translations are waiting"}, ""};
    } else {
      job = std::make_shared<Job>();
      job->key = ticket.key;
      job->order = std::move(order);
      job->deadline = deadline;
      job->waiting[ticket.number] = std::move(done);
      job->on_released = std::move(on_released);
      queue_.push_back(job);
    }
  }
  if (answer) {
    done(*answer);
  } else {
    wake_.notify_one();
  }
  return ticket;
}

void Jobs::cancel(const Ticket& ticket) {
  const std::lock_guard lock(mutex_);
  const auto at = jobs_.find(ticket.key);
  if (at == jobs_.end() || at->second->outcome) return;
  const std::shared_ptr<Job> job = at->second;
  if (job->waiting.erase(ticket.number) == 0 || !job->waiting.empty()) return;
  job->stop.request_stop();
  const auto queued = std::find(queue_.begin(), queue_.end(), job);
  if (queued != queue_.end()) {
    queue_.erase(queued);
    jobs_.erase(ticket.key);
    ended_.push_back(job);
    look_.notify_one();
  }
}

/// Under the lock. First come, first served, among those that can still be served in time as far as
/// those before them tell. At twice the load that there is room for, everybody in line waits until
/// just before its deadline: to begin with the first would be to finish none.
std::shared_ptr<Jobs::Job> Jobs::take_next() {
  const base::SteadyTime ready = clock_->steady() + usual_time_.most();
  auto next = std::find_if(queue_.begin(), queue_.end(),
                           [&](const std::shared_ptr<Job>& job) { return job->deadline >= ready; });
  if (next == queue_.end()) next = queue_.begin();  // Nothing is lost by trying.
  std::shared_ptr<Job> job = std::move(*next);
  queue_.erase(next);
  return job;
}

void Jobs::work() {
  for (;;) {
    std::shared_ptr<Job> job;
    net::Until until;
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [&] { return stopping_ || !queue_.empty(); });
      if (stopping_) return;
      job = take_next();
      ++running_;
      until = {job->deadline, job->stop.get_token()};
    }
    const base::SteadyTime began = clock_->steady();
    if (began >= until.deadline) {
      finish(job, translator_->give_up(job->order, late()));
    } else {
      Outcome outcome = translator_->translate(job->order, until, job->on_released);
      if (outcome.made || outcome.made.error().code == ErrorCode::deadline_exceeded) {
        const std::lock_guard lock(mutex_);
        usual_time_.add(clock_->steady() - began);
      }
      finish(job, std::move(outcome));
    }
  }
}

Error Jobs::late() const {
  const auto ready = translator_->ready();
  return {ErrorCode::deadline_exceeded, "the translation waited in line until its deadline" +
                                            (ready ? "" : ": " + ready.error().message)};
}

/// Takes out of the line what will not be begun; all of it, when the gateway ends.
std::vector<std::shared_ptr<Jobs::Job>> Jobs::take_ended() {
  std::vector<std::shared_ptr<Job>> taken(ended_.begin(), ended_.end());
  ended_.clear();
  const base::SteadyTime now = clock_->steady();
  const auto first = std::stable_partition(
      queue_.begin(), queue_.end(),
      [&](const std::shared_ptr<Job>& job) { return !stopping_ && now < job->deadline; });
  taken.insert(taken.end(), first, queue_.end());
  queue_.erase(first, queue_.end());
  running_ += taken.size();  // finish() takes them off again.
  return taken;
}

/// Workers may all wait for a model server: those behind them in line still have their own
/// deadlines.
void Jobs::watch_the_line() {
  std::unique_lock lock(mutex_);
  for (;;) {
    look_.wait_for(lock, kLookInterval, [&] { return stopping_ || !ended_.empty(); });
    const bool last = stopping_;
    const auto taken = take_ended();
    lock.unlock();
    for (const std::shared_ptr<Job>& job : taken) {
      const bool given_up = job->stop.stop_requested();
      finish(job,
             translator_->give_up(
                 job->order,
                 last ? kEnding
                      : (given_up ? Error{ErrorCode::cancelled, "the caller has gone"} : late())));
    }
    lock.lock();
    if (last) return;
  }
}

void Jobs::finish(const std::shared_ptr<Job>& job, Outcome outcome) {
  std::map<std::uint64_t, Done> waiting;
  {
    const std::lock_guard lock(mutex_);
    --running_;
    waiting.swap(job->waiting);
    if (stopping_ && !outcome.made && outcome.made.error().code == ErrorCode::cancelled) {
      outcome.made = kEnding;
    }
    job->outcome = std::move(outcome);
    job->finished = clock_->steady();
    job->order = {};  // Content is kept nowhere longer than it is needed.
    job->on_released = nullptr;
    const auto at = jobs_.find(job->key);
    const bool current = at != jobs_.end() && at->second == job;
    if (current && job->outcome->made) {
      remember(job);
    } else if (current) {
      jobs_.erase(at);  // A failure is not remembered: the next try may do better.
    }
  }
  for (const auto& [number, done] : waiting) done(*job->outcome);
}

void Jobs::remember(const std::shared_ptr<Job>& job) {
  remembered_.push_back(job);
  remembered_bytes_ += job->bytes();
  while (remembered_.size() > limits_.remembered_max ||
         remembered_bytes_ > limits_.remembered_bytes_max) {
    const std::shared_ptr<Job> oldest = remembered_.front();
    remembered_.pop_front();
    remembered_bytes_ -= oldest->bytes();
    const auto at = jobs_.find(oldest->key);
    if (at != jobs_.end() && at->second == oldest) jobs_.erase(at);
  }
}

Jobs::Counts Jobs::counts() const {
  const std::lock_guard lock(mutex_);
  return {queue_.size(), running_, remembered_.size()};
}

}  // namespace gateway
