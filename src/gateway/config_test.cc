#include "gateway/config.h"

#include <gtest/gtest.h>

#include <fstream>

namespace gateway {
namespace {

std::string error_of(const char* text) {
  const auto config = parse_config(text, "nanabush.yaml");
  return config ? "none" : config.error().message + "|" + config.error().hint;
}

TEST(ConfigTest, TheExampleIsOne) {
  std::ifstream file(std::string(SLIPWAY_SOURCE_DIR) + "/examples/nanabush.yaml");
  const std::string text(std::istreambuf_iterator<char>(file), {});
  const auto config = parse_config(text, "nanabush.yaml");
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_TRUE(check_config(*config));
}

TEST(ConfigTest, ReadsEveryKey) {
  const auto config = parse_config(R"(listen: 0.0.0.0:50051
mtls:
  listen: 0.0.0.0:50052
  certificateFile: a
  keyFile: b
  clientCAFile: c
  clientCRLFile: crl
  allowedNames: ["spiffe://cluster.local/ns/glooscap/sa/operator"]
metricsListen: 0.0.0.0:9090
upstreams: ["http://vllm:8000"]
model: granite
bearerFile: d
audit: {dir: e, keyFile: f, origin: g}
workers: 3
heartbeatSeconds: 7
hedgeAfterMilliseconds: 250
glossary:
  - {source: Slipway, required: Slipway}
  - {source: node, forbidden: [nudo]}
)",
                                   "nanabush.yaml");
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->mtls.allowed_names.size(), 1U);
  EXPECT_EQ(config->workers, 3);
  EXPECT_EQ(config->glossary[1].forbidden[0], "nudo");
  EXPECT_TRUE(check_config(*config));
}

TEST(ConfigTest, SaysWhatIsWrongAndWhere) {
  EXPECT_EQ(error_of("upstream: [x]\n"),
            "nanabush.yaml:1:1: unknown key 'upstream'\n"
            "  1 | upstream: [x]\n"
            "    | ^|did you mean 'upstreams'?");
  EXPECT_EQ(error_of("workers: many\n"),
            "nanabush.yaml:1:10: 'workers' must be a whole number from 1 to 256\n"
            "  1 | workers: many\n"
            "    |          ^|");
  EXPECT_EQ(error_of("mtls:\n  listen: 5\n"),
            "nanabush.yaml:2:11: 'listen' must be a string\n"
            "  2 |   listen: 5\n"
            "    |           ^|");
}

TEST(ConfigTest, RefusesWhatCouldNotWork) {
  Config config;
  EXPECT_EQ(check_config(config).error().message, "no upstream is configured");
  config.upstreams = {"http://vllm:8000/v1"};
  EXPECT_EQ(check_config(config).error().message, "upstream 'http://vllm:8000/v1' has a path");
  config.upstreams = {"ftp://vllm"};
  EXPECT_EQ(check_config(config).error().message,
            "upstream 'ftp://vllm' is no http:// or https:// URL");
  config.upstreams = {"http://vllm:8000"};
  EXPECT_EQ(check_config(config).error().message,
            "no audit log is configured: nothing is translated without one");
  config.audit_dir = "d";
  config.audit_key_file = "k";
  EXPECT_TRUE(check_config(config));
  config.mtls.listen = "0.0.0.0:1";
  EXPECT_EQ(check_config(config).error().message,
            "mtls.allowedNames is empty: nobody could connect");
  config.mtls.listen.clear();
  config.listen = "50051";
  EXPECT_EQ(check_config(config).error().message, "'50051' is no address: want HOST:PORT");
}

TEST(ConfigTest, Addresses) {
  EXPECT_EQ(parse_address("[::1]:7")->host, "::1");
  EXPECT_EQ(parse_address("1.2.3.4:65535")->port, 65535);
  for (const char* bad : {"", ":", ":1", "a:", "a:65536", "a:1x", "a:-1"}) {
    EXPECT_FALSE(parse_address(bad)) << bad;
  }
}

}  // namespace
}  // namespace gateway
