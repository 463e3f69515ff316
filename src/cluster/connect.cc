#include "cluster/connect.h"

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "kube/kubeconfig.h"
#include "net/curl_transport.h"

namespace cluster {

using base::Error;
using base::ErrorCode;
using base::Result;

namespace {

/// A kubeconfig or one of its files: certificates and tokens, a few KiB each.
constexpr std::size_t kFileBytesMax = 16U << 20;

Result<std::string> read_file(const std::string& path) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"),
                                                             &std::fclose);
  if (file == nullptr) {
    const ErrorCode code = errno == ENOENT   ? ErrorCode::not_found
                           : errno == EACCES ? ErrorCode::permission_denied
                                             : ErrorCode::unknown;
    return Error{code, path + ": " + std::strerror(errno)};
  }
  std::string text;
  char buffer[64 << 10];
  while (const std::size_t got = std::fread(buffer, 1, sizeof buffer, file.get())) {
    text.append(buffer, got);
    if (text.size() > kFileBytesMax) {
      return Error{ErrorCode::invalid_argument, path + ": larger than any kubeconfig"};
    }
  }
  if (std::ferror(file.get()) != 0) return Error{ErrorCode::unknown, path + ": cannot be read"};
  return text;
}

net::CurlOptions curl_options(const kube::ClusterAccess& access) {
  return {.tls = {.ca_pem = access.ca_pem,
                  .certificate_pem = access.client_certificate_pem,
                  .key_pem = access.client_key_pem,
                  .server_name = access.tls_server_name,
                  .insecure = access.insecure},
          .proxy_url = access.proxy_url};
}

class RealConnection final : public Connection {
 public:
  RealConnection(kube::ClusterAccess access, ClientOptions options, const base::Clock& clock,
                 base::Random& random)
      : transport_(net::make_curl_transport(curl_options(access), clock)),
        websockets_(net::make_curl_websockets(curl_options(access), clock)),
        client_(std::move(access),
                Means{*transport_, clock, random, net::system_sleeper(), websockets_.get()},
                std::move(options)) {}
  Client& client() override { return client_; }

 private:
  const std::unique_ptr<net::Transport> transport_;
  const std::unique_ptr<net::WebSocketConnector> websockets_;
  Client client_;
};

}  // namespace

Result<std::unique_ptr<Connection>> connect(const ConnectOptions& options, const base::Clock& clock,
                                            base::Random& random) {
  const std::vector<std::string> paths =
      options.kubeconfig.empty() ? kube::Kubeconfig::paths(options.kubeconfig_env, options.home)
                                 : std::vector<std::string>{options.kubeconfig};
  const kube::Kubeconfig config = TRY(kube::Kubeconfig::load(paths, &read_file));
  return connect_to(TRY(config.access(options.context, &read_file)), options.client, clock, random);
}

std::unique_ptr<Connection> connect_to(kube::ClusterAccess access, ClientOptions options,
                                       const base::Clock& clock, base::Random& random) {
  if (options.read_file == nullptr) options.read_file = &read_file;
  return std::make_unique<RealConnection>(std::move(access), std::move(options), clock, random);
}

}  // namespace cluster
