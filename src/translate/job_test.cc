#include "translate/job.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "base/random.h"
#include "translate/prompt.h"
#include "translate/pseudo.h"
#include "translate/random_page.h"

namespace translate {
namespace {

/// Answers a prompt part by part with `translate_part(part, number of times asked before)`.
using TranslatePart = std::function<std::string(std::string_view)>;

std::string answer_to(const ModelRequest& request, const TranslatePart& translate_part) {
  std::string out;
  for (const auto& [number, text] : answer_parts(request.user, 1000, true)) {
    out += "⟦#" + std::to_string(number) + "⟧\n" + translate_part(text) + "\n";
  }
  return out;
}

JobOptions to(std::string language) {
  JobOptions options;
  options.source_language = "en";
  options.target_language = std::move(language);
  return options;
}

Job job_of(std::string page, JobOptions options) {
  auto job = Job::create(std::move(page), std::move(options));
  EXPECT_TRUE(job);
  return std::move(job).value();
}

/// Runs a job to its end; each answer arrives in pieces of `piece` bytes (0: whole).
std::string run(Job& job, const TranslatePart& translate_part, std::size_t piece = 0) {
  std::string out = job.take_released();
  for (int guard = 0; !job.done() && guard < 10'000; ++guard) {
    const auto request = job.next_request();
    if (!request) break;
    const std::string answer = answer_to(*request, translate_part);
    const std::size_t step = piece == 0 ? answer.size() : piece;
    for (std::size_t i = 0; i < answer.size(); i += step) {
      if (!job.feed(request->id, std::string_view(answer).substr(i, step))) break;
      out += job.take_released();
    }
    job.finish(request->id);
    out += job.take_released();
  }
  EXPECT_TRUE(job.done());
  return out;
}

std::string pseudo(std::string_view text) { return pseudo_translate(text); }

std::string print(const Job& job) {
  std::string out;
  for (const BlockReport& row : job.report()) {
    const char* fate = row.fate == BlockFate::translated     ? "translated"
                       : row.fate == BlockFate::kept_by_kind ? "kept by kind"
                                                             : "kept";
    out += row.kind + ": " + fate;
    if (!row.why.empty()) out += " (" + row.why + ")";
    if (row.attempts > 0) out += ", attempts " + std::to_string(row.attempts);
    out += "\n";
  }
  return out;
}

TEST(JobTest, TranslatesTheWordsAndKeepsTheRest) {
  Job job =
      job_of("# A title\r\n\r\nSee [the guide](https://a.example/g), run `make`.\r\n", to("fr"));
  EXPECT_EQ(run(job, pseudo),
            "# Á ţííţļéé\r\n\r\nŠéééé [ţĥéé ĝúúííðéé](https://a.example/g), ŕúúñ `make`.\r\n");
  EXPECT_EQ(print(job), "heading: translated, attempts 1\nparagraph: translated, attempts 1\n");
}

TEST(JobTest, PromptsOfOneLanguageShareTheirPrefix) {
  JobOptions options = to("fr");
  options.batch_tokens_max = 8;
  Job job = job_of("One first paragraph here.\n\nOne second paragraph here.\n", options);
  const auto first = job.next_request();
  const auto second = job.next_request();
  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->system, second->system);
  EXPECT_NE(first->system.find("French"), std::string::npos);
  EXPECT_EQ(first->user, "⟦#1⟧\nOne first paragraph here.\n");
}

TEST(JobTest, BatchesByTokenBudget) {
  JobOptions options = to("fr");
  options.batch_tokens_max = 16;
  options.in_flight_max = 100;
  std::string page;
  for (int i = 0; i < 10; ++i) page += "Some words in a paragraph.\n\n";
  Job job = job_of(page, options);
  int requests = 0;
  while (job.next_request()) ++requests;
  EXPECT_EQ(requests, 5);  // 26 bytes are 7 tokens: two fit.
}

TEST(JobTest, GivesTheSameBytesHoweverAnswersAreCut) {
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    base::SeededRandom random(seed);
    const std::string page = random_page(random);
    Job whole = job_of(page, to("xx-XX"));
    const std::string unary = run(whole, pseudo);
    for (const std::size_t piece : {1U, 7U}) {
      JobOptions options = to("xx-XX");
      options.batch_tokens_max = 40;
      Job cut = job_of(page, options);
      EXPECT_EQ(run(cut, pseudo, piece), unary) << page;
    }
  }
}

