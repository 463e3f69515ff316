#include "gateway/s3_signer.h"

#include <gtest/gtest.h>

namespace gateway {
namespace {

constexpr const char* kNoBody = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
const base::WallTime kMay24(std::chrono::seconds(1'369'353'600));

/// The key of the examples in Amazon S3's API reference, "Signature Calculations for the
/// Authorization Header".
AwsKey s3_key() {
  return {"AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "us-east-1", "s3"};
}

net::Request request(std::string method, std::string path, net::Headers headers = {}) {
  return {std::move(method), "https://examplebucket.s3.amazonaws.com" + path, std::move(headers),
          ""};
}

std::string signed_by_s3_key(net::Request request) {
  sign_for_s3(request, s3_key(), kMay24);
  return std::string(net::header(request.headers, "authorization"));
}

constexpr const char* kBegin =
    "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, ";

TEST(S3SignerTest, AwssExampleOfGetObject) {
  EXPECT_EQ(signed_by_s3_key(request("GET", "/test.txt", {{"Range", "bytes=0-9"}})),
            std::string(kBegin) +
                "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date, "
                "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
}

TEST(S3SignerTest, AwssExampleOfPutObject) {
  net::Request put = request(
      "PUT", "/test%24file.text",
      {{"Date", "Fri, 24 May 2013 00:00:00 GMT"}, {"x-amz-storage-class", "REDUCED_REDUNDANCY"}});
  put.body = "Welcome to Amazon S3.";
  EXPECT_EQ(signed_by_s3_key(put),
            std::string(kBegin) +
                "SignedHeaders=date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class, "
                "Signature=98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd");
}

TEST(S3SignerTest, AwssExamplesOfQueries) {
  const std::string names = "SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature=";
  EXPECT_EQ(signed_by_s3_key(request("GET", "/?lifecycle")),
            kBegin + names + "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543");
  EXPECT_EQ(signed_by_s3_key(request("GET", "?prefix=J&max-keys=2")),
            kBegin + names + "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7");
}

/// "get-vanilla" of AWS's Signature Version 4 test suite.
TEST(S3SignerTest, TheTestSuitesVanilla) {
  const AwsKey key{"AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "us-east-1",
                   "service"};
  const net::Request get{
      "GET", "https://example.amazonaws.com/", {{"X-Amz-Date", "20150830T123600Z"}}, ""};
  EXPECT_EQ(aws_authorization(key, get, "20150830T123600Z", kNoBody),
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "
            "SignedHeaders=host;x-amz-date, "
            "Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31");
}

TEST(S3SignerTest, TheHostIsSignedAsItIsSent) {
  const auto with_url = [](const char* url) {
    net::Request get{"GET", url, {}, ""};
    return signed_by_s3_key(get);
  };
  EXPECT_EQ(with_url("http://minio:80/b/k"), with_url("http://minio/b/k"));
  EXPECT_EQ(with_url("https://minio:443/b/k"), with_url("https://minio/b/k"));
  EXPECT_NE(with_url("http://minio:9000/b/k"), with_url("http://minio/b/k"));
}

}  // namespace
}  // namespace gateway
