#include <cmath>

#include "doc/number_text.h"
#include "doc/utf8.h"
#include "doc/yaml.h"
#include "doc/yaml_marks.h"
#include "doc/yaml_scalar.h"

namespace doc {
namespace {

bool is_control(unsigned char c) { return c < 0x20 || c == 0x7F; }

/// Characters that YAML readers refuse, or take for line breaks, when they stand unescaped.
bool needs_escape(std::string_view character) {
  if (character.size() == 1) return is_control(static_cast<unsigned char>(character[0]));
  if (character.size() == 2 && character[0] == '\xC2') {
    return static_cast<unsigned char>(character[1]) < 0xA0;  // U+0080 to U+009F.
  }
  return character == "\xE2\x80\xA8" || character == "\xE2\x80\xA9" ||
         character == "\xEF\xBB\xBF" || character == "\xEF\xBF\xBE" || character == "\xEF\xBF\xBF";
}

/// Whether `text` can stand without quotes in every position of block style.
bool is_plain(std::string_view text) {
  if (text.empty() || is_ambiguous_plain(text)) return false;
  if (text.front() == ' ' || text.back() == ' ' || text.back() == ':') return false;
  constexpr std::string_view kIndicators = "-?:,[]{}#&*!|>'\"%@`=";
  if (kIndicators.find(text.front()) != std::string_view::npos) {
    const bool dash = (text.front() == '-' || text.front() == '?' || text.front() == ':') &&
                      text.size() > 1 && text[1] != ' ' && !text.starts_with("---");
    if (!dash) return false;
  }
  if (text.starts_with("...")) return false;
  if (text.find(": ") != std::string_view::npos || text.find(" #") != std::string_view::npos) {
    return false;
  }
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = utf8_length(text.substr(at, 4));
    if (length == 0 || needs_escape(text.substr(at, length))) return false;
    at += length;
  }
  return true;
}

/// Whether `text` reads well, and exactly, as a literal block ("|").
bool is_block(std::string_view text) {
  if (text.find('\n') == std::string_view::npos) return false;
  if (text.front() == ' ' || text.front() == '\t' || text.front() == '\n') return false;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = utf8_length(text.substr(at, 4));
    if (length == 0) return false;
    const std::string_view character = text.substr(at, length);
    if (character != "\n" && character != "\t" && needs_escape(character)) return false;
    at += length;
  }
  return text.find(" \n") == std::string_view::npos && text.back() != ' ';
}

void append_escape(std::string& out, std::string_view character) {
  char buffer[16];
  if (character == "\n") {
    out += "\\n";
  } else if (character == "\t") {
    out += "\\t";
  } else if (character == "\r") {
    out += "\\r";
  } else if (character.size() == 1) {
    std::snprintf(buffer, sizeof buffer, "\\x%02X", static_cast<unsigned char>(character[0]));
    out += buffer;
  } else if (character.size() == 2) {
    std::snprintf(buffer, sizeof buffer, "\\x%02X", static_cast<unsigned char>(character[1]));
    out += buffer;
  } else {
    const auto byte = [&](int i) { return static_cast<unsigned char>(character[i]) & 0x3FU; };
    const unsigned code =
        (static_cast<unsigned char>(character[0]) & 0xFU) << 12 | byte(1) << 6 | byte(2);
    std::snprintf(buffer, sizeof buffer, "\\u%04X", code);
    out += buffer;
  }
}

/// Bytes that are not UTF-8 become U+FFFD: YAML cannot hold them.
void append_double_quoted(std::string& out, std::string_view text) {
  out += '"';
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = utf8_length(text.substr(at, 4));
    const std::string_view character = text.substr(at, length);
    if (length == 0) {
      out += "\xEF\xBF\xBD";
    } else if (character == "\"" || character == "\\") {
      out.append(1, '\\').append(character);
    } else if (needs_escape(character)) {
      append_escape(out, character);
    } else {
      out += character;
    }
    at += length == 0 ? 1 : length;
  }
  out += '"';
}

