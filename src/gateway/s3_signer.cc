#include "gateway/s3_signer.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <map>
#include <vector>

#include "audit/merkle.h"
#include "base/check.h"
#include "base/encoding.h"
#include "base/strings.h"

namespace gateway {
namespace {

std::string hmac(std::string_view key, std::string_view message) {
  unsigned char bytes[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  CHECK(HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
             reinterpret_cast<const unsigned char*>(message.data()), message.size(), bytes,
             &size) != nullptr);
  return {reinterpret_cast<const char*>(bytes), size};
}

struct Url {
  std::string host;  ///< As in the Host header: with its port, unless the scheme implies it.
  std::string path;
  std::string query;
};

Url parts_of(std::string_view url) {
  const bool secure = url.starts_with("https:");
  url.remove_prefix(std::min(url.find("//") + 2, url.size()));
  const std::size_t slash = std::min(url.find_first_of("/?"), url.size());
  std::string_view host = url.substr(0, slash);
  const std::string_view implied = secure ? ":443" : ":80";
  if (host.ends_with(implied)) host.remove_suffix(implied.size());
  const std::string_view rest = url.substr(slash);
  const std::size_t mark = std::min(rest.find('?'), rest.size());
  Url parts{std::string(host), std::string(rest.substr(0, mark)), ""};
  if (parts.path.empty()) parts.path = "/";
  if (mark < rest.size()) parts.query = rest.substr(mark + 1);
  return parts;
}

/// Sorted, and "name=" for a parameter without a value.
std::string canonical_query(std::string_view query) {
  if (query.empty()) return {};
  std::vector<std::string> parameters;
  for (const std::string_view parameter : base::split(query, '&')) {
    parameters.emplace_back(parameter);
    if (parameter.find('=') == std::string_view::npos) parameters.back() += '=';
  }
  std::sort(parameters.begin(), parameters.end());
  std::string joined;
  for (const std::string& parameter : parameters) {
    joined += (joined.empty() ? "" : "&") + parameter;
  }
  return joined;
}

/// Without white space around it, and one space for each run within.
std::string canonical_value(std::string_view value) {
  std::string out;
  for (const char c : base::trim(value)) {
    if (c != ' ' || out.back() != ' ') out += c;
  }
  return out;
}

}  // namespace

std::string aws_date(base::WallTime time) {
  std::string date;  // RFC 3339 without its punctuation.
  for (const char c : base::to_rfc3339(time)) {
    if (c != '-' && c != ':') date += c;
  }
  return date;
}

std::string aws_authorization(const AwsKey& key, const net::Request& request, std::string_view date,
                              std::string_view body_hash) {
  const Url url = parts_of(request.url);
  std::map<std::string, std::string> headers{{"host", url.host}};
  for (const auto& [name, value] : request.headers)
    headers[base::lower_case(name)] = canonical_value(value);
  std::string lines, names;
  for (const auto& [name, value] : headers) {
    lines += name + ":" + value + "\n";
    names += (names.empty() ? "" : ";") + name;
  }
  const std::string canonical = request.method + "\n" + url.path + "\n" +
                                canonical_query(url.query) + "\n" + lines + "\n" + names + "\n" +
                                std::string(body_hash);
  const std::string day(date.substr(0, 8));
  const std::string scope = day + "/" + key.region + "/" + key.service + "/aws4_request";
  const std::string to_sign =
      "AWS4-HMAC-SHA256\n" + std::string(date) + "\n" + scope + "\n" + audit::sha256_hex(canonical);
  const std::string signing_key =
      hmac(hmac(hmac(hmac("AWS4" + key.secret_key, day), key.region), key.service), "aws4_request");
  return "AWS4-HMAC-SHA256 Credential=" + key.access_key + "/" + scope +
         ", SignedHeaders=" + names + ", Signature=" + base::to_hex(hmac(signing_key, to_sign));
}

void sign_for_s3(net::Request& request, const AwsKey& key, base::WallTime now) {
  const std::string date = aws_date(now);
  const std::string body_hash = audit::sha256_hex(request.body);
  request.headers.emplace_back("x-amz-date", date);
  request.headers.emplace_back("x-amz-content-sha256", body_hash);
  request.headers.emplace_back("authorization", aws_authorization(key, request, date, body_hash));
}

}  // namespace gateway
