#include "gateway/config.h"

#include <algorithm>
#include <charconv>
#include <functional>

#include "doc/diagnostic.h"
#include "doc/yaml.h"
#include "gateway/log.h"

namespace gateway {
namespace {

using base::Error;
using base::ErrorCode;
using base::Result;
using doc::Value;

/// One key of a map: what it is called and who takes its value.
struct Field {
  std::string_view name;
  std::function<Result<void>(const Value&)> take;
};

/// Reads a configuration; knows the text, so that each error shows its line.
class Reader {
 public:
  explicit Reader(doc::Source source) : source_(std::move(source)) {}

  Error fault(const Value& at, std::string message, std::string hint = {}) const {
    return doc::to_error({at.mark(), std::move(message), std::move(hint)}, source_);
  }

  Result<void> read_map(const Value& value, std::span<const Field> fields) const {
    if (!value.is_map()) return fault(value, "a map is wanted here");
    std::vector<std::string_view> names;
    for (const Field& field : fields) names.push_back(field.name);
    for (const doc::Entry& entry : value.entries()) {
      const Field* field = nullptr;
      for (const Field& candidate : fields) {
        if (candidate.name == entry.name()) field = &candidate;
      }
      if (field == nullptr) {
        return fault(entry.key, "unknown key '" + std::string(entry.name()) + "'",
                     doc::hint_for_unknown(entry.name(), names));
      }
      TRY(field->take(entry.value));
    }
    return {};
  }

  Field text(std::string_view name, std::string& target) const {
    return {name, [this, name, &target](const Value& value) -> Result<void> {
              if (!value.is_string()) {
                return fault(value, "'" + std::string(name) + "' must be a string");
              }
              target = value.as_string();
              return {};
            }};
  }

  Field texts(std::string_view name, std::vector<std::string>& target) const {
    return {name, [this, name, &target](const Value& value) -> Result<void> {
              if (!value.is_list()) {
                return fault(value, "'" + std::string(name) + "' must be a list of strings");
              }
              for (const Value& item : value.items()) {
                if (!item.is_string()) return fault(item, "a string is wanted here");
                target.emplace_back(item.as_string());
              }
              return {};
            }};
  }

  Field number(std::string_view name, int& target, int min, int max) const {
    return {name, [this, name, &target, min, max](const Value& value) -> Result<void> {
              if (!value.is_int() || value.as_int() < min || value.as_int() > max) {
                return fault(value, "'" + std::string(name) + "' must be a whole number from " +
                                        std::to_string(min) + " to " + std::to_string(max));
              }
              target = static_cast<int>(value.as_int());
              return {};
            }};
  }

  Result<void> read_term(const Value& value, translate::Term& term) const {
    const Field fields[] = {text("source", term.source), text("required", term.required),
                            texts("forbidden", term.forbidden)};
    TRY(read_map(value, fields));
    if (term.source.empty()) return fault(value, "a term needs a 'source'");
    return {};
  }

  Field flag(std::string_view name, bool& target) const {
    return {name, [this, name, &target](const Value& value) -> Result<void> {
              if (!value.is_bool()) {
                return fault(value, "'" + std::string(name) + "' must be true or false");
              }
              target = value.as_bool();
              return {};
            }};
  }

  Result<void> read_kind(const Value& value, std::set<translate::PersonalKind>& target) const {
    if (!value.is_string()) return fault(value, "a string is wanted here");
    const auto kind = translate::personal_kind_named(value.as_string());
    if (!kind) {
      const auto& names = translate::personal_kind_names();
      std::string word(value.as_string());
      for (char& c : word) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c);
      std::string hint = doc::hint_for_typo(word, names);
      if (hint.empty()) {
        hint = "the kinds are";
        for (const std::string_view name : names) hint += " " + std::string(name);
      }
      return fault(value, "no kind of personal data is '" + std::string(value.as_string()) + "'",
                   std::move(hint));
    }
    target.insert(*kind);
    return {};
  }