TEST(JobTest, ReleasesInPageOrderWhateverTheOrderOfAnswers) {
  JobOptions options = to("fr");
  options.batch_tokens_max = 4;
  Job job = job_of("First words.\n\nSecond words.\n\nThird words.\n", options);
  const auto one = job.next_request();
  const auto two = job.next_request();
  const auto three = job.next_request();
  ASSERT_TRUE(one && two && three);
  for (const auto& request : {three, two}) {
    job.feed(request->id, answer_to(*request, pseudo));
    job.finish(request->id);
    EXPECT_EQ(job.take_released(), "");
  }
  job.feed(one->id, answer_to(*one, pseudo));
  job.finish(one->id);
  EXPECT_EQ(job.take_released(), "Ƒííŕšţ ŵóóŕðš.\n\nŠééçóóñð ŵóóŕðš.\n\nŢĥííŕð ŵóóŕðš.\n");
}

TEST(JobTest, ReleasesABlockOnceTheNextMarkHasCome) {
  Job job = job_of("First words.\n\nSecond words.\n", to("fr"));
  const auto request = job.next_request();
  ASSERT_TRUE(request);
  EXPECT_TRUE(job.feed(request->id, "⟦#1⟧\nPremiers mots.\n"));
  EXPECT_EQ(job.take_released(), "");
  EXPECT_TRUE(job.feed(request->id, "⟦#2⟧\n"));
  EXPECT_EQ(job.take_released(), "Premiers mots.\n\n");
}

TEST(JobTest, AsksAgainForTheFailedBlockAlone) {
  Job job = job_of("First [words](/a).\n\nSecond words.\n", to("fr"));
  int asked = 0;
  const std::string out = run(job, [&](std::string_view text) {
    if (text.find("First") == std::string_view::npos) return pseudo(text);
    return ++asked == 1 ? std::string("Premiers mots.") : pseudo(text);
  });
  EXPECT_EQ(out, "Ƒííŕšţ [ŵóóŕðš](/a).\n\nŠééçóóñð ŵóóŕðš.\n");
  EXPECT_EQ(print(job), "paragraph: translated, attempts 2\nparagraph: translated, attempts 1\n");
}

TEST(JobTest, KeepsAndReportsABlockThatCannotBeTranslated) {
  Job job = job_of("First words.\n\nSecond words.\n", to("fr"));
  const std::string out = run(job, [](std::string_view text) {
    return text.find("First") == 0 ? std::string("Voir https://evil.test/") : pseudo(text);
  });
  EXPECT_EQ(out, "First words.\n\nŠééçóóñð ŵóóŕðš.\n");
  EXPECT_EQ(print(job),
            "paragraph: kept (diode: scheme), attempts 3\nparagraph: translated, attempts 1\n");
  EXPECT_EQ(job.blocks_kept(), 1U);
  EXPECT_EQ(job.blocks_translated(), 1U);
}

TEST(JobTest, NothingIsReleasedThatTheDiodeHasNotPassed) {  // INV-8
  Job job = job_of("First words here.\n\nSecond words here.\n", to("fr"));
  const auto request = job.next_request();
  ASSERT_TRUE(request);
  std::string released;
  const std::string answer = "⟦#1⟧\nVoir evil.test ici.\n⟦#2⟧\nSeconds mots ici.\n";
  for (const char c : answer) {
    job.feed(request->id, std::string_view(&c, 1));
    released += job.take_released();
  }
  job.finish(request->id);
  released += job.take_released();
  EXPECT_EQ(released, "");  // The second block waits for the first, which is asked for again.
}