class Writer {
 public:
  /// `value` after "key:" or "-" or at the start, at `indent`; ends with a line break.
  /// `inline_first`: a map's or list's first entry goes on the line that is open ("- a: 1").
  void write(const Value& value, std::size_t indent) {
    if (value.is_map() && value.size() > 0) {
      write_map(value, indent);
    } else if (value.is_list() && value.size() > 0) {
      write_list(value, indent);
    } else {
      write_scalar(value, indent);
      out_ += '\n';
    }
  }

  std::string take() { return std::move(out_); }

 private:
  // The first entry stands where the cursor is; the others on lines of their own.
  void write_map(const Value& map, std::size_t indent) {
    bool first = true;
    for (const Entry& entry : map.entries()) {
      if (!first) out_.append(indent, ' ');
      first = false;
      write_key(entry.name(), indent);
      const Value& value = entry.value;
      if (value.is_map() && value.size() > 0) {
        out_.append(1, '\n').append(indent + 2, ' ');
        write(value, indent + 2);
      } else if (value.is_list() && value.size() > 0) {
        out_.append(1, '\n').append(indent, ' ');  // As kubectl does: items under their key.
        write(value, indent);
      } else {
        out_ += ' ';
        write(value, indent + 2);
      }
    }
  }

  void write_list(const Value& list, std::size_t indent) {
    bool first = true;
    for (const Value& item : list.items()) {
      if (!first) out_.append(indent, ' ');
      first = false;
      out_ += "- ";
      write(item, indent + 2);
    }
  }

  /// The key and its ':', in two lines where it is too long for one.
  void write_key(std::string_view name, std::size_t indent) {
    const std::size_t start = out_.size();
    if (is_plain(name)) {
      out_ += name;
    } else {
      append_double_quoted(out_, name);
    }
    if (out_.size() - start > kSimpleKeyBytesMax) {
      out_.insert(start, "? ");
      out_.append(1, '\n').append(indent, ' ');
    }
    out_ += ':';
  }

  void write_scalar(const Value& value, std::size_t indent) {
    switch (value.kind()) {
      case Kind::null:
        out_ += "null";
        return;
      case Kind::boolean:
        out_ += value.as_bool() ? "true" : "false";
        return;
      case Kind::integer:
        out_ += std::to_string(value.as_int());
        return;
      case Kind::unsigned_integer:
        out_ += std::to_string(value.as_uint());
        return;
      case Kind::number:
        write_number(value.as_double());
        return;
      case Kind::string:
        write_string(value.as_string(), indent);
        return;
      case Kind::list:
        out_ += "[]";
        return;
      case Kind::map:
        out_ += "{}";
        return;
    }
  }

  void write_number(double number) {
    if (std::isnan(number)) {
      out_ += ".nan";
    } else if (std::isinf(number)) {
      out_ += number < 0 ? "-.inf" : ".inf";
    } else {
      append_readable_number(out_, number);
    }
  }

  void write_string(std::string_view text, std::size_t indent) {
    if (is_plain(text)) {
      out_ += text;
    } else if (is_block(text)) {
      write_block(text, indent);
    } else {
      append_double_quoted(out_, text);
    }
  }

  void write_block(std::string_view text, std::size_t indent) {
    indent = indent == 0 ? 2 : indent;
    out_ += '|';
    if (text.back() != '\n') {
      out_ += '-';
    } else if (text.ends_with("\n\n")) {
      out_ += '+';
    }
    if (text.ends_with('\n')) text.remove_suffix(1);
    while (true) {
      const std::size_t end = text.find('\n');
      const std::string_view line = text.substr(0, end);
      out_ += '\n';
      if (!line.empty()) out_.append(indent, ' ').append(line);
      if (end == std::string_view::npos) return;
      text.remove_prefix(end + 1);
    }
  }

  std::string out_;
};

}  // namespace

std::string to_yaml(const Value& value) {
  Writer writer;
  writer.write(value, 0);
  return writer.take();
}

}  // namespace doc
