#include <gtest/gtest.h>

#include <filesystem>
#include <sstream>

#include "apply/test_catalog.h"
#include "base/temporary_folder.h"
#include "cli/shell.h"
#include "cluster/fake_api_server.h"

namespace cli {
namespace {

namespace fs = std::filesystem;

const kube::ObjectRef kQuestion{{"test.dev", "v1", "Question"}, "w", "question"};

/// The program in a folder of its own, on a cluster in memory.
class RunTest : public testing::Test {
 protected:
  RunTest() {
    for (const catalog::File& file : apply::test_catalog()) {
      folder_.write(fs::path("catalog") / file.path, file.text);
    }
    folder_.write("site.yaml", "apiVersion: slipway.dev/v1alpha1\nkind: Site\n");
    server_.on_write([this](const std::string& write) {
      if (!write.ends_with("/question") || write.starts_with("DELETE")) return;
      const doc::Value asked = *server_.find(kQuestion);
      if (asked.find("status") != nullptr) return;
      server_.put(asked.with("status", doc::Value::map({{"answer", "42"}})));
    });
  }

  class FakeConnection final : public cluster::Connection {
   public:
    explicit FakeConnection(std::unique_ptr<cluster::Client> client) : client_(std::move(client)) {}
    cluster::Client& client() override { return *client_; }

   private:
    const std::unique_ptr<cluster::Client> client_;
  };

  int run_line(const std::vector<std::string>& words, const std::string& typed = "",
               bool terminal = false) {
    std::vector<std::string> arguments = words;
    arguments.insert(arguments.end(), {"--site", (folder_ / "site.yaml").string(), "--catalog",
                                       (folder_ / "catalog").string()});
    std::istringstream input(typed);
    out_.str("");
    err_.str("");
    Shell shell{
        .out = out_,
        .err = err_,
        .in_is_terminal = terminal,
        .out_is_terminal = false,
        .err_is_terminal = terminal,
        .clock = cluster_.clock,
        .stop = {},
        .variable = [](const std::string&) { return std::string(); },
        .executable = {},
        .read_line = [&]() -> std::optional<std::string> {
          std::string line;
          if (!std::getline(input, line)) return std::nullopt;
          return line;
        },
        .connect = [this](const cluster::ConnectOptions& options)
            -> base::Result<std::unique_ptr<cluster::Connection>> {
          return std::unique_ptr<cluster::Connection>(
              std::make_unique<FakeConnection>(cluster_.client(options.client)));
        },
    };
    return run(arguments, shell);
  }

