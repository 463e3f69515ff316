#include "gateway/gateway.h"

#include <algorithm>
#include <atomic>

#include "audit/group_commit.h"
#include "audit/log.h"
#include "audit/storage.h"
#include "base/limits.h"
#include "base/strings.h"
#include "gateway/clients.h"
#include "gateway/dataset_writer.h"
#include "gateway/files.h"
#include "gateway/grpc.h"
#include "gateway/health.h"
#include "gateway/jobs.h"
#include "gateway/metrics.h"
#include "gateway/metrics_server.h"
#include "gateway/page_translator.h"
#include "gateway/reflection.h"
#include "gateway/server.h"
#include "gateway/service.h"
#include "gateway/tls_context.h"
#include "gateway/traces.h"
#include "gateway/upstream.h"
#include "gateway/upstream_transport.h"
#include "net/curl_transport.h"

namespace gateway {
namespace {

using base::Error;
using base::ErrorCode;
using base::Result;

constexpr const char* kService = "nanabush.v1.TranslationService";

Result<TlsMaterial> read_material(const Config::Mtls& mtls) {
  TlsMaterial material;
  material.certificate_chain = TRY(read_file(mtls.certificate_file));
  material.private_key = TRY(read_file(mtls.key_file));
  material.client_ca = TRY(read_file(mtls.client_ca_file));
  if (!mtls.client_crl_file.empty()) material.client_crl = TRY(read_file(mtls.client_crl_file));
  return material;
}

class RunningGateway final : public Gateway {
 public:
  RunningGateway(const Config& config, const base::Clock& clock, base::Random& random, Log& log)
      : config_(config), clock_(&clock), random_(&random), log_(&log), handler_(clock) {}

  /// Everything, in order. Members are ended in the reverse of their declaration.
  Result<void> start() {
    TRY_WITHIN(open_audit(), "audit log");
    TRY(reach_upstream());
    PageOptions pages{.glossary = config_.glossary};
    pages.hidden_kinds = config_.sanitiser.kinds;
    pages.report_hidden = config_.sanitiser.report && !pages.hidden_kinds.empty();
    TRY_WITHIN(open_dataset(), "dataset");
    if (dataset_) pages.on_pairs = [this](const PairBatch& batch) { dataset_->add(batch); };
    pages.on_record = [this](const TranslationRecord& record) { tell(record); };
    translator_ = std::make_unique<PageTranslator>(*upstream_, *audit_, *clock_, pages);
    jobs_ = std::make_unique<Jobs>(*translator_, *clock_,
                                   JobLimits{.workers = static_cast<std::size_t>(config_.workers)});
    clients_ = std::make_unique<Clients>(*clock_, *random_, base::limits::kClientsMax);
    service_ = std::make_unique<TranslationService>(
        *clients_, *jobs_, *translator_, *clock_, *random_,
        ServiceOptions{.heartbeat_seconds = config_.heartbeat_seconds,
                       .on_call = [this](std::string_view name) { metrics_.count_call(name); }});
    service_->serve(handler_);
    health_.serve(handler_);
    serve_reflection(handler_,
                     {kService, "grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection",
                      "grpc.reflection.v1alpha.ServerReflection"});
    TRY(listen());
    TRY(serve_metrics());
    watching_ = std::jthread([this](const std::stop_token& stop) { watch(stop); });
    return {};
  }

  std::uint16_t port() const override { return server_->ports()[0]; }
  std::uint16_t mtls_port() const override {
    return server_->ports().size() > 1 ? server_->ports()[1] : 0;
  }
  std::uint16_t metrics_port() const override {
    return metrics_server_ ? metrics_server_->port() : 0;
  }
  bool drain(std::chrono::milliseconds deadline) override {
    draining_ = true;
    health_.set_serving(false);
    const base::SteadyTime end = clock_->steady() + deadline;
    const bool ended = server_->drain(deadline);
    if (!dataset_) return ended;
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - clock_->steady());
    return dataset_->flush(std::max(left, std::chrono::milliseconds(0))) && ended;
  }

