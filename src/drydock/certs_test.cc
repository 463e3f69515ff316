#include "drydock/certs.h"

#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "base/fake_clock.h"

namespace drydock {
namespace {

using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;
using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

const std::unique_ptr<BIO, decltype(&BIO_free)> reader(const std::string& pem) {
  return {BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free};
}
Certificate certificate(const std::string& pem) {
  return {PEM_read_bio_X509(reader(pem).get(), nullptr, nullptr, nullptr), X509_free};
}
Key private_key(const std::string& pem) {
  return {PEM_read_bio_PrivateKey(reader(pem).get(), nullptr, nullptr, nullptr), EVP_PKEY_free};
}

/// "ok", or why `leaf` may not be used for `purpose` where `authority` is trusted at `now`.
std::string verified(const std::string& leaf, const std::string& authority, int purpose,
                     base::WallTime now) {
  const std::unique_ptr<X509_STORE, decltype(&X509_STORE_free)> store(X509_STORE_new(),
                                                                      X509_STORE_free);
  X509_STORE_add_cert(store.get(), certificate(authority).get());
  const std::unique_ptr<X509_STORE_CTX, decltype(&X509_STORE_CTX_free)> context(
      X509_STORE_CTX_new(), X509_STORE_CTX_free);
  const Certificate subject = certificate(leaf);
  X509_STORE_CTX_init(context.get(), store.get(), subject.get(), nullptr);
  X509_STORE_CTX_set_purpose(context.get(), purpose);
  X509_STORE_CTX_set_time(
      context.get(), 0,
      std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count());
  X509_verify_cert(context.get());
  return X509_verify_cert_error_string(X509_STORE_CTX_get_error(context.get()));
}

class CertsTest : public testing::Test {
 protected:
  const base::FakeClock clock_;
  const Authority authority_ = Authority::create("drydock-ca", clock_.now()).value();
};

TEST_F(CertsTest, AServersCertificateServesItsNamesAndNothingElse) {
  const KeyPair pair = authority_
                           .issue({.common_name = "kube-apiserver",
                                   .dns_names = {"localhost"},
                                   .addresses = {"127.0.0.1"},
                                   .server = true})
                           .value();
  const std::string& ca = authority_.certificate();
  EXPECT_EQ(verified(pair.certificate, ca, X509_PURPOSE_SSL_SERVER, clock_.now()), "ok");
  EXPECT_EQ(verified(pair.certificate, ca, X509_PURPOSE_SSL_CLIENT, clock_.now()),
            "unsuitable certificate purpose");
  const Certificate leaf = certificate(pair.certificate);
  EXPECT_EQ(X509_check_host(leaf.get(), "localhost", 0, 0, nullptr), 1);
  EXPECT_EQ(X509_check_ip_asc(leaf.get(), "127.0.0.1", 0), 1);
  EXPECT_EQ(X509_check_host(leaf.get(), "kubernetes", 0, 0, nullptr), 0);
  EXPECT_EQ(X509_check_private_key(leaf.get(), private_key(pair.key).get()), 1);
}

TEST_F(CertsTest, AnotherAuthorityIsNotBelieved) {
  const KeyPair pair = authority_.issue({.common_name = "a", .client = true}).value();
  const Authority stranger = Authority::create("drydock-ca", clock_.now()).value();
  EXPECT_EQ(
      verified(pair.certificate, authority_.certificate(), X509_PURPOSE_SSL_CLIENT, clock_.now()),
      "ok");
  EXPECT_NE(
      verified(pair.certificate, stranger.certificate(), X509_PURPOSE_SSL_CLIENT, clock_.now()),
      "ok");
}

TEST_F(CertsTest, AnIssuedCertificateIssuesNone) {
  const KeyPair pair = authority_.issue({.common_name = "a", .server = true}).value();
  EXPECT_EQ(X509_check_ca(certificate(authority_.certificate()).get()), 1);
  EXPECT_EQ(X509_check_ca(certificate(pair.certificate).get()), 0);
}

TEST_F(CertsTest, ItHoldsForYearsAndNotForEver) {
  const KeyPair pair = authority_.issue({.common_name = "a", .server = true}).value();
  const auto in = [&](int years) {
    return verified(pair.certificate, authority_.certificate(), X509_PURPOSE_SSL_SERVER,
                    clock_.now() + std::chrono::hours(24 * 365 * years));
  };
  EXPECT_EQ(in(9), "ok");
  EXPECT_EQ(in(11), "certificate has expired");
}

TEST(SigningKeyTest, TheTwoHalvesBelongTogether) {
  const KeyPair pair = make_signing_key().value();
  const Key open(PEM_read_bio_PUBKEY(reader(pair.certificate).get(), nullptr, nullptr, nullptr),
                 EVP_PKEY_free);
  ASSERT_NE(open, nullptr);
  EXPECT_EQ(EVP_PKEY_eq(open.get(), private_key(pair.key).get()), 1);
}

}  // namespace
}  // namespace drydock
