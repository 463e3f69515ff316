// yaml_bench PATH...: how long doc::parse_yaml_stream takes beside libyaml alone (every event
// parsed and dropped), on the same texts in the same run. The best of several rounds of each, taken
// in turn.
#include <yaml.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "doc/json.h"
#include "doc/yaml.h"

namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

bool libyaml_alone(const std::string& text) {
  yaml_parser_t parser;
  if (yaml_parser_initialize(&parser) == 0) return false;
  yaml_parser_set_input_string(&parser, reinterpret_cast<const unsigned char*>(text.data()),
                               text.size());
  bool good = true;
  for (bool end = false; good && !end;) {
    yaml_event_t event;
    good = yaml_parser_parse(&parser, &event) != 0;
    if (good) {
      end = event.type == YAML_STREAM_END_EVENT;
      yaml_event_delete(&event);
    }
  }
  yaml_parser_delete(&parser);
  return good;
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

template <typename Parse>
double time_once(const Corpus& corpus, Parse parse) {
  const auto start = Clock::now();
  for (const std::string& text : corpus.texts) {
    if (!parse(text)) std::printf("a text of %s is refused\n", corpus.name.c_str());
  }
  return seconds_since(start);
}

void measure(const Corpus& corpus) {
  double alone = 1e9, whole = 1e9, json = 1e9;
  Corpus as_json = corpus;
  as_json.bytes = 0;
  for (std::string& text : as_json.texts) {
    text = doc::to_json(doc::Value::list(doc::parse_yaml_stream(text, "x").value_or({})));
    as_json.bytes += text.size();
  }
  for (int round = 0; round < 5; ++round) {
    alone = std::min(alone, time_once(corpus, libyaml_alone));
    whole = std::min(whole, time_once(corpus, [](const std::string& text) {
                       return doc::parse_yaml_stream(text, "x").has_value();
                     }));
    json = std::min(json, time_once(as_json, [](const std::string& text) {
                      return doc::parse_json(text, "x").has_value();
                    }));
  }
  const double megabytes = double(corpus.bytes) / 1e6;
  std::printf(
      "%-24s %7.2f MB  libyaml alone %6.1f MB/s  parse_yaml %6.1f MB/s  %.2f times its time"
      "  (as JSON, %.2f MB: %.0f MB/s)\n",
      corpus.name.c_str(), megabytes, megabytes / alone, megabytes / whole, whole / alone,
      double(as_json.bytes) / 1e6, double(as_json.bytes) / 1e6 / json);
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 2) {
    std::fprintf(stderr, "usage: yaml_bench PATH...\n");
    return 2;
  }
  for (int i = 1; i < count; ++i) measure(read_corpus(arguments[i]));
}
