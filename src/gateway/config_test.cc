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

TEST(ConfigTest, TheSanitiserIsOffUnlessAskedFor) {
  EXPECT_TRUE(parse_config("workers: 3\n", "nanabush.yaml")->sanitiser.kinds.empty());
  const auto all = parse_config("sanitiser: {report: true}\n", "nanabush.yaml");
  ASSERT_TRUE(all) << all.error().message;
  EXPECT_EQ(all->sanitiser.kinds, translate::default_personal_kinds());
  EXPECT_TRUE(all->sanitiser.report);
  const auto two = parse_config("sanitiser: {kinds: [PHONE, NAME]}\n", "nanabush.yaml");
  ASSERT_TRUE(two) << two.error().message;
  EXPECT_EQ(two->sanitiser.kinds,
            (std::set{translate::PersonalKind::phone, translate::PersonalKind::name}));
  EXPECT_FALSE(two->sanitiser.report);
  EXPECT_EQ(error_of("sanitiser: {kinds: [EMAIL, phones]}\n"),
            "nanabush.yaml:1:28: no kind of personal data is 'phones'\n"
            "  1 | sanitiser: {kinds: [EMAIL, phones]}\n"
            "    |                            ^|did you mean 'PHONE'?");
  EXPECT_EQ(error_of("sanitiser: {kinds: [birthday]}\n"),
            "nanabush.yaml:1:21: no kind of personal data is 'birthday'\n"
            "  1 | sanitiser: {kinds: [birthday]}\n"
            "    |                     ^|the kinds are EMAIL PHONE CREDIT_CARD IBAN IP MAC "
            "SOCIAL_SECURITY_NUMBER NATIONAL_INSURANCE_NUMBER TAX_REFERENCE_NUMBER DRIVERS_LICENCE "
            "DATE_OF_BIRTH USERNAME PASSWORD TOKEN TWITTER SKYPE NAME URL");
  EXPECT_EQ(error_of("sanitiser: {kinds: []}\n"),
            "nanabush.yaml:1:20: 'kinds' must be a list of names\n"
            "  1 | sanitiser: {kinds: []}\n"
            "    |                    ^|leave out 'sanitiser' to hide nothing");
  EXPECT_EQ(error_of("sanitiser: {report: 1}\n"),
            "nanabush.yaml:1:21: 'report' must be true or false\n"
            "  1 | sanitiser: {report: 1}\n"
            "    |                     ^|");
}

TEST(ConfigTest, ADatasetNeedsASanitiserAndAPlace) {
  EXPECT_TRUE(Config().dataset.endpoint.empty()) << "nothing is written unless asked for";
  const auto config = parse_config(R"(dataset:
  endpoint: https://s3.example:9000
  bucket: pairs
  prefix: wiki/es
  region: eu-north-1
  accessKeyFile: a
  secretKeyFile: s
  caFile: c
  flushSeconds: 5
)",
                                   "nanabush.yaml");
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->dataset.prefix, "wiki/es");
  EXPECT_EQ(config->dataset.flush_seconds, 5);
  EXPECT_EQ(error_of("dataset: {bucket: pairs}\n"),
            "nanabush.yaml:1:10: a dataset needs an 'endpoint'\n"
            "  1 | dataset: {bucket: pairs}\n"
            "    |          ^|leave out 'dataset' to write nothing");
  EXPECT_EQ(error_of("dataset: {buckets: pairs}\n"),
            "nanabush.yaml:1:11: unknown key 'buckets'\n"
            "  1 | dataset: {buckets: pairs}\n"
            "    |           ^|did you mean 'bucket'?");

  Config whole = *config;
  whole.upstreams = {"http://vllm:8000"};
  whole.audit_dir = "d";
  whole.audit_key_file = "k";
  EXPECT_EQ(check_config(whole).error().message,
            "a dataset is configured without a sanitiser: only sanitised text is written");
  whole.sanitiser.kinds = {translate::PersonalKind::phone};
  EXPECT_TRUE(check_config(whole));
  const auto message = [&](std::string Config::Dataset::*field, const char* value) {
    Config changed = whole;
    changed.dataset.*field = value;
    const auto checked = check_config(changed);
    return checked ? "none" : checked.error().message;
  };
  using Dataset = Config::Dataset;
  EXPECT_EQ(message(&Dataset::endpoint, "https://s3.example/pairs"),
            "dataset.endpoint 'https://s3.example/pairs' is no http:// or https:// URL");
  EXPECT_EQ(message(&Dataset::endpoint, "s3.example"),
            "dataset.endpoint 's3.example' is no http:// or https:// URL");
  EXPECT_EQ(message(&Dataset::bucket, "My_Bucket"),
            "dataset.bucket 'My_Bucket' is no name of a bucket");
  EXPECT_EQ(message(&Dataset::prefix, "a/../b"), "dataset.prefix 'a/../b' is no prefix of keys");
  EXPECT_EQ(message(&Dataset::prefix, "a b"), "dataset.prefix 'a b' is no prefix of keys");
  EXPECT_EQ(message(&Dataset::region, ""), "dataset.region '' is no region");
  EXPECT_EQ(message(&Dataset::secret_key_file, ""),
            "dataset needs 'accessKeyFile' and 'secretKeyFile'");
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
