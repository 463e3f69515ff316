#include "translate/job.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "translate/check.h"
#include "translate/prompt.h"

namespace translate {
namespace {

/// What is said about the last answer when a block is asked for again.
std::string_view reminder_for(std::string_view why) {
  if (why == "check: tokens") return "Copy every ⟦n⟧ and ⟦/n⟧ of the part exactly once.";
  if (why == "check: numbers") return "Keep every number of the part.";
  if (why == "check: untranslated" || why == "check: script") {
    return "Translate every sentence of the part.";
  }
  if (why == "check: placeholders") return "Copy every {{KIND-n}} of the part as it is.";
  if (why == "check: glossary") return "Use the glossary.";
  if (why == "check: structure") return "Keep the Markdown marks of the part as they are.";
  if (why.substr(0, 6) == "diode:") return "Add nothing that is not in the part.";
  return {};
}

}  // namespace

base::Result<Job> Job::create(std::string page, JobOptions options) {
  if (parse_language(options.target_language).tag.empty()) {
    return base::Error{base::ErrorCode::invalid_argument, "no target language is given"};
  }
  return Job(TRY(Document::parse(std::move(page))), std::move(options));
}

base::Result<Job> Job::create_title(std::string title, JobOptions options) {
  if (parse_language(options.target_language).tag.empty()) {
    return base::Error{base::ErrorCode::invalid_argument, "no target language is given"};
  }
  return Job(TRY(Document::parse_title(std::move(title))), std::move(options));
}

Job::Job(Document document, JobOptions options)
    : document_(std::move(document)),
      options_(std::move(options)),
      source_(parse_language(options_.source_language)),
      target_(parse_language(options_.target_language)),
      system_(system_prompt(source_, target_, options_.glossary, !options_.hidden_kinds.empty())) {
  if (!options_.hidden_kinds.empty()) hide();
  cut_units();
  release();
}

void Job::hide() {
  std::vector<std::string_view> texts;
  for (const Segment& segment : document_.segments()) texts.push_back(segment.text);
  hidden_ = sanitise_all(texts, options_.hidden_kinds, options_.beside);
}

void Job::cut_units() {
  const std::vector<Segment>& segments = document_.segments();
  for (std::size_t s = 0; s < segments.size(); ++s) {
    Block block;
    block.first_unit = units_.size();
    const std::string& shown = hidden_.empty() ? segments[s].text : hidden_[s].text;
    for (auto& [text, glue] : cut_sentences(shown, options_.batch_tokens_max)) {
      units_.push_back({s, std::move(text), std::move(glue), std::nullopt});
    }
    block.last_unit = units_.size();
    block.attempts = 1;
    blocks_.push_back(std::move(block));
  }
}

std::string_view Job::source_of(std::size_t segment) const {
  const Segment& s = document_.segments()[segment];
  return std::string_view(document_.page()).substr(s.begin, s.end - s.begin);
}

std::optional<ModelRequest> Job::next_request() {
  if (flights_.size() >= options_.in_flight_max) return std::nullopt;
  std::vector<Asked> asked;
  std::size_t tokens = 0;
  const auto fits = [&](std::size_t unit) {
    tokens += estimate_tokens(units_[unit].text);
    return asked.empty() || tokens <= options_.batch_tokens_max;
  };
  while (!again_.empty()) {
    const Asked next = again_.front();
    const std::size_t segment = units_[next.unit].segment;
    const bool stale =
        blocks_[segment].state != State::open || blocks_[segment].attempts != next.attempt;
    if (!stale && !asked.empty() && units_[asked.back().unit].segment != segment) break;
    if (!stale && !fits(next.unit)) break;
    if (!stale) asked.push_back(next);
    again_.pop_front();
  }
  if (!asked.empty()) {
    const std::string_view reminder = reminder_for(blocks_[units_[asked[0].unit].segment].why);
    return fly(std::move(asked), reminder);
  }
  while (next_unit_ < units_.size()) {
    const Block& block = blocks_[units_[next_unit_].segment];
    if (block.state == State::open && block.attempts == 1) {
      if (!fits(next_unit_)) break;
      asked.push_back({next_unit_, 1});
    }
    ++next_unit_;
  }
  if (asked.empty()) return std::nullopt;
  return fly(std::move(asked), {});
}

ModelRequest Job::fly(std::vector<Asked> asked, std::string_view reminder) {
  ModelRequest request;
  request.id = next_id_++;
  request.system = system_;
  std::vector<std::string_view> parts;
  std::size_t tokens = 0;
  for (const Asked& a : asked) {
    parts.push_back(units_[a.unit].text);
    tokens += estimate_tokens(units_[a.unit].text);
  }
  request.user = user_prompt(parts, reminder);
  // Scripts that a tokenizer knows badly take three tokens for one of English.
  request.output_tokens_max = tokens * 4 + 32 * asked.size() + 64;
  Flight flight;
  flight.received_max = request.user.size() * 8 + 4096;
  flight.asked = std::move(asked);
  flights_.emplace(request.id, std::move(flight));
  return request;
}

bool Job::feed(std::uint64_t id, std::string_view piece) {
  const auto found = flights_.find(id);
  if (found == flights_.end()) return false;
  Flight& flight = found->second;
  if (piece.size() > flight.received_max - std::min(flight.received_max, flight.received.size())) {
    fail(id, "overlong");
    return false;
  }
  flight.received += piece;
  // Only a mark completes a part; most pieces hold none.
  if (piece.find(kTokenClose) != std::string_view::npos ||
      piece.find('\n') != std::string_view::npos) {
    take_parts(flight, false);
    release();
  }
  return true;
}

void Job::finish(std::uint64_t id) {
  const auto found = flights_.find(id);
  if (found == flights_.end()) return;
  Flight flight = std::move(found->second);
  flights_.erase(found);
  take_parts(flight, true);
  for (const Asked& asked : flight.asked) {
    const Unit& unit = units_[asked.unit];
    const Block& block = blocks_[unit.segment];
    if (block.state == State::open && block.attempts == asked.attempt && !unit.answer) {
      refuse(unit.segment, "model: no answer");
    }
  }
  release();
}

void Job::fail(std::uint64_t id, std::string_view why) {
  const auto found = flights_.find(id);
  if (found == flights_.end()) return;
  Flight flight = std::move(found->second);
  flights_.erase(found);
  take_parts(flight, false);
  for (const Asked& asked : flight.asked) {
    const Unit& unit = units_[asked.unit];
    const Block& block = blocks_[unit.segment];
    if (block.state == State::open && block.attempts == asked.attempt && !unit.answer) {
      refuse(unit.segment, "model: " + std::string(why));
    }
  }
  release();
}

void Job::give_up(std::string_view why) {
  flights_.clear();
  again_.clear();
  next_unit_ = units_.size();
  for (Block& block : blocks_) {
    if (block.state != State::open) continue;
    block.state = State::kept;
    block.why = "model: " + std::string(why);
  }
  release();
}

void Job::take_parts(Flight& flight, bool at_end) {
  std::vector<AnswerPart> parts = answer_parts(flight.received, flight.asked.size(), at_end);
  for (; flight.parts_taken < parts.size(); ++flight.parts_taken) {
    AnswerPart& part = parts[flight.parts_taken];
    if (part.first == 0 || part.first > flight.asked.size()) continue;
    answer_unit(flight.asked[part.first - 1], std::move(part.second));
  }
}

void Job::answer_unit(const Asked& asked, std::string text) {
  Unit& unit = units_[asked.unit];
  const Block& block = blocks_[unit.segment];
  // The first answer counts; one to an earlier attempt does not.
  if (block.state != State::open || block.attempts != asked.attempt || unit.answer) return;
  unit.answer = std::move(text);
  for (std::size_t u = block.first_unit; u < block.last_unit; ++u) {
    if (!units_[u].answer) return;
  }
  judge_block(unit.segment);
}

std::string Job::answer_of(const Block& block) const {
  std::string answer;
  for (std::size_t u = block.first_unit; u < block.last_unit; ++u) {
    answer += *units_[u].answer + units_[u].glue;
  }
  return answer;
}

void Job::judge_block(std::size_t segment) {
  Block& block = blocks_[segment];
  const Segment& s = document_.segments()[segment];
  std::string answer = answer_of(block);
  if (!hidden_.empty()) {
    if (!same_placeholders(hidden_[segment].text, answer)) {
      return refuse(segment, "check: placeholders");
    }
    answer = reveal(answer, hidden_[segment].originals);
  }
  const CheckContext context{source_, target_, system_, &options_.glossary};
  const Problem problem = check_answer(s, answer, context);
  if (problem != Problem::none) {
    return refuse(segment, "check: " + std::string(problem_name(problem)));
  }
  auto bytes = restore(s, answer);
  CHECK(bytes.has_value());  // check_answer has restored it.
  const Verdict verdict = judge(source_of(segment), *bytes);
  if (!verdict.accepted()) {
    return refuse(segment, "diode: " + std::string(reason_name(verdict.reason)));
  }
  if (!document_.same_structure_alone(segment, *bytes) || !fits_its_region(segment, *bytes)) {
    return refuse(segment, "check: structure");
  }
  block.bytes = std::move(*bytes);
  block.state = State::passed;
}

/// With everything else in the region as it was, so that a block that breaks it is found alone. A
/// region with many blocks (a long table) is judged when all are there.
bool Job::fits_its_region(std::size_t segment, const std::string& bytes) const {
  constexpr std::size_t kBlocksMax = 32;
  const auto region = std::find_if(
      document_.regions().begin() + static_cast<std::ptrdiff_t>(next_region_),
      document_.regions().end(), [&](const Region& r) { return segment < r.last_segment; });
  if (region->last_segment - region->first_segment > kBlocksMax) return true;
  std::vector<std::string> replacements;
  for (std::size_t i = region->first_segment; i < region->last_segment; ++i) {
    replacements.push_back(i == segment ? bytes : std::string(source_of(i)));
  }
  const auto index = static_cast<std::size_t>(region - document_.regions().begin());
  return document_.same_structure(index, document_.rebuild(index, replacements));
}

void Job::refuse(std::size_t segment, std::string why) {
  Block& block = blocks_[segment];
  block.why = std::move(why);
  if (block.attempts >= options_.attempts_max) {
    block.state = State::kept;
    return;
  }
  ++block.attempts;
  for (std::size_t u = block.first_unit; u < block.last_unit; ++u) {
    units_[u].answer.reset();
    again_.push_back({u, block.attempts});
  }
}

std::string Job::region_bytes(const Region& region) const {
  std::vector<std::string> replacements;
  for (std::size_t i = region.first_segment; i < region.last_segment; ++i) {
    replacements.push_back(blocks_[i].state == State::passed ? blocks_[i].bytes
                                                             : std::string(source_of(i)));
  }
  return document_.rebuild(static_cast<std::size_t>(&region - document_.regions().data()),
                           replacements);
}

bool Job::region_holds(std::size_t index, std::string_view bytes) const {
  const Region& region = document_.regions()[index];
  const std::string_view source =
      std::string_view(document_.page()).substr(region.begin, region.end - region.begin);
  if (source == bytes) return true;
  return document_.same_structure(index, bytes) && judge(source, bytes).accepted();
}

/// Takes up the passed blocks `passed[first, last)` into the next region, as many as go together.
/// REQUIRES: they are marked as kept.
void Job::take_up(const std::vector<std::size_t>& passed, std::size_t first, std::size_t last) {
  if (first == last) return;
  for (std::size_t i = first; i < last; ++i) blocks_[passed[i]].state = State::passed;
  if (region_holds(next_region_, region_bytes(document_.regions()[next_region_]))) return;
  for (std::size_t i = first; i < last; ++i) blocks_[passed[i]].state = State::kept;
  if (last - first == 1) return;
  const std::size_t middle = first + (last - first) / 2;
  take_up(passed, first, middle);
  take_up(passed, middle, last);
}

void Job::release() {
  while (next_region_ < document_.regions().size()) {
    const Region& region = document_.regions()[next_region_];
    const auto open = [](const Block& block) { return block.state == State::open; };
    if (std::any_of(blocks_.begin() + static_cast<std::ptrdiff_t>(region.first_segment),
                    blocks_.begin() + static_cast<std::ptrdiff_t>(region.last_segment), open)) {
      return;
    }
    // Blocks that pass one by one may still not go together (a reference put together from two
    // cells): then as many as do are taken, and the others keep their source.
    std::vector<std::size_t> passed;
    for (std::size_t i = region.first_segment; i < region.last_segment; ++i) {
      if (blocks_[i].state != State::passed) continue;
      passed.push_back(i);
      blocks_[i].state = State::kept;
      blocks_[i].why = "check: region";
    }
    take_up(passed, 0, passed.size());
    released_ += region_bytes(region);
    ++next_region_;
  }
}

std::string Job::take_released() { return std::exchange(released_, {}); }

bool Job::done() const { return next_region_ == document_.regions().size(); }

std::vector<BlockReport> Job::report() const {
  std::vector<BlockReport> rows;
  for (const Kept& kept : document_.kept()) {
    const bool unproven = kept.kind == KeptKind::unverified;
    rows.push_back({kept.begin, kept.end, unproven ? BlockFate::kept : BlockFate::kept_by_kind,
                    std::string(kind_name(kept.kind)), unproven ? "check: structure" : "", 0});
  }
  for (std::size_t i = 0; i < blocks_.size(); ++i) {
    const Segment& segment = document_.segments()[i];
    const bool passed = blocks_[i].state == State::passed;
    rows.push_back({segment.begin, segment.end, passed ? BlockFate::translated : BlockFate::kept,
                    std::string(kind_name(segment.kind)), passed ? "" : blocks_[i].why,
                    blocks_[i].attempts});
  }
  std::sort(rows.begin(), rows.end(),
            [](const BlockReport& a, const BlockReport& b) { return a.begin < b.begin; });
  return rows;
}

std::size_t Job::blocks_kept() const {
  std::size_t kept = 0;
  for (const BlockReport& row : report()) kept += row.fate == BlockFate::kept;
  return kept;
}

std::vector<HiddenSpan> Job::hidden() const {
  std::vector<HiddenSpan> rows;
  for (std::size_t i = 0; i < hidden_.size(); ++i) {
    std::vector<std::size_t> ends;  // Spans do not overlap: begins and ends in turn are sorted.
    for (const PersonalSpan& span : hidden_[i].spans)
      ends.insert(ends.end(), {span.begin, span.end});
    const std::vector<std::size_t> places = page_offsets(document_.segments()[i], ends);
    for (std::size_t n = 0; n < hidden_[i].spans.size(); ++n) {
      rows.push_back({hidden_[i].spans[n].kind, places[2 * n], places[2 * n + 1]});
    }
  }
  return rows;
}

std::vector<SanitisedPair> Job::pairs() const {
  CHECK(!options_.hidden_kinds.empty());
  std::vector<SanitisedPair> pairs;
  for (std::size_t i = 0; i < blocks_.size(); ++i) {
    if (blocks_[i].state == State::passed)
      pairs.push_back({hidden_[i].text, answer_of(blocks_[i])});
  }
  return pairs;
}

std::size_t Job::blocks_translated() const {
  return static_cast<std::size_t>(
      std::count_if(blocks_.begin(), blocks_.end(),
                    [](const Block& block) { return block.state == State::passed; }));
}

}  // namespace translate