  /// Without `kinds` it hides all but URLs, which no model is shown anyway.
  Field sanitiser(std::string_view name, Config::Sanitiser& target) const {
    return {name, [this, &target](const Value& value) -> Result<void> {
              target.kinds = translate::default_personal_kinds();
              const Field kinds{"kinds", [this, &target](const Value& list) -> Result<void> {
                                  if (!list.is_list() || list.items().empty()) {
                                    return fault(list, "'kinds' must be a list of names",
                                                 "leave out 'sanitiser' to hide nothing");
                                  }
                                  target.kinds.clear();
                                  for (const Value& kind : list.items()) {
                                    TRY(read_kind(kind, target.kinds));
                                  }
                                  return {};
                                }};
              const Field fields[] = {kinds, flag("report", target.report)};
              return read_map(value, fields);
            }};
  }

  Field glossary(std::string_view name, translate::Glossary& target) const {
    return {name, [this, &target](const Value& value) -> Result<void> {
              if (!value.is_list()) return fault(value, "'glossary' must be a list of terms");
              for (const Value& item : value.items()) {
                TRY(read_term(item, target.emplace_back()));
              }
              return {};
            }};
  }

 private:
  doc::Source source_;
};

bool is_server_url(std::string_view text) {
  return text.starts_with("http://") || text.starts_with("https://");
}

Error wrong(std::string message, std::string hint = {}) {
  return {ErrorCode::invalid_argument, std::move(message), std::move(hint)};
}

bool has_only(std::string_view text, std::string_view marks) {
  return std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
           marks.find(c) != std::string_view::npos;
  });
}

/// Names that need no encoding in a URL, so that what is signed is what is sent.
constexpr std::string_view kKeyMarks = "ABCDEFGHIJKLMNOPQRSTUVWXYZ-_./";

Result<void> check_dataset(const Config::Dataset& dataset, bool sanitised) {
  if (dataset.endpoint.empty()) return {};
  if (!sanitised) {
    return wrong("a dataset is configured without a sanitiser: only sanitised text is written",
                 "add 'sanitiser', with the 'kinds' of personal data to hide");
  }
  const auto host = dataset.endpoint.find("//") + 2;
  if (!is_server_url(dataset.endpoint) ||
      dataset.endpoint.find_first_of("/?#@", host) != std::string::npos) {
    return wrong("dataset.endpoint '" + dataset.endpoint + "' is no http:// or https:// URL",
                 "scheme, host and port only; bucket and prefix have keys of their own");
  }
  if (dataset.bucket.size() < 3 || dataset.bucket.size() > 63 || !has_only(dataset.bucket, "-.")) {
    return wrong("dataset.bucket '" + dataset.bucket + "' is no name of a bucket",
                 "3 to 63 small letters, digits, dots and hyphens");
  }
  if (!has_only(dataset.prefix, kKeyMarks) || dataset.prefix.starts_with('/') ||
      dataset.prefix.ends_with('/') || dataset.prefix.find("..") != std::string::npos) {
    return wrong("dataset.prefix '" + dataset.prefix + "' is no prefix of keys",
                 "letters, digits, '-', '_', '.' and single '/' between them, as in wiki/es");
  }
  if (dataset.region.empty() || !has_only(dataset.region, "-")) {
    return wrong("dataset.region '" + dataset.region + "' is no region", "as in us-east-1");
  }
  if (dataset.access_key_file.empty() || dataset.secret_key_file.empty()) {
    return wrong("dataset needs 'accessKeyFile' and 'secretKeyFile'",
                 "a file for each key, as a Secret is mounted");
  }
  return {};
}

}  // namespace

