#include "net/curl_easy.h"

#include <signal.h>

#include <algorithm>
#include <cstring>
#include <mutex>

namespace net {
namespace {

using base::Error;
using base::ErrorCode;
using base::Result;

void initialise_curl() {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
}

struct UrlDeleter {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};

std::string part(CURLU* url, CURLUPart which, unsigned flags = 0) {
  char* text = nullptr;
  if (curl_url_get(url, which, &text, flags) != CURLUE_OK) return "";
  std::string copy(text);
  curl_free(text);
  return copy;
}

curl_blob blob(const std::string& text) {
  return {const_cast<char*>(text.data()), text.size(), CURL_BLOB_COPY};
}

void set_blob(CURL* easy, CURLoption option, const std::string& text) {
  curl_blob value = blob(text);
  curl_easy_setopt(easy, option, &value);
}

}  // namespace

NoSigpipe::NoSigpipe() {
  sigset_t pipe, before;
  sigemptyset(&pipe);
  sigaddset(&pipe, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &pipe, &before);
  was_blocked_ = sigismember(&before, SIGPIPE) == 1;
}

NoSigpipe::~NoSigpipe() {
  if (was_blocked_) return;
  sigset_t pipe;
  sigemptyset(&pipe);
  sigaddset(&pipe, SIGPIPE);
  const timespec no_time{};
  while (sigtimedwait(&pipe, nullptr, &no_time) == SIGPIPE) {
  }
  pthread_sigmask(SIG_UNBLOCK, &pipe, nullptr);
}

bool UrlParts::is_loopback() const {
  return host == "localhost" || host == "[::1]" || host.starts_with("127.");
}

Result<UrlParts> parse_url(std::string_view url) {
  std::string text(url);
  if (text.starts_with("wss://")) text.replace(0, 3, "https");
  if (text.starts_with("ws://")) text.replace(0, 2, "http");
  const std::unique_ptr<CURLU, UrlDeleter> parsed(curl_url());
  const bool known_scheme = text.starts_with("https://") || text.starts_with("http://");
  if (!known_scheme || curl_url_set(parsed.get(), CURLUPART_URL, text.c_str(), 0) != CURLUE_OK) {
    return Error{ErrorCode::invalid_argument, "'" + std::string(url) + "' is no http or https URL"};
  }
  UrlParts parts{part(parsed.get(), CURLUPART_SCHEME), part(parsed.get(), CURLUPART_HOST),
                 part(parsed.get(), CURLUPART_PORT, CURLU_DEFAULT_PORT),
                 part(parsed.get(), CURLUPART_PATH)};
  if (const std::string query = part(parsed.get(), CURLUPART_QUERY); !query.empty()) {
    parts.target += "?" + query;
  }
  return parts;
}

Result<std::unique_ptr<Easy>> Easy::create(const CurlOptions& options, const std::string& url,
                                           const Until& until, const base::Clock& clock) {
  initialise_curl();
  std::unique_ptr<Easy> easy(new Easy);
  easy->url_ = TRY(parse_url(url));
  easy->easy_.reset(curl_easy_init());
  CHECK(easy->easy_ != nullptr);
  CURL* handle = easy->get();
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, easy->detail_.data());
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  // Nothing of the user's dot files, and no cookies or redirects: an API server sends none.
  curl_easy_setopt(handle, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
  curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 0L);
  // A dead peer behind a VPN is noticed within a minute and a half, not in two hours.
  curl_easy_setopt(handle, CURLOPT_TCP_KEEPALIVE, 1L);
  curl_easy_setopt(handle, CURLOPT_TCP_KEEPIDLE, 30L);
  curl_easy_setopt(handle, CURLOPT_TCP_KEEPINTVL, 10L);

  std::string effective = easy->url_.scheme + "://" + easy->url_.authority() + easy->url_.target;
  if (!options.tls.server_name.empty()) {
    // libcurl verifies and sends the URL's host: so that becomes the name, and the host is where it
    // connects to.
    const std::string named = options.tls.server_name + ":" + easy->url_.port;
    effective = easy->url_.scheme + "://" + named + easy->url_.target;
    easy->connect_to_.reset(
        curl_slist_append(nullptr, (named + ":" + easy->url_.authority()).c_str()));
    curl_easy_setopt(handle, CURLOPT_CONNECT_TO, easy->connect_to_.get());
    TRY(easy->add_header("Host", easy->url_.authority()));
  }
  curl_easy_setopt(handle, CURLOPT_URL, effective.c_str());
  // The path is what the caller encoded; dots in it are not to be resolved.
  curl_easy_setopt(handle, CURLOPT_PATH_AS_IS, 1L);
  easy->set_trust(options.tls);
  easy->set_proxy(options);
  easy->set_timeouts(until, clock);
  return easy;
}

