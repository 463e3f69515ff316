#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "net/transport.h"

namespace gateway {

/// Who signs, and for what. `secret_key` is a secret (INV-7).
struct AwsKey {
  std::string access_key;
  std::string secret_key;
  std::string region;
  std::string service = "s3";
};

/// The value of x-amz-date: "20130524T000000Z".
std::string aws_date(base::WallTime time);

/// The value of an Authorization header by AWS Signature Version 4, over the method, the URL, the
/// host, every header of `request` and the hash of its body. `date` as aws_date() gives it,
/// `body_hash` is the SHA-256 in hex.
/// The URL's path and query must be percent-encoded as they are sent; S3 has them signed as they
/// are. Pure. Source: "Signature Version 4 signing process" in AWS's General Reference; its worked
/// examples are the tests.
std::string aws_authorization(const AwsKey& key, const net::Request& request, std::string_view date,
                              std::string_view body_hash);

/// Gives `request` what S3 asks of a signed one: x-amz-date, x-amz-content-sha256, authorization.
/// REQUIRES: it has none of them yet. A signature holds for 15 minutes: sign each attempt anew.
void sign_for_s3(net::Request& request, const AwsKey& key, base::WallTime now);

}  // namespace gateway