Result<Config> parse_config(std::string_view text, std::string_view name) {
  const Value document = TRY(doc::parse_yaml(text, name));
  const Reader reader({std::string(name), std::string(text)});
  Config config;
  const Field mtls[] = {reader.text("listen", config.mtls.listen),
                        reader.text("certificateFile", config.mtls.certificate_file),
                        reader.text("keyFile", config.mtls.key_file),
                        reader.text("clientCAFile", config.mtls.client_ca_file),
                        reader.text("clientCRLFile", config.mtls.client_crl_file),
                        reader.texts("allowedNames", config.mtls.allowed_names)};
  const Field audit[] = {reader.text("dir", config.audit_dir),
                         reader.text("keyFile", config.audit_key_file),
                         reader.text("origin", config.audit_origin)};
  const Field dataset[] = {reader.text("endpoint", config.dataset.endpoint),
                           reader.text("bucket", config.dataset.bucket),
                           reader.text("prefix", config.dataset.prefix),
                           reader.text("region", config.dataset.region),
                           reader.text("accessKeyFile", config.dataset.access_key_file),
                           reader.text("secretKeyFile", config.dataset.secret_key_file),
                           reader.text("caFile", config.dataset.ca_file),
                           reader.number("flushSeconds", config.dataset.flush_seconds, 1, 3600)};
  const auto within = [&](std::string_view key, std::span<const Field> fields) {
    return Field{key,
                 [&reader, fields](const Value& value) { return reader.read_map(value, fields); }};
  };
  const Field fields[] = {
      reader.text("listen", config.listen),
      within("mtls", mtls),
      reader.text("metricsListen", config.metrics_listen),
      reader.text("otlpEndpoint", config.otlp_endpoint),
      reader.text("logLevel", config.log_level),
      reader.texts("upstreams", config.upstreams),
      reader.text("model", config.model),
      reader.text("bearerFile", config.bearer_file),
      reader.number("hedgeAfterMilliseconds", config.hedge_after_milliseconds, 0, 60'000),
      within("audit", audit),
      reader.number("workers", config.workers, 1, 256),
      reader.number("heartbeatSeconds", config.heartbeat_seconds, 1, 300),
      reader.glossary("glossary", config.glossary),
      reader.sanitiser("sanitiser", config.sanitiser),
      Field{"dataset", [&](const Value& value) -> Result<void> {
              TRY(reader.read_map(value, dataset));
              if (!config.dataset.endpoint.empty()) return {};
              return reader.fault(value, "a dataset needs an 'endpoint'",
                                  "leave out 'dataset' to write nothing");
            }}};
  TRY(reader.read_map(document, fields));
  return config;
}

Result<void> check_config(const Config& config) {
  if (config.upstreams.empty()) {
    return wrong("no upstream is configured", "give --upstream http://HOST:PORT of a vLLM");
  }
  for (const std::string& url : config.upstreams) {
    if (!is_server_url(url)) {
      return wrong("upstream '" + url + "' is no http:// or https:// URL", "");
    }
    if (url.ends_with("/") || url.ends_with("/v1")) {
      return wrong("upstream '" + url + "' has a path",
                   "leave out everything behind host and port");
    }
  }
  if (config.audit_dir.empty() || config.audit_key_file.empty()) {
    return wrong("no audit log is configured: nothing is translated without one",
                 "give --audit-dir and --audit-key (make one with `nanabush audit keygen`)");
  }
  if (!config.mtls.listen.empty() && config.mtls.allowed_names.empty()) {
    return wrong("mtls.allowedNames is empty: nobody could connect",
                 "name the clients' SPIFFE ids or DNS names");
  }
  if (!log_level_named(config.log_level)) {
    return wrong("no log level '" + config.log_level + "'", "debug, info, warning or error");
  }
  if (!config.otlp_endpoint.empty() && !is_server_url(config.otlp_endpoint)) {
    return wrong("otlpEndpoint '" + config.otlp_endpoint + "' is no http:// or https:// URL",
                 "as in http://otel-collector:4318; /v1/traces is added");
  }
  TRY(check_dataset(config.dataset, !config.sanitiser.kinds.empty()));
  TRY(parse_address(config.listen));
  if (!config.mtls.listen.empty()) TRY(parse_address(config.mtls.listen));
  if (!config.metrics_listen.empty()) TRY(parse_address(config.metrics_listen));
  return {};
}

Result<Address> parse_address(std::string_view text) {
  const Error bad{ErrorCode::invalid_argument,
                  "'" + std::string(text) + "' is no address: want HOST:PORT"};
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return bad;
  Address address{std::string(text.substr(0, colon))};
  const std::string_view digits = text.substr(colon + 1);
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), address.port);
  if (error != std::errc() || end != digits.data() + digits.size() || address.host.empty()) {
    return bad;
  }
  if (address.host.starts_with('[') && address.host.ends_with(']')) {
    address.host = address.host.substr(1, address.host.size() - 2);
  }
  return address;
}

}  // namespace gateway
