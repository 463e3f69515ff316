#include "drydock/control_plane.h"

#include <cstdlib>
#include <fstream>

#include "base/encoding.h"
#include "doc/value.h"
#include "doc/yaml.h"
#include "drydock/certs.h"

namespace drydock {
namespace {

using base::Error;
using base::ErrorCode;
using base::Result;
using doc::Value;

constexpr const char* kLoopback = "127.0.0.1";

Result<void> write_file(const std::filesystem::path& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << text;
  file.close();
  if (!file) return Error{ErrorCode::unavailable, "cannot write " + path.string()};
  std::filesystem::permissions(
      path, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  return {};
}

Result<void> write_pair(const PlantInfo& info, const std::string& name, const KeyPair& pair) {
  TRY(write_file(info.state_dir / "certs" / (name + ".crt"), pair.certificate));
  return write_file(info.state_dir / "certs" / (name + ".key"), pair.key);
}

std::string certs(const PlantInfo& info, const std::string& file) {
  return (info.state_dir / "certs" / file).string();
}

std::string make_token(base::Random& random) {
  std::string bytes;
  for (int i = 0; i < 4; ++i) {
    const std::uint64_t part = random.next();
    bytes.append(reinterpret_cast<const char*>(&part), sizeof part);
  }
  return base::to_hex(bytes);
}

std::string kubeconfig_of(const kube::ClusterAccess& access, const std::string& name) {
  const Value cluster = Value::map(
      {{"server", access.server}, {"certificate-authority-data", base::to_base64(access.ca_pem)}});
  const Value context = Value::map({{"cluster", name}, {"user", access.user}});
  return doc::to_yaml(Value::map(
      {{"apiVersion", "v1"},
       {"kind", "Config"},
       {"clusters", Value::list({Value::map({{"name", name}, {"cluster", cluster}})})},
       {"users", Value::list({Value::map(
                     {{"name", access.user}, {"user", Value::map({{"token", access.token}})}})})},
       {"contexts", Value::list({Value::map({{"name", name}, {"context", context}})})},
       {"current-context", name}}));
}

Result<void> make_certificates(const PlantInfo& info, const base::Clock& clock,
                               ControlPlane& plane) {
  const Authority authority = TRY(Authority::create("drydock-ca", clock.now()));
  plane.ca_pem = authority.certificate();
  TRY(write_file(info.state_dir / "certs/ca.crt", plane.ca_pem));
  plane.api_server_pair = TRY(authority.issue(
      {.common_name = "kube-apiserver",
       .dns_names = {"localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc"},
       .addresses = {kLoopback, "10.96.0.1"},
       .server = true}));
  TRY(write_pair(info, "apiserver", plane.api_server_pair));
  TRY(write_pair(info, "kwok",
                 TRY(authority.issue({.common_name = "kwok",
                                      .dns_names = {"localhost"},
                                      .addresses = {kLoopback},
                                      .server = true}))));
  // The aggregator shows this one to the package server.
  const Authority front_proxy = TRY(Authority::create("drydock-front-proxy-ca", clock.now()));
  TRY(write_file(info.state_dir / "certs/front-proxy-ca.crt", front_proxy.certificate()));
  TRY(write_pair(info, "front-proxy-client",
                 TRY(front_proxy.issue({.common_name = "front-proxy-client", .client = true}))));
  return write_pair(info, "service-account", TRY(make_signing_key()));
}

kube::ClusterAccess access_as(const ControlPlane& plane, const std::string& user,
                              const std::string& name, base::Random& random) {
  kube::ClusterAccess access;
  access.context = name;
  access.server = "https://127.0.0.1:" + std::to_string(plane.api_port);
  access.namespace_name = "default";
  access.user = user;
  access.ca_pem = plane.ca_pem;
  access.token = make_token(random);
  return access;
}

// Every write with user and program, nothing else: what "a second `up` writes nothing" is read
// from.
constexpr const char* kAuditPolicy = R"(apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
  - level: Metadata
    verbs: [create, update, patch, delete, deletecollection]
  - level: None
)";

std::string flag(const char* name, const std::string& value) {
  return std::string("--") + name + "=" + value;
}

}  // namespace

Result<ControlPlane> lay_out(const PlantInfo& info, Ports& ports, const base::Clock& clock,
                             base::Random& random) {
  ControlPlane plane;
  for (std::uint16_t* port :
       {&plane.etcd_port, &plane.etcd_peer_port, &plane.api_port, &plane.controller_port,
        &plane.scheduler_port, &plane.packages_port, &plane.kwok_port}) {
    *port = TRY(ports.take());
  }
  if (info.api_faults) plane.proxy_port = TRY(ports.take());
  for (const char* folder : {"certs", "logs", "etcd", "packages"}) {
    std::error_code failed;
    std::filesystem::create_directories(info.state_dir / folder, failed);
    if (failed) {
      return Error{ErrorCode::unavailable,
                   "cannot create " + (info.state_dir / folder).string() + ": " + failed.message()};
    }
  }
  TRY(make_certificates(info, clock, plane));
  plane.root = access_as(plane, "drydock", "drydock-root", random);
  plane.admin = access_as(plane, "kube:admin", "drydock-" + info.name, random);
  if (info.api_faults) plane.admin.server = "https://127.0.0.1:" + std::to_string(plane.proxy_port);
  TRY(write_file(info.state_dir / "tokens.csv",
                 plane.root.token + ",drydock,drydock,system:masters\n" + plane.admin.token +
                     ",kube:admin,kube:admin\n"));
  TRY(write_file(info.state_dir / "audit-policy.yaml", kAuditPolicy));
  TRY(write_file(info.state_dir / "root.kubeconfig", kubeconfig_of(plane.root, "drydock-root")));
  TRY(write_file(info.state_dir / "kubeconfig", kubeconfig_of(plane.admin, plane.admin.context)));
  return plane;
}

ProcessSpec etcd(const PlantInfo& info, const ControlPlane& plane) {
  const std::string client = "http://127.0.0.1:" + std::to_string(plane.etcd_port);
  const std::string peer = "http://127.0.0.1:" + std::to_string(plane.etcd_peer_port);
  return {
      "etcd",
      info.programs / "etcd",
      {flag("data-dir", (info.state_dir / "etcd").string()), flag("name", "drydock"),
       flag("listen-client-urls", client), flag("advertise-client-urls", client),
       flag("listen-peer-urls", peer), flag("initial-advertise-peer-urls", peer),
       flag("initial-cluster", "drydock=" + peer), "--unsafe-no-fsync", flag("log-level", "warn")}};
}

ProcessSpec api_server(const PlantInfo& info, const ControlPlane& plane) {
  return {"kube-apiserver",
          info.programs / "kube-apiserver",
          {flag("etcd-servers", "http://127.0.0.1:" + std::to_string(plane.etcd_port)),
           flag("secure-port", std::to_string(plane.api_port)),
           flag("bind-address", kLoopback),
           flag("advertise-address", "10.0.0.1"),  // Endpoints may not hold a loopback address.
           flag("cert-dir", certs(info, "")),
           flag("tls-cert-file", certs(info, "apiserver.crt")),
           flag("tls-private-key-file", certs(info, "apiserver.key")),
           flag("client-ca-file", certs(info, "ca.crt")),
           flag("service-account-key-file", certs(info, "service-account.crt")),
           flag("service-account-signing-key-file", certs(info, "service-account.key")),
           flag("service-account-issuer", "https://kubernetes.default.svc"),
           flag("token-auth-file", (info.state_dir / "tokens.csv").string()),
           flag("authorization-mode", "RBAC"),
           flag("service-cluster-ip-range", "10.96.0.0/16"),
           flag("requestheader-client-ca-file", certs(info, "front-proxy-ca.crt")),
           flag("requestheader-allowed-names", "front-proxy-client"),
           flag("requestheader-username-headers", "X-Remote-User"),
           flag("requestheader-group-headers", "X-Remote-Group"),
           flag("requestheader-extra-headers-prefix", "X-Remote-Extra-"),
           flag("proxy-client-cert-file", certs(info, "front-proxy-client.crt")),
           flag("proxy-client-key-file", certs(info, "front-proxy-client.key")),
           "--allow-privileged=true",  // Or every driver DaemonSet is refused.
           flag("audit-policy-file", (info.state_dir / "audit-policy.yaml").string()),
           flag("audit-log-path", (info.state_dir / "logs/audit.log").string()),
           flag("audit-log-mode", "blocking-strict")}};
}

ProcessSpec controller_manager(const PlantInfo& info, const ControlPlane& plane) {
  return {
      "kube-controller-manager",
      info.programs / "kube-controller-manager",
      {flag("kubeconfig", (info.state_dir / "root.kubeconfig").string()),
       "--use-service-account-credentials=false", "--leader-elect=false",
       flag("bind-address", kLoopback), flag("secure-port", std::to_string(plane.controller_port)),
       flag("service-account-private-key-file", certs(info, "service-account.key")),
       flag("root-ca-file", certs(info, "ca.crt")),
       // Deployments and DaemonSets settle within a second; the default of 20 requests a second
       // makes an operator's twelve DaemonSets a matter of minutes.
       "--kube-api-qps=200", "--kube-api-burst=400"}};
}

ProcessSpec scheduler(const PlantInfo& info, const ControlPlane& plane) {
  return {
      "kube-scheduler",
      info.programs / "kube-scheduler",
      {flag("kubeconfig", (info.state_dir / "root.kubeconfig").string()), "--leader-elect=false",
       flag("bind-address", kLoopback), flag("secure-port", std::to_string(plane.scheduler_port)),
       "--kube-api-qps=200", "--kube-api-burst=400"}};
}

ProcessSpec olm(const PlantInfo& info, const ControlPlane&) {
  return {"olm",
          info.programs / "olm",
          {flag("namespace", kOlmNamespace), flag("writeStatusName", "")},
          {"KUBECONFIG=" + (info.state_dir / "root.kubeconfig").string()}};
}

ProcessSpec olm_catalog(const PlantInfo& info, const ControlPlane&) {
  return {"catalog",
          info.programs / "catalog",
          {flag("kubeconfig", (info.state_dir / "root.kubeconfig").string()),
           flag("namespace", kMarketplace), flag("writeStatusName", "")}};
}

ProcessSpec package_server(const PlantInfo& info, const ControlPlane& plane) {
  return {"package-server",
          info.programs / "package-server",
          {flag("kubeconfig", (info.state_dir / "root.kubeconfig").string()),
           flag("global-namespace", kMarketplace),
           flag("secure-port", std::to_string(plane.packages_port)),
           flag("cert-dir", (info.state_dir / "packages").string())}};
}

namespace {

std::string path_of_this_process() {
  const char* path = std::getenv("PATH");
  return path != nullptr ? path : "/usr/bin:/bin";
}

}  // namespace

ProcessSpec kwok(const PlantInfo& info, const ControlPlane& plane) {
  const std::string port = std::to_string(plane.kwok_port);
  return {"kwok",
          info.programs / "kwok",
          {flag("kubeconfig", (info.state_dir / "root.kubeconfig").string()), "--manage-all-nodes",
           flag("node-ip", kLoopback), flag("node-port", port),
           flag("server-address", std::string(kLoopback) + ":" + port),
           flag("tls-cert-file", certs(info, "kwok.crt")),
           flag("tls-private-key-file", certs(info, "kwok.key")),
           flag("enable-crds", "ClusterExec,ClusterPortForward,ClusterLogs"),
           // Without leases KWOK's heartbeat is slower than the controller manager's grace.
           flag("node-lease-duration-seconds", "40")},
          // An exec in a pod finds the world's programs (nvidia-smi) first.
          {"PATH=" + (info.state_dir / "bin").string() + ":" + path_of_this_process()}};
}

ProcessSpec opm(const PlantInfo& info, const CatalogServer& catalog) {
  const std::string cache = (info.state_dir / "opm" / catalog.name).string();
  return {"opm-" + catalog.name,
          info.programs / "opm",
          {"serve", catalog.folder.string(), flag("port", std::to_string(catalog.port)),
           flag("cache-dir", cache), "--cache-enforce-integrity=false", "--pprof-addr=127.0.0.1:0",
           flag("termination-log", "/dev/null")}};
}

}  // namespace drydock
