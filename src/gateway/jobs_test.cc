#include "gateway/jobs.h"

#include <gtest/gtest.h>

#include <future>

#include "base/fake_clock.h"

namespace gateway {
namespace {

using base::Error;
using base::ErrorCode;
using base::Result;

/// Takes a minute of the clock for each page, once it is let go; notes their order.
class MinuteTranslator final : public Translator {
 public:
  explicit MinuteTranslator(base::FakeClock& clock) : clock_(&clock) {}
  Outcome translate(const Order& order, const net::Until&, const OnReleased&) override {
    free_.wait();
    clock_->advance(std::chrono::minutes(1));
    made += order.job_id + " ";
    return {Translation{}, "made"};
  }
  Outcome give_up(const Order&, Error why) override { return {std::move(why), "given-up"}; }
  Result<void> ready() const override { return {}; }
  Result<void> promising() const override { return {}; }
  void let_go() { go_.set_value(); }
  std::string made;  // By the one worker.

 private:
  base::FakeClock* clock_;
  std::promise<void> go_;
  std::shared_future<void> free_ = go_.get_future().share();
};

/// Translates when it is let go; counts.
class HeldTranslator final : public Translator {
 public:
  Outcome translate(const Order& order, const net::Until& until, const OnReleased&) override {
    std::unique_lock lock(mutex_);
    ++begun;
    changed_.notify_all();
    const std::stop_callback wake(until.stop, [&] { changed_.notify_all(); });
    changed_.wait(lock, [&] { return free_ || until.stop.stop_requested(); });
    if (until.stop.stop_requested()) {
      ++stopped;
      changed_.notify_all();
      return {Error{ErrorCode::cancelled, "stopped"}, "stopped"};
    }
    if (order.markdown == "bad") return {Error{ErrorCode::unavailable, "no model"}, "failed"};
    Translation translation;
    translation.markdown = "<" + order.markdown + ">";
    return {translation, "made"};
  }
  Outcome give_up(const Order& order, Error why) override {
    const std::lock_guard lock(mutex_);
    ++given_up;
    changed_.notify_all();
    return {std::move(why), "given-up-" + order.job_id};
  }
  Result<void> ready() const override { return {}; }
  Result<void> promising() const override { return {}; }
  void let_go() {
    const std::lock_guard lock(mutex_);
    free_ = true;
    changed_.notify_all();
  }
  void wait_for(const int& count, int value) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return count >= value; });
  }
  int begun = 0, stopped = 0, given_up = 0;

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool free_ = false;
};

Order order(const char* id, const char* markdown) {
  Order order;
  order.job_id = id;
  order.namespace_name = "wiki";
  order.markdown = markdown;
  order.target_language = "fr";
  return order;
}

struct JobsTest : testing::Test {
  base::FakeClock clock;
  HeldTranslator translator;
  JobLimits limits{.workers = 2, .queued_max = 3};

  base::SteadyTime later() const { return clock.steady() + std::chrono::minutes(5); }
  /// Submits and gives the future answer.
  std::future<std::string> ask(Jobs& jobs, const Order& what, Jobs::Ticket* ticket = nullptr) {
    auto promise = std::make_shared<std::promise<std::string>>();
    const Jobs::Ticket taken = jobs.submit(what, later(), [promise](const Outcome& outcome) {
      promise->set_value(outcome.made ? outcome.made->markdown
                                      : "error: " + outcome.made.error().message);
    });
    if (ticket != nullptr) *ticket = taken;
    return promise->get_future();
  }
};

/// Orders with deadlines of so many seconds, all there before the first is done; which are made, in
/// their order.
std::string made_of(const std::vector<std::pair<const char*, int>>& orders) {
  base::FakeClock clock;
  MinuteTranslator translator(clock);
  Jobs jobs(translator, clock, {.workers = 1});
  std::vector<std::promise<void>> told(orders.size());
  for (std::size_t i = 0; i < orders.size(); ++i) {
    jobs.submit(order(orders[i].first, "page"),
                clock.steady() + std::chrono::seconds(orders[i].second),
                [&told, i](const Outcome&) { told[i].set_value(); });
    while (i == 0 && jobs.counts().running == 0) std::this_thread::yield();
  }
  translator.let_go();
  for (auto& one : told) one.get_future().wait();
  return translator.made;
}

TEST(JobsLineTest, WhatCannotBeMadeInTimeLetsTheOthersGoFirst) {
  EXPECT_EQ(made_of({{"a", 300}, {"b", 300}, {"c", 300}}), "a b c ");
  // After the first it is known that a page takes a minute or two: the second has half a one left.
  EXPECT_EQ(made_of({{"a", 300}, {"hopeless", 90}, {"b", 300}, {"c", 300}}), "a b c ");
}

TEST(JobsLineTest, WhatMayNotBeMadeInTimeIsTriedWhereThereIsNothingElse) {
  EXPECT_EQ(made_of({{"a", 300}, {"b", 90}}), "a b ");
}

