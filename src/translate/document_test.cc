#include "translate/document.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iostream>
#include <sstream>

#include "base/random.h"
#include "base/test_paths.h"
#include "doc/json.h"
#include "translate/pseudo.h"
#include "translate/random_page.h"

namespace translate {
namespace {

std::string read(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

Document parsed(std::string_view page) {
  auto document = Document::parse(std::string(page));
  EXPECT_TRUE(document) << page;
  return std::move(document).value();
}

/// The page with each segment's text put through `change`.
template <typename Change>
std::string translated(const Document& document, Change&& change) {
  std::string out;
  for (std::size_t r = 0; r < document.regions().size(); ++r) {
    const Region& region = document.regions()[r];
    std::vector<std::string> bytes;
    for (std::size_t i = region.first_segment; i < region.last_segment; ++i) {
      const auto restored = restore(document.segments()[i], change(document.segments()[i].text));
      EXPECT_TRUE(restored) << document.segments()[i].text;
      bytes.push_back(restored ? *restored : "");
    }
    out += document.rebuild(r, bytes);
  }
  return out;
}

std::string identity(std::string_view text) { return std::string(text); }

TEST(DocumentCorpusTest, KeepsTheStructureOfEverySpecificationExample) {
  const auto shared = base::shared_dir(SLIPWAY_SOURCE_DIR);
  if (!shared) {
    std::cout << "no ../shared: the CommonMark and GFM examples are not run\n";
    return;
  }
  int examples = 0, same_bytes = 0, same_tree = 0, unverified = 0, segments = 0;
  for (const char* name : {"commonmark_spec", "gfm_spec", "gfm_extensions", "gfm_regression"}) {
    const auto json =
        doc::parse_json(read(*shared / "corpora/markdown" / (std::string(name) + ".json")));
    ASSERT_TRUE(json) << name;
    for (const doc::Value& example : json->items()) {
      const Document document = parsed(example.string_at("markdown"));
      ++examples;
      const bool bytes = translated(document, identity) == document.page();
      const std::string pseudo = translated(document, pseudo_translate);
      const bool tree = document.same_structure(pseudo);
      same_bytes += bytes;
      same_tree += tree;
      segments += static_cast<int>(document.segments().size());
      for (const Kept& kept : document.kept()) unverified += kept.kind == KeptKind::unverified;
      EXPECT_TRUE(bytes && tree) << name << "\n" << document.page() << "\n---\n" << pseudo;
    }
  }
  std::cout << "markdown: identity " << 100.0 * same_bytes / examples << " %, pseudo-translation "
            << 100.0 * same_tree / examples << " % of " << examples << " examples; " << segments
            << " segments translated, " << unverified << " left alone as unproven\n";
}

TEST(DocumentTest, KeepsTheStructureOfRandomPages) {
  constexpr int kPages = 10'000;
  int same_bytes = 0, same_tree = 0, unverified = 0, segments = 0;
  for (int seed = 0; seed < kPages; ++seed) {
    base::SeededRandom random(static_cast<std::uint64_t>(seed));
    const Document document = parsed(random_page(random));
    const bool bytes = translated(document, identity) == document.page();
    const std::string pseudo = translated(document, pseudo_translate);
    const bool tree = document.same_structure(pseudo);
    same_bytes += bytes;
    same_tree += tree;
    segments += static_cast<int>(document.segments().size());
    for (const Kept& kept : document.kept()) unverified += kept.kind == KeptKind::unverified;
    EXPECT_TRUE(bytes && tree) << "seed " << seed << "\n" << document.page() << "\n---\n" << pseudo;
  }
  std::cout << "markdown: identity " << 100.0 * same_bytes / kPages << " %, pseudo-translation "
            << 100.0 * same_tree / kPages << " % of " << kPages << " random pages; " << segments
            << " segments translated, " << unverified << " left alone as unproven\n";
}

}  // namespace
}  // namespace translate
