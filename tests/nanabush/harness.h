#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "base/system_clock.h"
#include "gateway/config.h"
#include "gateway/gateway.h"
#include "gateway/glooscap_client.h"
#include "gateway/log.h"
#include "nanabush/v1/translation.pb.h"
#include "vllmsim/server.h"

namespace nanabush_test {

/// A folder of this test alone, gone with it.
class Folder {
 public:
  Folder();
  ~Folder();
  std::string path(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

/// Waits until `happened`, at most `most`; what it returned at last.
bool wait_until(const std::function<bool()>& happened,
                std::chrono::milliseconds most = std::chrono::seconds(20));

/// A simulated vLLM that answers at once with pseudo-localised text, unless told otherwise.
class Model {
 public:
  explicit Model(double speed = 0, std::uint16_t port = 0);
  std::string url() const { return "http://127.0.0.1:" + std::to_string(server_->port()); }
  vllmsim::Server& server() { return *server_; }
  void end() { server_.reset(); }

 private:
  std::unique_ptr<vllmsim::Engine> engine_;
  std::unique_ptr<vllmsim::Server> server_;
};

/// A gateway in this process, with its own audit log; every line that it logs is kept.
class Nanabush {
 public:
  explicit Nanabush(const std::string& upstream) : Nanabush(std::vector{upstream}) {}
  explicit Nanabush(std::vector<std::string> upstreams);
  /// Not started yet: for tests that change the configuration.
  static std::unique_ptr<Nanabush> prepared(const std::string& upstream);
  void start();
  void stop() { gateway_.reset(); }

  gateway::Config& config() { return config_; }
  const gateway::Config& config() const { return config_; }
  const Folder& folder() const { return folder_; }
  gateway::Gateway& gateway() { return *gateway_; }
  std::uint16_t port() const { return gateway_->port(); }
  std::string logged() const;
  /// The value of a line of /metrics; 0 where there is none.
  double metric(const std::string& line) const;
  std::string metrics_text() const;
  /// Every entry of the audit log, verified; the gateway must have stopped for a true picture.
  std::vector<std::string> audit_entries() const;

  std::unique_ptr<gateway::GlooscapClient> operator_client(
      std::chrono::milliseconds second = std::chrono::milliseconds(100));
  std::unique_ptr<gateway::GrpcClient> client() const;

 private:
  struct Unstarted {};
  explicit Nanabush(Unstarted);
  Folder folder_;
  gateway::Config config_;
  mutable std::mutex mutex_;
  std::string logged_;
  std::unique_ptr<gateway::Log> log_;
  std::unique_ptr<gateway::Gateway> gateway_;
};

std::unique_ptr<gateway::GrpcClient> connect_to(std::uint16_t port);
net::Until soon(std::chrono::milliseconds time = std::chrono::seconds(60));

/// A page request as an operator sends it.
::nanabush::v1::TranslateRequest page_request(const std::string& job, const std::string& markdown,
                                              const std::string& to = "es",
                                              const std::string& from = "EN");
/// Calls Translate; fails the test when it is no OK status.
::nanabush::v1::TranslateResponse translate(gateway::GrpcClient& client,
                                            const ::nanabush::v1::TranslateRequest& request);

/// Calls TranslateStream; the status is an Error where it was not OK.
struct Streamed {
  std::string page, error, audit_id;
  int chunks = 0;
  bool final = false;
};
base::Result<Streamed> translate_stream(gateway::GrpcClient& client, const std::string& job,
                                        const std::string& page, const std::string& to = "es");

/// The audit entry's id among a call's trailers; "" where there is none.
std::string audit_id_of(const gateway::Headers& trailers);

/// From now on the system says ENOSPC to whatever is appended to the audit log.
void fill_disk_of(const Nanabush& nanabush);

inline constexpr const char* kPage =
    "# Welcome\n\nRead the [guide](https://wiki.example.com/guide) before you begin.\n\n"
    "| Tool | Use |\n|---|---|\n| `make` | Builds everything |\n\n```sh\nmake all\n```\n\n"
    "The last paragraph is short.\n";
/// The memory that this process has now.
long resident_kib();
/// A page of `count` paragraphs of different words.
std::string long_page(int count);

}  // namespace nanabush_test