void Easy::set_trust(const TlsSettings& tls) {
  if (!tls.ca_pem.empty()) {
    set_blob(get(), CURLOPT_CAINFO_BLOB, tls.ca_pem);
    curl_easy_setopt(get(), CURLOPT_CAPATH, nullptr);
  }
  if (!tls.certificate_pem.empty()) {
    set_blob(get(), CURLOPT_SSLCERT_BLOB, tls.certificate_pem);
    curl_easy_setopt(get(), CURLOPT_SSLCERTTYPE, "PEM");
    set_blob(get(), CURLOPT_SSLKEY_BLOB, tls.key_pem);
    curl_easy_setopt(get(), CURLOPT_SSLKEYTYPE, "PEM");
  }
  curl_easy_setopt(get(), CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  curl_easy_setopt(get(), CURLOPT_SSL_VERIFYPEER, tls.insecure ? 0L : 1L);
  curl_easy_setopt(get(), CURLOPT_SSL_VERIFYHOST, tls.insecure ? 0L : 2L);
}

void Easy::set_proxy(const CurlOptions& options) {
  if (!options.proxy_url.empty()) {
    curl_easy_setopt(get(), CURLOPT_PROXY, options.proxy_url.c_str());
  } else if (url_.is_loopback()) {
    curl_easy_setopt(get(), CURLOPT_NOPROXY, "*");
  }
  curl_easy_setopt(get(), CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
}

void Easy::set_timeouts(const Until& until, const base::Clock& clock) {
  using std::chrono::milliseconds;
  const milliseconds connect = base::limits::kConnectTimeout;
  curl_easy_setopt(get(), CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(connect.count()));
  if (until.deadline == base::SteadyTime::max()) return;
  const auto left = std::chrono::ceil<milliseconds>(until.deadline - clock.steady());
  // 0 would mean "for ever".
  curl_easy_setopt(get(), CURLOPT_TIMEOUT_MS, std::max(static_cast<long>(left.count()), 1L));
}

Result<void> Easy::add_header(const std::string& name, const std::string& value) {
  if ((name + value).find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos) {
    return Error{ErrorCode::invalid_argument, "the header " + name + " has a line break in it"};
  }
  // "Name;" is how libcurl is told to send a header without a value.
  const std::string line = value.empty() ? name + ";" : name + ": " + value;
  curl_slist* longer = curl_slist_append(headers_.get(), line.c_str());
  CHECK(longer != nullptr);
  static_cast<void>(headers_.release());
  headers_.reset(longer);
  return {};
}

void Easy::use_headers() {
  // Without a value and a semicolon libcurl leaves its own header out: no waiting for 100-continue.
  curl_slist* longer = curl_slist_append(headers_.get(), "Expect:");
  CHECK(longer != nullptr);
  static_cast<void>(headers_.release());
  headers_.reset(longer);
  curl_easy_setopt(get(), CURLOPT_HTTPHEADER, headers_.get());
}

std::string Easy::reason(CURLcode code) const {
  long number = 0;
  curl_easy_getinfo(get(), CURLINFO_OS_ERRNO, &number);
  if (code == CURLE_COULDNT_CONNECT && number != 0) return std::strerror(static_cast<int>(number));
  if (code == CURLE_COULDNT_RESOLVE_HOST) return "the name cannot be resolved";
  if (code == CURLE_COULDNT_RESOLVE_PROXY) return "the proxy's name cannot be resolved";
  return curl_easy_strerror(code);
}

Error Easy::error_of(CURLcode code, const Until& until, const base::Clock& clock) const {
  const std::string server = url_.authority();
  long distrust = 0;
  curl_easy_getinfo(get(), CURLINFO_SSL_VERIFYRESULT, &distrust);
  // A certificate whose signature is wrong comes as a failed handshake that was not verified. So
  // does a connection that ends in the handshake (a load balancer whose servers are down); only
  // libcurl's text tells them apart: "error:" is OpenSSL's, the rest is the socket's.
  const std::string_view detail = detail_.data();
  const bool is_of_tls = detail.find("error:") != std::string_view::npos &&
                         detail.find("unexpected eof") == std::string_view::npos;
  if (code == CURLE_SSL_CONNECT_ERROR && distrust != 0 && is_of_tls) {
    code = CURLE_PEER_FAILED_VERIFICATION;
  }
  switch (code) {
    case CURLE_COULDNT_CONNECT:
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PROXY:
      return Error{ErrorCode::unavailable, "connect to " + server + ": " + reason(code)};
    case CURLE_PEER_FAILED_VERIFICATION:
      return Error{ErrorCode::unauthenticated,
                   "connect to " + server + ": its certificate is not trusted",
                   "check the certificate authority and the server name in the kubeconfig"};
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_ISSUER_ERROR:
      return Error{ErrorCode::unauthenticated, "connect to " + server + ": " + reason(code),
                   "check the certificates and the key in the kubeconfig"};
    case CURLE_OPERATION_TIMEDOUT: {
      if (clock.steady() + std::chrono::milliseconds(5) >= until.deadline) {
        return Error{ErrorCode::deadline_exceeded, "no answer from " + server + " in time"};
      }
      return Error{ErrorCode::unavailable, "connect to " + server + ": Connection timed out"};
    }
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
      return Error{ErrorCode::invalid_argument, server + ": " + reason(code)};
    default:
      return Error{ErrorCode::unavailable,
                   "the connection to " + server + " was lost: " + reason(code)};
  }
}

}  // namespace net
