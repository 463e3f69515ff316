#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "catalog/catalog.h"

namespace catalog {
namespace {

constexpr const char* kTracker =
    "areas:\n- title: One\n  folder: 1-one\n  lines: [first, second, third]\n";

std::string task(const std::string& id, const std::string& line, const std::string& more = "") {
  return "task: " + id + "\ntitle: T\nline: \"" + line +
         "\"\ncite: here\nrunbook: runbooks/a.md\n" + more +
         "ready:\n- says: it is so\n  that: ${cluster.nodes.size() > 0}\n";
}

using Files = std::vector<File>;

Files with(Files more) {
  Files files = {{"tracker.yaml", kTracker}, {"1-one/runbooks/a.md", "# a\n"}};
  files.insert(files.end(), more.begin(), more.end());
  return files;
}

std::string message_of(const Files& files) {
  const base::Result<Catalog> catalog = load(files);
  return catalog ? "no error" : base::to_string(catalog.error());
}

TEST(LoadTest, TasksComeInTheOrderOfTheirNeedsThenOfTheTracker) {
  const base::Result<Catalog> catalog =
      load(with({{"1-one/a.yaml", task("a", "1.1", "needs: [c]\n")},
                 {"1-one/b.yaml", task("b", "1.3")},
                 {"1-one/c.yaml", task("c", "1.2")}}));
  ASSERT_TRUE(catalog.has_value()) << base::to_string(catalog.error());
  std::string order;
  for (const Task& one : catalog->tasks) order += one.id;
  EXPECT_EQ(order, "cab");
}

TEST(LoadTest, AnUnknownKeyIsRefusedWithTheNearestOne) {
  EXPECT_EQ(message_of(with({{"1-one/a.yaml", task("a", "1.1", "need: [b]\n")}})),
            "error: 1-one/a.yaml:6:1: unknown key 'need' in a task\n"
            "  6 | need: [b]\n"
            "    | ^\n"
            "hint: did you mean 'needs'?");
}

TEST(LoadTest, ADuplicateKeyIsRefused) {
  EXPECT_EQ(message_of(with({{"1-one/a.yaml", task("a", "1.1", "title: U\n")}})),
            "error: 1-one/a.yaml:6:1: duplicate key 'title'\n"
            "  6 | title: U\n"
            "    | ^\n"
            "hint: it stands in line 2 already");
}

TEST(LoadTest, BadCelIsShownAtItsPlaceInsideTheExpression) {
  EXPECT_EQ(
      message_of(with({{"1-one/a.yaml",
                        "task: a\ntitle: T\nline: \"1.1\"\ncite: here\nrunbook: runbooks/a.md\n"
                        "ready:\n- says: it is so\n  that: ${cluster.nodes.size() >}\n"}})),
      "error: 1-one/a.yaml:8:33: in the expression: Syntax error: the expression ends here, "
      "expected an expression\n"
      "  8 |   that: ${cluster.nodes.size() >}\n"
      "    |                                 ^");
}

TEST(LoadTest, AMemberOfTheSiteThatDoesNotExistIsRefusedAlsoOnALaterLine) {
  const std::string message =
      message_of(with({{"1-one/a.yaml",
                        "task: a\ntitle: T\nline: \"1.1\"\ncite: here\nrunbook: runbooks/a.md\n"
                        "ready:\n- says: it is so\n  that: >-\n    ${cluster.nodes.size() > 0\n"
                        "    && site.gpu.vender == \"nvidia\"}\n"}}));
  EXPECT_EQ(message.substr(0, message.find('\n')),
            "error: 1-one/a.yaml:10:17: in the expression: undefined field 'vender'");
}

TEST(LoadTest, SomethingThatTheTaskDoesNotReadIsRefused) {
  const std::string message =
      message_of(with({{"1-one/a.yaml",
                        "task: a\ntitle: T\nline: \"1.1\"\ncite: here\nrunbook: runbooks/a.md\n"
                        "reads: [{as: policy, apiVersion: v1, kind: Pod, name: x}]\n"
                        "ready:\n- says: it is so\n  that: ${objects.polizy.spec.a}\n"}}));
  EXPECT_EQ(message.substr(0, message.find('\n')),
            "error: 1-one/a.yaml:9:19: in the expression: undefined field 'polizy'");
}

TEST(LoadTest, ACheckThatIsNoCheckIsRefused) {
  EXPECT_EQ(
      message_of(with({{"1-one/a.yaml",
                        "task: a\ntitle: T\nline: \"1.1\"\ncite: here\nrunbook: runbooks/a.md\n"
                        "ready:\n- says: it is so\n  that: ${cluster.nodes.size()}\n"}})),
      "error: 1-one/a.yaml:8:11: a check must be true or false, and this yields int\n"
      "  8 |   that: ${cluster.nodes.size()}\n"
      "    |           ^");
}

TEST(LoadTest, ATaskWithoutAReadyCheckIsRefused) {
  EXPECT_EQ(message_of(
                with({{"1-one/a.yaml",
                       "task: a\ntitle: T\nline: \"1.1\"\ncite: here\nrunbook: runbooks/a.md\n"}})),
            "error: 1-one/a.yaml:1:1: task 'a' has no ready check\n"
            "  1 | task: a\n"
            "    | ^\n"
            "hint: say what must be true for it to be ready: nothing is ready on 'applied'");
}

TEST(LoadTest, AMissingNeedIsRefusedWithTheNearestTask) {
  EXPECT_EQ(message_of(with({{"1-one/a.yaml", task("alpha", "1.1", "needs: [betta]\n")},
                             {"1-one/b.yaml", task("beta", "1.2")}})),
            "error: 1-one/a.yaml:6:9: task 'alpha' needs 'betta', and there is no such task\n"
            "  6 | needs: [betta]\n"
            "    |         ^\n"
            "hint: did you mean 'beta'?");
}

TEST(LoadTest, ACycleIsShownWhole) {
  EXPECT_EQ(message_of(with({{"1-one/a.yaml", task("a", "1.1", "needs: [b]\n")},
                             {"1-one/b.yaml", task("b", "1.2", "needs: [c]\n")},
                             {"1-one/c.yaml", task("c", "1.3", "needs: [a]\n")}})),
            "error: 1-one/a.yaml:6:9: tasks need each other in a circle: a needs b, b needs c, c "
            "needs a\n"
            "  6 | needs: [b]\n"
            "    |         ^\n"
            "hint: take one of these needs out");
}

TEST(LoadTest, ATaskIdUsedTwiceIsRefused) {
  EXPECT_EQ(
      message_of(with({{"1-one/a.yaml", task("a", "1.1")}, {"1-one/b.yaml", task("a", "1.2")}})),
      "error: 1-one/b.yaml:1:7: the task id 'a' is used twice\n"
      "  1 | task: a\n"
      "    |       ^\n"
      "hint: the other one is in 1-one/a.yaml");
}

TEST(LoadTest, AnUnknownRunbookIsRefused) {
  const Files files = {{"tracker.yaml", kTracker}, {"1-one/a.yaml", task("a", "1.1")}};
  EXPECT_EQ(message_of(files),
            "error: 1-one/a.yaml:5:10: there is no runbook '1-one/runbooks/a.md'\n"
            "  5 | runbook: runbooks/a.md\n"
            "    |          ^");
}

TEST(LoadTest, ALineThatTheTrackerDoesNotHaveIsRefused) {
  EXPECT_EQ(message_of(with({{"1-one/a.yaml", task("a", "1.4")}})),
            "error: 1-one/a.yaml:3:7: area 1 has no line '1.4'\n"
            "  3 | line: \"1.4\"\n"
            "    |       ^\n"
            "hint: its lines are 1.1 to 1.3");
}

TEST(LoadTest, ALineWithTwoTasksIsRefused) {
  EXPECT_EQ(
      message_of(with({{"1-one/a.yaml", task("a", "1.1")}, {"1-one/b.yaml", task("b", "1.1")}})),
      "error: 1-one/b.yaml:3:7: line 1.1 has two tasks\n"
      "  3 | line: \"1.1\"\n"
      "    |       ^");
}

TEST(LoadTest, AnUnknownInstallModeIsRefused) {
  EXPECT_EQ(message_of(with(
                {{"1-one/a.yaml",
                  task("a", "1.1",
                       "operator: {package: p, source: s, namespace: n, mode: OwnNames}\n")}})),
            "error: 1-one/a.yaml:6:55: no such install mode: 'OwnNames'\n"
            "  6 | operator: {package: p, source: s, namespace: n, mode: OwnNames}\n"
            "    |                                                       ^\n"
            "hint: known keys: OwnNamespace, AllNamespaces");
}

TEST(LoadTest, AManifestThatNoTaskUsesIsRefused) {
  EXPECT_EQ(
      message_of(with({{"1-one/a.yaml", task("a", "1.1")}, {"1-one/objects/x.yaml", "kind: X\n"}})),
      "error: 1-one/objects/x.yaml: no task uses this manifest");
}

TEST(LoadTest, AFolderThatIsNoCatalogIsRefused) {
  EXPECT_EQ(message_of({}),
            "error: the catalog has no tracker.yaml\n"
            "hint: is this the catalog's root folder?");
}

TEST(LoadTest, AnOperatorStandsForItsNamespaceGroupAndSubscription) {
  const base::Result<Catalog> catalog =
      load(with({{"1-one/a.yaml",
                  task("a", "1.1",
                       "operator: {package: p, source: s, namespace: n, mode: OwnNamespace}\n")}}));
  ASSERT_TRUE(catalog.has_value()) << base::to_string(catalog.error());
  const Task& one = catalog->tasks[0];
  std::string kinds;
  for (const ObjectTemplate& object : one.objects) kinds += object.kind.kind + " ";
  EXPECT_EQ(kinds, "Namespace OperatorGroup Subscription ");
  EXPECT_EQ(one.objects[2].body.source.string_at("spec.installPlanApproval"), "Manual");
  EXPECT_EQ(one.ready.size(), 3U);
}

Files real_files() {
  const std::filesystem::path root =
      std::filesystem::path(SLIPWAY_SOURCE_DIR) / "infra" / "openshift";
  Files files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream in(entry.path());
    std::ostringstream text;
    text << in.rdbuf();
    files.push_back({std::filesystem::relative(entry.path(), root).generic_string(), text.str()});
  }
  return files;
}

TEST(RealCatalogTest, HasNineAreasAndFortyLines) {
  const base::Result<Catalog> catalog = load(real_files());
  ASSERT_TRUE(catalog.has_value()) << base::to_string(catalog.error());
  std::size_t lines = 0;
  for (const Area& area : catalog->areas) lines += area.lines.size();
  EXPECT_EQ(catalog->areas.size(), 9U);
  EXPECT_EQ(lines, 40U);
}

TEST(RealCatalogTest, EveryTaskSaysWhereItsFactsAreFromAndHowLongItTakes) {
  const base::Result<Catalog> catalog = load(real_files());
  ASSERT_TRUE(catalog.has_value()) << base::to_string(catalog.error());
  for (const Task& one : catalog->tasks) {
    EXPECT_FALSE(one.cite.empty()) << one.id;
    EXPECT_GT(one.usual.count(), 0) << one.id;
    EXPECT_TRUE(one.deadline.count() == 0 || one.deadline > one.usual) << one.id;
  }
  for (const KnownIssue& issue : catalog->issues) EXPECT_FALSE(issue.cite.empty()) << issue.id;
}

TEST(RealCatalogTest, KindsAreSortedAndEachOnce) {
  const base::Result<Catalog> catalog = load(real_files());
  ASSERT_TRUE(catalog.has_value());
  const std::vector<kube::GroupVersionKind> kinds = catalog->kinds();
  EXPECT_TRUE(std::is_sorted(kinds.begin(), kinds.end()));
  EXPECT_EQ(std::set<kube::GroupVersionKind>(kinds.begin(), kinds.end()).size(), kinds.size());
}

}  // namespace
}  // namespace catalog
