#include "nanabush/harness.h"

#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include "audit/note.h"
#include "audit/storage.h"
#include "audit/verify.h"
#include "base/strings.h"
#include "base/system_random.h"
#include "gateway/files.h"
#include "gateway/service.h"
#include "net/curl_transport.h"

namespace nanabush_test {

namespace v1 = ::nanabush::v1;

Folder::Folder() {
  std::string name = (std::filesystem::temp_directory_path() / "nanabush-test-XXXXXX").string();
  CHECK(mkdtemp(name.data()) != nullptr);
  path_ = name;
}

Folder::~Folder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

bool wait_until(const std::function<bool()>& happened, std::chrono::milliseconds most) {
  const auto end = base::system_clock().steady() + most;
  while (!happened()) {
    if (base::system_clock().steady() > end) return false;
    net::system_sleeper().sleep(std::chrono::milliseconds(5), {});
  }
  return true;
}

Model::Model(double speed, std::uint16_t port) {
  engine_ = std::move(vllmsim::make_engine("pseudo")).value();
  vllmsim::ServerOptions options;
  options.port = port;
  options.latency.speed = speed;
  server_ = std::move(vllmsim::Server::start(*engine_, base::system_clock(), net::system_sleeper(),
                                             options))
                .value();
}

Nanabush::Nanabush(Unstarted) {
  const auto signer = audit::Signer::from_seed("test.local/audit", std::string(32, 's')).value();
  CHECK(gateway::write_file(folder_.path("key"), signer.secret_text()));
  config_.listen = "127.0.0.1:0";
  config_.metrics_listen = "127.0.0.1:0";
  config_.audit_dir = folder_.path("audit");
  config_.audit_key_file = folder_.path("key");
  config_.audit_origin = "test.local/audit";
  config_.heartbeat_seconds = 1;
  log_ = std::make_unique<gateway::Log>(base::system_clock(), gateway::LogLevel::debug,
                                        [this](std::string_view line) {
                                          const std::lock_guard lock(mutex_);
                                          logged_ += line;
                                        });
}

Nanabush::Nanabush(std::vector<std::string> upstreams) : Nanabush(Unstarted{}) {
  config_.upstreams = std::move(upstreams);
  start();
}

std::unique_ptr<Nanabush> Nanabush::prepared(const std::string& upstream) {
  std::unique_ptr<Nanabush> made(new Nanabush(Unstarted{}));
  made->config_.upstreams = {upstream};
  return made;
}

void Nanabush::start() {
  auto started =
      gateway::start_gateway(config_, base::system_clock(), base::system_random(), *log_);
  ASSERT_TRUE(started) << base::to_string(started.error());
  gateway_ = std::move(*started);
}

std::string Nanabush::logged() const {
  const std::lock_guard lock(mutex_);
  return logged_;
}

std::string Nanabush::metrics_text() const {
  const auto transport = net::make_curl_transport({}, base::system_clock());
  const std::string url =
      "http://127.0.0.1:" + std::to_string(gateway_->metrics_port()) + "/metrics";
  const auto answer = net::send(*transport, {"GET", url}, {soon()});
  EXPECT_TRUE(answer && answer->status == 200);
  return answer ? answer->body : "";
}

double Nanabush::metric(const std::string& line) const {
  const std::string text = "\n" + metrics_text();
  const auto at = text.find("\n" + line + " ");
  return at == std::string::npos ? 0 : std::atof(text.c_str() + at + line.size() + 2);
}

std::vector<std::string> Nanabush::audit_entries() const {
  const auto signer = audit::Signer::from_seed("test.local/audit", std::string(32, 's')).value();
  auto storage = audit::FolderStorage::open(config_.audit_dir).value();
  std::vector<std::string> entries;
  const auto checkpoint = audit::verify_log(
      storage, signer.verifier(),
      [&](std::uint64_t, std::string_view entry) { entries.emplace_back(entry); });
  EXPECT_TRUE(checkpoint) << checkpoint.error().message;
  return entries;
}

std::unique_ptr<gateway::GlooscapClient> Nanabush::operator_client(
    std::chrono::milliseconds second) {
  gateway::GlooscapOptions options;
  options.port = port();
  options.second = second;
  auto made = gateway::GlooscapClient::create(options, base::system_clock());
  EXPECT_TRUE(made) << base::to_string(made.error());
  return std::move(made).value();
}

std::unique_ptr<gateway::GrpcClient> Nanabush::client() const { return connect_to(port()); }

net::Until soon(std::chrono::milliseconds time) { return net::within(base::system_clock(), time); }

std::unique_ptr<gateway::GrpcClient> connect_to(std::uint16_t port) {
  return std::move(gateway::GrpcClient::connect("127.0.0.1", port, base::system_clock(), soon()))
      .value();
}

v1::TranslateRequest page_request(const std::string& job, const std::string& markdown,
                                  const std::string& to, const std::string& from) {
  v1::TranslateRequest request;
  request.set_job_id(job);
  request.set_namespace_("glooscap-system");
  request.set_primitive(v1::PRIMITIVE_DOC_TRANSLATE);
  request.mutable_doc()->set_markdown(markdown);
  request.set_source_language(from);
  request.set_target_language(to);
  return request;
}

v1::TranslateResponse translate(gateway::GrpcClient& client, const v1::TranslateRequest& request) {
  const auto answer = client.unary("/nanabush.v1.TranslationService/Translate",
                                   request.SerializeAsString(), soon());
  EXPECT_TRUE(answer) << base::to_string(answer.error());
  v1::TranslateResponse response;
  if (answer) {
    EXPECT_TRUE(response.ParseFromString(answer->message));
  }
  return response;
}

base::Result<Streamed> translate_stream(gateway::GrpcClient& client, const std::string& job,
                                        const std::string& page, const std::string& to) {
  std::vector<std::string> messages;
  constexpr std::size_t kPiece = 37;  // Cuts words, links and lines.
  for (std::size_t at = 0; at < page.size() || at == 0;) {
    v1::TranslateChunk chunk;
    chunk.set_job_id(job);
    chunk.set_chunk_index(static_cast<int>(messages.size()));
    chunk.set_content(gateway::cut_utf8(page.substr(at, kPiece + 4), kPiece));
    at += std::max<std::size_t>(1, chunk.content().size());
    messages.push_back(chunk.SerializeAsString());
  }
  Streamed streamed;
  const auto on_message = [&](const std::string& bytes) {
    v1::TranslateChunk chunk;
    EXPECT_TRUE(chunk.ParseFromString(bytes));
    EXPECT_EQ(chunk.chunk_index(), streamed.chunks++);
    EXPECT_EQ(chunk.job_id(), job);
    streamed.page += chunk.content();
    streamed.error += chunk.error_message();
    streamed.final = chunk.is_final();
  };
  const gateway::Headers metadata = {{"nanabush-target-language", to},
                                     {"nanabush-source-language", "en"}};
  streamed.audit_id = audit_id_of(TRY(client.call("/nanabush.v1.TranslationService/TranslateStream",
                                                  metadata, messages, on_message, soon())));
  return streamed;
}

std::string audit_id_of(const gateway::Headers& trailers) {
  for (const auto& [name, value] : trailers) {
    if (name == gateway::kAuditIdTrailer) return value;
  }
  return "";
}

void fill_disk_of(const Nanabush& nanabush) {
  namespace fs = std::filesystem;
  const fs::path folder = fs::path(nanabush.config().audit_dir) / "journal";
  // When it has been idle for a while the log removes its journal; the next one is named by the
  // entries that are in tiles.
  ASSERT_TRUE(wait_until([&] { return !fs::exists(folder) || fs::is_empty(folder); }));
  fs::create_directories(folder);
  const auto entries = static_cast<long>(nanabush.metric("nanabush_audit_entries"));
  fs::create_symlink("/dev/full", folder / std::to_string(entries));
}

long resident_kib() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmRSS:")) return std::atol(line.c_str() + 6);
  }
  return 0;
}

std::string long_page(int count) {
  std::string page = "# A long page\n\n";
  for (int i = 0; i < count; ++i) {
    page += "Paragraph " + std::to_string(i) +
            " tells how the team works on its tools every day of the week.\n\n";
  }
  return page;
}

}  // namespace nanabush_test
