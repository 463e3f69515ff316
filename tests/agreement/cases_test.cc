#include "cases.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace agreement {
namespace {

doc::Value probe(std::size_t index) {
  return read_documents(std::filesystem::path(SLIPWAY_SOURCE_DIR) /
                        "tests/agreement/crds/probe.yaml")[index];
}

TEST(CasesTest, TryEveryKindOfConstraint) {
  const CrdCases made = cases_of(probe(0), {.objects = 20, .mutations = 30});
  EXPECT_TRUE(made.problems.empty());
  std::set<std::string> kinds;
  for (const Case& one : made.cases) kinds.insert(one.kind);
  EXPECT_EQ(kinds, (std::set<std::string>{"bad enum", "blind", "bounds", "format", "made anew",
                                          "missing required", "pattern", "repeated item",
                                          "unknown field", "valid", "wrong type"}));
}

TEST(CasesTest, BreakRulesAndUpdateWhatIsValid) {
  const CrdCases made = cases_of(probe(1), {});
  EXPECT_TRUE(made.problems.empty());
  EXPECT_EQ(made.rules, 15);
  EXPECT_GE(made.rules_broken, 12);
  for (const Case& one : made.cases) {
    if (one.kind == "valid") {
      EXPECT_TRUE(made.judge(one).empty()) << one.place;
    }
    if (one.kind == "rule" || one.kind == "transition rule") {
      EXPECT_FALSE(made.judge(one).empty()) << one.place;
    }
    if (one.old) {
      EXPECT_EQ(made.cases[*one.old].kind, "valid");
    }
  }
}

TEST(CasesTest, AreTheSameForTheSameSeed) {
  const CrdCases one = cases_of(probe(1), {}), other = cases_of(probe(1), {});
  ASSERT_EQ(one.cases.size(), other.cases.size());
  EXPECT_TRUE(std::equal(
      one.cases.begin(), one.cases.end(), other.cases.begin(),
      [](const Case& a, const Case& b) { return a.object == b.object && a.kind == b.kind; }));
}

}  // namespace
}  // namespace agreement
