// The client of sse_relay_vs_nginx: PAGES pages translated at once, their tokens coming from the
// model's server by one of three ways. The first two cut the page and join the answers here, as
// nanabush does for the third, so that the same requests reach the model and the same pages come of
// it.
//
//   sse_bench http URL PAGES TURN           an HTTP proxy of the model's server (nginx), or that
//   server itself sse_bench relay HOST:PORT PAGES TURN    sse_relay: nanabush's relay without the
//   diode sse_bench nanabush HOST:PORT PAGES TURN the whole of nanabush
//
// TURN makes the pages' ids new, since nanabush remembers. Prints "tokens N" (as metered on the
// way; nanabush's are in its metrics) and "pages HASH".
#include <cstdio>
#include <functional>
#include <future>
#include <string>
#include <vector>

#include "audit/merkle.h"
#include "base/system_clock.h"
#include "gateway/config.h"
#include "gateway/grpc_client.h"
#include "gateway/upstream.h"
#include "nanabush/v1/translation.pb.h"
#include "net/curl_transport.h"
#include "translate/job.h"

namespace {

using nanabush::v1::TranslateChunk;
constexpr const char* kStream = "/nanabush.v1.TranslationService/TranslateStream";
constexpr int kParagraphs = 42;  // Four requests of nanabush's usual size.

net::Until soon() { return net::within(base::system_clock(), std::chrono::minutes(5)); }

/// Prose without links, numbers or code, the same for the same number: there is nothing to refuse.
std::string page(std::uint32_t number) {
  static const char* const kWords[] = {
      "about",  "after",  "before", "branch",  "build", "careful", "change",  "every",
      "follow", "garden", "house",  "journey", "large", "morning", "never",   "open",
      "people", "quiet",  "reader", "simple",  "table", "under",   "village", "water"};
  std::string text = "# A page of the garden\n\n";
  for (int paragraph = 0; paragraph < kParagraphs; ++paragraph) {
    text += "The";
    for (int word = 0; word < 60; ++word) {
      number = number * 1'664'525 + 1'013'904'223;  // Numerical Recipes' generator.
      text += std::string(" ") + kWords[(number >> 16) % std::size(kWords)];
    }
    text += ".\n\n";
  }
  return text;
}

struct Answer {
  std::string text;
  long tokens = 0;
};
using Ask = std::function<base::Result<Answer>(const translate::ModelRequest&)>;

/// Translates one page by asking for each of its requests; a Job's bytes are the same in any order.
base::Result<Answer> translate_by(const Ask& ask, const std::string& markdown) {
  translate::Job job = TRY(translate::Job::create(
      markdown, {.source_language = "en", .target_language = "es", .glossary = {}}));
  Answer whole;
  while (!job.done()) {
    std::vector<std::pair<std::uint64_t, std::future<base::Result<Answer>>>> flights;
    while (auto request = job.next_request()) {
      const std::uint64_t id = request->id;
      flights.emplace_back(id, std::async(std::launch::async, ask, std::move(*request)));
    }
    for (auto& [id, flight] : flights) {
      const Answer answer = TRY(flight.get());
      whole.tokens += answer.tokens;
      job.feed(id, answer.text);
      job.finish(id);
    }
  }
  whole.text = job.take_released();
  return whole;
}

TranslateChunk chunk(int index, std::string content, bool last) {
  TranslateChunk made;
  made.set_job_id("bench");
  made.set_chunk_index(index);
  made.set_content(std::move(content));
  made.set_is_final(last);
  return made;
}

/// The text of a stream's chunks; what it metered where it says so.
base::Result<Answer> stream(gateway::GrpcClient& client,
                            const std::vector<TranslateChunk>& chunks) {
  std::vector<std::string> messages;
  for (const TranslateChunk& one : chunks) messages.push_back(one.SerializeAsString());
  Answer answer;
  std::string error;
  const auto trailers = TRY(client.call(
      kStream, {{"nanabush-target-language", "es"}, {"nanabush-source-language", "en"}}, messages,
      [&](const std::string& bytes) {
        TranslateChunk piece;
        if (!piece.ParseFromString(bytes)) error = "no TranslateChunk";
        if (!piece.error_message().empty()) error = piece.error_message();
        answer.text += piece.content();
      },
      soon()));
  for (const auto& [name, value] : trailers) {
    if (name == "tokens") answer.tokens = std::stol(value);
  }
  if (!error.empty()) return base::Error{base::ErrorCode::internal, error};
  return answer;
}

/// A way of having a page translated.
using Way = std::function<base::Result<Answer>(const std::string& markdown, const std::string& id)>;

/// All pages at once. The status for main.
int run(const Way& way, int pages, const std::string& turn) {
  std::vector<std::future<base::Result<Answer>>> flights;
  for (int i = 0; i < pages; ++i) {
    flights.push_back(std::async(std::launch::async, way, page(static_cast<std::uint32_t>(i)),
                                 turn + "-" + std::to_string(i)));
  }
  long tokens = 0;
  std::string texts;
  for (auto& flight : flights) {
    const auto answer = flight.get();
    if (!answer) {
      std::fprintf(stderr, "sse_bench: %s\n", base::to_string(answer.error()).c_str());
      return 2;
    }
    tokens += answer->tokens;
    texts += answer->text;
  }
  std::printf("tokens %ld\npages %s\n", tokens, audit::sha256_hex(texts).c_str());
  return 0;
}

int run_http(const std::string& url, int pages, const std::string& turn) {
  const auto transport = net::make_curl_transport({}, base::system_clock());
  gateway::Upstream upstream(*transport, base::system_clock(), net::system_sleeper(),
                             {.urls = {url}});
  const Ask ask = [&](const translate::ModelRequest& request) -> base::Result<Answer> {
    Answer answer;
    const auto usage = TRY(upstream.complete(
        {request.system, request.user, 1 << 20, ""},
        [&](std::string_view text) {
          answer.text += text;
          return true;
        },
        soon()));
    answer.tokens = usage.completion_tokens;
    return answer;
  };
  return run(
      [&](const std::string& markdown, const std::string&) { return translate_by(ask, markdown); },
      pages, turn);
}

int run_grpc(const std::string& address, bool relay, int pages, const std::string& turn) {
  const auto at = gateway::parse_address(address);
  if (!at) return 2;
  const auto client =
      gateway::GrpcClient::connect(at->host, at->port, base::system_clock(), soon());
  if (!client) return 2;
  const Ask ask = [&](const translate::ModelRequest& request) {
    return stream(**client, {chunk(0, request.system, false), chunk(1, request.user, true)});
  };
  return run(
      [&](const std::string& markdown, const std::string& id) {
        if (relay) return translate_by(ask, markdown);
        TranslateChunk whole = chunk(0, markdown, true);
        whole.set_job_id(id);
        return stream(**client, {whole});
      },
      pages, turn);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) return 2;
  const std::string way = argv[1], where = argv[2], turn = argv[4];
  const int pages = std::atoi(argv[3]);
  return way == "http" ? run_http(where, pages, turn)
                       : run_grpc(where, way == "relay", pages, turn);
}
