// The clients of overload: what the model's server can do, and what nanabush makes of twice that.
//
//   overload_bench MODEL_URL NANABUSH_HOST:PORT
//
// Capacity: pages a second when kAtOnce of them are always under way at the model's server itself.
// Overload: pages come to nanabush at twice that rate, evenly, whatever becomes of them, each with
// a deadline; goodput is those that come back in time, once the line has become as long as the
// deadline lets it. A client of its own sends heartbeats.
//
// First the result: every page that came back is the one that the model's own answer gives, or it
// exits 1.
#include <algorithm>
#include <atomic>
#include <cstdio>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/system_clock.h"
#include "gateway/config.h"
#include "gateway/grpc_client.h"
#include "gateway/upstream.h"
#include "nanabush/v1/translation.pb.h"
#include "net/curl_transport.h"
#include "translate/job.h"

namespace {

namespace v1 = nanabush::v1;
using std::chrono::duration;
using std::chrono::milliseconds;
using std::chrono::seconds;

const std::string kService = "/nanabush.v1.TranslationService/";
const std::string kPage =
    "The team works on its tools every day of the week, and tells the village about what it has "
    "made when the garden is quiet. Every reader may follow the journey from the open house to the "
    "large table under the tree, before the morning changes the colour of the water.\n";
constexpr int kAtOnce = 12;  // The model's batch (8) and half as many in its own line.
constexpr int kConnections = 8;
constexpr auto kDeadline = seconds(3), kCapacityTime = seconds(6), kOverloadTime = seconds(8);

const base::Clock& system_time() { return base::system_clock(); }

double per_second(long count, std::chrono::nanoseconds time) {
  return static_cast<double>(count) / duration<double>(time).count();
}

/// The page by way of the model's server alone; "" when that failed.
std::string translate_directly(gateway::Upstream& upstream) {
  auto job = translate::Job::create(
      kPage, {.source_language = "en", .target_language = "es", .glossary = {}});
  while (job && !job->done()) {
    while (const auto request = job->next_request()) {
      const auto usage = upstream.complete(
          {request->system, request->user, 4096, ""},
          [&](std::string_view text) {
            job->feed(request->id, text);
            return true;
          },
          net::within(system_time(), seconds(60)));
      if (!usage) return "";
      job->finish(request->id);
    }
  }
  return job ? job->take_released() : "";
}

struct Capacity {
  std::string page;
  double per_second = 0;
};

Capacity measure_capacity(const std::string& url) {
  const auto transport = net::make_curl_transport({}, system_time());
  gateway::Upstream upstream(*transport, system_time(), net::system_sleeper(), {.urls = {url}});
  const Capacity first{translate_directly(upstream)};
  std::atomic<long> done{0};
  const base::SteadyTime begin = system_time().steady(), end = begin + kCapacityTime;
  std::vector<std::jthread> callers;
  for (int i = 0; i < kAtOnce; ++i) {
    callers.emplace_back([&] {
      while (system_time().steady() < end) {
        if (translate_directly(upstream) == first.page && system_time().steady() < end) ++done;
      }
    });
  }
  callers.clear();  // Joins.
  return {first.page, per_second(done, kCapacityTime)};
}

/// What came back, and when.
struct Tally {
  std::atomic<long> in_time{0}, late{0}, different{0};
};

struct Window {
  base::SteadyTime from, to;
};

struct Gateway {
  std::vector<std::unique_ptr<gateway::GrpcClient>> connections;
  static Gateway connect(const gateway::Address& at) {
    Gateway made;
    for (int i = 0; i < kConnections; ++i) {
      auto client = gateway::GrpcClient::connect(at.host, at.port, system_time(),
                                                 net::within(system_time(), seconds(20)));
      if (client) made.connections.push_back(std::move(*client));
    }
    return made;
  }
};

void ask_for_page(gateway::GrpcClient& client, long number, const std::string& wanted,
                  const Window& measured, Tally& tally) {
  v1::TranslateRequest request;
  request.set_job_id("overload-" + std::to_string(number));
  request.set_primitive(v1::PRIMITIVE_DOC_TRANSLATE);
  request.mutable_doc()->set_markdown(kPage);
  request.set_source_language("en");
  request.set_target_language("es");
  const auto answer = client.unary(kService + "Translate", request.SerializeAsString(),
                                   net::within(system_time(), kDeadline));
  v1::TranslateResponse response;
  const bool translated = answer && response.ParseFromString(answer->message) && response.success();
  if (translated && response.translated_markdown() != wanted) ++tally.different;
  const base::SteadyTime now = system_time().steady();
  if (now < measured.from || now >= measured.to) return;
  ++(translated ? tally.in_time : tally.late);
}

/// Heartbeats until it is told to stop; milliseconds of each, in order.
std::vector<double> beat(gateway::GrpcClient& client, const std::stop_token& stop) {
  v1::HeartbeatRequest request;
  request.set_client_id("bench");
  request.set_client_name("bench");
  std::vector<double> times;
  while (net::system_sleeper().sleep(milliseconds(10), stop)) {
    const base::SteadyTime begin = system_time().steady();
    const auto answer = client.unary(kService + "Heartbeat", request.SerializeAsString(),
                                     net::within(system_time(), seconds(20)));
    const auto time = system_time().steady() - begin;
    times.push_back(answer ? duration<double, std::milli>(time).count() : 20'000);
  }
  std::sort(times.begin(), times.end());
  return times;
}

/// Twice `capacity` for as long as it takes. Returns the heartbeats' milliseconds.
std::vector<double> overload(const gateway::Address& at, const Capacity& capacity, Tally& tally) {
  const Gateway gateway = Gateway::connect(at), honest = Gateway::connect(at);
  std::vector<double> beats;
  if (gateway.connections.empty() || honest.connections.empty()) return beats;
  Window measured{};
  std::vector<std::jthread> callers;
  {
    std::jthread beating(
        [&](const std::stop_token& stop) { beats = beat(*honest.connections.front(), stop); });
    const base::SteadyTime begin = system_time().steady();
    // The line has its length after a deadline's time.
    measured = {begin + kDeadline, begin + kDeadline + kOverloadTime};
    const auto apart = std::chrono::duration_cast<std::chrono::nanoseconds>(
        duration<double>(1 / (2 * capacity.per_second)));
    long number = 0;
    for (base::SteadyTime next = begin; next < measured.to; next += apart) {
      net::system_sleeper().sleep(next - system_time().steady(), {});
      callers.emplace_back([&, number] {
        ask_for_page(
            *gateway.connections[static_cast<std::size_t>(number) % gateway.connections.size()],
            number, capacity.page, measured, tally);
      });
      ++number;
    }
    beating.request_stop();
  }
  return beats;
}

}  // namespace

int main(int argc, char** argv) {
  const auto at = argc == 3 ? gateway::parse_address(argv[2]) : gateway::parse_address("");
  if (!at) return 2;
  const Capacity capacity = measure_capacity(argv[1]);
  if (capacity.page.empty() || capacity.per_second == 0) return 2;
  Tally tally;
  const std::vector<double> beats = overload(*at, capacity, tally);
  if (beats.empty()) return 2;
  std::printf(
      "capacity %f\ngoodput %f\nin_time %ld\nlate %ld\ndifferent %ld\nheartbeats %zu\np99 %f\n",
      capacity.per_second, per_second(tally.in_time, kOverloadTime), tally.in_time.load(),
      tally.late.load(), tally.different.load(), beats.size(),
      beats[(beats.size() - 1) * 99 / 100]);
  return 0;
}
