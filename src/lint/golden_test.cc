#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include "lint/lint.h"
#include "lint/test_support.h"

namespace lint {
namespace {

namespace fs = std::filesystem;

std::string read_text(const fs::path& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

const fs::path& folder() {
  static const fs::path path = fs::path(SLIPWAY_SOURCE_DIR) / "tests/golden/lint";
  return path;
}

/// The schemas of the golden folder, and one manifest "m.yaml" (or "m.json").
class GoldenFiles final : public Files {
 public:
  explicit GoldenFiles(std::string text) : text_(std::move(text)) {}
  base::Result<std::vector<std::string>> list(const std::string& path) const override {
    if (path != "schemas") return std::vector<std::string>{path};
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder() / "schemas")) {
      names.push_back("schemas/" + entry.path().filename().string());
    }
    std::sort(names.begin(), names.end());
    return names;
  }
  base::Result<std::string> read(const std::string& file) const override {
    return file.starts_with("m.") ? text_ : read_text(folder() / file);
  }

 private:
  std::string text_;
};

/// A catalog "c" of one task with one manifest, of which the case's text is one.
std::map<std::string, std::string> catalog_around(const std::string& text) {
  std::map<std::string, std::string> files = {
      {"c/tracker.yaml", "areas:\n- title: One\n  folder: 1-one\n  lines: [first]\n"},
      {"c/1-one/runbooks/t.md", "# t\n"},
      {"c/1-one/t.yaml",
       "task: t\ntitle: T\nline: \"1.1\"\ncite: here\nrunbook: runbooks/t.md\nobjects: [m.yaml]\n"
       "ready:\n- {says: so, that: '${objects.m.spec.size > 1}'}\n"},
      {"c/1-one/objects/m.yaml",
       "apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: m}\nspec: {size: 1}\n"}};
  files[text.starts_with("task:") ? "c/1-one/t.yaml" : "c/1-one/objects/m.yaml"] = text;
  for (const char* name : {"api__v1_openapi.json", "thing.yaml"}) {
    files[std::string("schemas/") + name] = read_text(folder() / "schemas" / name);
  }
  return files;
}

/// One case of a golden file: "### title", the manifest, ">>>", what lint prints about it.
struct Case {
  std::string title, manifest, expected;
};

std::vector<Case> read_cases(const fs::path& path) {
  std::vector<Case> cases;
  std::istringstream lines(read_text(path));
  std::string* into = nullptr;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("### ")) {
      cases.push_back({line.substr(4), "", ""});
      into = &cases.back().manifest;
    } else if (line == ">>>") {
      into = &cases.back().expected;
    } else if (into != nullptr) {
      *into += line + "\n";
    }
  }
  return cases;
}

std::string judged(const base::Result<Report>& report) {
  std::string text = report ? to_text(*report, Output::table) : base::to_string(report.error());
  // A last line that only counts is left out; the messages are what is frozen here.
  if (text.ends_with("unreadable\n")) text.resize(text.rfind('\n', text.size() - 2) + 1);
  return text + "\n";
}

std::string judged(const Case& golden, bool in_catalog) {
  Options options;
  options.schemas = {"schemas"};
  if (in_catalog) {
    const bool task = golden.manifest.starts_with("task:");
    options.paths = {task ? "c/1-one/t.yaml" : "c/1-one/objects/m.yaml"};
    return judged(run(options, FakeFiles(catalog_around(golden.manifest))));
  }
  options.paths = {golden.title.find("JSON") == std::string::npos ? "m.yaml" : "m.json"};
  return judged(run(options, GoldenFiles(golden.manifest)));
}

// SLIPWAY_UPDATE_GOLDEN=1 writes the files anew; read the difference before it is committed.
TEST(GoldenTest, EveryMessageSaysWhatToChange) {
  const bool update = std::getenv("SLIPWAY_UPDATE_GOLDEN") != nullptr;
  int count = 0;
  for (const char* name : {"yaml.txt", "types.txt", "rules.txt", "schemas.txt", "catalog.txt"}) {
    std::string written;
    for (const Case& golden : read_cases(folder() / name)) {
      const std::string actual = judged(golden, std::string_view(name) == "catalog.txt");
      written += "### " + golden.title + "\n" + golden.manifest + ">>>\n" + actual;
      ++count;
      if (!update) {
        EXPECT_EQ(actual, golden.expected) << name << ": " << golden.title;
      }
    }
    if (update) std::ofstream(folder() / name) << written;
  }
  std::cout << count << " golden messages\n";
  EXPECT_GE(count, 60);
}

}  // namespace
}  // namespace lint
