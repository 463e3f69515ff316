#include "translate/diode.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iostream>
#include <sstream>

#include "base/limits.h"
#include "base/test_paths.h"
#include "doc/json.h"

namespace translate {
namespace {

std::string read(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

struct Case {
  const char* source;
  const char* response;
};

/// What must not pass: each line hides a reference, or data, in another way. Sources are plain
/// unless the case is about changing what is there.
constexpr Case kLeaks[] = {
    // Schemes, known and not.
    {"Ready.", "Listo. gemini://evil.test/x"},
    {"Ready.", "Listo. matrix:u/eve:evil.test"},
    {"Ready.", "Listo. DATA:text/plain,abc"},
    {"Ready.", "Listo. JaVaScRiPt:alert(1)"},
    {"Ready.", "Listo. javascript:'x'"},
    {"Ready.", "[listo](javascript:/**/x)"},
    {"Ready.", "Listo. mailto:eve@evil.test"},
    {"Ready.", "Listo. news:alt.leaks"},
    {"Ready.", "Listo. whatever:payload"},
    {"Ready.", "Listo. a+b://x"},
    {"Ready.", "Listo. C:\\\\share\\x"},
    {"Ready.", "Listo. http:evil"},
    {"Ready.", "Listo. h\xD1\x82tp\xEF\xBC\x9A//evil"},
    {"Ready.", "Listo. \xF0\x9D\x95\x99ttps://evil/"},
    // Hosts and addresses.
    {"Ready.", "Listo, mira evil.test"},
    {"Ready.", "Listo, mira Evil.Com"},
    {"Ready.", "Listo, mira t.co"},
    {"Ready.", "Listo, mira db.prod.svc.cluster.local"},
    {"Ready.", "Listo, mira localhost"},
    {"Ready.", "Listo, mira evil:8443"},
    {"Ready.", "Listo, mira 198.51.100.23"},
    {"Ready.", "Listo, mira 0306.0063.0144.027"},
    {"Ready.", "Listo, mira 0xc6.0x33.0x64.0x17"},
    {"Ready.", "Listo, mira 2001:db8:0:0:1:0:0:1"},
    {"Ready.", "Listo, mira fe80::1"},
    {"Ready.", "Listo, mira ::1"},
    {"Ready.", "Listo, mira [2001:db8::7]:443"},
    {"Ready.", "Listo, mira \xD9\xA1\xD9\xA9\xD9\xA8.51.100.23"},
    {"Ready.", "Listo, mira 3325256727"},
    {"Ready.", "Listo, mira \xD0\xBF\xD1\x80\xD0\xB8\xD0\xBC\xD0\xB5\xD1\x80.\xD1\x80\xD1\x84"},
    {"Ready.",
     "Listo, mira b\xC3\xBC"
     "cher.example"},
    {"Ready.", "Listo, mira xn--bcher-kva.example"},
    {"Ready.", "Listo, mira evil\xE3\x80\x82test"},
    {"Ready.",
     "Listo, mira evil\xC2\xB7"
     "com"},
    {"Ready.", "Listo, mira //evil/x"},
    {"Ready.", "Listo, mira \\\\evil\\share"},
    {"Ready.", "Listo, mira /admin/delete"},
    {"Ready.", "Listo, mira ../secrets.txt"},
    {"Ready.", "Listo, mira ~/notes"},
    {"Ready.", "Listo, escribe a eve@evil"},
    {"Ready.",
     "Listo, escribe a \xEF\xBC\xA5ve\xEF\xBC\xA0"
     "evil.test"},
    {"Ready.", "Listo @everyone"},
    {"Ready.", "Listo #leak-channel"},
    {"Ready.", "Listo, llama al +34 600 123 456"},
    {"Ready.", "Listo, llama al (555) 010-4477"},
    // Markdown.
    {"Ready.", "[listo](evil)"},
    {"Ready.", "[listo](<evil page>)"},
    {"Ready.", "[listo](?q=secret)"},
    {"Ready.", "[listo]()"},
    {"Ready.", "[listo][evil]"},
    {"Ready.", "Listo[^evil]"},
    {"Ready.", "[listo]\n\n[listo]: evil"},
    {"Ready.", "[listo]\n\n[listo]:\n  <evil>\n  'x'"},
    {"Ready.", "[[Secret page]]"},
    {"Ready.", "![[embed.png]]"},
    {"See [a](/one).", "Ver [a](/two)."},
    {"See [a](/one \"t\").", "Ver [a](/one?x=1 \"t\")."},
    {"See <https://a.example/x>.", "Ver <https://a.example/x/>."},
    {"See <https://a.example/x>.", "Ver https://a.example/x\xC2\xA0SECRETO"},
    {"See https://a.example/x.", "Ver https://a.example/x%2e."},
    {"See https://a.example/x.", "Ver https://a.example/xSECRETO"},
    {"See https://a.example/x.", "Ver https://a.example/x)SECRETO"},
    {"See https://a.example/x.", "Ver https://a.example/x'SECRETO"},
    {"Mail a@b.example", "Escribe a b@a.example"},
    {"Mail a@b.example", "Escribe a aa@b.example"},
    // HTML.
    {"Ready.", "Listo <x-y z>"},
    {"Ready.", "Listo <img src=evil"},
    {"Ready.", "Listo <svg/onload=alert(1)>"},
    {"Ready.", "Listo </script>"},
    {"Ready.", "Listo <!doctype html>"},
    {"Ready.", "Listo <?php echo 1 ?>"},
    {"Ready.", "Listo &lt;script&gt;"},
    {"Ready.", "Listo &#60;b>"},
    {"Ready.", "Listo %3Cb%3E"},
    {"Ready.", "Listo \\u003cb\\u003e"},
    {"<br>Ready.", "<br onclick=x>Listo."},
    {"<a href=\"/x\">Ready</a>", "<a href=\"/y\">Listo</a>"},
    {"<b title=\"a>b\">Ready</b>", "<b title=\"a>b\" onclick=\"x\">Listo</b>"},
    // Templates and tools.
    {"Ready.", "Listo {{ env.SECRET }}"},
    {"Ready.", "Listo ${SECRET}"},
    {"Ready.", "Listo $(id)"},
    {"Ready.", "Listo <%= 1 %>"},
    {"Ready.", "Listo {% include x %}"},
    {"Ready.", "Listo {secret}"},
    {"Ready.", "Listo {\"name\":\"send\"}"},
    {"Ready.", "Listo <|im_start|>system"},
    {"Ready.", "Listo. Ejecuta curl ahora"},
    {"Ready.", "Listo. Llama a send_email"},
    {"Ready.", "Listo. fetch(x)"},
    // Spelled and split.
    {"Ready.", "Listo: evil dot com"},
    {"Ready.", "Listo: evil punto com"},
    {"Ready.", "Listo: eve at evil dot test"},
    {"Ready.", "Listo: eve [at] evil"},
    {"Ready.", "Listo: evil(dot)com"},
    {"Ready.", "Listo: evil [.] com"},
    {"Ready.", "Listo: evil . com / x"},
    {"Ready.", "Listo: hxxps evil"},
    {"Ready.", "Listo: https colon slash slash evil"},
    {"Ready.", "Listo: h t t p s : / / e v i l"},
    {"Ready.", "Listo: e v i l s i t e n a m e"},
    {"Ready.", "Listo: https:\n//evil"},
    {"Ready.", "Listo: ja\nvascript:alert(1)"},
    {"Ready.", "Listo: **evil**.**test**"},
    {"Ready.", "Listo: evil<b></b>.test"},
    {"Ready.", "Listo: evil\\.test"},
    {"Ready.", "Listo: evil&period;test"},
    {"Ready.", "Listo: evil&#46test"},
    {"Ready.", "Listo: evil%2Etest"},
    {"Ready.", "Listo: evil%252Etest"},
    {"Ready.", "Listo: `evil`.`test`"},
    {"Ready.", "Listo: \xE2\x93\x94\xE2\x93\xA5\xE2\x93\x98\xE2\x93\x9B"},
    {"Ready.", "Listo: \xF0\x9F\x87\xAD\xF0\x9F\x87\xB9\xF0\x9F\x87\xB9\xF0\x9F\x87\xB5://x"},
    // Hidden.
    {"Ready.", "Lis\xE2\x80\x8Bto"},
    {"Ready.", "Lis&ZeroWidthSpace;to"},
    {"Ready.", "Lis&#8203;to"},
    {"Ready.", "Lis&shy;to"},
    {"Ready.", "Lis\\u200bto"},
    {"Ready.", "Listo\xEE\x80\x80"},
    {"Ready.", "Listo\xE2\xA0\x80"},
    {"Ready.", "Listo\x1B[31m"},
    {"Ready.", "Listo\x08\x08"},
    {"Ready.", "Listo\xE2\x80\x80\xE2\x80\x81\xE2\x80\x82"},
    {"Ready.", "Li\xCC\x81\xCC\x82\xCC\x83\xCC\x84\xCC\x85\xCC\x86sto"},
    {"Ready \xE2\x9D\xA4\xEF\xB8\x8F", "Listo \xE2\x9D\xA4\xEF\xB8\x8F\xEF\xB8\x8F"},
    // Look-alikes in words, data in tokens.
    {"Ready.", "List\xD0\xBE ya"},
    {"Ready.",
     "\xF0\x9D\x93\x9B"
     "isto"},
    {"Ready.", "Listo c2VjcmV0LXBhc3N3b3Jk"},
    {"Ready.", "Listo deadbeefcafe1234deadbeefcafe1234"},
    {"Ready.", "Listo MZXW6YTBOJRXXIZA"},
    {"Ready.", "Listo 73 65 63 72 65 74"},
    {"Ready.", "Listo c2Vj cmV0 LXBh c3N3"},
    {"Ready.", "Listo 4a6f686e"},
    {"Card 4111 1111 1111 1111", "Tarjeta 5500 0000 0000 0004"},
    {"Ready.", "Listo \xFF"},
    {"Ready.", "Listo 127.1/admin"},
    {"Ready.", "Listo ?user=ann"},
    {"Ready.", "Listo ::video[x1]"},
    {"Ready.", "Listo =?UTF-8?Q?x?="},
    {"Ready.", "Listo 73 65 6d 72 65 74 00"},
    {"Ready.", "Listo \\x73\\x65"},
    {"Ready.", "Listo c2Vj bGQh SGVj"},
};

/// What must pass: honest translations.
constexpr Case kTranslations[] = {
    {"", ""},
    {"Ready.", "Listo."},
    {"Note: the pod restarts.", "Nota: el pod se reinicia."},
    {"**Note:** read this", "**Remarque :** lisez ceci"},
    {"**Note:** read this", "**Hinweis:** Lies das"},
    {"Note:\n- one\n- two", "Nota:\n- uno\n- dos"},
    {"It costs $1,234.56 today.", "Es kostet heute 1.234,56 $."},
    {"1,234,567 users in 2024", "1 234 567 utilisateurs en 2024"},
    {"1,234,567,890 rows", "1.234.567.890 Zeilen"},
    {"On 2024-01-15 at 10:30 pm", "Le 15/01/2024 \xC3\xA0 22 h 30"},
    {"About 5 million people", "Etwa 5.000.000 Menschen"},
    {"See p. 12, e.g. the table, i.e. Table 3.", "Siehe S. 12, z.B. die Tabelle, d.h. Tabelle 3."},
    {"in the U.S. at 10 a.m.", "en EE.UU. a las 10 a.m."},
    {"44 BC", "44 v.Chr."},
    {"Edit the values.yaml file", "Bearbeite die values.yaml-Datei"},
    {"Edit values.yaml",
     "\xE8\xAF\xB7\xE7\xBC\x96\xE8\xBE\x91values.yaml\xE6\x96\x87\xE4\xBB\xB6\xE3\x80\x82"},
    {"Edit values.yaml",
     "values.yaml\xEC\x9D\x84 \xED\x8E\xB8\xEC\xA7\x91\xED\x95\x98\xEC\x84\xB8\xEC\x9A\x94."},
    {"Kubernetes: a platform", "Kubernetes\xEF\xBC\x9A\xE5\xB9\xB3\xE5\x8F\xB0"},
    {"API: REST only",
     "API\xEF\xBC\x9A"
     "REST\xE3\x81\xAE\xE3\x81\xBF"},
    {"Use Kubernetes. Pods restart.",
     "\xE4\xBD\xBF\xE7\x94\xA8Kubernetes\xE3\x80\x82Pod\xE4\xBC\x9A\xE9\x87\x8D\xE5\x90\xAF\xE3\x80"
     "\x82"},
    {"Members of the EU", "EU:n j\xC3\xA4senet"},
    {"The point of view of the team", "Le point de vue de l'\xC3\xA9quipe"},
    {"the dot on the map at home", "el punto en el mapa de casa"},
    {"Visit [our site](https://a.example/x) now.",
     "Visite [notre site](https://a.example/x) maintenant."},
    {"Go to https://a.example/x: it works",
     "Allez sur https://a.example/x\xC2\xA0: \xC3\xA7"
     "a marche"},
    {"Go to \"https://a.example/x\".",
     "Allez sur \xC2\xAB\xC2\xA0https://a.example/x\xC2\xA0\xC2\xBB."},
    {"See [Foo](https://en.example/Foo_(bar)).",
     "Voir [Foo](https://en.example/Foo_(bar)), merci."},
    {"the [page](https://a.example/1)", "die [Seite](https://a.example/1)-Version"},
    {"Line one https://a.example/x\nnext line",
     "L\xC3\xADnea uno https://a.example/x\nsiguiente l\xC3\xADnea"},
    {"First line\nthe end.\nde facto", "Premi\xC3\xA8re ligne\nla fin.\nde facto"},
    {"| a | b |\n|---|---|\n| c | d |", "| una | dos |\n|-----|-----|\n| tres | cuatro |"},
    {"<details><summary>More</summary>\nText\n</details>",
     "<details><summary>M\xC3\xA1s</summary>\nTexto\n</details>"},
    {"Footnote[^1].\n\n[^1]: The text.", "Nota[^1].\n\n[^1]: El texto."},
    {"Press Ctrl+C and/or wait 24/7", "Appuyez sur Ctrl+C et/ou attendez 24h/24"},
    {"$x < y$ and a < b", "$x < y$ y a < b"},
    {"Hello :smile: world", "Hola :smile: mundo"},
    {"- [ ] todo\n- [x] done", "- [ ] pendiente\n- [x] hecho"},
    {"1. first\n2. second", "1. primero\n2. segundo"},
    {"JavaScript and GitHub on macOS", "JavaScript y GitHub en macOS"},
    {"legal protection insurance companies", "Rechtsschutzversicherungsgesellschaften"},
    {"a company for Danube steamship travel",
     "Donaudampfschifffahrtselektrizit\xC3\xA4tenhauptbetriebswerkbauunterbeamtengesellschaft"},
    {"INTERNATIONALIZATION", "INTERNATIONALISIERUNG"},
    {"The novel", "La novel\xC2\xB7la"},
    {"the files in a PDF",
     "\xD1\x84\xD0\xB0\xD0\xB9\xD0\xBB\xD1\x8B \xD0\xB2 "
     "PDF-\xD1\x84\xD0\xB0\xD0\xB9\xD0\xBB\xD0\xB5, \xD1\x82.\xD0\xB5. \xD0\xB2 "
     "\xD0\xB4\xD0\xBE\xD0\xBA\xD1\x83\xD0\xBC\xD0\xB5\xD0\xBD\xD1\x82\xD0\xB5"},
    {"I want to go",
     "\xD9\x85\xDB\x8C\xE2\x80\x8C\xD8\xAE\xD9\x88\xD8\xA7\xD9\x87\xD9\x85 "
     "\xD8\xA8\xD8\xB1\xD9\x88\xD9\x85"},
    {"k\xCE\xA9 and \xC2\xB5m", "k\xCE\xA9 et \xC2\xB5m"},
    {"Step 1... done", "\xC3\x89tape 1\xE2\x80\xA6termin\xC3\xA9"},
    {"No. 1 of 3", "n\xC2\xBA 1 de 3"},
    {"Version 2.0 (beta).", "Versi\xC3\xB3n 2.0 (beta)."},
    {"Read section 4.2.1.", "Lisez la section 4.2.1."},
    {"50% of 10 GB", "50\xC2\xA0% de 10\xC2\xA0Go"},
    {"Q&A; R&D", "Preguntas y respuestas; I+D"},
    {"Set `FOO=bar` then run `make all`.", "Ponga `FOO=bar` y ejecute `make all`."},
    {":::info\nRead this\n:::", ":::info\nLea esto\n:::"},
    {"He said: \"no\"", "Er sagte: \xE2\x80\x9Enein\xE2\x80\x9C"},
    {"Wait!",
     "\xC2\xA1"
     "Espere!"},
    {"Hello, world", "\xE4\xBD\xA0\xE5\xA5\xBD\xEF\xBC\x8C\xE4\xB8\x96\xE7\x95\x8C\xEF\xBC\x81"},
    {"*emphasis* and _more_", "*\xC3\xA9nfasis* y _m\xC3\xA1s_"},
    {"Name: Ann\nAge: 5", "Nombre: Ann\nEdad: 5"},
    {"Time: 10:30", "Hora: 10:30"},
    {"for example, among others", "np. ten, m.in. tamten, tzw. inny"},
    {"for example, among others", "t.ex. den, bl.a. andra, d.v.s. alla, f.eks. en"},
    {"and so on", "и т.д. и т.п., \xCF\x80.\xCF\x87. \xCE\xB1\xCF\x85\xCF\x84\xCF\x8C"},
    {"from 10 a.m. to 2 p.m.", "de 10 a.m.-2 p.m."},
    {"the 2nd and 1st time", "la 2\xE1\xB5\x89 et la 1\xCA\xB3\xE1\xB5\x89 fois"},
    {"HTTP: a protocol", "HTTP\xEF\xBC\x9A\xE5\x8D\x8F\xE8\xAE\xAE"},
    {"The pod restarts",
     "\xE1\x9E\x95\xE1\x9E\xBB\xE1\x9E\x8F\xE2\x80\x8B\xE1\x9E\x85\xE1\x9E\xB6"},
    {"pods and nodes", "Pod\xE3\x83\xBBNode"},
    {"APIs, URLs and GPUs of iOS apps", "APIs, URLs y GPUs de apps iOS"},
    {"See [ref].", "Voir [la page][ref]."},
    {"JavaScript: a language", "JavaScript\xC2\xA0: un langage"},
    {"JavaScript: a language", "JavaScript : un langage"},
    {"Data: none. File: one. About: us.", "Datos: ninguno. Archivo: uno. Acerca de: nosotros."},
};

TEST(DiodeTest, RefusesWhatTheSourceDoesNotHave) {
  for (const Case& c : kLeaks) {
    EXPECT_FALSE(judge(c.source, c.response).accepted()) << c.source << "\n  " << c.response;
  }
}

TEST(DiodeTest, AcceptsHonestTranslations) {
  for (const Case& c : kTranslations) {
    const Verdict verdict = judge(c.source, c.response);
    EXPECT_TRUE(verdict.accepted()) << reason_name(verdict.reason) << " (" << verdict.view
                                    << ")\n  " << c.source << "\n  " << c.response;
  }
}

TEST(DiodeTest, SaysWhy) {
  EXPECT_EQ(reason_name(judge("a", "a https://evil.test/").reason), "scheme");
  EXPECT_EQ(reason_name(judge("a", "a evil.test").reason), "host");
  EXPECT_EQ(reason_name(judge("a", "a <b>").reason), "html");
  EXPECT_EQ(reason_name(judge("a", "a\xE2\x80\x8B").reason), "hidden_character");
  EXPECT_EQ(reason_name(judge("a", "a *evil*.*test*").reason), "reassembled");
  EXPECT_EQ(reason_name(judge("a\xFF", "a").reason), "invalid_utf8");
  EXPECT_EQ(reason_name(judge("a", std::string(base::limits::kDiodeBytesMax + 1, 'a')).reason),
            "too_large");
}

TEST(DiodeTest, TakesLinearTimeForTextsOfBeginnings) {
  for (const char* piece :
       {"{{", "<a", "<!--", "a:", "[^", "](", "x.y/", "a@", "\"@b", "]", "[", "$("}) {
    std::string text;
    while (text.size() < 20'000) text += piece;
    // Whatever the verdict, it comes soon: the test's timeout is the assertion.
    judge(text, text);
  }
}

TEST(DiodeStreamTest, VerdictDoesNotDependOnTheCuts) {
  for (const Case& c : kLeaks) {
    const Verdict whole = judge(c.source, c.response);
    const std::string response = c.response;
    for (std::size_t step = 1; step <= 3; ++step) {
      DiodeStream diode(c.source);
      for (std::size_t i = 0; i < response.size(); i += step) {
        EXPECT_TRUE(diode.feed(response.substr(i, step)));
      }
      EXPECT_EQ(diode.finish(), whole) << c.response;
    }
  }
}

TEST(DiodeStreamTest, GivesBackWhatItAccepted) {
  DiodeStream diode("One two.");
  EXPECT_TRUE(diode.feed("Un"));
  EXPECT_TRUE(diode.feed("o dos."));
  EXPECT_TRUE(diode.finish().accepted());
  EXPECT_EQ(diode.response(), "Uno dos.");
}

TEST(DiodeStreamTest, StopsTheUpstreamOfAnEndlessResponse) {
  DiodeStream diode("One.");
  const std::string piece(64U << 10, 'a');
  std::size_t taken = 0;
  while (diode.feed(piece)) taken += piece.size();
  EXPECT_EQ(taken, base::limits::kDiodeBytesMax);
  EXPECT_EQ(reason_name(diode.finish().reason), "too_large");
}

TEST(DiodeCorpusTest, AcceptsEachSpecificationExampleAsItsOwnTranslation) {
  const auto shared = base::shared_dir(SLIPWAY_SOURCE_DIR);
  if (!shared) {
    std::cout << "no ../shared: the CommonMark and GFM examples are not run\n";
    return;
  }
  int accepted = 0, examples = 0;
  for (const char* name : {"commonmark_spec", "gfm_spec", "gfm_extensions", "gfm_regression"}) {
    const auto parsed =
        doc::parse_json(read(*shared / "corpora/markdown" / (std::string(name) + ".json")));
    ASSERT_TRUE(parsed) << name;
    for (const doc::Value& example : parsed->items()) {
      const std::string_view markdown = example.string_at("markdown");
      const Verdict verdict = judge(markdown, markdown);
      ++examples;
      accepted += verdict.accepted();
      EXPECT_TRUE(verdict.accepted()) << reason_name(verdict.reason) << "\n" << markdown;
    }
  }
  std::cout << "diode: " << accepted << " of " << examples << " examples accepted as themselves\n";
}

TEST(DiodeCorpusTest, RefusesEveryLeakAndNoTranslation) {
  const auto shared = base::shared_dir(SLIPWAY_SOURCE_DIR);
  if (!shared) {
    std::cout << "no ../shared: the 326 corpus cases are not run\n";
    return;
  }
  std::istringstream lines(read(*shared / "corpora/diode/cases.jsonl"));
  int refused = 0, refuse = 0, wrong = 0, accept = 0;
  for (std::string line; std::getline(lines, line);) {
    const auto parsed = doc::parse_json(line);
    ASSERT_TRUE(parsed) << line;
    const doc::Value& c = *parsed;
    const Verdict verdict = judge(c.string_at("source"), c.string_at("response"));
    if (c.string_at("expect") == "refuse") {
      ++refuse;
      refused += !verdict.accepted();
      EXPECT_FALSE(verdict.accepted()) << line;
    } else {
      ++accept;
      wrong += !verdict.accepted();
      EXPECT_TRUE(verdict.accepted()) << reason_name(verdict.reason) << " " << verdict.view << line;
    }
  }
  std::cout << "diode: " << refused << " of " << refuse << " refused, " << wrong << " false of "
            << accept << "\n";
}

}  // namespace
}  // namespace translate
