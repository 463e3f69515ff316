// Personal data: what the site asks to hide is in no prompt, and the page that comes back has it.

#include "doc/json.h"
#include "gateway/files.h"
#include "nanabush/collector.h"
#include "nanabush/harness.h"

namespace nanabush_test {
namespace {

constexpr const char* kSecretPage =
    "# Duty list\n\nMy name is Quetzal Coatl, my password: hunter2xyz is old.\n\n"
    "Call +44 20 7946 0958 when the cluster is down.\n\n"
    "| Who | Number |\n|---|---|\n| Quetzal Coatl | desk +44 20 7946 0958 |\n\n"
    "Pay to DE89 3704 0044 0532 0130 00, born on 4 July 1976, or hunter2xyz.\n";
constexpr const char* kSecrets[] = {"Quetzal", "Coatl",    "hunter2xyz", "7946",
                                    "DE89",    "0532 013", "July",       "1976"};

/// Answers as "pseudo" does and keeps every prompt.
class RecordingEngine final : public vllmsim::Engine {
 public:
  base::Result<std::string> answer(std::string_view system, std::string_view user) override {
    {
      const std::lock_guard lock(mutex_);
      prompts_ += std::string(system) + "\n" + std::string(user) + "\n";
    }
    return pseudo_->answer(system, user);
  }
  std::string prompts() {
    const std::lock_guard lock(mutex_);
    return prompts_;
  }

 private:
  std::unique_ptr<vllmsim::Engine> pseudo_ = std::move(vllmsim::make_engine("pseudo")).value();
  std::mutex mutex_;
  std::string prompts_;
};

struct SanitiserTest : testing::Test {
  RecordingEngine engine;
  std::unique_ptr<vllmsim::Server> model;
  std::unique_ptr<Nanabush> nanabush;

