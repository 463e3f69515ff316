#include "audit/note.h"

#include <gtest/gtest.h>

#include "audit/checkpoint.h"

namespace audit {
namespace {

Signer signer() { return Signer::from_seed("log.example/a", std::string(32, 's')).value(); }

TEST(NoteTest, WhatIsSignedOpens) {
  const std::string note = signer().sign("one\ntwo\n");
  EXPECT_EQ(signer().verifier().open(note).value(), "one\ntwo\n");
  EXPECT_EQ(note.substr(0, 9), "one\ntwo\n\n");
}

TEST(NoteTest, KeysGoThroughTheirTexts) {
  const Signer again = Signer::parse(signer().secret_text()).value();
  const Verifier verifier = Verifier::parse(again.verifier().text()).value();
  EXPECT_TRUE(verifier.open(signer().sign("x\n")));
  EXPECT_EQ(verifier.name(), "log.example/a");
}

// The example key of golang.org/x/mod/sumdb/note's documentation: another implementation's facts.
TEST(NoteTest, AgreesWithAKeyOfAnotherImplementation) {
  const auto verifier =
      Verifier::parse("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW");
  ASSERT_TRUE(verifier);
  const auto signer = Signer::parse(
      "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz");
  ASSERT_TRUE(signer);
  EXPECT_EQ(signer->verifier().text(), verifier->text());
}

TEST(NoteTest, EveryChangedByteIsFound) {
  const std::string note = signer().sign("one\ntwo\n");
  for (std::size_t i = 0; i < note.size(); ++i) {
    for (const int bit : {0, 3, 7}) {
      std::string changed = note;
      changed[i] = static_cast<char>(changed[i] ^ (1 << bit));
      EXPECT_FALSE(signer().verifier().open(changed)) << "byte " << i << " bit " << bit;
    }
  }
  EXPECT_FALSE(signer().verifier().open(note + "\n"));
  EXPECT_FALSE(signer().verifier().open(note.substr(0, note.size() - 1)));
}

TEST(NoteTest, SaysWhatIsWrong) {
  const Signer other = Signer::from_seed("log.example/b", std::string(32, 'o')).value();
  EXPECT_EQ(signer().verifier().open(other.sign("x\n")).error().message,
            "not a note of this key: somebody else signed it");
  EXPECT_EQ(signer().verifier().open("x\n").error().message,
            "not a note of this key: it has no signature");
  EXPECT_EQ(signer().verifier().open("x\n\n").error().message,
            "not a note of this key: it has no signature");
  EXPECT_EQ(Verifier::parse("a+b").error().message,
            "not a verifier key: want <name>+<id>+<base64>");
  EXPECT_EQ(Signer::from_seed("a+b", std::string(32, 'x')).error().message,
            "a key's name has no '+', no space and is not empty");
  EXPECT_EQ(Signer::from_seed("a", "short").error().message, "an Ed25519 seed has 32 bytes");
}

TEST(CheckpointTest, RefusesEveryOtherSpelling) {
  const std::string good = to_text({"o", 12, empty_root()});
  EXPECT_TRUE(parse_checkpoint(good));
  for (const auto& [text, why] : std::vector<std::pair<std::string, std::string>>{
           {"", "it does not have three lines"},
           {good + "x\n", "it does not have three lines"},
           {"\n12\n" + good.substr(5), "it has no origin"},
           {"o\n012\n" + good.substr(5), "its size is no plain decimal number"},
           {"o\n+12\n" + good.substr(5), "its size is no plain decimal number"},
           {"o\n12\nAAAA\n", "its root is not 32 bytes of base64"}}) {
    EXPECT_EQ(parse_checkpoint(text).error().message, "not a checkpoint: " + why) << text;
  }
}

}  // namespace
}  // namespace audit