TEST(JobTest, SaysWhatWasWrongWithAnAnswer) {
  const std::pair<const char*, const char*> answers[] = {
      {"", "check: empty"},
      {"Il y a 4 nœuds dans la grappe aujourd'hui.", "check: numbers"},
      {"There are 3 nodes inside the cluster today.", "check: untranslated"},
      {"Here is the translation: il y a 3 nœuds dans la grappe.", "check: echo"},
      {"Il y a 3 n\uFFFDuds dans la grappe aujourd'hui.", "check: damaged"},
      {"Il y a 3 nœuds ⟦1⟧ dans la grappe aujourd'hui.", "check: tokens"},
      {"Il y a 3 nœuds dans la grappe, voir @tous aujourd'hui.", "diode: mention"},
      {"- Il y a 3 nœuds\n- dans *la* grappe aujourd'hui.", "check: structure"},
      {"Il y a 3 nœuds dans la grappe `aujourd'hui`.", "check: structure"},
  };
  for (const auto& [answer, why] : answers) {
    JobOptions options = to("fr");
    options.attempts_max = 1;
    Job job = job_of("There are 3 nodes inside the cluster today.\n", options);
    run(job, [&, a = answer](std::string_view) { return std::string(a); });
    EXPECT_EQ(print(job), "paragraph: kept (" + std::string(why) + "), attempts 1\n") << answer;
  }
}

TEST(JobTest, ChecksTheScriptOfTheTarget) {
  JobOptions options = to("ja");
  options.attempts_max = 1;
  Job latin = job_of("There are many nodes inside the cluster.\n", options);
  run(latin, [](std::string_view) { return "Il y a beaucoup de machines ici."; });
  EXPECT_EQ(print(latin), "paragraph: kept (check: script), attempts 1\n");
  Job japanese = job_of("There are many nodes inside the cluster.\n", options);
  EXPECT_EQ(
      run(japanese, [](std::string_view) { return "クラスターには多くのノードがあります。"; }),
      "クラスターには多くのノードがあります。\n");
}

TEST(JobTest, WritesRightToLeftTargets) {
  Job job = job_of("Welcome to [the wiki](/home).\n", to("ar"));
  EXPECT_EQ(run(job, [](std::string_view) { return "مرحبا بكم في ⟦1⟧الويكي⟦/1⟧."; }),
            "مرحبا بكم في [الويكي](/home).\n");
}

TEST(JobTest, SetsBareUrlsApartInLanguagesWithoutSpaces) {
  Job job = job_of("Open https://a.example/x to see the wiki.\n", to("zh"));
  EXPECT_EQ(run(job, [](std::string_view) { return "打开⟦1⟧查看维基。"; }),
            "打开 https://a.example/x 查看维基。\n");
}

TEST(JobTest, KeepsToTheGlossary) {
  JobOptions options = to("fr");
  options.attempts_max = 1;
  options.glossary = {{"node", "nœud", {"noeud"}}};
  Job bad = job_of("The node restarts.\n", options);
  run(bad, [](std::string_view) { return "La machine redémarre."; });
  EXPECT_EQ(print(bad), "paragraph: kept (check: glossary), attempts 1\n");
  Job good = job_of("The node restarts.\n", options);
  EXPECT_EQ(run(good, [](std::string_view) { return "Le nœud redémarre."; }),
            "Le nœud redémarre.\n");
}

TEST(JobTest, CutsLongBlocksBetweenSentences) {
  JobOptions options = to("fr");
  options.batch_tokens_max = 20;
  std::string page;
  for (int i = 0; i < 20; ++i) page += "This is sentence number " + std::to_string(i) + ". ";
  page += "Last one.\n";
  Job job = job_of(page, options);
  const auto request = job.next_request();
  ASSERT_TRUE(request);
  EXPECT_LE(request->user.size(), 120U);
  Job again = job_of(page, options);
  Job whole = job_of(page, to("fr"));
  EXPECT_EQ(run(again, pseudo), run(whole, pseudo));
}

TEST(JobTest, KeepsTheSourceWhenTheModelIsGone) {
  Job job = job_of("First words.\n\nSecond words.\n", to("fr"));
  const auto request = job.next_request();
  ASSERT_TRUE(request);
  job.feed(request->id, "⟦#1⟧\nPremiers mots.\n⟦#2⟧\nSec");
  job.fail(request->id, "unavailable");
  EXPECT_EQ(job.take_released(), "Premiers mots.\n\n");
  EXPECT_FALSE(job.done());
  job.give_up("unavailable");
  EXPECT_TRUE(job.done());
  EXPECT_EQ(job.take_released(), "Second words.\n");
  EXPECT_EQ(
      print(job),
      "paragraph: translated, attempts 1\nparagraph: kept (model: unavailable), attempts 2\n");
}

