#include "gateway/dataset_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/merkle.h"
#include "base/encoding.h"
#include "base/fake_clock.h"
#include "base/limits.h"
#include "doc/json.h"
#include "net/fake_sleeper.h"
#include "net/scripted_transport.h"

namespace gateway {
namespace {

constexpr std::chrono::seconds kSoon{20};

class DatasetWriterTest : public testing::Test {
 protected:
  DatasetWriterTest() {
    options.endpoint = "http://minio:9000";
    options.bucket = "pairs";
    options.prefix = "wiki";
    options.key = {"AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "us-east-1"};
    options.kinds = {translate::PersonalKind::phone, translate::PersonalKind::name};
  }
  std::unique_ptr<DatasetWriter> made() {
    return std::make_unique<DatasetWriter>(transport, clock, sleeper, random, log, options);
  }
  PairBatch batch(std::string prompt) const {
    return {"granite", "en", "es", clock.now(), {{std::move(prompt), "Llame a {{PHONE-1}}."}}};
  }
  /// Of the dataset number `n` that a writer begins.
  static std::string name(int n = 1) {
    base::SeededRandom same(7);
    std::string letters;
    for (int i = 0; i < n; ++i) letters = same.name_suffix(8);
    return "20260101T000000Z-" + letters;
  }
  static std::string put(const std::string& key, int n = 1) {
    return "PUT http://minio:9000/pairs/wiki/" + name(n) + "/" + key;
  }
  void expect_unfinished_nothing() const { EXPECT_EQ(transport.unfinished(), ""); }

  base::FakeClock clock;
  net::FakeSleeper sleeper{clock};
  base::SeededRandom random{7};
  net::ScriptedTransport transport{"a bucket"};
  std::string logged;
  Log log{clock, LogLevel::info, [this](std::string_view line) { logged += line; }};
  DatasetOptions options;
};

std::string sha256_of(std::string_view text) {
  return base::to_hex(audit::as_bytes(audit::sha256(text)));
}

TEST_F(DatasetWriterTest, WritesLinesAndAManifestThatFitsThem) {
  const auto writer = made();
  transport.expect(put("pairs-000001.jsonl")).reply(200, "");
  transport.expect(put("manifest.json")).reply(200, "");
  writer->add(batch("Call {{PHONE-1}}."));
  EXPECT_TRUE(writer->flush(kSoon));
  transport.expect(put("pairs-000002.jsonl")).reply(200, "");
  transport.expect(put("manifest.json")).reply(200, "");
  clock.advance(std::chrono::hours(1));
  writer->add(batch("Ask \"{{NAME-1}}\"."));
  EXPECT_TRUE(writer->flush(kSoon));
  expect_unfinished_nothing();

  const auto requests = transport.requests();
  EXPECT_EQ(requests[0].body,
            R"({"prompt":"Call {{PHONE-1}}.","response":"Llame a {{PHONE-1}}.","from":"en",)"
            R"("to":"es","model":"granite","time":"2026-01-01T00:00:00Z"})"
            "\n");
  const std::string second = requests[2].body;
  EXPECT_EQ(requests[3].body,
            "{\n  \"schemaVersion\": 1,\n  \"name\": \"" + name() +
                "\",\n  \"sanitised\": true,\n  \"kinds\": [\n    \"PHONE\",\n    \"NAME\"\n  ],\n"
                "  \"models\": [\n    \"granite\"\n  ],\n"
                "  \"from\": \"2026-01-01T00:00:00Z\",\n  \"to\": \"2026-01-01T01:00:00Z\",\n"
                "  \"pairs\": 2,\n  \"objects\": [\n    {\n"
                "      \"key\": \"pairs-000001.jsonl\",\n      \"sha256\": \"" +
                sha256_of(requests[0].body) +
                "\",\n      \"bytes\": " + std::to_string(requests[0].body.size()) +
                ",\n      \"pairs\": 1,\n      \"from\": \"2026-01-01T00:00:00Z\",\n"
                "      \"to\": \"2026-01-01T00:00:00Z\"\n    },\n    {\n"
                "      \"key\": \"pairs-000002.jsonl\",\n      \"sha256\": \"" +
                sha256_of(second) + "\",\n      \"bytes\": " + std::to_string(second.size()) +
                ",\n      \"pairs\": 1,\n      \"from\": \"2026-01-01T01:00:00Z\",\n"
                "      \"to\": \"2026-01-01T01:00:00Z\"\n    }\n  ]\n}\n");
  EXPECT_EQ(writer->counts().pairs_written, 2U);
  EXPECT_EQ(writer->counts().pairs_dropped, 0U);
  EXPECT_EQ(logged, "");
}

TEST_F(DatasetWriterTest, EachRequestIsSigned) {
  const auto writer = made();
  transport.expect(put("pairs-000001.jsonl")).reply(503, "SlowDown", {{"Retry-After", "9"}});
  transport.expect(put("pairs-000001.jsonl")).reply(200, "");
  transport.expect(put("manifest.json")).reply(200, "");
  writer->add(batch("Call {{PHONE-1}}."));
  EXPECT_TRUE(writer->flush(kSoon));
  expect_unfinished_nothing();
  EXPECT_GE(sleeper.waits().at(0), std::chrono::seconds(9));
  std::string last;
  for (net::Request request : transport.requests()) {
    const std::string told(net::header(request.headers, "authorization"));
    const std::string date(net::header(request.headers, "x-amz-date"));
    const std::string hash(net::header(request.headers, "x-amz-content-sha256"));
    EXPECT_EQ(hash, sha256_of(request.body));
    EXPECT_EQ(request.headers.back().first, "authorization");
    request.headers.pop_back();
    EXPECT_EQ(told, aws_authorization(options.key, request, date, hash));
    EXPECT_EQ(told.find(options.key.secret_key), std::string::npos);
    EXPECT_NE(told, std::exchange(last, told)) << "a retry is signed with its own time";
  }
}

TEST_F(DatasetWriterTest, ABucketThatIsDownCostsPairsAndNothingElse) {
  const auto writer = made();
  for (int i = 0; i < base::limits::kRequestAttemptsMax; ++i) {
    transport.expect(put("pairs-000001.jsonl")).refuse();
  }
  writer->add(batch("Call {{PHONE-1}}."));
  EXPECT_TRUE(writer->flush(kSoon)) << "nothing waits any more";
  EXPECT_EQ(writer->counts().pairs_dropped, 1U);
  EXPECT_THAT(logged, testing::HasSubstr(R"("event":"dataset_dropped","dataset":")" + name() +
                                         R"(","pairs":1,"why":"connect)"));
  // It goes on where it is back; what is lost is not in the manifest.
  transport.expect(put("pairs-000002.jsonl")).reply(200, "");
  transport.expect(put("manifest.json")).reply(200, "");
  writer->add(batch("Call {{PHONE-1}}."));
  EXPECT_TRUE(writer->flush(kSoon));
  expect_unfinished_nothing();
  EXPECT_EQ(transport.requests().back().body.find("pairs-000001"), std::string::npos);
  EXPECT_EQ(writer->counts().pairs_written, 1U);
}

TEST_F(DatasetWriterTest, ARefusalIsNotRepeated) {
  const auto writer = made();
  transport.expect(put("pairs-000001.jsonl")).reply(403, "<Error>SignatureDoesNotMatch</Error>");
  writer->add(batch("Call {{PHONE-1}}."));
  EXPECT_TRUE(writer->flush(kSoon));
  expect_unfinished_nothing();
  EXPECT_THAT(logged, testing::HasSubstr(R"("why":"the bucket answered 403")"));
  EXPECT_EQ(logged.find("PHONE"), std::string::npos);
}

TEST_F(DatasetWriterTest, AMissedManifestComesWithTheNextObject) {
  const auto writer = made();
  transport.expect(put("pairs-000001.jsonl")).reply(200, "");
  transport.expect(put("manifest.json")).reply(400, "");
  writer->add(batch("One {{PHONE-1}}."));
  EXPECT_TRUE(writer->flush(kSoon));
  EXPECT_THAT(logged, testing::HasSubstr("dataset_manifest_missed"));
  transport.expect(put("pairs-000002.jsonl")).reply(200, "");
  transport.expect(put("manifest.json")).reply(200, "");
  writer->add(batch("Two {{PHONE-1}}."));
  EXPECT_TRUE(writer->flush(kSoon));
  expect_unfinished_nothing();
  EXPECT_THAT(transport.requests().back().body, testing::HasSubstr("\"pairs-000001.jsonl\""));
  EXPECT_EQ(writer->counts().pairs_written, 2U);
}

TEST_F(DatasetWriterTest, AFullQueueDropsAndSaysSoOnce) {
  const std::size_t line = lines_of(batch("Call {{PHONE-1}}."))[0].size();
  options.waiting_bytes_max = 2 * line;
  const auto writer = made();
  for (int i = 0; i < 5; ++i) writer->add(batch("Call {{PHONE-1}}."));
  EXPECT_EQ(writer->counts().pairs_dropped, 3U);
  EXPECT_EQ(std::count(logged.begin(), logged.end(), '\n'), 1);
  EXPECT_THAT(logged, testing::HasSubstr("dataset_full"));
  transport.expect(put("pairs-000001.jsonl")).reply(200, "");
  transport.expect(put("manifest.json")).reply(200, "");
  EXPECT_TRUE(writer->flush(kSoon));
  expect_unfinished_nothing();
  EXPECT_EQ(writer->counts().pairs_written, 2U);
}

TEST_F(DatasetWriterTest, ObjectsAndManifestsHaveABound) {
  const std::size_t line = lines_of(batch("Call {{PHONE-1}}."))[0].size();
  options.object_bytes_max = 2 * line;
  options.objects_max = 1;
  transport.expect(put("pairs-000001.jsonl")).reply(200, "");
  transport.expect(put("manifest.json")).reply(200, "");
  transport.expect(put("pairs-000001.jsonl", 2)).reply(200, "");
  transport.expect(put("manifest.json", 2)).reply(200, "");
  const auto writer = made();
  PairBatch three = batch("Call {{PHONE-1}}.");
  three.pairs.resize(3, three.pairs[0]);
  writer->add(three);
  EXPECT_TRUE(writer->flush(kSoon));
  expect_unfinished_nothing();
  EXPECT_EQ(transport.requests()[0].body.size(), 2 * line);
  EXPECT_EQ(transport.requests()[2].body.size(), line);
}

TEST_F(DatasetWriterTest, EndingWithoutAFlushDropsAndCounts) {
  made()->add(batch("Call {{PHONE-1}}."));
  expect_unfinished_nothing();
  EXPECT_THAT(logged, testing::HasSubstr(R"("pairs":1,"why":"the gateway ended")"));
}

TEST_F(DatasetWriterTest, NothingIsWrittenWhereNothingCame) {
  EXPECT_TRUE(made()->flush(kSoon));
  expect_unfinished_nothing();
  EXPECT_TRUE(transport.requests().empty());
}

}  // namespace
}  // namespace gateway
