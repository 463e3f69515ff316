#include "translate/sanitise.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iostream>
#include <sstream>

#include "base/test_paths.h"
#include "doc/json.h"

namespace translate {
namespace {

TEST(SanitiseTest, ReplacesEachKindByAPlaceholderOfItsName) {
  const std::pair<const char*, const char*> cases[] = {
      {"Write to ann.lee@mail.example please", "Write to {{EMAIL-1}} please"},
      {"Call +44 20 7946 0958 now", "Call {{PHONE-1}} now"},
      {"Card 4000 0566 5566 5556 ok", "Card {{CREDIT_CARD-1}} ok"},
      {"Card 4000 0566 5566 5557 no", "Card 4000 0566 5566 5557 no"},
      {"Pay to DE89 3704 0044 0532 0130 00.", "Pay to {{IBAN-1}}."},
      {"Pay to DE88 3704 0044 0532 0130 00.", "Pay to DE88 3704 0044 0532 0130 00."},
      {"Host 10.1.2.3 and fe80::1 up", "Host {{IP-1}} and {{IP-2}} up"},
      {"Version 1.2.3 on 2024-01-15", "Version 1.2.3 on 2024-01-15"},
      {"NIC 00:1b:44:11:3a:b7", "NIC {{MAC-1}}"},
      {"Use ol_api_0123456789abcdefABCDEF", "Use {{TOKEN-1}}"},
      {"Authorization: Bearer abcdefghijklmnop1234", "Authorization: Bearer {{TOKEN-1}}"},
      {"My name is Ann Lee and so on", "My name is {{NAME-1}} and so on"},
      {"Born on 4 July 1976.", "Born on {{DATE_OF_BIRTH-1}}."},
      {"password: hunter2x", "password: {{PASSWORD-1}}"},
      {"Nothing personal here: 3 of 10 pods.", "Nothing personal here: 3 of 10 pods."},
  };
  for (const auto& [before, after] : cases) {
    const Sanitised sanitised = sanitise(before);
    EXPECT_EQ(sanitised.text, after);
    EXPECT_EQ(reveal(sanitised.text, sanitised.originals), before);
  }
}

TEST(SanitiseTest, GivesTheSamePlaceholderToTheSameWords) {
  const Sanitised sanitised = sanitise("a@b.example, c@b.example, a@b.example");
  EXPECT_EQ(sanitised.text, "{{EMAIL-1}}, {{EMAIL-2}}, {{EMAIL-1}}");
  EXPECT_EQ(sanitised.counts().at(PersonalKind::email), 3);
  EXPECT_EQ(sanitised.spans[1].begin, 13U);
  EXPECT_EQ(sanitised.spans[1].end, 24U);
}

TEST(SanitiseTest, KeepsPlaceholdersThatTheTextHadItself) {
  const char* text = "{{EMAIL-1}} is not a@b.example";
  const Sanitised sanitised = sanitise(text);
  EXPECT_EQ(sanitised.text, "{{EMAIL-1}} is not {{EMAIL-2}}");
  EXPECT_EQ(reveal(sanitised.text, sanitised.originals), text);
}

TEST(SanitiseTest, LooksOnlyForTheKindsAskedFor) {
  EXPECT_EQ(sanitise("a@b.example at https://x.example/y", {PersonalKind::url}).text,
            "a@b.example at {{URL-1}}");
}

TEST(SanitiseTest, HidesWhatItFoundOnceWhereverItStandsAsAWord) {
  const char* text =
      "My name is Ann Lee. Ann Lees met Ann Lee's dog. password: hunter2x or (hunter2x)";
  const Sanitised sanitised = sanitise(text);
  EXPECT_EQ(sanitised.text,
            "My name is {{NAME-1}}. Ann Lees met {{NAME-1}}'s dog. "
            "password: {{PASSWORD-1}} or ({{PASSWORD-1}})");
  EXPECT_EQ(reveal(sanitised.text, sanitised.originals), text);
}

TEST(SanitiseTest, APageHasOneNumbering) {
  const std::string_view texts[] = {"Ann Lee: ann@b.example", "{{EMAIL-2}}, bob@b.example",
                                    "ann@b.example, bob@b.example"};
  const auto all = sanitise_all(texts, default_personal_kinds(), "My name is Ann Lee");
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[0].text, "{{NAME-1}}: {{EMAIL-1}}");
  EXPECT_EQ(all[1].text, "{{EMAIL-2}}, {{EMAIL-3}}");
  EXPECT_EQ(all[2].text, "{{EMAIL-1}}, {{EMAIL-3}}");
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(reveal(all[i].text, all[i].originals), texts[i]);
}

TEST(SanitiseTest, TellsWhenAPlaceholderIsLostDoubledOrInvented) {
  const char* text = "{{EMAIL-1}} or {{CREDIT_CARD-2}}";
  EXPECT_TRUE(same_placeholders(text, "{{CREDIT_CARD-2}} ou {{EMAIL-1}}"));
  EXPECT_TRUE(same_placeholders(text, "{{{EMAIL-1}}} {{CREDIT_CARD-2}} {{x}}"));
  EXPECT_FALSE(same_placeholders(text, "{{EMAIL-1}}"));
  EXPECT_FALSE(same_placeholders(text, "{{EMAIL-1}} {{CREDIT_CARD-2}} {{EMAIL-1}}"));
  EXPECT_FALSE(same_placeholders(text, "{{EMAIL-1}} {{CREDIT_CARD-2}} {{EMAIL-3}}"));
  EXPECT_FALSE(same_placeholders(text, "{{CORREO-1}} {{CREDIT_CARD-2}}"));
  EXPECT_FALSE(same_placeholders(text, "{{EMAIL - 1}} {{CREDIT_CARD-2}}"));
}

TEST(SanitiseTest, KindsHaveNames) {
  for (const std::string_view name : personal_kind_names()) {
    ASSERT_TRUE(personal_kind_named(name)) << name;
    EXPECT_EQ(kind_name(*personal_kind_named(name)), name);
  }
  EXPECT_EQ(personal_kind_names().size(), default_personal_kinds().size() + 1);
  EXPECT_FALSE(personal_kind_named("email"));
}

/// `text` with the numbers of placeholders taken away, as the corpus writes most of them.
std::string unnumbered(std::string text) {
  for (std::size_t at = text.find("{{"); at != std::string::npos; at = text.find("{{", at + 2)) {
    const std::size_t close = text.find("}}", at);
    const std::size_t dash = text.rfind('-', close);
    if (close != std::string::npos && dash != std::string::npos && dash > at) {
      text.erase(dash, close - dash);
    }
  }
  return text;
}

TEST(SanitiseCorpusTest, AgreesWithScrubadub) {
  const auto shared = base::shared_dir(SLIPWAY_SOURCE_DIR);
  if (!shared) {
    std::cout << "no ../shared: the 83 redaction pairs are not run\n";
    return;
  }
  std::ifstream in(*shared / "corpora/pii/scrubadub_before_after.jsonl");
  int pairs = 0, same = 0, kinds_same = 0;
  for (std::string line; std::getline(in, line);) {
    const auto pair = doc::parse_json(line);
    ASSERT_TRUE(pair) << line;
    const std::string before(pair->string_at("before"));
    const std::string after = unnumbered(std::string(pair->string_at("after")));
    std::set<PersonalKind> kinds = default_personal_kinds();
    if (after.find("{{URL}}") != std::string::npos) kinds = {PersonalKind::url};
    const Sanitised sanitised = sanitise(before, kinds);
    EXPECT_EQ(reveal(sanitised.text, sanitised.originals), before);
    ++pairs;
    const bool agrees = unnumbered(sanitised.text) == after;
    same += agrees;
    const auto count = [](const std::string& text) {
      return std::count(text.begin(), text.end(), '{');
    };
    kinds_same += count(sanitised.text) == count(after);
    if (!agrees) std::cout << "differs: " << sanitised.text << "\n     not: " << after << "\n";
  }
  std::cout << "sanitiser: " << same << " of " << pairs << " pairs the same, " << kinds_same
            << " with as many finds\n";
  EXPECT_GE(same, 70);
}

}  // namespace
}  // namespace translate
