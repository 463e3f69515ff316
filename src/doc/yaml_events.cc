#include "doc/yaml_events.h"

#include <yaml.h>

#include <algorithm>
#include <cstdio>
#include <map>

#include "base/limits.h"
#include "doc/yaml_marks.h"
#include "doc/yaml_messages.h"
#include "doc/yaml_scalar.h"

namespace doc {
namespace {

constexpr std::string_view kStandardTag = "tag:yaml.org,2002:";
constexpr int kDepthMax = base::limits::kDocumentDepthMax;

std::string_view view(const yaml_char_t* text) {
  return text == nullptr ? std::string_view() : reinterpret_cast<const char*>(text);
}

std::string quoted(std::string_view text) { return "'" + std::string(text) + "'"; }

class Event {
 public:
  explicit Event(yaml_parser_t& parser) : good_(yaml_parser_parse(&parser, &event_) != 0) {}
  ~Event() {
    if (good_) yaml_event_delete(&event_);
  }
  Event(const Event&) = delete;
  bool good() const { return good_; }
  const yaml_event_t& operator*() const { return event_; }

 private:
  yaml_event_t event_;
  bool good_;
};

/// Builds values from libyaml's events. What belongs to open lists and maps waits on one stack
/// (keys and values of a map in turn), so that each list is allocated once, at its size.
/// Functions return false after fail().
class Builder {
 public:
  Builder(std::string_view text, const YamlOptions& options)
      : text_(text), options_(options), marks_(text) {
    CHECK(yaml_parser_initialize(&parser_) != 0);  // Fails only without memory.
    yaml_parser_set_encoding(&parser_, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser_, reinterpret_cast<const unsigned char*>(text.data()),
                                 text.size());
  }
  ~Builder() { yaml_parser_delete(&parser_); }
  Builder(const Builder&) = delete;

  bool run() {
    for (;;) {
      const Event event(parser_);
      if (!event.good()) return fail_libyaml();
      if ((*event).type == YAML_STREAM_END_EVENT) return true;
      if (!take(*event)) return false;
    }
  }

  std::vector<Value> take_documents() { return std::move(documents_); }
  const Diagnostic& diagnostic() const { return diagnostic_; }

 private:
  struct Frame {
    bool is_map;
    std::size_t first;  // Its first value on the stack.
    Mark mark;
    std::string anchor;
    std::uint64_t nodes_before;
    int height = 1;  // Levels from here down, aliases' included.
    bool has_merge = false;
  };
  struct Anchor {
    Value value;
    std::uint64_t nodes;
    int height;
  };

  bool take(const yaml_event_t& event) {
    switch (event.type) {
      case YAML_DOCUMENT_START_EVENT:
        anchors_.clear();
        return true;
      case YAML_ALIAS_EVENT:
        return take_alias(event);
      case YAML_SCALAR_EVENT:
        return take_scalar(event);
      case YAML_SEQUENCE_START_EVENT:
        return open(event, false, view(event.data.sequence_start.tag), "seq",
                    view(event.data.sequence_start.anchor));
      case YAML_MAPPING_START_EVENT:
        return open(event, true, view(event.data.mapping_start.tag), "map",
                    view(event.data.mapping_start.anchor));
      case YAML_SEQUENCE_END_EVENT:
      case YAML_MAPPING_END_EVENT:
        return close();
      case YAML_NO_EVENT:
      case YAML_STREAM_START_EVENT:
      case YAML_STREAM_END_EVENT:
      case YAML_DOCUMENT_END_EVENT:
        return true;
    }
    CHECK(false);
  }

  Mark mark_of(const yaml_mark_t& mark) { return marks_.of(mark.line, mark.column); }
  Mark start_of(const yaml_event_t& event) { return mark_of(event.start_mark); }

  bool fail(Mark mark, std::string message, std::string hint = {}) {
    diagnostic_ = {mark, std::move(message), std::move(hint)};
    return false;
  }

  bool fail_libyaml() {
    if (parser_.error == YAML_READER_ERROR) {
      char name[16];
      std::snprintf(name, sizeof name, "U+%04X", unsigned(parser_.problem_value));
      return fail(mark_at(text_, parser_.problem_offset),
                  std::string("the character ") + name + " is not allowed in YAML",
                  "write it as an escape in a double-quoted text");
    }
    if (parser_.error == YAML_MEMORY_ERROR) return fail({}, "out of memory");
    const auto text = [](const char* words) { return std::string_view(words ? words : ""); };
    const Mark mark = mark_of(parser_.problem_mark);
    diagnostic_ =
        explain({text(parser_.context), mark_of(parser_.context_mark), text(parser_.problem), mark},
                line_text(text_, mark.line));
    return false;
  }

