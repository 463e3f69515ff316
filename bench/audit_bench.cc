// How many entries a second the audit log takes, each acknowledged only when it is in a signed
// checkpoint on disk. There is no peer: the figure is set beside what one append at a time gives,
// which is what group commit is for.
//
//   audit_bench [FOLDER]     the log is made in FOLDER/audit-bench (default: the system's temp)
#include <atomic>
#include <cstdio>
#include <filesystem>
#include <thread>

#include "audit/group_commit.h"
#include "audit/log.h"
#include "base/system_clock.h"

namespace {

constexpr int kSeconds = 3;

/// Appends of `threads` threads a second.
double appends_per_second(const std::filesystem::path& folder, int threads) {
  std::filesystem::remove_all(folder);
  auto storage = audit::FolderStorage::open(folder).value();
  auto signer = audit::Signer::from_seed("bench", std::string(32, 'b')).value();
  audit::GroupCommit log(audit::Log::open(storage, std::move(signer), "bench").value());
  const base::Clock& clock = base::system_clock();
  const base::SteadyTime end = clock.steady() + std::chrono::seconds(kSeconds);
  std::atomic<long> done{0};
  std::vector<std::jthread> appending;
  for (int i = 0; i < threads; ++i) {
    appending.emplace_back([&] {
      const std::string entry(400, 'e');  // About what a translation's entry has.
      while (clock.steady() < end) {
        if (!log.append(entry)) return;
        ++done;
      }
    });
  }
  appending.clear();  // Joins.
  std::filesystem::remove_all(folder);
  return static_cast<double>(done) / kSeconds;
}

/// The same of one thread that brings whole groups: what a full queue comes to.
double grouped_per_second(const std::filesystem::path& folder, std::size_t group) {
  std::filesystem::remove_all(folder);
  auto storage = audit::FolderStorage::open(folder).value();
  auto signer = audit::Signer::from_seed("bench", std::string(32, 'b')).value();
  audit::Log log = audit::Log::open(storage, std::move(signer), "bench").value();
  const std::vector<std::string> entries(group, std::string(400, 'e'));
  const base::Clock& clock = base::system_clock();
  const base::SteadyTime began = clock.steady();
  while (clock.steady() - began < std::chrono::seconds(kSeconds)) {
    if (!log.append(entries)) return 0;
  }
  const double seconds = std::chrono::duration<double>(clock.steady() - began).count();
  const auto size = static_cast<double>(log.checkpoint().size);
  std::filesystem::remove_all(folder);
  return size / seconds;
}

}  // namespace

int main(int argc, char** argv) {
  const std::filesystem::path folder =
      (argc > 1 ? std::filesystem::path(argv[1]) : std::filesystem::temp_directory_path()) /
      "audit-bench";
  for (const int threads : {1, 16, 256, 2048}) {
    std::printf("%5d waiting at once: %9.0f entries/s\n", threads,
                appends_per_second(folder, threads));
  }
  for (const std::size_t group : {1000, 10'000, 100'000}) {
    std::printf("groups of %6zu:    %9.0f entries/s\n", group, grouped_per_second(folder, group));
  }
  return 0;
}
