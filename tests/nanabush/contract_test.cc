// The contract with an unchanged Glooscap, case by case: what its section on compatibility tests
// asks for, in its order and with its numbers. Cases that need the program itself (2, 3, 4, 10) and
// those about time are in contract_life_test.cc. Case 20 (the servers before this one as baselines)
// would need their Go code; what is checked of it is in simulated_client_test.cc: a server that
// does what they were seen to do, beside ours. A second of the simulated client is 100 ms here
// unless a test says otherwise.

#include <openssl/evp.h>

#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/text_format.h>

#include <future>

#include "base/encoding.h"
#include "base/test_paths.h"
#include "gateway/files.h"
#include "grpc/health/v1/health.pb.h"
#include "nanabush/harness.h"
#include "nanabush/tunnel.h"

namespace nanabush_test {
namespace {

namespace v1 = ::nanabush::v1;
using std::chrono::milliseconds;
using std::chrono::seconds;

std::string md5(std::string_view text) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  EVP_Digest(text.data(), text.size(), digest, &size, EVP_md5(), nullptr);
  return base::to_hex({reinterpret_cast<char*>(digest), size});
}

TEST(Contract, TheWireIsTheOneThatGlooscapWasBuiltWith) {
  google::protobuf::FileDescriptorSet set;
  auto* file = set.add_file();
  const auto* ours = v1::TranslateRequest::descriptor()->file();
  ours->CopyTo(file);
  ours->CopyJsonNameTo(file);
  file->clear_name();
  file->clear_options();
  file->mutable_options();  // Present and empty: the go_package is what was taken out.
  std::string text;
  ASSERT_TRUE(google::protobuf::TextFormat::PrintToString(set, &text));
  EXPECT_EQ(md5(text), "52125082ef12b2dd12024a64764a2906");
  // Case 20: the descriptor that both servers before this one were built with, where it can be had.
  if (const auto shared = base::shared_dir(SLIPWAY_SOURCE_DIR)) {
    const auto theirs =
        gateway::read_file((*shared / "facts" / "nanabush-v1.descriptor.txt").string());
    ASSERT_TRUE(theirs) << theirs.error().message;
    EXPECT_EQ(text, *theirs);
  } else {
    std::printf("without the reference material the descriptor is compared by its hash alone\n");
  }
}

TEST(Contract, Case01_AClientIsHealthyAfterItsFirstHeartbeat) {
  Model model;
  Nanabush nanabush(model.url());
  const auto client = nanabush.operator_client();
  EXPECT_EQ(client->status().status, "warning") << "registered, and no heartbeat yet";
  EXPECT_FALSE(client->status().client_id.empty());
  ASSERT_TRUE(wait_until([&] { return client->status().status == "healthy"; }));
  EXPECT_LE(client->status().heartbeats, 2);
  EXPECT_EQ(client->status().missed, 0);
  EXPECT_EQ(client->status().registrations, 1);
}

// Ten minutes of the client's time: its second is 20 ms, so twelve of ours.
TEST(Contract, Case06_HeartbeatsAreFastWhileEveryWorkerIsBusy) {
  constexpr milliseconds kTenMinutes = 600 * milliseconds(20);
  const auto end = base::system_clock().steady() + kTenMinutes;
  Model model(1);  // Eight milliseconds a token.
  auto nanabush = Nanabush::prepared(model.url());
  nanabush->config().workers = 4;
  nanabush->start();
  const auto client = nanabush->operator_client(milliseconds(20));
  std::vector<std::jthread> runners;
  for (int i = 0; i < 12; ++i) {  // Three times what is worked on at once.
    runners.emplace_back([&, i] {
      const auto runner = nanabush->client();
      for (int n = 0; base::system_clock().steady() < end; ++n) {
        const std::string job = "runner-" + std::to_string(i) + "-" + std::to_string(n);
        EXPECT_TRUE(translate(*runner, page_request(job, kPage)).success());
      }
    });
  }
  std::vector<std::future<bool>> slots;
  for (int i = 0; i < 2; ++i) {
    slots.push_back(std::async(std::launch::async, [&, i] {
      bool all = true;
      for (int n = 0; base::system_clock().steady() < end; ++n) {
        const std::string job = "slot-" + std::to_string(i) + "-" + std::to_string(n);
        all &= client->translate(job, kPage, "es").has_value();
      }
      return all;
    }));
  }
  runners.clear();  // Joins.
  for (auto& slot : slots) EXPECT_TRUE(slot.get());
  const auto status = client->status();
  EXPECT_GT(status.heartbeats, 300) << "one a second, had each second its whole 20 ms";
  EXPECT_EQ(status.heartbeats_failed, 0);
  EXPECT_LT(status.slowest_heartbeat, seconds(1));
  EXPECT_EQ(status.status, "healthy");
  std::printf("%d heartbeats under load, slowest %.2f ms\n", status.heartbeats,
              std::chrono::duration<double, std::milli>(status.slowest_heartbeat).count());
}

TEST(Contract, Case07_LargePagesComeBackOrAreRefusedInWords) {
  Model model;
  Nanabush nanabush(model.url());
  const auto client = nanabush.client();
  const auto page_of = [](std::size_t bytes) {
    std::string page = "# Numbers\n\n```\n";
    while (page.size() < bytes) page += "0123456789 abcdefghijklmnopqrstuvwxyz\n";
    return page + "```\n";
  };
  const std::string fits = page_of(4'089'446);  // 3.9 MiB.
  const auto large = translate(*client, page_request("large", fits));
  EXPECT_TRUE(large.success()) << large.error_message();
  EXPECT_GT(large.translated_markdown().size(), 4'089'000U);
  const auto larger = translate(*client, page_request("larger", page_of(5U << 20)));
  EXPECT_FALSE(larger.success());
  EXPECT_EQ(larger.translated_markdown(), "");
  EXPECT_THAT(larger.error_message(), testing::EndsWith("bytes; a client takes at most 4194304"));
}

TEST(Contract, Case08_InvalidUtf8FromTheModelNeverArrives) {
  Model model;
  model.server().set_fault(vllmsim::Fault::bad_utf8);
  Nanabush nanabush(model.url());
  const auto client = nanabush.client();
  // That the answer can be parsed says that it is valid UTF-8.
  const auto answer = translate(*client, page_request("bad", "Read the guide first.\n"));
  EXPECT_FALSE(answer.success());
  EXPECT_EQ(answer.translated_markdown(), "");
  EXPECT_EQ(answer.error_message(),
            "no block of the page could be translated; the model's answers did not pass the "
            "checks");
}

TEST(Contract, Case09_ADeadlineAndACancelReachTheModel) {
  Model model(1);
  Nanabush nanabush(model.url());
  const auto client = nanabush.client();
  const auto call = [&](const char* job, const net::Until& until) {
    return client->unary("/nanabush.v1.TranslationService/Translate",
                         page_request(job, long_page(60)).SerializeAsString(), until);
  };
  // Our answer comes before the caller's own deadline does.
  const auto late = call("late", soon(milliseconds(1200)));
  ASSERT_TRUE(late) << late.error().message;
  v1::TranslateResponse response;
  ASSERT_TRUE(response.ParseFromString(late->message));
  EXPECT_FALSE(response.success());
  EXPECT_EQ(response.translated_markdown(), "") << "no half page";
  EXPECT_NE(response.error_message(), "");
  EXPECT_TRUE(wait_until([&] { return model.server().running() == 0; }));

  std::stop_source stop;
  auto cancelled = std::async(std::launch::async, [&] {
    return call("cancelled", net::within(base::system_clock(), seconds(60), stop.get_token()));
  });
  ASSERT_TRUE(wait_until([&] { return model.server().running() > 0; }));
  stop.request_stop();
  EXPECT_EQ(cancelled.get().error().code, base::ErrorCode::cancelled);
  EXPECT_TRUE(wait_until([&] { return model.server().running() == 0; }));
  EXPECT_TRUE(wait_until([&] { return nanabush.metric("nanabush_jobs_running") == 0; }));
  EXPECT_EQ(nanabush.audit_entries().size(), 2U) << "each has its entry all the same";
}

TEST(Contract, Case11_FiftyRunnersThatLeaveWithoutAWordEvictNobody) {
  Model model;
  Nanabush nanabush(model.url());
  std::vector<std::jthread> runners;
  std::mutex mutex;
  std::vector<std::string> ids;
  for (int i = 0; i < 50; ++i) {
    runners.emplace_back([&, i] {
      const auto runner = nanabush.operator_client(seconds(1));
      const auto done = runner->translate("job-" + std::to_string(i), kPage, "fr-CA");
      EXPECT_TRUE(done) << done.error().message;
      const std::lock_guard lock(mutex);
      ids.push_back(runner->status().client_id);
    });
  }
  runners.clear();  // Joins; each left without closing anything.
  EXPECT_EQ(nanabush.metric("nanabush_clients"), 50);
  const auto client = nanabush.client();
  for (const std::string& id : ids) {
    v1::HeartbeatRequest beat;
    beat.set_client_id(id);
    beat.set_client_name("glooscap-translation-runner");
    const auto answer = client->unary("/nanabush.v1.TranslationService/Heartbeat",
                                      beat.SerializeAsString(), soon());
    ASSERT_TRUE(answer);
    v1::HeartbeatResponse response;
    ASSERT_TRUE(response.ParseFromString(answer->message));
    EXPECT_TRUE(response.success());
    EXPECT_FALSE(response.re_register_required());
  }
  EXPECT_TRUE(wait_until([&] { return nanabush.metric("nanabush_connections") == 1; }));
}

TEST(Contract, Case12_SecureTrueIsIgnoredByTheClientAndWorks) {
  Model model;
  Nanabush nanabush(model.url());
  gateway::GlooscapOptions options;
  options.port = nanabush.port();
  options.secure = true;
  options.second = milliseconds(100);
  const auto client = gateway::GlooscapClient::create(options, base::system_clock());
  ASSERT_TRUE(client) << client.error().message;
  EXPECT_TRUE((*client)->translate("job", kPage, "es"));
}

TEST(Contract, Case13_ThroughASidecarThatSpeaksMutualTls) {
  Model model;
  const Authority authority("mesh");
  const auto pair = authority.issue();
  auto nanabush = Nanabush::prepared(model.url());
  const Folder& folder = nanabush->folder();
  ASSERT_TRUE(gateway::write_file(folder.path("cert"), pair.certificate));
  ASSERT_TRUE(gateway::write_file(folder.path("tls-key"), pair.key));
  ASSERT_TRUE(gateway::write_file(folder.path("ca"), authority.certificate()));
  nanabush->config().mtls = {"127.0.0.1:0",
                             folder.path("cert"),
                             folder.path("tls-key"),
                             folder.path("ca"),
                             {"spiffe://cluster.local/ns/glooscap-system/sa/operator"}};
  nanabush->start();
  const Tunnel sidecar({nanabush->gateway().mtls_port()}, &pair);
  gateway::GlooscapOptions options;
  options.port = sidecar.port();
  options.second = milliseconds(100);
  const auto client = gateway::GlooscapClient::create(options, base::system_clock());
  ASSERT_TRUE(client) << client.error().message;
  EXPECT_TRUE((*client)->translate("job", kPage, "es"));
  EXPECT_TRUE(wait_until([&] { return (*client)->status().status == "healthy"; }));
}

TEST(Contract, Case15_OddTitlesAndLanguagesAreTaken) {
  Model model;
  Nanabush nanabush(model.url());
  const auto client = nanabush.client();
  int job = 0;
  for (const char* source : {"API", "EN", "en", "fr"}) {
    for (const char* target : {"pt-BR", "fr-CA", "es", "ar", "ja"}) {
      const auto answer =
          translate(*client, page_request("job-" + std::to_string(job++), kPage, target, source));
      EXPECT_TRUE(answer.success()) << source << " to " << target << ": " << answer.error_message();
      EXPECT_EQ(answer.translated_title(), "") << "an empty title stays empty";
      EXPECT_THAT(answer.translated_markdown(),
                  testing::HasSubstr("](https://wiki.example.com/guide)"));
    }
  }
}

TEST(Contract, Case16_TheSameJobTwiceIsTranslatedOnce) {
  Model model(1);
  Nanabush nanabush(model.url());
  const auto request = page_request("job", kPage);
  auto first = std::async(std::launch::async, [&] {
    return translate(*nanabush.client(), request).translated_markdown();
  });
  auto second = std::async(std::launch::async, [&] {
    return translate(*nanabush.client(), request).translated_markdown();
  });
  const std::string page = first.get();
  EXPECT_EQ(second.get(), page);
  EXPECT_EQ(translate(*nanabush.client(), request).translated_markdown(), page);
  EXPECT_EQ(nanabush.metric("nanabush_translations_total{outcome=\"ok\"}"), 1);
  EXPECT_EQ(nanabush.audit_entries().size(), 1U);
}

TEST(Contract, Case17_ADirectIdWithOtherContentIsAnotherJob) {
  Model model;
  Nanabush nanabush(model.url());
  const auto client = nanabush.client();
  const auto before = translate(*client, page_request("direct-1", "The first text.\n"));
  const auto after = translate(*client, page_request("direct-1", "Quite another text.\n"));
  EXPECT_TRUE(before.success() && after.success());
  EXPECT_NE(before.translated_markdown(), after.translated_markdown());
  EXPECT_EQ(nanabush.metric("nanabush_translations_total{outcome=\"ok\"}"), 2);
}

TEST(Contract, Case18_TheIntervalThatIsToldIsOneThatTheClientAdopts) {
  Model model;
  for (const int interval : {1, 300}) {
    auto nanabush = Nanabush::prepared(model.url());
    nanabush->config().heartbeat_seconds = interval;
    nanabush->start();
    EXPECT_EQ(nanabush->operator_client()->status().interval_seconds, interval);
  }
  for (const char* interval : {"0", "-1", "3600"}) {
    const auto config =
        gateway::parse_config("heartbeatSeconds: " + std::string(interval) + "\n", "nanabush.yaml");
    ASSERT_FALSE(config);
    EXPECT_THAT(config.error().message,
                testing::HasSubstr("'heartbeatSeconds' must be a whole number from 1 to 300"));
  }
}

std::string health_of(gateway::GrpcClient& client) {
  const auto answer = client.unary("/grpc.health.v1.Health/Check", "", soon());
  EXPECT_TRUE(answer);
  grpc::health::v1::HealthCheckResponse response;
  if (answer) {
    EXPECT_TRUE(response.ParseFromString(answer->message));
  }
  return grpc::health::v1::HealthCheckResponse::ServingStatus_Name(response.status());
}

TEST(Contract, Case19_HealthTellsOfTheModelAndHeartbeatsGoOn) {
  Model model;
  Nanabush nanabush(model.url());
  const auto client = nanabush.client();
  const auto glooscap = nanabush.operator_client();
  ASSERT_TRUE(wait_until([&] { return health_of(*client) == "SERVING"; }));
  std::vector<std::string> watched;
  std::mutex mutex;
  std::stop_source stop;
  std::jthread watcher([&] {
    const auto ended = nanabush.client()->call(
        "/grpc.health.v1.Health/Watch", {}, {""},
        [&](const std::string& bytes) {
          grpc::health::v1::HealthCheckResponse response;
          EXPECT_TRUE(response.ParseFromString(bytes));
          const std::lock_guard lock(mutex);
          watched.push_back(
              grpc::health::v1::HealthCheckResponse::ServingStatus_Name(response.status()));
        },
        net::within(base::system_clock(), seconds(60), stop.get_token()));
    EXPECT_FALSE(ended) << "a watch ends when its caller goes";
  });
  ASSERT_TRUE(wait_until([&] {
    const std::lock_guard lock(mutex);
    return watched.size() == 1;
  }));
  model.end();
  EXPECT_TRUE(wait_until([&] {
    const std::lock_guard lock(mutex);
    return watched.size() == 2;
  }));
  EXPECT_EQ(health_of(*client), "NOT_SERVING");
  const auto title = glooscap->check_title("A page", "es");
  ASSERT_TRUE(title);
  EXPECT_TRUE(title->first) << "an operator that is told no gives up for good, and a job waits";
  const int beats = glooscap->status().heartbeats;
  EXPECT_TRUE(wait_until([&] { return glooscap->status().heartbeats > beats + 2; }));
  EXPECT_EQ(glooscap->status().heartbeats_failed, 0);
  EXPECT_EQ(nanabush.operator_client()->status().registrations, 1);
  stop.request_stop();
  watcher.join();
  EXPECT_EQ(watched, (std::vector<std::string>{"SERVING", "NOT_SERVING"}));
}

TEST(Contract, AStreamAndACallGiveTheSameBytes) {
  Model model;
  Nanabush nanabush(model.url());
  const auto client = nanabush.client();
  for (const std::string& page : {std::string(kPage), long_page(40), std::string("One line.")}) {
    const auto whole = translate(*client, page_request("whole", page));
    const auto streamed = translate_stream(*client, "streamed", page);
    ASSERT_TRUE(streamed) << streamed.error().message;
    EXPECT_EQ(streamed->error, "");
    EXPECT_TRUE(streamed->final);
    EXPECT_EQ(streamed->page, whole.translated_markdown());
    EXPECT_FALSE(streamed->audit_id.empty());
  }
}

TEST(Contract, EachTranslationHasOneEntryAndNamesIt) {
  Model model;
  Nanabush nanabush(model.url());
  const auto client = nanabush.client();
  const auto entry_of = [&](const char* job, const char* to) {
    const auto answer =
        client->unary("/nanabush.v1.TranslationService/Translate",
                      page_request(job, "Read the guide.\n", to).SerializeAsString(), soon());
    EXPECT_TRUE(answer);
    return answer ? audit_id_of(answer->metadata) : "";
  };
  EXPECT_THAT(entry_of("made", "es"), testing::StartsWith("0-"));
  EXPECT_THAT(entry_of("failed", "klingonese-of-the-north"), testing::StartsWith("1-"));
  model.server().set_fault(vllmsim::Fault::bad_utf8);
  EXPECT_THAT(entry_of("lied to", "es"), testing::StartsWith("2-"));
  const auto streamed = translate_stream(*client, "streamed", "Read the guide.\n", "fr");
  ASSERT_TRUE(streamed);
  EXPECT_NE(streamed->error, "");
  EXPECT_THAT(streamed->audit_id, testing::StartsWith("3-"));
  EXPECT_EQ(streamed->page, "") << "not even the source that would have stood";
  EXPECT_EQ(nanabush.audit_entries().size(), 4U);
}

TEST(Contract, AStreamReleasesBlocksBeforeThePageIsDone) {
  Model model(4);
  Nanabush nanabush(model.url());
  const auto streamed = translate_stream(*nanabush.client(), "job", long_page(60));
  ASSERT_TRUE(streamed);
  EXPECT_GT(streamed->chunks, 10);
}

TEST(Contract, AStreamSaysWhatItWants) {
  Model model;
  Nanabush nanabush(model.url());
  const auto client = nanabush.client();
  v1::TranslateChunk chunk;
  chunk.set_content("Text.\n");
  const auto call = [&](const gateway::Headers& metadata) {
    return client
        ->call(
            "/nanabush.v1.TranslationService/TranslateStream", metadata,
            {chunk.SerializeAsString()}, [](const std::string&) {}, soon())
        .error()
        .message;
  };
  EXPECT_EQ(call({}), "the metadata has no nanabush-target-language");
  const gateway::Headers to_spanish = {{"nanabush-target-language", "es"}};
  EXPECT_EQ(call(to_spanish), "job_id is required");
  chunk.set_chunk_index(1);
  EXPECT_EQ(call(to_spanish), "chunk 0 is missing: chunks come in order from 0");
}

}  // namespace
}  // namespace nanabush_test
