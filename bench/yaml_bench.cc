// yaml_bench PATH...: how long doc::parse_yaml_stream takes beside libyaml alone (every event
// parsed and dropped), on the same texts in the same run. The best of several rounds of each, taken
// in turn. First the results: as many documents and values in each text by both. Exits 1 where
// they differ. bench/runs/yaml_vs_libyaml runs it.
#include <yaml.h>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "doc/yaml.h"

namespace {

/// Of processor time: a busy machine does not count.
double seconds_since(std::clock_t start) {
  return static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
}

/// What a text holds: keys count as values. Nothing where it cannot be read.
struct Content {
  std::size_t documents = 0, values = 0;
  bool has_alias = false;  // Ours has what an alias stands for: only documents can be compared.
  bool same_as(const Content& ours) const {
    return documents == ours.documents && (has_alias || values == ours.values);
  }
};

std::optional<Content> libyaml_alone(const std::string& text) {
  yaml_parser_t parser;
  if (yaml_parser_initialize(&parser) == 0) return std::nullopt;
  yaml_parser_set_input_string(&parser, reinterpret_cast<const unsigned char*>(text.data()),
                               text.size());
  Content content;
  bool good = true;
  for (bool end = false; good && !end;) {
    yaml_event_t event;
    good = yaml_parser_parse(&parser, &event) != 0;
    if (!good) break;
    end = event.type == YAML_STREAM_END_EVENT;
    content.documents += event.type == YAML_DOCUMENT_START_EVENT;
    content.values += event.type == YAML_SCALAR_EVENT || event.type == YAML_MAPPING_START_EVENT ||
                      event.type == YAML_SEQUENCE_START_EVENT;
    content.has_alias |= event.type == YAML_ALIAS_EVENT;
    yaml_event_delete(&event);
  }
  yaml_parser_delete(&parser);
  return good ? std::optional(content) : std::nullopt;
}

std::size_t count_values(const doc::Value& value) {
  std::size_t count = 1;
  if (value.is_list()) {
    for (const doc::Value& item : value.items()) count += count_values(item);
  } else if (value.is_map()) {
    for (const doc::Entry& entry : value.entries()) count += 1 + count_values(entry.value);
  }
  return count;
}

std::optional<Content> by_ours(const std::string& text) {
  const auto documents = doc::parse_yaml_stream(text, "x");
  if (!documents) return std::nullopt;
  Content content;
  for (const doc::Value& document : *documents) {
    ++content.documents;
    content.values += count_values(document);
  }
  return content;
}

struct Corpus {
  std::string name;
  std::vector<std::string> texts;
  std::size_t bytes = 0;
};

Corpus read_corpus(const std::filesystem::path& path) {
  Corpus corpus{path.filename().string(), {}, 0};
  const auto add = [&](const std::filesystem::path& file) {
    std::ifstream in(file);
    std::stringstream text;
    text << in.rdbuf();
    corpus.bytes += text.str().size();
    corpus.texts.push_back(text.str());
  };
  if (std::filesystem::is_directory(path)) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(path)) {
      if (entry.path().extension() == ".yaml") add(entry.path());
    }
  } else {
    add(path);
  }
  return corpus;
}

/// How many texts the two read differently.
std::size_t count_different(const Corpus& corpus) {
  const auto differs = [](const std::string& text) {
    const auto theirs = libyaml_alone(text), ours = by_ours(text);
    return theirs.has_value() != ours.has_value() || (theirs && !theirs->same_as(*ours));
  };
  return std::size_t(std::count_if(corpus.texts.begin(), corpus.texts.end(), differs));
}

template <typename Parse>
double time_once(const Corpus& corpus, Parse parse) {
  const auto start = std::clock();
  for (const std::string& text : corpus.texts) (void)parse(text);
  return seconds_since(start);
}

void measure(const Corpus& corpus) {
  double alone = 1e9, whole = 1e9;
  for (int round = 0; round < 5; ++round) {
    alone = std::min(alone, time_once(corpus, libyaml_alone));
    whole = std::min(whole, time_once(corpus, [](const std::string& text) {
                       return doc::parse_yaml_stream(text, "x").has_value();
                     }));
  }
  const double megabytes = double(corpus.bytes) / 1e6;
  std::printf("%-32s %7.2f MB  libyaml alone %6.1f MB/s  ours %6.1f MB/s\n", corpus.name.c_str(),
              megabytes, megabytes / alone, megabytes / whole);
  std::printf("figure: our time over libyaml's alone, %s: %.2f times (goal: at most 2; %s)\n",
              corpus.name.c_str(), whole / alone, whole <= 2 * alone ? "met" : "missed");
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 2) {
    std::fprintf(stderr, "usage: yaml_bench PATH...\n");
    return 2;
  }
  std::vector<Corpus> corpora;
  std::size_t texts = 0, different = 0;
  for (int i = 1; i < count; ++i) {
    corpora.push_back(read_corpus(arguments[i]));
    texts += corpora.back().texts.size();
    different += count_different(corpora.back());
  }
  std::printf("results: %zu texts, %zu same\n", texts, texts - different);
  if (different != 0) return 1;
  for (const Corpus& corpus : corpora) measure(corpus);
}
