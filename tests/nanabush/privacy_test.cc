// Content is in no log, no metric, no trace and no audit entry. A page full of canaries goes
// through every way that a translation can end, and everything that is written is searched for
// them.

#include "doc/json.h"
#include "gateway/files.h"
#include "gateway/traces.h"
#include "nanabush/collector.h"
#include "nanabush/harness.h"

namespace nanabush_test {
namespace {

constexpr const char* kCanaryPage =
    "# Quetzalcoatl payroll\n\nThe Quetzalcoatl budget is in the "
    "[sheet](https://quetzalcoatl.example/x), "
    "token ol_api_quetzalcoatl0123456789.\n\n`quetzalcoatl()` is code.\n";

TEST(Privacy, NoContentInLogsMetricsTracesOrTheAuditLog) {
  Collector collector;
  Model model;
  auto nanabush = Nanabush::prepared(model.url());
  nanabush->config().otlp_endpoint = collector.url();
  nanabush->config().log_level = "debug";
  nanabush->start();
  const auto client = nanabush->client();
  int job = 0;
  for (const vllmsim::FaultRow& row : vllmsim::fault_rows()) {
    model.server().set_fault(row.fault);
    auto request = page_request("job-" + std::to_string(job++), kCanaryPage);
    request.mutable_doc()->set_title("Quetzalcoatl");
    translate(*client, request);
    ASSERT_TRUE(translate_stream(*client, "stream-" + std::to_string(job), kCanaryPage));
  }
  const auto count = static_cast<std::size_t>(2 * job);
  ASSERT_TRUE(wait_until([&] {
    const std::string text = collector.received();
    std::size_t spans = 0;
    for (auto at = text.find("\"spanId\""); at != std::string::npos;
         at = text.find("\"spanId\"", at + 1)) {
      ++spans;
    }
    return spans == count;
  }));
  std::string audit;
  for (const std::string& entry : nanabush->audit_entries()) audit += entry + "\n";
  const std::pair<const char*, std::string> written[] = {{"logs", nanabush->logged()},
                                                         {"metrics", nanabush->metrics_text()},
                                                         {"traces", collector.received()},
                                                         {"audit log", audit}};
  for (const auto& [what, text] : written) {
    EXPECT_GT(text.size(), 500U) << what;
    std::string lower = text;
    for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    EXPECT_EQ(lower.find("quetz"), std::string::npos) << what;
    EXPECT_EQ(lower.find("payroll"), std::string::npos) << what;
    EXPECT_EQ(lower.find("ol_api"), std::string::npos) << what;
  }
}

TEST(Privacy, ATraceGoesOnFromTheCallersToTheModels) {
  gateway::TranslationRecord record;
  record.job_id = "job";
  record.traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  record.parent_span = "00f067aa0ba902b7";
  record.outcome = "ok";
  record.began = base::WallTime(std::chrono::seconds(1'767'225'600));
  record.seconds = 1.5;
  const auto json = doc::parse_json(gateway::otlp_json({record}), "otlp");
  ASSERT_TRUE(json);
  const std::string text = gateway::otlp_json({record});
  EXPECT_THAT(text, testing::HasSubstr("\"traceId\":\"0af7651916cd43dd8448eb211c80319c\""));
  EXPECT_THAT(text, testing::HasSubstr("\"spanId\":\"b7ad6b7169203331\""));
  EXPECT_THAT(text, testing::HasSubstr("\"parentSpanId\":\"00f067aa0ba902b7\""));
  EXPECT_THAT(text, testing::HasSubstr("\"startTimeUnixNano\":\"1767225600000000000\""));
  EXPECT_THAT(text, testing::HasSubstr("\"endTimeUnixNano\":\"1767225601500000000\""));
}

}  // namespace
}  // namespace nanabush_test
