// How many entries a second the audit log takes, each acknowledged only when it is in a signed
// checkpoint on disk. There is no peer: the figure is set beside what one append at a time gives,
// which is what group commit is for.
//
// First the result: after each round the log holds what was acknowledged, or it exits 1.
//
//   audit_bench [FOLDER]     the log is made in FOLDER/audit-bench (default: the system's temp)
#include <atomic>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "audit/group_commit.h"
#include "audit/log.h"
#include "base/system_clock.h"

namespace {

constexpr int kSeconds = 3;

/// What one round appended: acknowledged, and in the log's checkpoint afterwards.
struct Appended {
  double acknowledged = 0, in_log = 0, seconds = 0;
  double per_second() const { return acknowledged / seconds; }
};

/// Appends of `threads` threads.
Appended append_each(const std::filesystem::path& folder, int threads) {
  std::filesystem::remove_all(folder);
  auto storage = audit::FolderStorage::open(folder).value();
  auto signer = audit::Signer::from_seed("bench", std::string(32, 'b')).value();
  auto log = std::make_unique<audit::GroupCommit>(
      audit::Log::open(storage, std::move(signer), "bench").value());
  const base::Clock& clock = base::system_clock();
  const base::SteadyTime began = clock.steady(), end = began + std::chrono::seconds(kSeconds);
  std::atomic<long> done{0};
  std::vector<std::jthread> appending;
  for (int i = 0; i < threads; ++i) {
    appending.emplace_back([&] {
      const std::string entry(400, 'e');  // About what a translation's entry has.
      while (clock.steady() < end) {
        if (!log->append(entry)) return;
        ++done;
      }
    });
  }
  appending.clear();  // Joins.
  const auto size = static_cast<double>(log->checkpoint().size);
  log.reset();  // Writes its last tiles: part of the cost.
  const double seconds = std::chrono::duration<double>(clock.steady() - began).count();
  const Appended appended{static_cast<double>(done), size, seconds};
  std::filesystem::remove_all(folder);
  return appended;
}

/// The same of one thread that brings whole groups: what a full queue comes to.
Appended append_groups(const std::filesystem::path& folder, std::size_t group) {
  std::filesystem::remove_all(folder);
  auto storage = audit::FolderStorage::open(folder).value();
  auto signer = audit::Signer::from_seed("bench", std::string(32, 'b')).value();
  audit::Log log = audit::Log::open(storage, std::move(signer), "bench").value();
  const std::vector<std::string> entries(group, std::string(400, 'e'));
  const base::Clock& clock = base::system_clock();
  const base::SteadyTime began = clock.steady();
  double acknowledged = 0;
  while (clock.steady() - began < std::chrono::seconds(kSeconds) && log.append(entries)) {
    acknowledged += double(group);
  }
  if (!log.settle()) acknowledged = 0;
  const double seconds = std::chrono::duration<double>(clock.steady() - began).count();
  const auto size = static_cast<double>(log.checkpoint().size);
  std::filesystem::remove_all(folder);
  return {acknowledged, size, seconds};
}

}  // namespace

int main(int argc, char** argv) {
  const std::filesystem::path folder =
      (argc > 1 ? std::filesystem::path(argv[1]) : std::filesystem::temp_directory_path()) /
      "audit-bench";
  constexpr double kGoal = 100'000;
  std::vector<std::string> figures;
  int rounds = 0, same = 0;
  const auto note = [&](const std::string& what, const Appended& appended, bool has_goal) {
    ++rounds;
    same += appended.acknowledged > 0 && appended.acknowledged == appended.in_log;
    const double rate = appended.per_second();
    char text[200];
    std::snprintf(text, sizeof text, "%s: %.0f a second%s", what.c_str(), rate,
                  !has_goal       ? ""
                  : rate >= kGoal ? " (goal: at least 100,000; met)"
                                  : " (goal: at least 100,000; missed)");
    figures.emplace_back(text);
  };
  for (const int threads : {1, 16, 256, 2048}) {
    note("appends of " + std::to_string(threads) + " threads", append_each(folder, threads),
         threads == 2048);
  }
  for (const std::size_t group : {1000, 10'000, 100'000}) {
    note("appends of one thread in groups of " + std::to_string(group),
         append_groups(folder, group), false);
  }
  std::printf("results: %d logs hold what was acknowledged, %d same\n", rounds, same);
  if (same != rounds) return 1;
  for (const std::string& figure : figures) std::printf("figure: %s\n", figure.c_str());
  return 0;
}
