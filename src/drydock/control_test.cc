#include "drydock/control.h"

#include <gtest/gtest.h>

#include <string>

#include "base/temporary_folder.h"

namespace drydock {
namespace {

using base::Error;
using base::ErrorCode;
using base::Result;
using doc::Value;

class ControlTest : public testing::Test {
 protected:
  const base::TemporaryFolder folder_;
};

Result<Value> answer(const Value& request) {
  if (request.string_at("command") == "echo") return *request.find("what");
  return Error{ErrorCode::invalid_argument, "no command", "try echo"};
}

TEST_F(ControlTest, AnAnswerComesBackAsItWasGiven) {
  const auto server = ControlServer::start(folder_ / "s", answer).value();
  const Value what = Value::map({{"text", "two\nlines \"quoted\""}, {"number", 7}});
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(ask_control(folder_ / "s", Value::map({{"command", "echo"}, {"what", what}})).value(),
              what);
  }
}

TEST_F(ControlTest, ALargeAnswerComesWhole) {
  const auto server = ControlServer::start(folder_ / "s", answer).value();
  const Value what(std::string(500'000, 'x'));
  EXPECT_EQ(ask_control(folder_ / "s", Value::map({{"command", "echo"}, {"what", what}})).value(),
            what);
}

TEST_F(ControlTest, AnErrorKeepsItsCodeMessageAndHint) {
  const auto server = ControlServer::start(folder_ / "s", answer).value();
  EXPECT_EQ(ask_control(folder_ / "s", Value::map({{"command", "dance"}})).error(),
            (Error{ErrorCode::invalid_argument, "no command", "try echo"}));
}

TEST_F(ControlTest, NobodyListens) {
  const std::string path = (folder_ / "s").string();
  EXPECT_EQ(ask_control(path, Value(true)).error(),
            (Error{ErrorCode::not_found, "no stand-in answers at " + path}));
  ControlServer::start(path, answer).value().reset();
  EXPECT_EQ(ask_control(path, Value(true)).error().code, ErrorCode::not_found);
}

TEST_F(ControlTest, APathThatNoSocketCanHaveIsRefused) {
  const std::string path = (folder_ / std::string(120, 'x')).string();
  EXPECT_EQ(
      ControlServer::start(path, answer).error(),
      (Error{ErrorCode::invalid_argument, "the path of the control socket is too long: " + path,
             "set XDG_CACHE_HOME to a folder with a shorter path"}));
}

}  // namespace
}  // namespace drydock
