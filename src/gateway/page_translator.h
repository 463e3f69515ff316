#pragma once

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "audit/group_commit.h"
#include "base/clock.h"
#include "gateway/dataset.h"
#include "gateway/record.h"
#include "gateway/translator.h"
#include "gateway/upstream.h"
#include "translate/glossary.h"
#include "translate/job.h"

namespace gateway {

struct PageOptions {
  translate::Glossary glossary;
  std::size_t batch_tokens_max = 1200;
  std::size_t requests_at_once = 4;                ///< Of one page.
  int attempts_max = 3;                            ///< At one block.
  std::set<translate::PersonalKind> hidden_kinds;  ///< JobOptions::hidden_kinds.
  bool report_hidden = false;                      ///< Fill TranslationRecord::hidden.
  /// Gets the sanitised pairs of each translation that was entered and goes out; empty: off.
  /// REQUIRES: hidden_kinds.
  std::function<void(PairBatch)> on_pairs;
  OnRecord on_record;  ///< Told of each translation that was entered or could not be; may be empty.
};

/// Makes a translation: cuts the page (translate::Job), asks the model, enters what was done into
/// the audit log, and only then lets it go.
///
/// INV-8: no byte of a block is released before diode and checks have passed it (Job sees to it).
/// INV-9: exactly one audit entry for each translation, also for one that failed; none is handed
/// out when it cannot be entered (a full disk): the end of a streamed page, too, waits for its
/// entry. The entry has hashes and numbers, never content.
/// Ownership: borrows everything. Threading: any thread.
class PageTranslator final : public Translator {
 public:
  PageTranslator(Upstream& upstream, audit::GroupCommit& log, const base::Clock& clock,
                 PageOptions options);
  /// The entry is made at the end. If that fails a stream, too, ends with the error; and nothing
  /// more is begun, since it could not be entered either.
  Outcome translate(const Order& order, const net::Until& until,
                    const OnReleased& on_released) override;
  Outcome give_up(const Order& order, base::Error why) override;
  base::Result<void> ready() const override;
  base::Result<void> promising() const override;

 private:
  base::Result<Translation> make(const Order& order, const net::Until& until,
                                 const OnReleased& on_released, TranslationRecord& record,
                                 std::vector<translate::SanitisedPair>& pairs);
  translate::JobOptions job_options(const Order& order) const;
  TranslationRecord record_of(const Order& order) const;
  Outcome enter(const Order& order, TranslationRecord record, base::Result<Translation> made);
  base::Result<void> log_takes_entries() const;

  Upstream* upstream_;
  audit::GroupCommit* log_;
  const base::Clock* clock_;
  PageOptions options_;
};

}  // namespace gateway