  /// Whether a key is what comes next.
  bool expects_key() const {
    return !frames_.empty() && frames_.back().is_map &&
           (values_.size() - frames_.back().first) % 2 == 0;
  }

  /// Gives a finished value to the list, map or document that is open.
  void place(Value value, int height) {
    if (frames_.empty()) {
      documents_.push_back(std::move(value));
      return;
    }
    frames_.back().height = std::max(frames_.back().height, height + 1);
    values_.push_back(std::move(value));
  }

  bool open(const yaml_event_t& event, bool is_map, std::string_view tag,
            std::string_view expected_tag, std::string_view anchor) {
    const Mark mark = start_of(event);
    if (!tag.empty() && tag != "!" && tag != std::string(kStandardTag).append(expected_tag)) {
      return fail_tag(mark, tag);
    }
    if (expects_key()) {
      return fail(
          mark, std::string("a ") + (is_map ? "map" : "list") + " cannot be a key",
          "quote a text that begins with '{' or '['; a template is rendered before it is read");
    }
    if (int(frames_.size()) >= kDepthMax) return fail_depth(mark);
    frames_.push_back({is_map, values_.size(), mark, std::string(anchor), nodes_++});
    return true;
  }

  bool fail_depth(Mark mark) {
    return fail(mark, "nested deeper than " + std::to_string(kDepthMax) + " levels");
  }

  bool fail_tag(Mark mark, std::string_view tag) {
    std::string name(tag);
    if (tag.starts_with(kStandardTag)) name = "!!" + name.substr(kStandardTag.size());
    return fail(mark, "the tag " + quoted(name) + " cannot be used here",
                "only !!str, !!int, !!float, !!bool, !!null, !!seq and !!map have a meaning");
  }

  bool close() {
    Frame frame = std::move(frames_.back());
    frames_.pop_back();
    const auto begin = values_.begin() + std::ptrdiff_t(frame.first);
    Value value;
    if (frame.is_map) {
      std::vector<Entry> entries;
      entries.reserve((values_.size() - frame.first) / 2);
      for (auto at = begin; at != values_.end(); at += 2) {
        entries.push_back({std::move(at[0]), std::move(at[1])});
      }
      values_.resize(frame.first);
      if (frame.has_merge && !merge(entries)) return false;
      if (const auto repeated = Value::try_map(entries, value)) {
        return fail_repeated(entries, *repeated);
      }
    } else {
      value = Value::list({std::make_move_iterator(begin), std::make_move_iterator(values_.end())});
      values_.resize(frame.first);
    }
    value = std::move(value).at(frame.mark);
    remember(frame.anchor, value, nodes_ - frame.nodes_before, frame.height);
    place(std::move(value), frame.height);
    return true;
  }

  /// Takes "<<" out of `entries` and what it names in: keys of the map itself win, then the first
  /// map.
  bool merge(std::vector<Entry>& entries) {
    const auto at = std::find_if(entries.begin(), entries.end(),
                                 [](const Entry& entry) { return entry.name() == "<<"; });
    const Value merged = at->value;
    entries.erase(at);
    const auto take = [&](const Value& map) {
      if (!map.is_map()) {
        return fail(merged.mark(), "'<<' must be a map or a list of maps",
                    "quote the key to have it as it is");
      }
      for (const Entry& entry : map.entries()) {
        const bool there = std::any_of(entries.begin(), entries.end(), [&](const Entry& own) {
          return own.name() == entry.name();
        });
        if (!there) entries.push_back(entry);
      }
      return true;
    };
    if (!merged.is_list()) return take(merged);
    return std::all_of(merged.items().begin(), merged.items().end(), take);
  }

  bool fail_repeated(const std::vector<Entry>& entries, std::size_t repeated) {
    diagnostic_ = describe_repeated(entries, repeated);
    return false;
  }

  void remember(std::string_view anchor, const Value& value, std::uint64_t nodes, int height) {
    if (!anchor.empty())
      anchors_.insert_or_assign(std::string(anchor), Anchor{value, nodes, height});
  }

