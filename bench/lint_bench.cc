// lint_bench SCHEMAS PATH [THREADS]: lints PATH as `slipway lint` does, from disk, and prints what
// came of it, how long it took, and the most memory it held. bench/runs/lint_vs_kubeconform runs it
// beside kubeconform.
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "lint/lint.h"

namespace {

class Disk final : public lint::Files {
 public:
  base::Result<std::vector<std::string>> list(const std::string& path) const override {
    std::vector<std::string> found;
    if (!std::filesystem::is_directory(path)) return std::vector<std::string>{path};
    for (const auto& entry : std::filesystem::recursive_directory_iterator(path)) {
      const auto extension = entry.path().extension();
      if (extension == ".yaml" || extension == ".json") found.push_back(entry.path().string());
    }
    std::sort(found.begin(), found.end());
    return found;
  }
  base::Result<std::string> read(const std::string& name) const override {
    const int file = ::open(name.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) return base::Error{base::ErrorCode::not_found, "cannot read " + name};
    std::string text;
    std::array<char, 65536> block;
    ssize_t got = 0;
    while ((got = ::read(file, block.data(), block.size())) > 0) {
      text.append(block.data(), std::size_t(got));
    }
    ::close(file);
    if (got < 0) return base::Error{base::ErrorCode::unavailable, "cannot read " + name};
    return text;
  }
};

}  // namespace

int main(int count, char** arguments) {
  if (count < 3) {
    std::fprintf(stderr, "usage: lint_bench SCHEMAS PATH [THREADS]\n");
    return 2;
  }
  lint::Options options;
  options.schemas = {arguments[1]};
  options.paths = {arguments[2]};
  options.threads = count > 3 ? unsigned(std::atoi(arguments[3])) : 1;
  const auto start = std::chrono::steady_clock::now();
  const auto report = lint::run(options, Disk());
  if (!report) {
    std::fprintf(stderr, "%s\n", base::to_string(report.error()).c_str());
    return 1;
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  for (const lint::Document& document : report->documents) {
    std::printf("%s %s\n", std::string(verdict_name(document.verdict)).c_str(),
                document.file.c_str());
    if (std::getenv("SHOW") != nullptr) {
      for (const lint::Finding& finding : document.findings) {
        std::printf("  %s\n", finding.message.c_str());
      }
    }
  }
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  std::fprintf(stderr, "%zu documents in %zu files, %zu valid, %.3f s, peak %.1f MiB\n",
               report->documents.size(), report->files, report->count(lint::Verdict::valid),
               took.count(), double(usage.ru_maxrss) / 1024);
}
