#include "lint/sweep.h"

#include <gtest/gtest.h>

#include <map>
#include <mutex>

#include "lint/test_support.h"

namespace lint {
namespace {

/// Counts how often each file is read.
class CountedFiles final : public Files {
 public:
  explicit CountedFiles(std::map<std::string, std::string> texts) : files_(std::move(texts)) {}

  base::Result<std::vector<std::string>> list(const std::string& path) const override {
    return files_.list(path);
  }
  base::Result<std::string> read(const std::string& file) const override {
    const std::lock_guard lock(mutex_);
    ++reads_[file];
    return files_.read(file);
  }
  const std::map<std::string, int>& reads() const { return reads_; }

 private:
  const FakeFiles files_;
  mutable std::mutex mutex_;
  mutable std::map<std::string, int> reads_;
};

std::string crd(const std::string& kind, const std::string& version, const std::string& type) {
  return "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\n"
         "metadata: {name: x}\nspec:\n  group: test.dev\n  scope: Namespaced\n  names: {kind: " +
         kind + ", plural: x}\n  versions:\n  - name: " + version +
         "\n    served: true\n    storage: true\n    schema:\n      openAPIV3Schema:\n"
         "        type: object\n        properties:\n          spec: {type: " +
         type + "}\n";
}

std::string object(const std::string& kind, const std::string& spec) {
  return "apiVersion: test.dev/v1\nkind: " + kind + "\nmetadata: {name: x}\nspec: " + spec + "\n";
}

/// More files than are in memory at a time, in folder m: of kind A, with a few others.
std::map<std::string, std::string> many() {
  std::map<std::string, std::string> texts;
  for (int i = 1000; i < 1600; ++i) texts["m/" + std::to_string(i)] = object("A", "1");
  texts["schemas/a"] = crd("A", "v1", "integer");
  return texts;
}

std::map<std::string, std::string> verdicts(const Report& report) {
  std::map<std::string, std::string> out;
  for (const Document& document : report.documents) {
    out[document.file] = verdict_name(document.verdict);
  }
  return out;
}

Report lint(const Files& files, std::vector<std::string> paths, unsigned threads) {
  Options options;
  options.paths = std::move(paths);
  options.schemas = {"schemas"};
  options.threads = threads;
  auto report = run(options, files);
  EXPECT_TRUE(report) << (report ? "" : report.error().message);
  return std::move(report).value();
}

TEST(SweepTest, SchemasOfKindsThatTurnUpLateAreLoadedThen) {
  auto texts = many();
  texts["m/1599"] = object("B", "1");
  texts["schemas/b"] = crd("B", "v1", "string");
  const CountedFiles files(texts);
  const Report report = lint(files, {"m"}, 2);
  EXPECT_EQ(report.count(Verdict::valid), 599U);
  EXPECT_EQ(verdicts(report)["m/1599"], "invalid");
  for (const auto& [file, reads] : files.reads()) EXPECT_EQ(reads, 1) << file;
}

TEST(SweepTest, ACrdDecidesAboutWhatWasReadBeforeIt) {
  auto texts = many();
  texts["m/1000"] = object("A", "text");
  texts["m/1001"] = object("B", "1");
  texts["m/9999"] = crd("A", "v1", "string") + "---\n" + crd("B", "v1", "integer");
  for (const unsigned threads : {1U, 4U}) {
    const CountedFiles files(texts);
    auto found = verdicts(lint(files, {"m"}, threads));
    EXPECT_EQ(found["m/1000"], "valid");
    EXPECT_EQ(found["m/1001"], "valid");
    EXPECT_EQ(found["m/1002"], "invalid");
    EXPECT_EQ(found["m/1599"], "invalid");
    EXPECT_EQ(files.reads().at("m/1001"), 2);
    EXPECT_EQ(files.reads().at("m/9999"), 1);
  }
}

TEST(SweepTest, ACrdAmongTheManifestsComesBeforeANamedOneThatIsLoadedLater) {
  auto texts = many();
  texts["m/1000"] = crd("B", "v1", "string");
  texts["m/1599"] = object("B", "text");
  texts["schemas/b"] = crd("B", "v1", "integer");
  EXPECT_EQ(verdicts(lint(CountedFiles(texts), {"m"}, 2))["m/1599"], "valid");
}

TEST(SweepTest, WhatIsNamedByItselfIsReadOnce) {
  auto texts = many();
  texts["first"] = object("B", "text");
  texts["m/9999"] = crd("B", "v1", "integer");
  const CountedFiles files(texts);
  EXPECT_EQ(verdicts(lint(files, {"first", "m"}, 2))["first"], "invalid");
  EXPECT_EQ(files.reads().at("first"), 1);
}

TEST(SweepTest, AMissingSchemaNamesTheVersionsThatTurnUpLater) {
  auto texts = many();
  texts["m/1000"] = object("B", "1");
  texts["m/9999"] = crd("B", "v2", "integer");
  const Report report = lint(CountedFiles(texts), {"m"}, 2);
  EXPECT_EQ(report.documents[0].verdict, Verdict::no_schema);
  EXPECT_EQ(report.documents[0].findings[0].hint, "the schemas at hand have it in v2");
}

TEST(SweepTest, AFileThatCannotBeReadEndsTheRun) {
  class Broken final : public Files {
   public:
    base::Result<std::vector<std::string>> list(const std::string&) const override {
      return std::vector<std::string>{"a", "b"};
    }
    base::Result<std::string> read(const std::string& file) const override {
      return base::Error{base::ErrorCode::permission_denied, "cannot read " + file};
    }
  };
  Options options;
  options.paths = {"m"};
  options.threads = 2;
  const auto report = run(options, Broken());
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().message, "cannot read a");
}

}  // namespace
}  // namespace lint
