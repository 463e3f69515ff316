#include "translate/listing.h"

#include <algorithm>
#include <vector>

#include "doc/json.h"
#include "doc/value.h"
#include "translate/diode.h"
#include "translate/document.h"

namespace translate {
namespace {

/// A part of the page for the list: a segment or something kept.
struct Row {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::string kind;
  std::string text;
  const Segment* segment = nullptr;
};

std::vector<Row> rows_of(const Document& document) {
  std::vector<Row> rows;
  for (const Segment& segment : document.segments()) {
    rows.push_back(
        {segment.begin, segment.end, std::string(kind_name(segment.kind)), segment.text, &segment});
  }
  for (const Kept& kept : document.kept()) {
    rows.push_back({kept.begin, kept.end, std::string(kind_name(kept.kind)),
                    document.page().substr(kept.begin, kept.end - kept.begin), nullptr});
  }
  std::sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) { return a.begin < b.begin; });
  return rows;
}

std::string padded(std::string text, std::size_t width) {
  if (text.size() < width) text.append(width - text.size(), ' ');
  return text;
}

/// At most 100 characters of `text` as a JSON string: one line whatever is in it.
std::string shown(std::string_view text) {
  constexpr std::size_t kMost = 100;
  std::size_t end = std::min(text.size(), kMost);
  while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80) ++end;
  std::string out = doc::to_json(text.substr(0, end));
  if (end < text.size()) out.insert(out.size() - 1, "…");
  return out;
}

/// Finds line and column of growing offsets.
class Positions {
 public:
  explicit Positions(std::string_view page) : page_(page) {}
  std::string at(std::size_t offset) {
    for (; next_ < offset; ++next_) {
      const bool ends =
          page_[next_] == '\n' || (page_[next_] == '\r' && page_.substr(next_ + 1, 1) != "\n");
      if (!ends) continue;
      ++line_;
      line_begin_ = next_ + 1;
    }
    return std::to_string(line_) + ":" + std::to_string(offset - line_begin_ + 1);
  }

 private:
  std::string_view page_;
  std::size_t next_ = 0;
  std::size_t line_ = 1;
  std::size_t line_begin_ = 0;
};

/// One case of a file, and what the diode says.
struct Judged {
  doc::Value id;
  std::string expect;
  Verdict verdict;
  bool readable = true;
  std::string_view reason() const {
    return readable ? reason_name(verdict.reason) : "invalid_case";
  }
  bool accepted() const { return readable && verdict.accepted(); }
};

std::vector<Judged> judge_lines(std::string_view cases) {
  std::vector<Judged> judged;
  for (std::size_t at = 0; at < cases.size();) {
    const std::size_t end = std::min(cases.find('\n', at), cases.size());
    const std::string_view line = cases.substr(at, end - at);
    at = end + 1;
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    Judged one;
    const auto parsed = doc::parse_json(line);
    const doc::Value* id = parsed ? parsed->find("id") : nullptr;
    if (id != nullptr) one.id = *id;
    const doc::Value* source = parsed ? parsed->find("source") : nullptr;
    const doc::Value* response = parsed ? parsed->find("response") : nullptr;
    one.readable =
        source != nullptr && source->is_string() && response != nullptr && response->is_string();
    if (one.readable) {
      one.verdict = judge(source->as_string(), response->as_string());
      one.expect = parsed->string_at("expect");
    }
    judged.push_back(std::move(one));
  }
  return judged;
}

}  // namespace

base::Result<std::string> list_segments(std::string_view page) {
  const Document document = TRY(Document::parse(std::string(page)));
  Positions positions(page);
  std::string out;
  std::size_t kept = 0;
  for (const Row& row : rows_of(document)) {
    const bool translated = row.segment != nullptr;
    kept += !translated;
    out += padded(positions.at(row.begin), 8) + padded((translated ? "" : "kept ") + row.kind, 18) +
           shown(row.text) + "\n";
    if (!translated) continue;
    for (std::size_t i = 0; i < row.segment->placeholders.size(); ++i) {
      const Placeholder& placeholder = row.segment->placeholders[i];
      out += std::string(10, ' ') + std::string(kTokenOpen) + std::to_string(i + 1) +
             std::string(kTokenClose) + " " +
             shown(placeholder.paired ? placeholder.open + " ... " + placeholder.close
                                      : placeholder.open) +
             "\n";
    }
  }
  out += std::to_string(document.segments().size()) + " to translate, " + std::to_string(kept) +
         " kept\n";
  return out;
}

base::Result<std::string> list_segments_json(std::string_view page) {
  const Document document = TRY(Document::parse(std::string(page)));
  std::string out;
  for (const Row& row : rows_of(document)) {
    std::vector<doc::Value> placeholders;
    if (row.segment != nullptr) {
      for (const Placeholder& p : row.segment->placeholders) {
        placeholders.push_back(p.paired ? doc::Value::map({{"open", p.open}, {"close", p.close}})
                                        : doc::Value::map({{"open", p.open}}));
      }
    }
    out += doc::to_json(doc::Value::map({{"begin", static_cast<std::int64_t>(row.begin)},
                                         {"end", static_cast<std::int64_t>(row.end)},
                                         {"kind", row.kind},
                                         {"translate", row.segment != nullptr},
                                         {"text", row.text},
                                         {"placeholders", doc::Value::list(placeholders)}})) +
           "\n";
  }
  return out;
}

std::string judge_cases(std::string_view cases) {
  std::string out;
  for (const Judged& one : judge_lines(cases)) {
    out += doc::to_json(doc::Value::map({{"id", one.id},
                                         {"verdict", one.accepted() ? "accept" : "refuse"},
                                         {"reason", one.reason()}})) +
           "\n";
  }
  return out;
}

std::string judge_cases_table(std::string_view cases) {
  std::string out;
  std::size_t refused = 0, accepted = 0, expected = 0, otherwise = 0;
  for (const Judged& one : judge_lines(cases)) {
    const std::string id =
        one.id.is_string() ? std::string(one.id.as_string()) : doc::to_json(one.id);
    const std::string_view verdict = one.accepted() ? "accept" : "refuse";
    (one.accepted() ? accepted : refused) += 1;
    expected += !one.expect.empty();
    otherwise += !one.expect.empty() && one.expect != verdict;
    out += padded(id, 12) + std::string(verdict);
    if (!one.accepted()) out += "  " + std::string(one.reason());
    if (!one.verdict.view.empty()) out += " (" + std::string(one.verdict.view) + ")";
    out += "\n";
  }
  out += std::to_string(refused) + " refused, " + std::to_string(accepted) + " accepted";
  if (expected > 0) out += "; " + std::to_string(otherwise) + " not as expected";
  return out + "\n";
}

}  // namespace translate
