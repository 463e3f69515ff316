#include <algorithm>
#include <iostream>
#include <mutex>
#include <thread>
#include <vector>

#include "base/system_clock.h"
#include "base/system_random.h"
#include "gateway/cli_commands.h"
#include "gateway/config.h"
#include "gateway/files.h"
#include "gateway/glooscap_client.h"

namespace gateway {
namespace {

using base::Error;
using base::ErrorCode;
using base::Result;

constexpr const char* kPage =
    "# Getting started\n\nOpen the [guide](https://wiki.example.com/guide) and read it first.\n\n"
    "- Copy the file\n- Restart the server with `systemctl restart wiki`\n";

/// What became of the translations.
struct Tally {
  std::mutex mutex;
  int next = 0, failed = 0;
  std::string first_error, last_audit_id;
  std::vector<double> seconds;
};

void translate_all(GlooscapClient& client, const ClientFlags& flags, const std::string& page,
                   const std::string& job, Tally& tally) {
  const base::Clock& clock = base::system_clock();
  for (;;) {
    int number = 0;
    {
      const std::lock_guard lock(tally.mutex);
      if (tally.next >= flags.translations) return;
      number = tally.next++;
    }
    const base::SteadyTime began = clock.steady();
    const auto done =
        client.translate(job + "-" + std::to_string(number), page, flags.target_language);
    const std::lock_guard lock(tally.mutex);
    tally.seconds.push_back(std::chrono::duration<double>(clock.steady() - began).count());
    if (done) {
      tally.last_audit_id = done->audit_id;
    } else if (tally.failed++ == 0) {
      tally.first_error = done.error().message;
    }
  }
}

void print(const GlooscapStatus& status, Tally& tally) {
  std::cout << "client " << status.client_id << ": " << status.status << ", "
            << status.registrations << " registrations, " << status.heartbeats << " heartbeats ("
            << status.heartbeats_failed << " failed), slowest "
            << std::chrono::duration<double, std::milli>(status.slowest_heartbeat).count()
            << " ms\n";
  if (tally.seconds.empty()) return;
  std::sort(tally.seconds.begin(), tally.seconds.end());
  std::cout << tally.seconds.size() << " translations, " << tally.failed << " failed, median "
            << tally.seconds[tally.seconds.size() / 2] << " s, slowest " << tally.seconds.back()
            << " s; last audit entry " << tally.last_audit_id << "\n";
}

}  // namespace

Result<void> client_command(const ClientFlags& flags) {
  const std::string page = flags.page_file.empty() ? kPage : TRY(read_file(flags.page_file));
  const Address address = TRY(parse_address(flags.server));
  GlooscapOptions options;
  options.host = address.host;
  options.port = address.port;
  const base::Clock& clock = base::system_clock();
  const base::SteadyTime began = clock.steady();
  const auto client = TRY(GlooscapClient::create(options, clock));
  Tally tally;
  {
    const std::string job = "simulated-" + base::system_random().name_suffix(8);
    std::vector<std::jthread> slots;
    for (int i = 0; i < 2; ++i) {
      slots.emplace_back([&] { translate_all(*client, flags, page, job, tally); });
    }
  }
  // It is healthy after its first heartbeat; two intervals are more than it needs.
  const auto patience =
      std::max<std::chrono::seconds>(std::chrono::seconds(flags.seconds),
                                     2 * std::chrono::seconds(client->status().interval_seconds));
  while (clock.steady() - began < patience &&
         (client->status().status != "healthy" ||
          clock.steady() - began < std::chrono::seconds(flags.seconds))) {
    net::system_sleeper().sleep(std::chrono::milliseconds(100), {});
  }
  const GlooscapStatus status = client->status();
  print(status, tally);
  if (tally.failed > 0) return Error{ErrorCode::aborted, tally.first_error};
  if (status.status != "healthy") {
    return Error{ErrorCode::unavailable, "the client's status is '" + status.status + "'"};
  }
  return {};
}

}  // namespace gateway