 private:
  Result<void> open_audit() {
    const std::string key = TRY(read_file(config_.audit_key_file));
    audit::Signer signer =
        TRY_WITHIN(audit::Signer::parse(base::trim(key)), config_.audit_key_file);
    storage_ =
        std::make_unique<audit::FolderStorage>(TRY(audit::FolderStorage::open(config_.audit_dir)));
    audit::Log log = TRY(audit::Log::open(*storage_, std::move(signer), config_.audit_origin));
    if (log.torn_bytes() > 0) {
      // Nobody was told of what a power loss cut off, but somebody should know that there was one.
      log_->say(LogLevel::warning, "audit_log_torn",
                {{"bytes", static_cast<std::int64_t>(log.torn_bytes())},
                 {"entries", log.checkpoint().size}});
    }
    audit_ = std::make_unique<audit::GroupCommit>(std::move(log));
    return {};
  }

  Result<void> reach_upstream() {
    UpstreamOptions options;
    options.urls = config_.upstreams;
    options.model = config_.model;
    options.hedge_after = std::chrono::milliseconds(config_.hedge_after_milliseconds);
    if (!config_.bearer_file.empty()) {
      options.bearer = std::string(base::trim(TRY(read_file(config_.bearer_file))));
    }
    transport_ = make_upstream_transport(*clock_);
    upstream_ = std::make_unique<Upstream>(*transport_, *clock_, net::system_sleeper(), options);
    upstream_->check_health();  // So that the first order does not find it unasked.
    if (!config_.otlp_endpoint.empty()) {
      traces_ = std::make_unique<TraceExporter>(*transport_, *clock_, config_.otlp_endpoint);
    }
    return {};
  }

  Result<void> open_dataset() {
    const Config::Dataset& from = config_.dataset;
    if (from.endpoint.empty()) return {};
    net::CurlOptions curl;
    if (!from.ca_file.empty()) curl.tls.ca_pem = TRY(read_file(from.ca_file));
    DatasetOptions options;
    options.endpoint = from.endpoint;
    options.bucket = from.bucket;
    options.prefix = from.prefix;
    options.key.access_key = base::trim(TRY(read_file(from.access_key_file)));
    options.key.secret_key = base::trim(TRY(read_file(from.secret_key_file)));
    options.key.region = from.region;
    options.kinds = config_.sanitiser.kinds;
    options.flush_after = std::chrono::seconds(from.flush_seconds);
    dataset_transport_ = net::make_curl_transport(std::move(curl), *clock_);
    dataset_ = std::make_unique<DatasetWriter>(*dataset_transport_, *clock_, net::system_sleeper(),
                                               *random_, *log_, std::move(options));
    return {};
  }

  Result<void> listen() {
    std::vector<Listen> listens;
    const Address plain = TRY(parse_address(config_.listen));
    listens.push_back({plain.host, plain.port});
    if (!config_.mtls.listen.empty()) {
      material_ = TRY(read_material(config_.mtls));
      tls_ = TRY_WITHIN(TlsContext::create(material_, config_.mtls.allowed_names), "mtls");
      const Address secure = TRY(parse_address(config_.mtls.listen));
      listens.push_back({secure.host, secure.port, tls_.get()});
    }
    const ServerEvents events{[this](const std::string& peer, const std::string& why) {
      // A port scan and a TCP health check say nothing; what we refuse is worth a line.
      metrics_.count_refused_connection();
      log_->say(LogLevel::warning, "connection_refused", {{"peer", peer}, {"why", why}});
    }};
    server_ = TRY(Server::start(handler_, *clock_, std::move(listens), events));
    return {};
  }