TEST_F(JobsTest, TheSameOrderTwiceAtOnceIsOneTranslation) {
  Jobs jobs(translator, clock, limits);
  auto first = ask(jobs, order("job-1", "page"));
  auto second = ask(jobs, order("job-1", "page"));
  translator.let_go();
  EXPECT_EQ(first.get(), "<page>");
  EXPECT_EQ(second.get(), "<page>");
  EXPECT_EQ(translator.begun, 1);
}

TEST_F(JobsTest, TheSameOrderAgainLaterGetsTheSameAnswerUntilItIsForgotten) {
  Jobs jobs(translator, clock, limits);
  translator.let_go();
  EXPECT_EQ(ask(jobs, order("job-1", "page")).get(), "<page>");
  EXPECT_EQ(ask(jobs, order("job-1", "page")).get(), "<page>");
  EXPECT_EQ(translator.begun, 1);
  clock.advance(std::chrono::hours(1));
  EXPECT_EQ(ask(jobs, order("job-1", "page")).get(), "<page>");
  EXPECT_EQ(translator.begun, 2);
}

TEST_F(JobsTest, TheSameIdWithOtherContentIsAnotherOrder) {
  Jobs jobs(translator, clock, limits);
  translator.let_go();
  EXPECT_EQ(ask(jobs, order("direct-7", "old")).get(), "<old>");
  EXPECT_EQ(ask(jobs, order("direct-7", "new")).get(), "<new>");
}

TEST_F(JobsTest, AFailureIsNotRemembered) {
  Jobs jobs(translator, clock, limits);
  translator.let_go();
  EXPECT_EQ(ask(jobs, order("job-1", "bad")).get(), "error: no model");
  EXPECT_EQ(ask(jobs, order("job-1", "bad")).get(), "error: no model");
  EXPECT_EQ(translator.begun, 2);
}

TEST_F(JobsTest, OnlyTheLastCallerToGoStopsTheWork) {
  Jobs jobs(translator, clock, limits);
  Jobs::Ticket one, two;
  auto first = ask(jobs, order("job-1", "page"), &one);
  auto second = ask(jobs, order("job-1", "page"), &two);
  translator.wait_for(translator.begun, 1);
  jobs.cancel(one);
  EXPECT_EQ(translator.stopped, 0);
  jobs.cancel(two);
  translator.wait_for(translator.stopped, 1);
}

TEST_F(JobsTest, WaitsInLineAndRefusesOnlyBeyondTheBound) {
  Jobs jobs(translator, clock, limits);
  std::vector<std::future<std::string>> answers;
  for (const char* id : {"1", "2"}) answers.push_back(ask(jobs, order(id, id)));
  translator.wait_for(translator.begun, 2);
  for (const char* id : {"3", "4", "5"}) answers.push_back(ask(jobs, order(id, id)));
  EXPECT_EQ(ask(jobs, order("6", "6")).get(), "error: too many translations are waiting");
  translator.let_go();
  for (auto& answer : answers) EXPECT_EQ(answer.get().substr(0, 1), "<");
}

TEST_F(JobsTest, OneThatWaitedPastItsDeadlineIsToldSoAndNotBegun) {
  limits.workers = 1;
  Jobs jobs(translator, clock, limits);
  auto first = ask(jobs, order("1", "1"));
  translator.wait_for(translator.begun, 1);
  auto second = ask(jobs, order("2", "2"));
  clock.advance(std::chrono::minutes(6));
  translator.let_go();
  first.get();
  EXPECT_EQ(second.get(), "error: the translation waited in line until its deadline");
  EXPECT_EQ(translator.begun, 1);
}

TEST_F(JobsTest, DeadlinesPassInLineThoughEveryWorkerIsHeld) {
  limits.workers = 1;
  Jobs jobs(translator, clock, limits);
  const auto first = ask(jobs, order("1", "1"));
  translator.wait_for(translator.begun, 1);
  std::promise<Outcome> promise;
  jobs.submit(order("2", "2"), clock.steady() + std::chrono::minutes(1),
              [&](const Outcome& outcome) { promise.set_value(outcome); });
  clock.advance(std::chrono::minutes(2));
  const Outcome late = promise.get_future().get();
  EXPECT_EQ(late.made.error().code, ErrorCode::deadline_exceeded);
  EXPECT_EQ(late.audit_id, "given-up-2");
  EXPECT_EQ(jobs.counts().queued, 0U);
  EXPECT_EQ(jobs.counts().running, 1U) << "the first is still held";
}

TEST_F(JobsTest, OneThatIsGivenUpInLineIsEnteredToo) {
  limits.workers = 1;
  Jobs jobs(translator, clock, limits);
  const auto first = ask(jobs, order("1", "1"));
  translator.wait_for(translator.begun, 1);
  Jobs::Ticket ticket;
  const auto second = ask(jobs, order("2", "2"), &ticket);
  jobs.cancel(ticket);
  translator.wait_for(translator.given_up, 1);
  EXPECT_EQ(translator.begun, 1);
}

TEST_F(JobsTest, EndingTellsEveryCaller) {
  std::future<std::string> answer;
  {
    Jobs jobs(translator, clock, limits);
    answer = ask(jobs, order("1", "1"));
    translator.wait_for(translator.begun, 1);
  }
  EXPECT_EQ(answer.get(), "error: the gateway is ending");
}

}  // namespace
}  // namespace gateway
