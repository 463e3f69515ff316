// Numbers under load and under attack. What is asserted leaves room for a busy machine; the numbers
// are printed.

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

#include "nanabush/harness.h"
#include "nanabush/tls_peer.h"

namespace nanabush_test {
namespace {

namespace v1 = ::nanabush::v1;
using std::chrono::milliseconds;
using std::chrono::seconds;

double milliseconds_of(std::vector<std::chrono::nanoseconds> times, double quantile) {
  if (times.empty()) return 0;
  std::sort(times.begin(), times.end());
  const auto at = static_cast<std::size_t>(quantile * static_cast<double>(times.size() - 1));
  return std::chrono::duration<double, std::milli>(times[at]).count();
}

/// Heartbeats of an honest client, one after the other, until it is told to stop.
std::vector<std::chrono::nanoseconds> beat_for(std::uint16_t port, milliseconds time) {
  const base::Clock& clock = base::system_clock();
  const auto client = connect_to(port);
  v1::HeartbeatRequest beat;
  beat.set_client_id("honest");
  beat.set_client_name("honest");
  std::vector<std::chrono::nanoseconds> times;
  for (const auto end = clock.steady() + time; clock.steady() < end;) {
    const auto began = clock.steady();
    EXPECT_TRUE(client->unary("/nanabush.v1.TranslationService/Heartbeat", beat.SerializeAsString(),
                              soon()));
    times.push_back(clock.steady() - began);
    net::system_sleeper().sleep(milliseconds(2), {});
  }
  return times;
}

/// Pages a second that `callers` of one page after the other get.
double goodput(const Nanabush& nanabush, int callers, milliseconds time, const char* name) {
  std::atomic<int> done{0};
  const base::Clock& clock = base::system_clock();
  const auto end = clock.steady() + time;
  std::vector<std::jthread> threads;
  for (int i = 0; i < callers; ++i) {
    threads.emplace_back([&, i] {
      const auto client = nanabush.client();
      for (int n = 0; clock.steady() < end; ++n) {
        const std::string job =
            std::string(name) + "-" + std::to_string(i) + "-" + std::to_string(n);
        if (translate(*client, page_request(job, kPage)).success() && clock.steady() < end) ++done;
      }
    });
  }
  threads.clear();  // Joins.
  return done / std::chrono::duration<double>(time).count();
}

TEST(Load, AtTwiceItsCapacityItGivesWhatItCan) {
  Model model(1);
  auto nanabush = Nanabush::prepared(model.url());
  nanabush->config().workers = 4;
  nanabush->start();
  const double capacity = goodput(*nanabush, 4, seconds(5), "capacity");
  std::vector<std::chrono::nanoseconds> beats;
  std::jthread honest([&] { beats = beat_for(nanabush->port(), seconds(5)); });
  const double overload = goodput(*nanabush, 8, seconds(5), "overload");
  honest.join();
  std::printf(
      "capacity %.1f pages/s, at twice the callers %.1f (%.0f %%); heartbeats p99 %.2f ms\n",
      capacity, overload, 100 * overload / capacity, milliseconds_of(beats, 0.99));
  EXPECT_GT(overload, 0.7 * capacity);           // The aim is 95 %.
  EXPECT_LT(milliseconds_of(beats, 0.99), 500);  // The aim is 10 ms.
}

long resident_kib() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmRSS:")) return std::atol(line.c_str() + 6);
  }
  return 0;
}

std::string frame(int type, int flags, std::uint32_t stream, std::string_view payload) {
  std::string bytes;
  for (const int shift : {16, 8, 0}) bytes += static_cast<char>(payload.size() >> shift & 255);
  bytes += static_cast<char>(type);
  bytes += static_cast<char>(flags);
  for (const int shift : {24, 16, 8, 0}) bytes += static_cast<char>(stream >> shift & 255);
  return bytes + std::string(payload);
}

/// What an attacker sends again and again on one connection until it is thrown out.
struct Shape {
  const char* name;
  std::function<std::string(std::uint32_t turn)> bytes;
};

const std::string kFields("\x83\x86\x04\x02/x\x01\x01h", 9);

std::vector<Shape> shapes() {
  const std::string cancel("\0\0\0\x8", 4);
  return {
      {"A1 rapid reset",
       [cancel](std::uint32_t turn) {
         return frame(1, 5, 2 * turn + 1, kFields) + frame(3, 0, 2 * turn + 1, cancel);
       }},
      {"A2 CONTINUATION flood",
       [](std::uint32_t turn) {
         return turn == 0 ? frame(1, 0, 1, kFields) : frame(9, 0, 1, std::string("\0\1x\1y", 5));
       }},
      {"A3 made to reset",
       [](std::uint32_t turn) {
         return frame(1, 4, 2 * turn + 1, kFields) +
                frame(8, 0, 2 * turn + 1, std::string(4, '\0'));
       }},
      {"A4 PING flood", [](std::uint32_t) { return frame(6, 0, 0, "12345678"); }},
      {"A4 SETTINGS flood", [](std::uint32_t) { return frame(4, 0, 0, ""); }},
      {"A7 empty DATA",
       [](std::uint32_t turn) { return turn == 0 ? frame(1, 4, 1, kFields) : frame(0, 0, 1, ""); }},
      {"A9 slow preface", [](std::uint32_t) { return std::string(); }}};
}

void attack(std::uint16_t port, const Shape& shape, const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const int socket = connect_socket(port);
    std::string bytes = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(4, 0, 0, "");
    bool open = socket >= 0;
    for (std::uint32_t turn = 0; open && !stop.stop_requested();) {
      for (int i = 0; i < 64; ++i) bytes += shape.bytes(turn++);
      open = send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL) >= 0;
      bytes.clear();
      char answers[65536];
      while (recv(socket, answers, sizeof answers, MSG_DONTWAIT) > 0) continue;
      net::system_sleeper().sleep(milliseconds(1), stop);
    }
    close(socket);
    net::system_sleeper().sleep(milliseconds(10), stop);  // So that we are not measured ourselves.
  }
}

TEST(Load, AnHonestClientHardlyNoticesAnAttack) {
  Model model;
  Nanabush nanabush(model.url());
  const double idle = milliseconds_of(beat_for(nanabush.port(), milliseconds(1500)), 0.99);
  const long before = resident_kib();
  std::printf("idle: heartbeats p99 %.2f ms\n", idle);
  for (const Shape& shape : shapes()) {
    std::vector<std::jthread> attackers;
    for (int i = 0; i < 4; ++i) {
      attackers.emplace_back(
          [&](const std::stop_token& stop) { attack(nanabush.port(), shape, stop); });
    }
    const double attacked = milliseconds_of(beat_for(nanabush.port(), milliseconds(1500)), 0.99);
    for (auto& attacker : attackers) attacker.request_stop();
    attackers.clear();  // Joins.
    std::printf("%s: heartbeats p99 %.2f ms (%.1f times idle), memory %+ld KiB\n", shape.name,
                attacked, attacked / idle, resident_kib() - before);
    EXPECT_LT(attacked, 500) << shape.name;  // The aim is twice idle.
    EXPECT_LT(resident_kib() - before, 64 << 10) << shape.name;
  }
}

}  // namespace
}  // namespace nanabush_test
