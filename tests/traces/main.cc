#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "base/system_clock.h"
#include "base/system_random.h"
#include "cluster/connect.h"
#include "drydock/record_reader.h"
#include "drydock/trace_live.h"

namespace {

using drydock::Replay;
using drydock::ReplayVerdict;
using drydock::Trace;

/// trace_replay KUBECONFIG PROJECT FOLDER NAME...: does each recording of tests/traces again on the
/// cluster, writes what came of it into FOLDER, and compares.
base::Result<ReplayVerdict> replay(cluster::Client& client, const std::filesystem::path& project,
                                   const std::filesystem::path& folder, const std::string& name) {
  const auto traces = project / "tests" / "traces";
  const Replay script = TRY(drydock::read_replay(traces / (name + ".replay.yaml")));
  const std::string text = TRY(drydock::read_file(traces / (name + ".jsonl")));
  const Trace recorded = TRY(drydock::parse_trace(text));
  drydock::LiveReplayOptions options;
  options.shapes = project / "drydock" / "shapes";
  options.progress = [](const std::string& line) { std::fprintf(stderr, "%s\n", line.c_str()); };
  const Trace replayed = TRY(drydock::replay_live(script, client, options));

  std::ofstream file(folder / (name + ".jsonl"));
  for (const auto& mark : replayed) {
    if (!mark.text.empty()) file << "{\"mark\":\"" << mark.text << "\"}\n";
    for (const auto& event : mark.events) file << drydock::to_line(event, 0) << "\n";
  }
  return judge(recorded, replayed);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 5) {
    std::fprintf(stderr, "usage: trace_replay KUBECONFIG PROJECT FOLDER NAME...\n");
    return 2;
  }
  auto connection =
      cluster::connect({.kubeconfig = argv[1]}, base::system_clock(), base::system_random());
  if (!connection) {
    std::fprintf(stderr, "%s\n", base::to_string(connection.error()).c_str());
    return 1;
  }
  int marks = 0, same = 0;
  for (int i = 4; i < argc; ++i) {
    const auto verdict = replay((*connection)->client(), argv[2], argv[3], argv[i]);
    if (!verdict) {
      std::fprintf(stderr, "%s\n", base::to_string(verdict.error()).c_str());
      return 1;
    }
    for (const std::string& line : verdict->lines) std::printf("%s %s\n", argv[i], line.c_str());
    marks += verdict->marks;
    same += verdict->same;
  }
  std::printf("%d marks, %d same\n", marks, same);
  return marks == same && marks > 0 ? 0 : 3;
}
