#include "gateway/mailbox.h"

#include <gtest/gtest.h>

#include <string>

namespace gateway {
namespace {

struct MailboxTest : testing::Test {
  std::shared_ptr<Mailbox> box = std::make_shared<Mailbox>();
  int woken = 0;
  std::string done;

  MailboxTest() {
    box->set_wake([this] { ++woken; });
  }
  void post(std::string what) {
    box->post([this, what = std::move(what)] { done += what; });
  }
};

TEST_F(MailboxTest, TheOwnerIsWokenWhenItStopsBeingEmpty) {
  post("a");
  post("b");
  EXPECT_EQ(woken, 1);
  box->run();
  EXPECT_EQ(done, "ab");
  post("c");
  EXPECT_EQ(woken, 2);
}

TEST_F(MailboxTest, ABatchWakesOnceAtItsEnd) {
  const auto other = std::make_shared<Mailbox>();
  int other_woken = 0;
  other->set_wake([&] { ++other_woken; });
  {
    const Mailbox::Batch batch;
    post("a");
    other->post([] {});
    post("b");
    EXPECT_EQ(woken + other_woken, 0);
  }
  EXPECT_EQ(woken, 1);
  EXPECT_EQ(other_woken, 1);
  box->run();
  EXPECT_EQ(done, "ab");
}

TEST_F(MailboxTest, ABatchWakesNobodyForWhatIsDoneAlready) {
  {
    const Mailbox::Batch batch;
    post("a");
    box->run();
    post("b");
    box->run();
  }
  EXPECT_EQ(woken, 0);
  EXPECT_EQ(done, "ab");
}

TEST_F(MailboxTest, ABoxThatWasClosedTakesNothingMore) {
  {
    const Mailbox::Batch batch;
    post("a");
    box->close();
    post("b");
  }
  box->run();
  EXPECT_EQ(woken, 0);
  EXPECT_EQ(done, "");
}

TEST_F(MailboxTest, WhatIsPostedAfterABatchWakesAtOnce) {
  { const Mailbox::Batch batch; }
  post("a");
  EXPECT_EQ(woken, 1);
}

}  // namespace
}  // namespace gateway