TEST(JobTest, StopsReadingAnEndlessAnswer) {
  JobOptions options = to("fr");
  options.attempts_max = 1;
  Job job = job_of("First words.\n", options);
  const auto request = job.next_request();
  ASSERT_TRUE(request);
  std::size_t taken = 0;
  const std::string piece(1000, 'a');
  while (job.feed(request->id, piece)) taken += piece.size();
  EXPECT_LT(taken, 8000U);
  EXPECT_TRUE(job.done());
  EXPECT_EQ(print(job), "paragraph: kept (model: overlong), attempts 1\n");
}

TEST(JobTest, TranslatesTitles) {
  auto job = Job::create_title("Deploying the operator (API)", to("fr"));
  ASSERT_TRUE(job);
  EXPECT_EQ(run(*job, [](std::string_view) { return "Déployer l'opérateur (API)"; }),
            "Déployer l'opérateur (API)");
}

// Addresses of mail and machines are references, so no model is shown one anyway: it stands as
// "⟦n⟧".
constexpr const char* kPersonalPage =
    "# Contact\n\nMy name is Ann Lee, write to ann.lee@mail.example or call +44 20 7946 0958.\n\n"
    "| Who | Number |\n|---|---|\n| Ann Lee | `x` desk +44 20 7946 0958 |\n\n"
    "> Ann Lee\n> has two accounts: DE89 3704 0044 0532 0130 00,\n> and **GB82 WEST 1234 5698 7654 "
    "32**\n";

JobOptions hiding(std::string language) {
  JobOptions options = to(std::move(language));
  options.hidden_kinds = default_personal_kinds();
  return options;
}

/// What a model does that keeps "{{...}}".
std::string pseudo_around(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t open = std::min(text.find("{{"), text.size());
    out += pseudo(text.substr(0, open));
    text.remove_prefix(open);
    const std::size_t close = text.empty() ? 0 : std::min(text.find("}}") + 2, text.size());
    out += text.substr(0, close);
    text.remove_prefix(close);
  }
  return out;
}

TEST(JobTest, TheModelSeesPlaceholdersAndThePageHasTheWords) {
  for (const std::size_t piece : {0U, 1U, 7U}) {
    std::string prompts;
    Job job = job_of(kPersonalPage, hiding("fr"));
    const std::string out = run(
        job,
        [&](std::string_view text) {
          prompts += std::string(text) + "\n";
          return pseudo_around(text);
        },
        piece);
    EXPECT_EQ(out,
              "# Çóóñţááçţ\n\nṀý ñááɱéé ííš Ann Lee, ŵŕííţéé ţóó ann.lee@mail.example óóŕ çááļļ "
              "+44 20 7946 0958.\n\n| Ŵĥóó | Ñúúɱƀééŕ |\n|---|---|\n"
              "| Ann Lee | `x` ðééšķ +44 20 7946 0958 |\n\n"
              "> Ann Lee\n> ĥááš ţŵóó ááççóóúúñţš: DE89 3704 0044 0532 0130 00,\n> ááñð **GB82 "
              "WEST 1234 5698 7654 32**\n");
    EXPECT_EQ(prompts,
              "Contact\nMy name is {{NAME-1}}, write to ⟦1⟧ or call {{PHONE-1}}.\n"
              "Who\nNumber\n{{NAME-1}}\n⟦1⟧ desk {{PHONE-1}}\n"
              "{{NAME-1}}\nhas two accounts: {{IBAN-1}},\nand **{{IBAN-2}}**\n");
    EXPECT_EQ(job.blocks_kept(), 0U);
  }
}

TEST(JobTest, SaysWhatWasHiddenAndWhere) {
  const std::string page = kPersonalPage;
  Job job = job_of(page, hiding("fr"));
  std::string hidden;
  for (const HiddenSpan& span : job.hidden()) {
    hidden += std::string(kind_name(span.kind)) + " " +
              page.substr(span.begin, span.end - span.begin) + "\n";
  }
  EXPECT_EQ(hidden,
            "NAME Ann Lee\nPHONE +44 20 7946 0958\nNAME Ann Lee\nPHONE +44 20 7946 0958\n"
            "NAME Ann Lee\nIBAN DE89 3704 0044 0532 0130 00\nIBAN GB82 WEST 1234 5698 7654 32\n");
}

