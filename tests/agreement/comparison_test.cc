#include "comparison.h"

#include <gtest/gtest.h>

namespace agreement {
namespace {

const Complaint kRequired{"spec.a", "Required value"};
const Complaint kBound{"spec.b", "Invalid value: 9: spec.b in body should be less than 5"};
const Complaint kUnknown{"spec.c", "unknown field \"spec.c\""};

schema::Violation violation(schema::Violation::Type type, std::string path, std::string message) {
  schema::Violation one;
  one.type = type;
  one.path = std::move(path);
  one.message = std::move(message);
  return one;
}

TEST(ComplaintTest, ReadsCausesUnknownFieldsAndUnreadableParts) {
  kube::Status status;
  status.message = "Thing \"a\" is invalid: spec.a: Required value";
  status.causes = {{"FieldValueRequired", "Required value", "spec.a"}};
  EXPECT_EQ(complaints_of(status), Complaints{kRequired});

  status.causes.clear();
  status.message =
      "Thing in version \"v1\" cannot be handled as a Thing: strict decoding error: unknown field "
      "\"spec.c\", unknown field \"spec.d\"";
  EXPECT_EQ(complaints_of(status), (Complaints{kUnknown, {"spec.d", "unknown field \"spec.d\""}}));

  status.message =
      "Thing in version \"v1\" cannot be handled as a Thing: spec.t.kind: Invalid value: 1.5: must "
      "be a string";
  EXPECT_EQ(complaints_of(status),
            (Complaints{{"spec.t.kind", "Invalid value: 1.5: must be a string"}}));

  status.message = "something else";
  EXPECT_EQ(complaints_of(status), (Complaints{{"<nil>", "something else"}}));
}

TEST(ComplaintTest, OursAreOrderedAndUnknownFieldsComeAlone) {
  using Type = schema::Violation::Type;
  const Complaints ours = complaints_of(
      schema::Violations{violation(Type::unknown_field, "spec.c", kUnknown.message),
                         violation(Type::required, "spec.a", kRequired.message),
                         violation(Type::required, "spec.a", kRequired.message),
                         violation(Type::invalid, "", "Invalid value: \"null\": no")});
  EXPECT_EQ(ours, (Complaints{{"<nil>", "Invalid value: \"null\": no"}, kRequired, kUnknown}));
  EXPECT_EQ(as_a_server_says(ours), Complaints{kUnknown});
  EXPECT_EQ(as_a_server_says({kRequired}), Complaints{kRequired});
}

TEST(ComparisonTest, TellsVerdictsPathsAndMessagesApart) {
  EXPECT_EQ(compare({}, {}), Relation::same);
  EXPECT_EQ(compare({kRequired}, {kRequired}), Relation::same);
  EXPECT_EQ(compare({kRequired}, {{"spec.a", "Invalid value"}}), Relation::other_messages);
  EXPECT_EQ(compare({kRequired, kBound}, {kRequired}), Relation::other_paths);
  EXPECT_EQ(compare({kRequired}, {}), Relation::other_verdict);
}

TEST(ComparisonTest, CountsWhatWasAsked) {
  Comparison comparison;
  comparison.add("things.x", {"v1", "valid", "", {}}, {}, {});
  comparison.add("things.x", {"v1", "bounds", "spec.b", {}}, {kBound}, {kBound});
  comparison.add("things.x", {"v1", "bounds", "spec.b", {}}, {kBound}, {kRequired});
  const Tally total = comparison.total();
  EXPECT_EQ(total.asked, 3);
  EXPECT_EQ(total.accepted, 1);
  EXPECT_EQ(total.same_verdict, 3);
  EXPECT_EQ(total.same_paths, 2);
  ASSERT_EQ(comparison.differences.size(), 1u);
  EXPECT_EQ(to_string(comparison.differences[0]),
            "things.x: v1 bounds at spec.b: other paths\n"
            "  server: spec.b: Invalid value: 9: spec.b in body should be less than 5\n"
            "  ours: spec.a: Required value");
}

TEST(ComparisonTest, AKnownDifferenceMayNeitherGrowNorVanish) {
  Comparison comparison;
  const std::vector<Known> known = {{"things.x", Relation::other_paths, "less than", 1, "why"}};
  EXPECT_EQ(unexplained(comparison, known, {"things.x"}, true),
            std::vector<std::string>{"things.x: known to differ 1 times, now 0 times: why"});
  EXPECT_TRUE(unexplained(comparison, known, {"things.x"}, false).empty());
  EXPECT_TRUE(unexplained(comparison, known, {"others.x"}, true).empty());

  comparison.add("things.x", {"v1", "bounds", "spec.b", {}}, {kBound}, {kRequired});
  EXPECT_TRUE(unexplained(comparison, known, {"things.x"}, true).empty());
  comparison.add("things.x", {"v1", "bounds", "spec.b", {}}, {kBound}, {kRequired});
  EXPECT_EQ(unexplained(comparison, known, {"things.x"}, true),
            std::vector<std::string>{"things.x: known to differ 1 times, now 2 times: why"});
}

TEST(ComparisonTest, AnEntryExplainsOnlyWhatItSays) {
  const std::vector<Known> known = {{"things.x", Relation::other_paths, "less than", 0, "why"}};
  Comparison comparison;
  comparison.add("things.x", {"v1", "bounds", "spec.b", {}}, {kRequired, kBound}, {});
  comparison.add("things.x", {"v1", "bounds", "spec.b", {}}, {kRequired}, {kBound});
  comparison.add("others.x", {"v1", "bounds", "spec.b", {}}, {kBound}, {kRequired});
  EXPECT_EQ(unexplained(comparison, known, {"things.x", "others.x"}, true).size(), 3u);
}

}  // namespace
}  // namespace agreement
