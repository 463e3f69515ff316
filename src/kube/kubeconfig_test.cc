#include "kube/kubeconfig.h"

#include <gtest/gtest.h>

#include <map>

namespace kube {
namespace {

using base::Error;
using base::ErrorCode;
using base::Result;

using Files = std::map<std::string, std::string>;

FileReader reader(Files files) {
  return [files = std::move(files)](const std::string& path) -> Result<std::string> {
    const auto found = files.find(path);
    if (found == files.end()) return Error{ErrorCode::not_found, path + ": no such file"};
    return found->second;
  };
}

constexpr const char* kFirst = R"(
apiVersion: v1
kind: Config
current-context: prod
contexts:
- {name: prod, context: {cluster: c, user: u, namespace: nanabush-ai}}
- {name: lab, context: {cluster: lab, user: files}}
- {name: adrift, context: {cluster: nowhere, user: u}}
- {name: nobody, context: {cluster: c, user: ghost}}
- {name: plugin, context: {cluster: c, user: plugin}}
clusters:
- name: c
  cluster: {server: "https://api.example.com:6443/", certificate-authority-data: Q0E=}
- name: lab
  cluster:
    server: https://10.0.0.1:6443
    certificate-authority: ca.crt
    tls-server-name: kubernetes
    insecure-skip-tls-verify: false
    proxy-url: http://proxy:3128
users:
- {name: u, user: {token: secret}}
- {name: files, user: {client-certificate: pki/me.crt, client-key: /abs/me.key, tokenFile: token}}
- {name: plugin, user: {exec: {command: aws}}}
- {name: half, user: {client-certificate: pki/me.crt}}
)";

const Files kFiles = {
    {"/home/me/.kube/config", kFirst},      {"/home/me/.kube/ca.crt", "CA FILE"},
    {"/home/me/.kube/pki/me.crt", "CERT"},  {"/abs/me.key", "KEY"},
    {"/home/me/.kube/token", "rotating\n"},
};

Result<ClusterAccess> access(std::string_view context) {
  const FileReader read = reader(kFiles);
  return Kubeconfig::load({"/home/me/.kube/config"}, read).value().access(context, read);
}

TEST(KubeconfigTest, TheCurrentContext) {
  const ClusterAccess a = access("").value();
  EXPECT_EQ(a.context, "prod");
  EXPECT_EQ(a.server, "https://api.example.com:6443");
  EXPECT_EQ(a.namespace_name, "nanabush-ai");
  EXPECT_EQ(a.user, "u");
  EXPECT_EQ(a.ca_pem, "CA");
  EXPECT_EQ(a.token, "secret");
  EXPECT_FALSE(a.insecure);
}

TEST(KubeconfigTest, FilesAreFoundBesideTheKubeconfig) {
  const ClusterAccess a = access("lab").value();
  EXPECT_EQ(a.ca_pem, "CA FILE");
  EXPECT_EQ(a.tls_server_name, "kubernetes");
  EXPECT_EQ(a.proxy_url, "http://proxy:3128");
  EXPECT_EQ(a.client_certificate_pem, "CERT");
  EXPECT_EQ(a.client_key_pem, "KEY");
  EXPECT_EQ(a.token, "rotating");
  EXPECT_EQ(a.token_file, "/home/me/.kube/token");
  EXPECT_EQ(a.namespace_name, "default");
}

TEST(KubeconfigTest, OfSeveralFilesTheFirstThatHasAnEntryWins) {
  const FileReader read = reader({
      {"/a", "{current-context: '', contexts: [{name: x, context: {cluster: c}}]}"},
      {"/b",
       "{current-context: x, contexts: [{name: x, context: {cluster: other}}],"
       " clusters: [{name: c, cluster: {server: 'https://first'}}]}"},
      {"/c", "{clusters: [{name: c, cluster: {server: 'https://second'}}]}"},
      {"/empty", ""},
  });
  const Kubeconfig config =
      Kubeconfig::load(Kubeconfig::paths("/a:/missing:/empty:/b:/c", "/home/me"), read).value();
  EXPECT_EQ(config.context_names(), std::vector<std::string>{"x"});
  EXPECT_EQ(config.access("", read).value().server, "https://first");
}

TEST(KubeconfigTest, WhereItLooks) {
  EXPECT_EQ(Kubeconfig::paths("", "/home/me"), std::vector<std::string>{"/home/me/.kube/config"});
  EXPECT_EQ(Kubeconfig::paths("a::b", "/home/me"), (std::vector<std::string>{"a", "b"}));
  EXPECT_TRUE(Kubeconfig::paths("", "").empty());
}

TEST(KubeconfigTest, AnUnknownContextNamesTheKnownOnes) {
  EXPECT_EQ(base::to_string(access("prd").error()),
            "error: unknown context 'prd'\nhint: did you mean 'prod'?");
  EXPECT_EQ(base::to_string(access("something-else").error()),
            "error: unknown context 'something-else'\n"
            "hint: known contexts: adrift, lab, nobody, plugin, prod");
  EXPECT_EQ(access("prd").error().code, ErrorCode::not_found);
}

TEST(KubeconfigTest, DanglingNamesAreTold) {
  EXPECT_EQ(access("adrift").error().message,
            "/home/me/.kube/config: context 'adrift' names cluster 'nowhere', which is not there");
  EXPECT_EQ(access("nobody").error().message,
            "/home/me/.kube/config: context 'nobody' names user 'ghost', which is not there");
}

TEST(KubeconfigTest, CredentialProgramsAreRefusedWithAWayOut) {
  const Error error = access("plugin").error();
  EXPECT_EQ(error.code, ErrorCode::unimplemented);
  EXPECT_EQ(base::to_string(error),
            "error: /home/me/.kube/config: user 'plugin' gets its credentials from a program "
            "('exec'), which slipway does not run\n"
            "hint: log in with 'oc login', or use a service account: kubectl create token NAME");
}

TEST(KubeconfigTest, WhatIsMissingIsNamed) {
  EXPECT_EQ(base::to_string(Kubeconfig::load({"/nope"}, reader({})).error()),
            "error: no kubeconfig at /nope\n"
            "hint: log in to the cluster first ('oc login'), or name one with --kubeconfig");
  EXPECT_EQ(Kubeconfig::load({}, reader({})).error().message,
            "no kubeconfig: neither KUBECONFIG nor HOME is set");
  EXPECT_EQ(Kubeconfig::load({"/f"}, reader({{"/f", "kind: Pod"}})).error().message,
            "/f is no kubeconfig: its kind is 'Pod', not 'Config'");
  EXPECT_EQ(Kubeconfig::load({"/f"}, reader({{"/f", "just text"}})).error().message,
            "/f is no kubeconfig: it holds a string, not a map");
  const FileReader read = reader({{"/f", "contexts: [{name: a, context: {}}]"}});
  EXPECT_EQ(base::to_string(Kubeconfig::load({"/f"}, read).value().access("", read).error()),
            "error: the kubeconfig has no current context\nhint: name one with --context: a");
}

TEST(KubeconfigTest, BrokenEntriesAreNamedWithTheirFile) {
  const auto message = [](std::string_view cluster, std::string_view user) {
    const FileReader read = reader(
        {{"/f",
          "current-context: x\ncontexts: [{name: x, context: {cluster: c, user: u}}]\n"
          "clusters: [{name: c, cluster: " +
              std::string(cluster) + "}]\nusers: [{name: u, user: " + std::string(user) + "}]\n"}});
    return Kubeconfig::load({"/f"}, read).value().access("", read).error().message;
  };
  EXPECT_EQ(message("{server: 'api:6443'}", "{}"), "/f: cluster 'c': server 'api:6443' is no URL");
  EXPECT_EQ(message("{server: 'https://a', certificate-authority-data: '!'}", "{}"),
            "/f: certificate-authority-data is no base64");
  EXPECT_EQ(message("{server: 'https://a', certificate-authority: gone.crt}", "{}"),
            "/f: certificate-authority: /gone.crt: no such file");
  EXPECT_EQ(message("{server: 'https://a'}", "{client-key-data: S0VZ}"),
            "/f: user 'u' has only one of client-certificate and client-key");
}

}  // namespace
}  // namespace kube
