#pragma once

#include <curl/curl.h>

#include <array>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "net/curl_transport.h"
#include "net/transport.h"

/// What the transport and the WebSockets share of libcurl. Private to net.
namespace net {

struct EasyDeleter {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
struct SlistDeleter {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

/// Keeps SIGPIPE from this thread while it lives: a peer that went away is an error, not our end.
/// (libcurl does so itself only where it may use signals, which a program of many threads must not
/// let it.)
class NoSigpipe {
 public:
  NoSigpipe();
  ~NoSigpipe();
  NoSigpipe(const NoSigpipe&) = delete;
  NoSigpipe& operator=(const NoSigpipe&) = delete;

 private:
  bool was_blocked_ = false;
};

/// An absolute URL in its parts. Errors of parse: invalid_argument.
struct UrlParts {
  std::string scheme;  ///< "https" or "http" ("wss" and "ws" are read as those).
  std::string host;    ///< "[::1]" with brackets.
  std::string port;
  std::string target;  ///< Path and query.
  std::string authority() const { return host + ":" + port; }
  bool is_loopback() const;
};
base::Result<UrlParts> parse_url(std::string_view url);

/// One libcurl handle set up for one URL: trust, identity, proxy, timeouts. Not thread-safe.
class Easy {
 public:
  static base::Result<std::unique_ptr<Easy>> create(const CurlOptions& options,
                                                    const std::string& url, const Until& until,
                                                    const base::Clock& clock);

  CURL* get() const { return easy_.get(); }
  const UrlParts& url() const { return url_; }
  /// Adds a request header. Errors: invalid_argument for what would be more than one line.
  base::Result<void> add_header(const std::string& name, const std::string& value);
  /// Gives the headers to the handle.
  void use_headers();
  /// `code` as an Error that names the server (never for CURLE_OK).
  base::Error error_of(CURLcode code, const Until& until, const base::Clock& clock) const;

 private:
  Easy() = default;
  void set_trust(const TlsSettings& tls);
  void set_proxy(const CurlOptions& options);
  void set_timeouts(const Until& until, const base::Clock& clock);
  std::string reason(CURLcode code) const;

  std::array<char, CURL_ERROR_SIZE> detail_{};  // libcurl's text of the last failure.
  std::unique_ptr<CURL, EasyDeleter> easy_;
  std::unique_ptr<curl_slist, SlistDeleter> headers_;
  std::unique_ptr<curl_slist, SlistDeleter> connect_to_;
  UrlParts url_;
};

}  // namespace net
