#include <algorithm>
#include <cmath>
#include <vector>

#include "doc/json.h"
#include "doc/number_text.h"
#include "doc/utf8.h"

namespace doc {
namespace {

constexpr char kHex[] = "0123456789abcdef";

void append_escaped(std::string& out, unsigned char c) {
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\b':
      out += "\\b";
      return;
    case '\f':
      out += "\\f";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      out.append("\\u00").append(1, kHex[c >> 4]).append(1, kHex[c & 15]);
  }
}

/// A string in quotes. Bytes that are not UTF-8 become U+FFFD, so that the output is JSON whatever
/// a program put into the string.
void append_string(std::string& out, std::string_view text) {
  out += '"';
  std::size_t plain = 0;  // Start of the run that needs no escape.
  std::size_t at = 0;
  const auto flush = [&] { out.append(text, plain, at - plain); };
  while (at < text.size()) {
    const auto c = static_cast<unsigned char>(text[at]);
    if (c >= 0x80) {
      const std::size_t length = utf8_length(text.substr(at));
      if (length == 0) {
        flush();
        out += "\xEF\xBF\xBD";
        plain = ++at;
      } else {
        at += length;
      }
    } else if (c < 0x20 || c == '"' || c == '\\') {
      flush();
      append_escaped(out, c);
      plain = ++at;
    } else {
      ++at;
    }
  }
  flush();
  out += '"';
}

/// Order of UTF-16 code units, found in UTF-8: the same but that U+E000..U+FFFF (lead bytes EE, EF)
/// come after the surrogate pairs (lead bytes F0..F4).
bool utf16_less(std::string_view a, std::string_view b) {
  const auto [x, y] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  if (x == a.end() || y == b.end()) return x == a.end() && y != b.end();
  const auto rank = [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte == 0xEE || byte == 0xEF ? byte + 0x10 : int(byte);
  };
  return rank(*x) < rank(*y);
}

enum class Style { compact, pretty, canonical };

class Writer {
 public:
  explicit Writer(Style style) : style_(style) {}

  void write(const Value& value) {
    switch (value.kind()) {
      case Kind::null:
        out_ += "null";
        return;
      case Kind::boolean:
        out_ += value.as_bool() ? "true" : "false";
        return;
      case Kind::integer:
        write_integer(value.as_int());
        return;
      case Kind::unsigned_integer:
        write_integer(value.as_uint());
        return;
      case Kind::number:
        write_number(value.as_double());
        return;
      case Kind::string:
        append_string(out_, value.as_string());
        return;
      case Kind::list:
        write_list(value.items());
        return;
      case Kind::map:
        write_map(value.entries());
        return;
    }
  }

  std::string take() { return std::move(out_); }

 private:
  template <typename Integer>
  void write_integer(Integer value) {
    if (style_ == Style::canonical) {
      append_number(out_, double(value));  // JSON's numbers are doubles in RFC 8785.
    } else {
      out_ += std::to_string(value);
    }
  }

  void write_number(double value) {
    if (!std::isfinite(value)) {
      out_ += "null";
    } else if (style_ == Style::canonical) {
      append_number(out_, value);
    } else {
      append_readable_number(out_, value);
    }
  }

  void write_list(std::span<const Value> items) {
    out_ += '[';
    ++depth_;
    for (std::size_t i = 0; i < items.size(); ++i) {
      separate(i);
      write(items[i]);
    }
    close(']', items.empty());
  }

  void write_map(std::span<const Entry> entries) {
    out_ += '{';
    ++depth_;
    if (style_ == Style::canonical) {
      std::vector<const Entry*> sorted;
      sorted.reserve(entries.size());
      for (const Entry& entry : entries) sorted.push_back(&entry);
      std::sort(sorted.begin(), sorted.end(),
                [](const Entry* a, const Entry* b) { return utf16_less(a->name(), b->name()); });
      for (std::size_t i = 0; i < sorted.size(); ++i) write_entry(i, *sorted[i]);
    } else {
      for (std::size_t i = 0; i < entries.size(); ++i) write_entry(i, entries[i]);
    }
    close('}', entries.empty());
  }

  void write_entry(std::size_t index, const Entry& entry) {
    separate(index);
    append_string(out_, entry.name());
    out_ += style_ == Style::pretty ? ": " : ":";
    write(entry.value);
  }

  void separate(std::size_t index) {
    if (index > 0) out_ += ',';
    if (style_ == Style::pretty) indent();
  }

  void close(char bracket, bool empty) {
    --depth_;
    if (style_ == Style::pretty && !empty) indent();
    out_ += bracket;
  }

  void indent() { out_.append(1, '\n').append(2 * depth_, ' '); }

  const Style style_;
  std::string out_;
  std::size_t depth_ = 0;
};

std::string write(const Value& value, Style style) {
  Writer writer(style);
  writer.write(value);
  return writer.take();
}

}  // namespace

std::string to_json(const Value& value) { return write(value, Style::compact); }
std::string to_json_pretty(const Value& value) { return write(value, Style::pretty) + "\n"; }
std::string to_canonical_json(const Value& value) { return write(value, Style::canonical); }

}  // namespace doc