  void SetUp() override {
    vllmsim::ServerOptions options;
    options.latency.speed = 0;
    model = std::move(vllmsim::Server::start(engine, base::system_clock(), net::system_sleeper(),
                                             options))
                .value();
    nanabush = Nanabush::prepared("http://127.0.0.1:" + std::to_string(model->port()));
  }
  ::nanabush::v1::TranslateRequest request() const {
    auto request = page_request("job-1", kSecretPage);
    request.mutable_doc()->set_title("Notes of Quetzal Coatl");
    return request;
  }
};

TEST_F(SanitiserTest, WhatIsHiddenIsInNoPromptAndInThePage) {
  nanabush->config().sanitiser = {translate::default_personal_kinds(), true};
  nanabush->start();
  const auto client = nanabush->client();
  const auto response = translate(*client, request());
  const auto streamed = translate_stream(*client, "stream-1", kSecretPage);
  ASSERT_TRUE(streamed);
  const std::string expected =
      "# D\u00FAty l\u00EDst\n\n"
      "My n\u00E1m\u00E9 \u00EDs Quetzal Coatl, my p\u00E1ssw\u00F3\u00F3rd: hunter2xyz "
      "\u00EDs \u00F3\u00F3ld.\n\n"
      "C\u00E1ll +44 20 7946 0958 wh\u00E9n th\u00E9 cl\u00FAst\u00E9r \u00EDs d\u00F3\u00F3wn.\n\n"
      "| Wh\u00F3\u00F3 | N\u00FAmb\u00E9r |\n|---|---|\n"
      "| Quetzal Coatl | d\u00E9sk +44 20 7946 0958 |\n\n"
      "P\u00E1y t\u00F3\u00F3 DE89 3704 0044 0532 0130 00, b\u00F3\u00F3rn \u00F3\u00F3n "
      "4 July 1976, \u00F3\u00F3r hunter2xyz.\n";
  EXPECT_EQ(response.translated_markdown(), expected);
  EXPECT_EQ(response.translated_title(), "N\u00F3\u00F3t\u00E9s \u00F3\u00F3f Quetzal Coatl");
  EXPECT_EQ(streamed->page, expected) << "streaming and unary give the same bytes";
  const std::string prompts = engine.prompts();
  EXPECT_THAT(prompts, testing::HasSubstr("My name is {{NAME-1}}, my password: {{PASSWORD-1}}"));
  for (const char* secret : kSecrets) {
    EXPECT_EQ(prompts.find(secret), std::string::npos) << secret;
  }
}

TEST_F(SanitiserTest, TheReportHasKindsAndPlacesAndNoWords) {
  nanabush->config().sanitiser = {translate::default_personal_kinds(), true};
  nanabush->start();
  translate(*nanabush->client(), request());
  const auto entries = nanabush->audit_entries();
  ASSERT_EQ(entries.size(), 1U);
  const auto entry = doc::parse_json(entries[0], "entry");
  ASSERT_TRUE(entry && entry->find("hidden") != nullptr);
  EXPECT_EQ(doc::to_json(*entry->find("hidden")),
            R"({"counts":{"DATE_OF_BIRTH":1,"IBAN":1,"NAME":3,"PASSWORD":2,"PHONE":2},)"
            R"("page":[["NAME",24,37],["PASSWORD",52,62],["PHONE",77,93],["NAME",150,163],)"
            R"(["PHONE",171,187],["IBAN",198,225],["DATE_OF_BIRTH",235,246],)"
            R"(["PASSWORD",251,261]],"spansLeftOut":0,"title":[["NAME",9,22]]})");
  const std::string page = kSecretPage;
  EXPECT_EQ(page.substr(171, 16), "+44 20 7946 0958");
  EXPECT_EQ(page.substr(235, 11), "4 July 1976");
  EXPECT_EQ(page.substr(251, 10), "hunter2xyz");
  EXPECT_THAT(nanabush->logged(),
              testing::HasSubstr(R"("hidden":{"DATE_OF_BIRTH":1,"IBAN":1,"NAME":3,)"));
  EXPECT_EQ(nanabush->metric("nanabush_personal_data_hidden_total{kind=\"NAME\"}"), 3);
  const std::string written = entries[0] + nanabush->logged() + nanabush->metrics_text();
  for (const char* secret : kSecrets) {
    // Digits stand in times and hashes too.
    if (std::isalpha(static_cast<unsigned char>(secret[0])) == 0) continue;
    EXPECT_EQ(written.find(secret), std::string::npos) << secret;
  }
}

TEST_F(SanitiserTest, OffNothingIsHiddenAndNothingReported) {
  nanabush->start();
  const auto response = translate(*nanabush->client(), request());
  EXPECT_THAT(response.translated_markdown(), testing::HasSubstr("+44 20 7946 0958"));
  EXPECT_THAT(engine.prompts(), testing::HasSubstr("+44 20 7946 0958"));
  EXPECT_THAT(engine.prompts(), testing::Not(testing::HasSubstr("{{")));
  EXPECT_EQ(nanabush->audit_entries()[0].find("hidden"), std::string::npos);
  EXPECT_EQ(nanabush->logged().find("hidden"), std::string::npos);
}

TEST_F(SanitiserTest, WithoutTheReportNobodyIsToldWhatWasHidden) {
  nanabush->config().sanitiser = {{translate::PersonalKind::phone}, false};
  nanabush->start();
  translate(*nanabush->client(), request());
  EXPECT_THAT(engine.prompts(), testing::HasSubstr("Call {{PHONE-1}} when"));
  EXPECT_THAT(engine.prompts(), testing::HasSubstr("Quetzal"));
  EXPECT_EQ(nanabush->audit_entries()[0].find("hidden"), std::string::npos);
  EXPECT_EQ(nanabush->logged().find("\"hidden\""), std::string::npos);
}

struct DatasetTest : SanitiserTest {
  void prepare(const std::string& endpoint) {
    gateway::Config& config = nanabush->config();
    config.sanitiser = {translate::default_personal_kinds(), false};
    config.dataset.endpoint = endpoint;
    config.dataset.bucket = "pairs";
    config.dataset.access_key_file = nanabush->folder().path("access");
    config.dataset.secret_key_file = nanabush->folder().path("secret");
    config.dataset.flush_seconds = 3600;
    ASSERT_TRUE(gateway::write_file(config.dataset.access_key_file, "AKIAEXAMPLE\n"));
    ASSERT_TRUE(gateway::write_file(config.dataset.secret_key_file, "the-secret-key\n"));
  }
};

TEST_F(DatasetTest, ThePairsOfAPageAreWrittenAtTheDrainWithoutWhatWasHidden) {
  Collector bucket;
  prepare(bucket.url());
  nanabush->start();
  const auto response = translate(*nanabush->client(), request());
  EXPECT_THAT(response.translated_markdown(), testing::HasSubstr("hunter2xyz"));
  EXPECT_EQ(bucket.received(), "") << "off the path of translations";
  EXPECT_TRUE(nanabush->gateway().drain(std::chrono::seconds(20)));
  const std::string received = bucket.received();
  EXPECT_THAT(received, testing::HasSubstr("PUT /pairs/20"));
  EXPECT_THAT(received, testing::HasSubstr("/pairs-000001.jsonl HTTP/1.1"));
  EXPECT_THAT(received, testing::HasSubstr("/manifest.json HTTP/1.1"));
  EXPECT_THAT(received, testing::HasSubstr("Credential=AKIAEXAMPLE/"));
  EXPECT_THAT(received,
              testing::HasSubstr(R"({"prompt":"Call {{PHONE-1}} when the cluster is down.",)"
                                 R"("response":"C)"));
  EXPECT_THAT(received, testing::HasSubstr("\"pairs\": 9"));
  for (const char* secret : kSecrets) {
    if (std::isalpha(static_cast<unsigned char>(secret[0])) == 0) continue;
    EXPECT_EQ(received.find(secret), std::string::npos) << secret;
  }
  EXPECT_EQ(received.find("the-secret-key"), std::string::npos);
  EXPECT_EQ(nanabush->metric("nanabush_dataset_pairs_written_total"), 9);
  EXPECT_EQ(nanabush->metric("nanabush_dataset_pairs_dropped_total"), 0);
}

TEST_F(DatasetTest, ABucketThatIsDownStopsNoTranslation) {
  prepare("http://127.0.0.1:1");
  nanabush->start();
  const auto response = translate(*nanabush->client(), request());
  EXPECT_TRUE(response.success());
  EXPECT_THAT(response.translated_markdown(), testing::HasSubstr("hunter2xyz"));
  EXPECT_FALSE(nanabush->gateway().drain(std::chrono::milliseconds(1500)))
      << "the pairs could not be written in time";
  nanabush->stop();
  EXPECT_THAT(nanabush->logged(), testing::HasSubstr(R"("event":"dataset_dropped")"));
  EXPECT_THAT(nanabush->logged(), testing::HasSubstr(R"("pairs":9,)"));
}

TEST_F(DatasetTest, NothingIsWrittenUnlessAskedFor) {
  Collector bucket;
  prepare(bucket.url());
  nanabush->config().dataset = {};
  nanabush->start();
  translate(*nanabush->client(), request());
  EXPECT_TRUE(nanabush->gateway().drain(std::chrono::seconds(20)));
  EXPECT_EQ(bucket.received(), "");
  EXPECT_EQ(nanabush->metrics_text().find("dataset"), std::string::npos);
}

TEST_F(DatasetTest, WithoutASanitiserItIsRefused) {
  prepare("http://127.0.0.1:1");
  nanabush->config().sanitiser = {};
  const auto checked = gateway::check_config(nanabush->config());
  ASSERT_FALSE(checked);
  EXPECT_EQ(base::to_string(checked.error()),
            "error: a dataset is configured without a sanitiser: only sanitised text is written\n"
            "hint: add 'sanitiser', with the 'kinds' of personal data to hide");
}

TEST_F(SanitiserTest, WhatAPowerLossCutOffIsLogged) {
  nanabush->start();
  translate(*nanabush->client(), request());
  const std::string before = nanabush->logged();
  EXPECT_EQ(before.find("audit_log_torn"), std::string::npos);
  nanabush->stop();
  // The journal of an idle log is gone: what is torn stands in a new one.
  const std::string journal = nanabush->config().audit_dir + "/journal";
  std::filesystem::create_directories(journal);
  ASSERT_TRUE(gateway::write_file(journal + "/1", "half a record"));
  nanabush->start();
  EXPECT_THAT(
      nanabush->logged(),
      testing::HasSubstr(R"("level":"warning","event":"audit_log_torn","bytes":13,"entries":1)"));
}

}  // namespace
}  // namespace nanabush_test
