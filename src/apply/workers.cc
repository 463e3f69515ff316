#include "apply/workers.h"

#include <utility>

namespace apply {

Workers::Workers(cluster::Client& client, int threads, std::function<void()> on_ended)
    : client_(client), on_ended_(std::move(on_ended)) {
  for (int i = 0; i < threads; ++i) {
    threads_.emplace_back([this](std::stop_token ended) { work(std::move(ended)); });
  }
}

Workers::~Workers() {
  stop_.request_stop();
  for (std::jthread& thread : threads_) thread.request_stop();
}

void Workers::begin(engine::Action action, base::SteadyTime deadline) {
  ++pending_;
  const std::scoped_lock lock(mutex_);
  jobs_.push_back({std::move(action), deadline});
  wake_.notify_one();
}

std::vector<Workers::Ended> Workers::take_ended() {
  const std::scoped_lock lock(mutex_);
  pending_ -= ended_.size();
  return std::exchange(ended_, {});
}

void Workers::work(std::stop_token ended) {
  for (;;) {
    std::unique_lock lock(mutex_);
    if (!wake_.wait(lock, ended, [&] { return !jobs_.empty(); })) return;
    Job job = std::move(jobs_.front());
    jobs_.pop_front();
    lock.unlock();
    auto result = perform(client_, job.action, {job.deadline, stop_.get_token()});
    lock.lock();
    ended_.push_back({std::move(job.action), std::move(result)});
    lock.unlock();
    on_ended_();
  }
}

}  // namespace apply