  bool take_alias(const yaml_event_t& event) {
    const std::string_view name = view(event.data.alias.anchor);
    const Mark mark = start_of(event);
    const auto found = anchors_.find(name);
    const bool is_open = std::any_of(frames_.begin(), frames_.end(),
                                     [&](const Frame& frame) { return frame.anchor == name; });
    if (is_open) {
      return fail(mark, "the alias " + quoted("*" + std::string(name)) +
                            " stands inside the value that it names");
    }
    if (found == anchors_.end()) {
      return fail(mark,
                  "no anchor " + quoted("&" + std::string(name)) + " stands before this alias",
                  "quote a text that begins with '*'");
    }
    const Anchor& anchor = found->second;
    if (expects_key() && !anchor.value.is_string()) {
      return fail(mark, "the alias " + quoted("*" + std::string(name)) +
                            " is no string and cannot be a key");
    }
    aliased_nodes_ += anchor.nodes;
    nodes_ += anchor.nodes;
    if (aliased_nodes_ > base::limits::kAliasedNodesMax) {
      return fail(mark, "aliases expand to more than " +
                            std::to_string(base::limits::kAliasedNodesMax) + " values");
    }
    if (int(frames_.size()) + anchor.height > kDepthMax) return fail_depth(mark);
    place(anchor.value.at(mark), anchor.height);
    return true;
  }

  bool take_scalar(const yaml_event_t& event) {
    const auto& scalar = event.data.scalar;
    const std::string_view text(reinterpret_cast<const char*>(scalar.value), scalar.length);
    const Mark mark = start_of(event);
    const std::string_view tag = view(scalar.tag);
    const bool plain = scalar.style == YAML_PLAIN_SCALAR_STYLE;
    Value value;
    if (expects_key()) {
      if (plain && text.empty() && tag.empty()) {
        return fail(mark, "expected a key before ':'", "write the empty key as \"\"");
      }
      value = Value(text);
      if (plain && text == "<<" && options_.reader == YamlOptions::Reader::kubectl)
        frames_.back().has_merge = true;
    } else if (tag.empty()) {
      value = plain ? resolve_plain(text, mark, options_) : Value(text);
    } else if (tag == "!" || tag == "tag:yaml.org,2002:str") {
      value = Value(text);
    } else if (!resolve_tagged(tag, text, value)) {
      return fail_tagged(mark, tag, text);
    }
    value = std::move(value).at(mark);
    ++nodes_;
    if (scalar.anchor != nullptr) remember(view(scalar.anchor), value, 1, 0);
    place(std::move(value), 0);
    return true;
  }

  static bool resolve_tagged(std::string_view tag, std::string_view text, Value& value) {
    if (!tag.starts_with(kStandardTag)) return false;
    tag.remove_prefix(kStandardTag.size());
    value = resolve_core(text);
    if (tag == "float" && value.is_int()) value = Value(double(value.as_int()));
    if (tag == "float" && value.is_uint()) value = Value(double(value.as_uint()));
    return (tag == "int" && (value.is_int() || value.is_uint())) ||
           (tag == "float" && value.is_double()) || (tag == "bool" && value.is_bool()) ||
           (tag == "null" && value.is_null());
  }

  bool fail_tagged(Mark mark, std::string_view tag, std::string_view text) {
    for (const std::string_view known : {"int", "float", "bool", "null"}) {
      if (tag != std::string(kStandardTag).append(known)) continue;
      return fail(mark, quoted(text) + " is no value of the tag '!!" + std::string(known) + "'");
    }
    return fail_tag(mark, tag);
  }

  const std::string_view text_;
  const YamlOptions& options_;
  YamlMarks marks_;
  yaml_parser_t parser_;
  std::vector<Frame> frames_;
  std::vector<Value> values_;
  std::vector<Value> documents_;
  std::map<std::string, Anchor, std::less<>> anchors_;
  std::uint64_t nodes_ = 0;
  std::uint64_t aliased_nodes_ = 0;
  Diagnostic diagnostic_;
};

}  // namespace

std::optional<std::vector<Value>> read_events(std::string_view text, const YamlOptions& options,
                                              Diagnostic& failure) {
  Builder builder(text, options);
  if (builder.run()) return builder.take_documents();
  failure = builder.diagnostic();
  return std::nullopt;
}

}  // namespace doc
