// usage: cel_conformance CORPUS [--update]
//
// Runs every case of cel-spec's conformance suite (CORPUS: a folder of its files as JSON). Exits 1
// when a case fails, or when more cases of a file are skipped than skips.txt says; --update writes
// skips.txt anew.

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "conformance/run_case.h"
#include "conformance/skip.h"
#include "doc/json.h"

namespace {

struct Tally {
  int passed = 0;
  int failed = 0;
  int skipped = 0;
};

struct Totals {
  std::map<std::string, Tally> files;
  std::map<std::string, int> reasons;
};

void run_file(const std::filesystem::path& path, Totals& totals) {
  const std::string file = path.filename();
  Tally& tally = totals.files[file];
  std::ifstream stream(path);
  std::stringstream text;
  text << stream.rdbuf();
  const auto suite = doc::parse_json(text.str(), file);
  if (!suite) {
    std::cout << base::to_string(suite.error()) << "\n";
    ++tally.failed;
    return;
  }
  const doc::Value* sections = suite->find("section");
  if (sections == nullptr) return;
  for (const doc::Value& section : sections->items()) {
    for (const doc::Value& test : section.find("test")->items()) {
      if (const std::string reason = conformance::reason_to_skip(test); !reason.empty()) {
        ++tally.skipped;
        ++totals.reasons[reason];
        continue;
      }
      const std::string problem = conformance::run_case(test);
      ++(problem.empty() ? tally.passed : tally.failed);
      if (problem.empty()) continue;
      std::cout << file << ": " << section.string_at("name") << "/" << test.string_at("name")
                << ": " << test.string_at("expr") << "\n    " << problem << "\n";
    }
  }
}

std::map<std::string, int> read_skips() {
  std::map<std::string, int> skips;
  std::ifstream stream(SKIPS_FILE);
  std::string file;
  for (int count = 0; stream >> file >> count;) skips[file] = count;
  return skips;
}

void write_skips(const Totals& totals) {
  std::ofstream stream(SKIPS_FILE);
  for (const auto& [file, tally] : totals.files) {
    if (tally.skipped > 0) stream << file << " " << tally.skipped << "\n";
  }
}

/// Prints the table and the closing line; whether all is well.
bool report(const Totals& totals) {
  const std::map<std::string, int> allowed = read_skips();
  Tally all;
  bool more_skipped = false;
  for (const auto& [file, tally] : totals.files) {
    std::cout << file << ": " << tally.passed << " passed, " << tally.failed << " failed, "
              << tally.skipped << " skipped\n";
    const auto known = allowed.find(file);
    const int limit = known == allowed.end() ? 0 : known->second;
    if (tally.skipped > limit) {
      std::cout << file << ": skips.txt allows " << limit << "\n";
      more_skipped = true;
    }
    all.passed += tally.passed;
    all.failed += tally.failed;
    all.skipped += tally.skipped;
  }
  for (const auto& [reason, count] : totals.reasons) {
    std::cout << "skipped, " << reason << ": " << count << "\n";
  }
  std::cout << all.passed << " passed, " << all.failed << " failed, " << all.skipped
            << " skipped\n";
  return all.failed == 0 && all.passed > 0 && !more_skipped;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> args(argv + 1, argv + argc);
  if (args.empty() || args.size() > 2 || !std::filesystem::is_directory(args[0])) {
    std::cerr << "usage: cel_conformance CORPUS [--update]\n";
    return 2;
  }
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(args[0])) {
    if (entry.path().extension() == ".json") paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  Totals totals;
  for (const auto& path : paths) run_file(path, totals);
  if (args.size() == 2 && args[1] == "--update") write_skips(totals);
  return report(totals) ? 0 : 1;
}
