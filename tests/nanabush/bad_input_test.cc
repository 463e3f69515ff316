// Each bad input has its own message or status, and no page is half translated and called done.

#include <sys/stat.h>

#include "gateway/files.h"
#include "nanabush/harness.h"
#include "nanabush/process.h"

namespace nanabush_test {
namespace {

namespace v1 = ::nanabush::v1;
using base::ErrorCode;

TEST(BadInput, AnUpstreamThatIsNotThere) {
  Nanabush nanabush("http://127.0.0.1:1");
  const auto answer = nanabush.client()->unary("/nanabush.v1.TranslationService/Translate",
                                               page_request("job", kPage).SerializeAsString(),
                                               soon(std::chrono::milliseconds(800)));
  ASSERT_TRUE(answer) << answer.error().message;
  v1::TranslateResponse response;
  ASSERT_TRUE(response.ParseFromString(answer->message));
  EXPECT_FALSE(response.success());
  EXPECT_THAT(response.error_message(),
              testing::StartsWith("the deadline passed while no model server is ready: connect"));
  EXPECT_NE(audit_id_of(answer->metadata), "") << "a failed one has its entry too";
  EXPECT_EQ(nanabush.audit_entries().size(), 1U);
}

TEST(BadInput, AModelThatTheUpstreamDoesNotHave) {
  Model model;
  auto nanabush = Nanabush::prepared(model.url());
  nanabush->config().model = "other";
  nanabush->start();
  EXPECT_EQ(translate(*nanabush->client(), page_request("job", kPage)).error_message(),
            "no model server is ready: the model's server has no 'other'; it has sim");
}

TEST(BadInput, AFaultOfTheModelIsNoPage) {
  for (const vllmsim::FaultRow& row : vllmsim::fault_rows()) {
    if (row.fault == vllmsim::Fault::slow) continue;
    Model model;
    model.server().set_fault(row.fault);
    Nanabush nanabush(model.url());
    const auto answer =
        translate(*nanabush.client(), page_request("job", "Read the guide first.\n"));
    // What comes behind the answer that was asked for is not read.
    const bool good = row.fault == vllmsim::Fault::none || row.fault == vllmsim::Fault::overlong;
    EXPECT_EQ(answer.success(), good) << row.name;
    EXPECT_EQ(answer.translated_markdown(), good ? "Réád thé gúídé fírst.\n" : "") << row.name;
    EXPECT_EQ(answer.error_message().empty(), good) << row.name;
    EXPECT_EQ(nanabush.audit_entries().size(), 1U) << row.name;
  }
}

TEST(BadInput, AnEmptyPageIsAPage) {
  Model model;
  Nanabush nanabush(model.url());
  const auto answer = translate(*nanabush.client(), page_request("job", ""));
  EXPECT_TRUE(answer.success()) << answer.error_message();
  EXPECT_EQ(answer.translated_markdown(), "");
}

TEST(BadInput, APageOfTenMegabytes) {
  Model model;
  Nanabush nanabush(model.url());
  std::string page = "```\n";
  while (page.size() < (10U << 20)) page += "a line of code that nobody translates\n";
  const auto answer = translate(*nanabush.client(), page_request("job", page + "```\n"));
  EXPECT_FALSE(answer.success());
  EXPECT_THAT(answer.error_message(), testing::HasSubstr("a client takes at most 4194304"));
}

TEST(BadInput, InvalidUtf8IsNoMessage) {
  Model model;
  Nanabush nanabush(model.url());
  auto request = page_request("job", "caf?\n").SerializeAsString();
  request[request.find('?')] = '\xe9';
  const auto answer =
      nanabush.client()->unary("/nanabush.v1.TranslationService/Translate", request, soon());
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::invalid_argument);
  EXPECT_EQ(answer.error().message,
            "the message is no nanabush.v1.TranslateRequest (or holds invalid UTF-8)");
}

TEST(BadInput, ALanguageThatIsNone) {
  Model model;
  Nanabush nanabush(model.url());
  const auto client = nanabush.client();
  const auto answer = translate(*client, page_request("job", kPage, "klingonese-of-the-north"));
  EXPECT_FALSE(answer.success());
  EXPECT_EQ(answer.error_message(), "'klingonese-of-the-north' is no language that is known");
}

TEST(BadInput, WhatTheServersBeforeRefusedIsRefused) {
  Model model;
  Nanabush nanabush(model.url());
  const auto client = nanabush.client();
  const auto refusal = [&](const char* method, const std::string& message) {
    const auto answer =
        client->unary("/nanabush.v1.TranslationService/" + std::string(method), message, soon());
    EXPECT_FALSE(answer) << method;
    return answer ? ""
                  : base::facts(answer.error().code).name.data() + (": " + answer.error().message);
  };
  EXPECT_EQ(refusal("RegisterClient", ""), "invalid_argument: client_name is required");
  EXPECT_EQ(refusal("Heartbeat", ""), "invalid_argument: client_id is required");
  EXPECT_EQ(refusal("CheckTitle", ""), "invalid_argument: title is required");
  EXPECT_EQ(refusal("Translate", ""), "invalid_argument: job_id is required");
  auto request = page_request("job", kPage);
  request.set_target_language("");
  EXPECT_EQ(refusal("Translate", request.SerializeAsString()),
            "invalid_argument: target_language is required");
  request = page_request("job", kPage);
  request.clear_doc();
  EXPECT_EQ(refusal("Translate", request.SerializeAsString()), "invalid_argument: doc is required");
  request.set_primitive(v1::PRIMITIVE_TITLE);
  EXPECT_EQ(refusal("Translate", request.SerializeAsString()),
            "invalid_argument: title is required");
  request.set_primitive(v1::PRIMITIVE_UNSPECIFIED);
  EXPECT_EQ(refusal("Translate", request.SerializeAsString()),
            "invalid_argument: primitive is not one that is known");
  EXPECT_EQ(refusal("Translate", page_request(std::string(300, 'j'), kPage).SerializeAsString()),
            "invalid_argument: job_id is too long");
  EXPECT_EQ(refusal("Nothing", ""),
            "unimplemented: no method /nanabush.v1.TranslationService/Nothing");
}

TEST(BadInput, TheProgramSaysWhatIsWrongWithItsFiles) {
  const Folder folder;
  const std::string log = folder.path("log");
  ASSERT_TRUE(gateway::write_file(folder.path("config"), "listen: 127.0.0.1:0\nupstream: x\n"));
  auto ran = run({"serve", "--config", folder.path("config")}, log);
  EXPECT_EQ(ran.code, 2);
  EXPECT_THAT(ran.output, testing::HasSubstr("config:2:1: unknown key 'upstream'"));
  EXPECT_THAT(ran.output, testing::HasSubstr("upstreams"));

  ran = run({"serve"}, log);
  EXPECT_EQ(ran.code, 2);
  EXPECT_EQ(ran.output,
            "nanabush: error: no upstream is configured\n"
            "hint: give --upstream http://HOST:PORT of a vLLM\n");

  ran = run({"serve", "--listen", "127.0.0.1:0", "--upstream", "http://127.0.0.1:1", "--audit-dir",
             folder.path("audit"), "--audit-key", folder.path("none")},
            log);
  EXPECT_EQ(ran.code, 2);
  EXPECT_EQ(ran.output, "nanabush: error: audit log: cannot read " + folder.path("none") +
                            ": No such file or directory\n");

  ASSERT_TRUE(gateway::write_file(folder.path("garbage"), "PRIVATE+KEY+nonsense\n"));
  ran = run({"serve", "--listen", "127.0.0.1:0", "--upstream", "http://127.0.0.1:1", "--audit-dir",
             folder.path("audit"), "--audit-key", folder.path("garbage")},
            log);
  EXPECT_EQ(ran.code, 2);
  EXPECT_THAT(ran.output, testing::HasSubstr(folder.path("garbage")));
  EXPECT_THAT(ran.output, testing::Not(testing::HasSubstr("nonsense"))) << "it is a secret";

  ran = run({"translate", folder.path("none.md"), "--to", "es"}, log);
  EXPECT_EQ(ran.code, 2);
  EXPECT_EQ(ran.output, "nanabush: error: cannot read " + folder.path("none.md") +
                            ": No such file or directory\n");
}

}  // namespace
}  // namespace nanabush_test
