#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "translate/glossary.h"
#include "translate/sanitise.h"

namespace gateway {

/// How a gateway is run: nanabush.yaml, complete, with every default filled in. Flags of `nanabush
/// serve` change single fields.
struct Config {
  std::string listen = "127.0.0.1:50051";  ///< Plaintext HTTP/2: what an unchanged operator speaks.
  struct Mtls {
    std::string listen;  ///< Empty: off.
    std::string certificate_file, key_file, client_ca_file;
    std::vector<std::string> allowed_names;  ///< SPIFFE ids and DNS names.
    std::string client_crl_file;             ///< Withdrawn certificates; empty: none are known.
  } mtls;
  std::string metrics_listen;          ///< Empty: off. Prometheus over HTTP at /metrics.
  std::string otlp_endpoint;           ///< Empty: off. "http://otel-collector:4318"
  std::string log_level = "info";      ///< debug, info, warning or error.
  std::vector<std::string> upstreams;  ///< "http://vllm:8000"
  std::string model;                   ///< Empty: the first that the upstream offers.
  std::string bearer_file;             ///< Holds the upstream's bearer token.
  int hedge_after_milliseconds = 0;    ///< UpstreamOptions::hedge_after; 0: off.
  std::string audit_dir;
  std::string audit_key_file;  ///< A signer key; made with `nanabush audit keygen`.
  std::string audit_origin = "nanabush.local/audit";
  int workers = 8;
  int heartbeat_seconds = 10;
  translate::Glossary glossary;
  struct Sanitiser {
    std::set<translate::PersonalKind> kinds;  ///< Hidden from the model; empty: off.
    bool report = false;  ///< How much was hidden, and where, goes to audit log, log and metrics.
  } sanitiser;
  /// Where sanitised prompt/response pairs are written; an empty endpoint: nowhere.
  struct Dataset {
    std::string endpoint;  ///< Of an S3-compatible server, addressed by path: "https://s3.example"
    std::string bucket;
    std::string prefix;  ///< In front of every key.
    std::string region = "us-east-1";
    std::string access_key_file, secret_key_file;
    std::string ca_file;     ///< Whom to trust for the endpoint; empty: the system's authorities.
    int flush_seconds = 60;  ///< DatasetOptions::flush_after.
  } dataset;
};

/// Reads a configuration file strictly. invalid_argument with file:line:col for an unknown key, a
/// wrong type, a value that is not allowed; hints name the nearest key.
base::Result<Config> parse_config(std::string_view text, std::string_view name);
/// What every configuration needs, however it was put together. invalid_argument.
base::Result<void> check_config(const Config& config);

/// "127.0.0.1:50051" or "[::1]:50051" as address and port. invalid_argument.
struct Address {
  std::string host;
  std::uint16_t port = 0;
};
base::Result<Address> parse_address(std::string_view text);

}  // namespace gateway