  Result<void> serve_metrics() {
    if (config_.metrics_listen.empty()) return {};
    const Address at = TRY(parse_address(config_.metrics_listen));
    metrics_server_ = TRY(MetricsServer::start(
        at.host, at.port,
        {[this] { return metrics_.text(gauges()); }, [this] { return health_.serving(); }}));
    return {};
  }

  Gauges gauges() const {
    const Jobs::Counts jobs = jobs_->counts();
    Gauges gauges{
        server_->connections(), clients_->size(),          jobs.queued,
        jobs.running,           audit_->checkpoint().size, translator_->ready().has_value()};
    if (dataset_) gauges.dataset = dataset_->counts();
    return gauges;
  }

  /// What everybody outside learns of a translation.
  void tell(const TranslationRecord& record) {
    metrics_.count_translation(record);
    if (traces_) traces_->add(record);
    std::vector<doc::Entry> fields{{"job", record.job_id},
                                   {"namespace", record.namespace_name},
                                   {"kind", record.kind},
                                   {"outcome", record.outcome},
                                   {"blocksTranslated", record.blocks_translated},
                                   {"blocksKept", record.blocks_kept},
                                   {"seconds", record.seconds},
                                   {"trace", record.traceparent},
                                   {"audit", record.audit_id}};
    if (record.hidden) fields.push_back({"hidden", counts_value(record.hidden->counts())});
    log_->say(record.outcome == "ok" ? LogLevel::info : LogLevel::warning, "translation",
              std::move(fields));
  }

  /// Tells health what the upstream is, takes new certificates, forgets silent clients.
  void watch(const std::stop_token& stop) {
    do {
      const auto ready = translator_->ready();
      if (ready.has_value() != health_.serving() && !draining_) {
        log_->say(ready ? LogLevel::info : LogLevel::warning,
                  ready ? "upstream_ready" : "upstream_lost",
                  {{"why", ready ? "" : ready.error().message}});
      }
      if (!draining_) health_.set_serving(ready.has_value());
      clients_->forget_silent(std::chrono::minutes(15));
      if (tls_) reload_certificates();
    } while (net::system_sleeper().sleep(base::limits::kGatewayWatchInterval, stop));
  }

  void reload_certificates() {
    auto material = read_material(config_.mtls);
    if (!material || *material == material_) return;
    // A pair that does not fit is half written: the old one stays until the next look.
    if (tls_->reload(*material)) material_ = std::move(*material);
  }

  Config config_;
  const base::Clock* clock_;
  base::Random* random_;
  Log* log_;
  ProtobufLog protobuf_log_{*log_};
  Metrics metrics_;
  std::unique_ptr<audit::FolderStorage> storage_;
  std::unique_ptr<audit::GroupCommit> audit_;
  std::unique_ptr<net::Transport> transport_;
  std::unique_ptr<TraceExporter> traces_;
  std::unique_ptr<Upstream> upstream_;
  std::unique_ptr<net::Transport> dataset_transport_;
  std::unique_ptr<DatasetWriter> dataset_;  // Off unless it is configured.
  std::unique_ptr<PageTranslator> translator_;
  std::unique_ptr<Clients> clients_;
  Health health_{kService};
  GrpcHandler handler_;
  TlsMaterial material_;
  std::unique_ptr<TlsContext> tls_;
  std::unique_ptr<TranslationService> service_;
  std::unique_ptr<Jobs> jobs_;
  std::unique_ptr<Server> server_;  // Its connections ask the service: ended before it.
  std::unique_ptr<MetricsServer> metrics_server_;  // Its pages ask all of the above.
  std::atomic<bool> draining_{false};
  std::jthread watching_;
};

}  // namespace

Result<std::unique_ptr<Gateway>> start_gateway(const Config& config, const base::Clock& clock,
                                               base::Random& random, Log& log) {
  TRY(check_config(config));
  auto gateway = std::make_unique<RunningGateway>(config, clock, random, log);
  TRY(gateway->start());
  return std::unique_ptr<Gateway>(std::move(gateway));
}

}  // namespace gateway