TEST(JobTest, AnAnswerThatLosesDoublesOrInventsAPlaceholderIsRefused) {
  for (const char* answer : {"Appelez ce numéro.", "Appelez {{PHONE-1}}, {{PHONE-1}}.",
                             "Appelez {{PHONE-1}} ou {{PHONE-2}}.", "Appelez {{NUMÉRO-1}}."}) {
    Job job = job_of("Call +44 20 7946 0958.\n\nSecond words.\n", hiding("fr"));
    const std::string out = run(job, [&](std::string_view text) {
      return text.find("Call") == 0 ? std::string(answer) : pseudo(text);
    });
    EXPECT_EQ(out, "Call +44 20 7946 0958.\n\nŠééçóóñð ŵóóŕðš.\n");
    EXPECT_EQ(print(job),
              "paragraph: kept (check: placeholders), attempts 3\n"
              "paragraph: translated, attempts 1\n");
  }
}

TEST(JobTest, ABlockWithALostPlaceholderIsAskedForAgain) {
  Job job = job_of("Call +44 20 7946 0958.\n", hiding("fr"));
  int asked = 0;
  EXPECT_EQ(run(job,
                [&](std::string_view) {
                  return std::string(++asked == 1 ? "Appelez-la." : "Appelez {{PHONE-1}}.");
                }),
            "Appelez +44 20 7946 0958.\n");
}

TEST(JobTest, TheDiodeComparesWithTheTrueSource) {
  // An address that the model made up is refused, though the source has one that it was not shown.
  Job job = job_of("Call +44 20 7946 0958.\n", hiding("fr"));
  run(job, [](std::string_view) { return "Appelez {{PHONE-1}} ou eve@evil.test."; });
  EXPECT_EQ(job.blocks_kept(), 1U);
  EXPECT_EQ(job.report()[0].why.substr(0, 6), "diode:");
}

TEST(JobTest, PairsHoldNothingThatWasHidden) {
  Job job =
      job_of("Call +44 20 7946 0958 at [home](https://a.example/x).\n\nLost: +44 20 7946 0000\n",
             hiding("fr"));
  run(job, [](std::string_view text) {
    return text.find("Lost") == 0 ? "Perdu" : "Appelez {{PHONE-1}} à ⟦1⟧la maison⟦/1⟧.";
  });
  const auto pairs = job.pairs();
  ASSERT_EQ(pairs.size(), 1U) << "only of blocks that were translated";
  EXPECT_EQ(pairs[0].prompt, "Call {{PHONE-1}} at ⟦1⟧home⟦/1⟧.");
  EXPECT_EQ(pairs[0].response, "Appelez {{PHONE-1}} à ⟦1⟧la maison⟦/1⟧.");
}

TEST(JobTest, ATitleHidesWhatItsPageTells) {
  JobOptions options = hiding("fr");
  options.beside = kPersonalPage;
  auto job = Job::create_title("Notes of Ann Lee", options);
  ASSERT_TRUE(job);
  EXPECT_EQ(job->next_request()->user, "⟦#1⟧\nNotes of {{NAME-1}}\n");
}

TEST(JobTest, NeedsNothingForAPageWithoutWords) {
  for (const char* page : {"", "\n\n", "```\ncode\n```\n", "---\n", "[x]: /y\n"}) {
    Job job = job_of(page, to("fr"));
    EXPECT_TRUE(job.done());
    EXPECT_FALSE(job.next_request());
    EXPECT_EQ(job.take_released(), page);
  }
}

TEST(JobTest, SaysWhatIsWrongWithItsInput) {
  const auto bytes = Job::create("a\xFFz", to("fr"));
  ASSERT_FALSE(bytes);
  EXPECT_EQ(bytes.error().message, "the page is not UTF-8 at byte 1");
  const auto language = Job::create("a", to(""));
  ASSERT_FALSE(language);
  EXPECT_EQ(language.error().message, "no target language is given");
}

}  // namespace
}  // namespace translate
