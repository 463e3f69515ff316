#include "cluster/connect.h"

#include <gtest/gtest.h>

#include "base/fake_clock.h"
#include "base/temporary_folder.h"

namespace cluster {
namespace {

using base::ErrorCode;

class ConnectTest : public testing::Test {
 protected:
  std::string write(const std::string& name, const std::string& text) {
    return home_.write(name, text).string();
  }
  base::Result<std::unique_ptr<Connection>> connect_with(ConnectOptions options) {
    options.home = home_.path().string();
    return connect(options, clock_, random_);
  }

  const base::TemporaryFolder home_;
  base::FakeClock clock_;
  base::SeededRandom random_{1};
};

constexpr const char* kConfig =
    "current-context: a\n"
    "contexts: [{name: a, context: {cluster: c, user: u}}, {name: b, context: {cluster: d}}]\n"
    "clusters: [{name: c, cluster: {server: 'https://c:6443', certificate-authority: ca.pem}},\n"
    "           {name: d, cluster: {server: 'https://d:6443'}}]\n"
    "users: [{name: u, user: {tokenFile: token}}]\n";

TEST_F(ConnectTest, ReadsTheKubeconfigAndTheFilesBesideIt) {
  write(".kube/config", kConfig);
  write(".kube/ca.pem", "CA");
  write(".kube/token", "t\n");
  const auto connection = connect_with({}).value();
  EXPECT_EQ(connection->client().access().server, "https://c:6443");
  EXPECT_EQ(connection->client().access().ca_pem, "CA");
  EXPECT_EQ(connection->client().access().token, "t");
  EXPECT_EQ(connect_with({.context = "b"}).value()->client().access().server, "https://d:6443");
}

TEST_F(ConnectTest, TheFlagComesBeforeTheEnvironmentAndThatBeforeHome) {
  const auto config = [](const std::string& server) {
    return "current-context: x\ncontexts: [{name: x, context: {cluster: c}}]\n"
           "clusters: [{name: c, cluster: {server: 'https://" +
           server + "'}}]\n";
  };
  const std::string flag = write("flag", config("flag"));
  const std::string environment = write("environment", config("environment"));
  write(".kube/config", config("home"));
  const auto server = [&](const ConnectOptions& options) {
    return connect_with(options).value()->client().access().server;
  };
  EXPECT_EQ(server({.kubeconfig = flag, .kubeconfig_env = environment}), "https://flag");
  EXPECT_EQ(server({.kubeconfig_env = environment}), "https://environment");
  EXPECT_EQ(server({}), "https://home");
}

TEST_F(ConnectTest, WhatIsMissingIsNamed) {
  EXPECT_EQ(base::to_string(connect_with({}).error()),
            "error: no kubeconfig at " + (home_ / ".kube/config").string() +
                "\nhint: log in to the cluster first ('oc login'), or name one with --kubeconfig");
  write(".kube/config", kConfig);
  EXPECT_EQ(connect_with({}).error().message,
            (home_ / ".kube/config").string() + ": certificate-authority: " +
                (home_ / ".kube/ca.pem").string() + ": No such file or directory");
  const base::Error error = connect_with({.context = "c"}).error();
  EXPECT_EQ(error.code, ErrorCode::not_found);
  EXPECT_EQ(base::to_string(error), "error: unknown context 'c'\nhint: known contexts: a, b");
}

}  // namespace
}  // namespace cluster
