#include "drydock/ports.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <optional>
#include <set>
#include <string>

#include "base/limits.h"
#include "base/temporary_folder.h"

namespace drydock {
namespace {

class PortsTest : public testing::Test {
 protected:
  const base::TemporaryFolder folder_;
};

TEST_F(PortsTest, TwoStandInsNeverShareAPort) {
  // The same numbers come from both, so both begin their search at the same place.
  base::SeededRandom random_a(7), random_b(7);
  Ports a(folder_.path(), random_a), b(folder_.path(), random_b);
  std::set<int> taken;
  for (int i = 0; i < 20; ++i) {
    for (Ports* ports : {&a, &b}) {
      const std::uint16_t port = ports->take().value();
      EXPECT_GE(port, base::limits::kPortFirst);
      EXPECT_LE(port, base::limits::kPortLast);
      EXPECT_TRUE(taken.insert(port).second) << port;
    }
  }
}

TEST_F(PortsTest, APortIsFreeAgainWhenItsOwnerIsGone) {
  base::SeededRandom random(7), again(7);
  std::optional<Ports> first(std::in_place, folder_.path(), random);
  const std::uint16_t port = first->take().value();
  first.reset();
  EXPECT_EQ(Ports(folder_.path(), again).take().value(), port);
}

TEST_F(PortsTest, APortThatSomebodyElseListensOnIsPassedOver) {
  base::SeededRandom random(7), again(7);
  const std::uint16_t port = Ports(folder_.path(), random).take().value();
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ASSERT_EQ(bind(socket, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  EXPECT_NE(Ports(folder_.path(), again).take().value(), port);
  close(socket);
}

TEST_F(PortsTest, AFolderThatCannotBeWrittenIsNamed) {
  base::SeededRandom random(7);
  Ports ports("/proc/no-such-folder", random);
  const base::Error error = ports.take().error();
  EXPECT_EQ(error.code, base::ErrorCode::unavailable);
  EXPECT_TRUE(error.message.starts_with("cannot write /proc/no-such-folder/")) << error.message;
}

}  // namespace
}  // namespace drydock
