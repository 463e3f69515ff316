#include "catalog/examine.h"

#include <gtest/gtest.h>

namespace catalog {
namespace {

using cel::Type;

/// Policies have {spec: {size: int}}, nothing else is known.
class Policies final : public ObjectTypes {
 public:
  std::optional<Type> type_of(const kube::GroupVersionKind& kind) const override {
    if (kind.kind != "Policy") return std::nullopt;
    return Type::object({{"spec", Type::object({{"size", Type::integer()}})}});
  }
};

std::vector<File> catalog_with(const std::string& task) {
  return {{"tracker.yaml", "areas:\n- title: One\n  folder: 1-one\n  lines: [first]\n"},
          {"1-one/runbooks/a.md", "# a\n"},
          {"1-one/a.yaml",
           "task: a\ntitle: T\nline: \"1.1\"\ncite: here\nrunbook: runbooks/a.md\n" + task}};
}

std::string ready(const std::string& that) {
  return "reads:\n- {as: one, apiVersion: x.dev/v1, kind: Policy, name: p}\n"
         "- {as: all, apiVersion: x.dev/v1, kind: Policy}\n"
         "- {as: other, apiVersion: x.dev/v1, kind: Other, name: o}\n"
         "ready:\n- {says: it is so, that: '${" +
         that + "}'}\n";
}

/// The problems, a line each.
std::string problems_of(const std::string& task) {
  const Policies types;
  std::string text;
  for (const Problem& problem : examine(catalog_with(task), &types).problems) {
    text += problem.file + ":" + std::to_string(problem.diagnostic.mark.line) + ":" +
            std::to_string(problem.diagnostic.mark.column) + ": " + problem.diagnostic.message;
    if (!problem.diagnostic.hint.empty()) text += " (" + problem.diagnostic.hint + ")";
    text += problem.in_expression ? " [expression]\n" : "\n";
  }
  return text;
}

TEST(ExamineTest, WhatIsReadOfAnObjectIsHeldToItsType) {
  EXPECT_EQ(problems_of(ready("objects.one.spec.size > 1 && objects.all[0].spec.size > 1")), "");
  EXPECT_EQ(problems_of(ready("objects.one.spec.szie > 1")),
            "1-one/a.yaml:11:46: in the expression: undefined field 'szie' (did you mean 'size'?) "
            "[expression]\n");
  EXPECT_EQ(problems_of(ready("objects.all.exists(p, p.spek.size > 1)")),
            "1-one/a.yaml:11:53: in the expression: undefined field 'spek' (did you mean 'spec'?) "
            "[expression]\n");
}

TEST(ExamineTest, WhatIsNotKnownIsLeftToRunTime) {
  EXPECT_EQ(problems_of(ready("objects.other.anything.at.all")), "");
}

TEST(ExamineTest, AConditionMustBeTrueOrFalse) {
  EXPECT_EQ(problems_of("when: ${site.gpu.vendor}\notherwise: no\n" + ready("true")),
            "1-one/a.yaml:6:9: a condition must be true or false, and this yields string "
            "[expression]\n");
}

TEST(ExamineTest, ANameMustBeAString) {
  EXPECT_EQ(problems_of("reads:\n- {as: p, apiVersion: x.dev/v1, kind: Policy, name: "
                        "'${site.gpu.nodes}'}\nready:\n- {says: so, that: '${true}'}\n"),
            "1-one/a.yaml:7:56: the value must be a string, and this yields int [expression]\n");
}

TEST(ExamineTest, AFileThatCannotBeParsedHasItsPlace) {
  EXPECT_EQ(problems_of("ready: [\n").substr(0, 15), "1-one/a.yaml:7:");
}

TEST(ExamineTest, TheTasksAreThereInSpiteOfProblems) {
  const Examined examined = examine(catalog_with("ready: []\n"));
  EXPECT_FALSE(examined.problems.empty());
  ASSERT_EQ(examined.catalog.tasks.size(), 1U);
  EXPECT_EQ(examined.catalog.tasks[0].id, "a");
}

}  // namespace
}  // namespace catalog
