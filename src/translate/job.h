#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "translate/diode.h"
#include "translate/document.h"
#include "translate/glossary.h"
#include "translate/language.h"
#include "translate/sanitise.h"

namespace translate {

struct JobOptions {
  std::string source_language;  ///< Any spelling; junk ("API") means "find out yourself".
  std::string target_language;  ///< BCP 47: "es", "fr-CA".
  Glossary glossary;
  std::size_t batch_tokens_max = 1200;  ///< Of page text in one request.
  int attempts_max = 3;                 ///< At one block, the first included.
  std::size_t in_flight_max = 4;        ///< Requests that may be under way at once.
  /// Personal data of these kinds is replaced by placeholders before the model sees a block, and
  /// put back before anything is judged. Empty: off.
  std::set<PersonalKind> hidden_kinds;
  /// A text (a title's page, a page's title) whose personal data is hidden here too.
  std::string beside;
};

/// One chat completion to ask for. `system` is the same for every request of a target language and
/// glossary, and comes first, so that vLLM's prefix cache serves it.
struct ModelRequest {
  std::uint64_t id = 0;
  std::string system;
  std::string user;
  std::size_t output_tokens_max = 0;  ///< For max_tokens: what an honest answer cannot exceed.
};

enum class BlockFate {
  translated,
  kept_by_kind,  ///< Code, HTML, front matter, nothing to translate: as it should be.
  kept           ///< Could not be translated: the source stands in its place. See `why`.
};

/// What became of a part of the page. It carries no content, so that it may be logged.
struct BlockReport {
  std::size_t begin = 0;  ///< Bytes of the source page.
  std::size_t end = 0;
  BlockFate fate = BlockFate::translated;
  std::string kind;  ///< "paragraph", "code", ...
  std::string why;   ///< Of `kept`: "diode: scheme", "check: numbers", "model: deadline_exceeded".
  int attempts = 0;
};

/// What the model was shown of a block and what it made of it, personal data hidden in both. Links,
/// code and whatever else is not translated stands as "⟦n⟧" (segment.h).
struct SanitisedPair {
  std::string prompt;
  std::string response;
};

/// The translation of one page: what to ask, and what to make of the answers. The caller does the
/// asking; there is no clock and no I/O in here.
///
///     Job job = TRY(Job::create(std::move(page), options));
///     while (!job.done()) {
///       while (auto request = job.next_request()) start(*request);
///       on each piece of a streamed answer:  job.feed(id, piece);
///       at its end:                          job.finish(id);   // or job.fail(id, code name)
///       send(job.take_released());           // for a stream; unary callers send it all at the end
///     }
///
/// Released bytes come in page order, whole regions at a time, after the diode, the checks and the
/// structure comparison have passed them (INV-8). What is released is the same however answers are
/// cut into pieces, whatever their order, streamed or not. A block that fails is asked for again
/// alone, up to attempts_max; then its source stands and report() says so. Answers that come late
/// or twice are ignored.
///
/// With hidden_kinds the diode, too, compares with the true source: placeholders are put back
/// first. An answer that lost, doubled or invented one is refused ("check: placeholders").
///
/// Not thread-safe: use from one thread at a time.
class Job {
 public:
  /// Errors: those of Document::parse; invalid_argument for an unusable target language.
  static base::Result<Job> create(std::string page, JobOptions options);
  /// For a title: one line, no Markdown.
  static base::Result<Job> create_title(std::string title, JobOptions options);

  /// The next request to start; nullopt when there is none now (in_flight_max, or nothing left).
  std::optional<ModelRequest> next_request();
  /// A piece of the answer's text. False once the answer is known to be useless: stop reading it.
  bool feed(std::uint64_t id, std::string_view piece);
  /// The answer is complete.
  void finish(std::uint64_t id);
  /// There will be no (more) answer; `why` is a stable word ("deadline_exceeded"). Blocks already
  /// complete in what was fed count.
  void fail(std::uint64_t id, std::string_view why);
  /// No more requests are worth making: what is left keeps its source, `why` as in fail().
  void give_up(std::string_view why);

  /// Bytes that became final since the last call.
  std::string take_released();
  bool done() const;
  /// In page order, once done.
  std::vector<BlockReport> report() const;
  /// Blocks whose source stands because they could not be translated.
  std::size_t blocks_kept() const;
  std::size_t blocks_translated() const;
  /// What was hidden, in page order; known from the start.
  std::vector<HiddenSpan> hidden() const;
  /// Of the blocks that were translated, in page order, once done. REQUIRES (CHECK): hidden_kinds;
  /// there is no pair that was not sanitised.
  std::vector<SanitisedPair> pairs() const;

 private:
  /// A segment, or a part of a long one, cut between sentences.
  struct Unit {
    std::size_t segment = 0;
    std::string text;
    std::string glue;  ///< What stood between this part and the next.
    std::optional<std::string> answer;
  };
  enum class State { open, passed, kept };
  /// What happens to a segment.
  struct Block {
    State state = State::open;
    std::size_t first_unit = 0;
    std::size_t last_unit = 0;
    int attempts = 0;   ///< Asked for so many times; also tells answers of an earlier time.
    std::string bytes;  ///< Once passed.
    std::string why;    ///< Of the last refusal.
  };
  struct Asked {
    std::size_t unit = 0;
    int attempt = 0;
  };
  struct Flight {
    std::vector<Asked> asked;
    std::string received;
    std::size_t received_max = 0;
    std::size_t parts_taken = 0;
  };

  Job(Document document, JobOptions options);
  void hide();
  void cut_units();
  std::string answer_of(const Block& block) const;
  ModelRequest fly(std::vector<Asked> asked, std::string_view reminder);
  void take_parts(Flight& flight, bool at_end);
  void answer_unit(const Asked& asked, std::string text);
  void judge_block(std::size_t segment);
  /// Refuses what stands for a block: it is asked for again, or its source is kept.
  void refuse(std::size_t segment, std::string why);
  void release();
  std::string region_bytes(const Region& region) const;
  bool fits_its_region(std::size_t segment, const std::string& bytes) const;
  void take_up(const std::vector<std::size_t>& passed, std::size_t first, std::size_t last);
  bool region_holds(std::size_t index, std::string_view bytes) const;
  std::string_view source_of(std::size_t segment) const;

  Document document_;
  JobOptions options_;
  Language source_;
  Language target_;
  std::string system_;
  std::vector<Sanitised> hidden_;  ///< One for each segment; none when nothing is hidden.
  std::vector<Unit> units_;
  std::vector<Block> blocks_;  ///< One for each segment.
  std::size_t next_unit_ = 0;  ///< Units not asked for yet, in order.
  std::deque<Asked> again_;    ///< Units of blocks that failed: each block alone.
  std::map<std::uint64_t, Flight> flights_;
  std::uint64_t next_id_ = 1;
  std::size_t next_region_ = 0;
  std::string released_;
};

}  // namespace translate