  cluster::FakeCluster cluster_{apply::test_resources()};
  cluster::FakeApiServer& server_ = cluster_.server;
  const base::TemporaryFolder folder_;
  std::ostringstream out_, err_;
};

TEST_F(RunTest, APlanWithChangesExitsWith4AndIsTheSameTwice) {
  EXPECT_EQ(run_line({"plan"}), 4) << err_.str();
  const std::string first = out_.str();
  EXPECT_NE(first, "");
  EXPECT_EQ(err_.str(), "");
  EXPECT_EQ(run_line({"plan"}), 4);
  EXPECT_EQ(out_.str(), first);
  EXPECT_TRUE(server_.writes().empty());
}

TEST_F(RunTest, UpThenPlanThenStatusAreDone) {
  EXPECT_EQ(run_line({"up", "--yes"}), 0) << err_.str();
  EXPECT_EQ(out_.str(), "2 of 2 ready, 0s; 5 writes\n");
  EXPECT_EQ(run_line({"plan"}), 0) << out_.str();
  EXPECT_EQ(run_line({"status"}), 0) << out_.str();
  EXPECT_EQ(run_line({"up", "--yes"}), 0);
  EXPECT_EQ(out_.str(), "2 of 2 ready, 0s; nothing to write: everything was as planned\n");
}

TEST_F(RunTest, AStatusThatIsNotReadyExitsWith3) {
  EXPECT_EQ(run_line({"status"}), 3) << err_.str();
  EXPECT_TRUE(server_.writes().empty());
}

TEST_F(RunTest, WithoutATerminalUpWantsYes) {
  EXPECT_EQ(run_line({"up"}), 2);
  EXPECT_EQ(err_.str(),
            "slipway: error: there is no terminal to ask on: Apply this?\n"
            "hint: --yes says yes\n");
  EXPECT_TRUE(server_.writes().empty());
}

TEST_F(RunTest, ANoWritesNothing) {
  EXPECT_EQ(run_line({"up"}, "n\n", true), 130);
  EXPECT_NE(err_.str().find("Apply this? [y/N] slipway: error: not agreed to; nothing was written"),
            std::string::npos)
      << err_.str();
  EXPECT_EQ(run_line({"up"}, "", true), 130);
  EXPECT_TRUE(server_.writes().empty());
}

TEST_F(RunTest, AYesGoesOn) { EXPECT_EQ(run_line({"up"}, "yes\n", true), 0) << err_.str(); }

TEST_F(RunTest, OnlyATaskAndWhatItNeeds) {
  EXPECT_EQ(run_line({"up", "--yes", "--only", "workspace"}), 0) << err_.str();
  EXPECT_FALSE(server_.find(kQuestion).has_value());
  EXPECT_EQ(run_line({"plan", "--only", "workspace"}), 0) << out_.str();
  EXPECT_EQ(run_line({"plan"}), 4);
}

TEST_F(RunTest, OnlyATaskLeavesTheOthersAlone) {
  ASSERT_EQ(run_line({"up", "--yes"}), 0) << err_.str();
  const std::size_t writes = server_.writes().size();
  EXPECT_EQ(run_line({"up", "--yes", "--only", "workspace"}), 0) << err_.str();
  EXPECT_EQ(server_.writes().size(), writes);
  EXPECT_TRUE(server_.find(kQuestion).has_value());
  EXPECT_EQ(run_line({"plan"}), 0) << out_.str();
}

TEST_F(RunTest, DownTakesItBack) {
  ASSERT_EQ(run_line({"up", "--yes"}), 0) << err_.str();
  EXPECT_EQ(run_line({"down", "--yes"}), 0) << err_.str();
  EXPECT_EQ(out_.str(), "removed 5 objects; nothing of slipway's is left\n");
  EXPECT_EQ(run_line({"down", "--yes"}), 0) << err_.str();
  EXPECT_EQ(out_.str(), "removed 0 objects; nothing of slipway's is left\n");
}

TEST_F(RunTest, ExplainAnswersAboutATaskThatTheCatalogHas) {
  EXPECT_EQ(run_line({"explain", "answer"}), 0) << err_.str();
  EXPECT_NE(out_.str(), "");
  EXPECT_EQ(run_line({"explain", "anwser"}), 2);
  EXPECT_EQ(err_.str(),
            "slipway: error: the catalog has no task 'anwser'\nhint: did you mean 'answer'?\n");
}

TEST_F(RunTest, DocsWritesTheTrackerBetweenTheMarkers) {
  folder_.write("catalog/README.md",
                "# Tracker\n\n<!-- tracker:begin -->\n<!-- tracker:end -->\n\nThe end.\n");
  EXPECT_EQ(run_line({"docs", "--check"}), 4) << err_.str();
  EXPECT_EQ(run_line({"docs"}), 0) << err_.str();
  EXPECT_EQ(run_line({"docs", "--check"}), 0) << err_.str();
  EXPECT_EQ(run_line({"up", "--yes"}), 0) << err_.str();
  EXPECT_EQ(run_line({"docs", "--check"}), 4) << "it is green now";
  EXPECT_EQ(run_line({"docs"}), 0) << err_.str();
  server_.put(*server_.find(kQuestion));  // Another version of the same.
  EXPECT_EQ(run_line({"docs", "--check"}), 0) << err_.str();
  const std::string page = folder_.read("catalog/README.md");
  EXPECT_TRUE(page.starts_with("# Tracker\n\n<!-- tracker:begin -->\n")) << page;
  EXPECT_TRUE(page.ends_with("<!-- tracker:end -->\n\nThe end.\n")) << page;
}

}  // namespace
}  // namespace cli
