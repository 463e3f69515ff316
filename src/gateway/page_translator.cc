#include "gateway/page_translator.h"

#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <thread>

#include "audit/merkle.h"
#include "base/encoding.h"
#include "doc/json.h"
#include "translate/language.h"

namespace gateway {
namespace {

using base::Error;
using base::ErrorCode;
using base::Result;
using doc::Value;

/// A model that writes no line's end is not left to write for ever.
constexpr std::size_t kLineBytesMax = 1024;

/// What a request's thread tells the one that owns the job.
struct Event {
  std::uint64_t id = 0;
  std::string piece;
  std::optional<Result<ChatUsage>> end;
};

/// The requests of one job under way, each on a thread of its own, and what they have to say.
class Requests {
 public:
  Requests(Upstream& upstream, std::string traceparent, net::Until until)
      : upstream_(&upstream), traceparent_(std::move(traceparent)), until_(std::move(until)) {}

  void start(translate::ModelRequest request) {
    const std::uint64_t id = request.id;
    threads_[id] = std::jthread(
        [this, request = std::move(request)](const std::stop_token& stop) { run(request, stop); });
  }

  std::size_t under_way() const { return threads_.size(); }

  /// Blocks for the next event.
  Event next() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return !events_.empty(); });
    Event event = std::move(events_.front());
    events_.pop_front();
    lock.unlock();
    if (event.end) threads_.erase(event.id);  // Joins: it has nothing more to do.
    return event;
  }

  /// The answer is of no use any more.
  void stop(std::uint64_t id) {
    const auto at = threads_.find(id);
    if (at != threads_.end()) at->second.request_stop();
  }

 private:
  void run(const translate::ModelRequest& request, const std::stop_token& stop) {
    // Either the caller goes, or this one answer is useless.
    std::stop_source either;
    const std::stop_callback caller(until_.stop, [&] { either.request_stop(); });
    const std::stop_callback useless(stop, [&] { either.request_stop(); });
    // A job can do something with whole lines (the marks of parts are some): until one ends, the
    // text waits here and wakes nobody.
    std::string line;
    const auto on_text = [&](std::string_view text) {
      line += text;
      if (text.find('\n') != std::string_view::npos || line.size() >= kLineBytesMax) {
        post({request.id, std::exchange(line, {}), std::nullopt});
      }
      return !either.stop_requested();
    };
    auto usage =
        upstream_->complete({request.system, request.user, request.output_tokens_max, traceparent_},
                            on_text, {until_.deadline, either.get_token()});
    if (!line.empty()) post({request.id, std::move(line), std::nullopt});
    post({request.id, "", std::move(usage)});
  }

  void post(Event event) {
    const std::lock_guard lock(mutex_);
    events_.push_back(std::move(event));
    changed_.notify_one();
  }

  Upstream* upstream_;
  std::string traceparent_;
  net::Until until_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Event> events_;
  std::map<std::uint64_t, std::jthread> threads_;  // Last: joined before the rest goes.
};

/// Whether the failure of one request means that no other one will do better.
bool is_final(ErrorCode code) {
  return code == ErrorCode::cancelled || code == ErrorCode::deadline_exceeded ||
         code == ErrorCode::unavailable || code == ErrorCode::resource_exhausted;
}

struct Driven {
  std::string bytes;
  ChatUsage usage;
  std::optional<Error> error;  // The failure that ended it, if one did.
};

/// Asks the model for everything that `job` wants, until it is done.
Driven drive(translate::Job& job, Requests& requests, const OnReleased& on_released) {
  Driven driven;
  const auto release = [&] {
    const std::string bytes = job.take_released();
    if (bytes.empty()) return;
    // What completes the page goes with its audit entry; what stands in for a page that was cut off
    // goes nowhere.
    if (on_released && !job.done()) on_released(bytes);
    driven.bytes += bytes;
  };
  release();
  while (!job.done()) {
    while (auto request = job.next_request()) requests.start(std::move(*request));
    CHECK(requests.under_way() > 0);  // Else it would never be done.
    const Event event = requests.next();
    if (!event.end) {
      if (!job.feed(event.id, event.piece)) requests.stop(event.id);
    } else if (*event.end) {
      driven.usage.prompt_tokens += (*event.end)->prompt_tokens;
      driven.usage.completion_tokens += (*event.end)->completion_tokens;
      job.finish(event.id);
    } else {
      const Error& error = event.end->error();
      job.fail(event.id, base::facts(error.code).name);
      if (is_final(error.code) && !driven.error) {
        driven.error = error;
        job.give_up(base::facts(error.code).name);
      }
    }
    release();
  }
  return driven;
}

/// How often each reason kept a block in the source language: {"diode: scheme": 2}.
void count_reasons(const std::vector<translate::BlockReport>& report,
                   std::map<std::string, std::int64_t>& counts) {
  for (const auto& block : report) {
    if (block.fate == translate::BlockFate::kept) ++counts[block.why];
  }
}

// An entry takes 65,535 bytes: 512 spans are 24 KiB with the longest names.
constexpr std::size_t kSpansEnteredMax = 512;

/// {"counts": {"PHONE": 2}, "title": [], "page": [["PHONE", 12, 24], ...], "spansLeftOut": 0}
Value entry_of(const HiddenReport& report) {
  std::size_t left = kSpansEnteredMax;
  const auto rows = [&](const std::vector<translate::HiddenSpan>& spans) {
    std::vector<Value> list;
    for (const auto& span : spans) {
      if (left == 0) break;
      --left;
      list.push_back(Value::list({Value(translate::kind_name(span.kind)),
                                  Value(static_cast<std::int64_t>(span.begin)),
                                  Value(static_cast<std::int64_t>(span.end))}));
    }
    return Value::list(std::move(list));
  };
  const Value title = rows(report.title), page = rows(report.page);
  const std::size_t spans = report.title.size() + report.page.size();
  return Value::map(
      {{"counts", counts_value(report.counts())},
       {"title", title},
       {"page", page},
       {"spansLeftOut", static_cast<std::int64_t>(spans - (kSpansEnteredMax - left))}});
}

/// The audit entry: hashes and numbers of what came and went, never itself.
Value entry_of(const TranslationRecord& record, const Order& order, const Translation* result) {
  const Value entry = Value::map(
      {{"time", base::to_rfc3339_micro(record.began)},
       {"namespace", record.namespace_name},
       {"job", record.job_id},
       {"trace", record.traceparent},
       {"kind", record.kind},
       {"from", record.source_language},
       {"to", record.target_language},
       {"model", record.model},
       {"source", audit::sha256_hex(order.title + "\n" + order.markdown)},
       {"result", result == nullptr
                      ? Value()
                      : Value(audit::sha256_hex(result->title + "\n" + result->markdown))},
       {"outcome", record.outcome},
       {"blocksTranslated", record.blocks_translated},
       {"blocksKept", record.blocks_kept},
       {"keptBecause", counts_value(record.kept_because)},
       {"tokens", record.completion_tokens},
       {"seconds", record.seconds}});
  return record.hidden ? entry.with("hidden", entry_of(*record.hidden)) : entry;
}

}  // namespace

PageTranslator::PageTranslator(Upstream& upstream, audit::GroupCommit& log,
                               const base::Clock& clock, PageOptions options)
    : upstream_(&upstream), log_(&log), clock_(&clock), options_(std::move(options)) {}

Result<void> PageTranslator::log_takes_entries() const {
  if (!log_->broken()) return {};
  return Error{ErrorCode::unavailable, "the audit log cannot take entries: nothing is translated"};
}

Result<void> PageTranslator::ready() const {
  TRY(log_takes_entries());
  return upstream_->ready();
}

Result<void> PageTranslator::promising() const {
  TRY(log_takes_entries());
  return upstream_->promising();
}

translate::JobOptions PageTranslator::job_options(const Order& order) const {
  translate::JobOptions options;
  options.source_language = order.source_language;
  options.target_language = order.target_language;
  options.glossary = options_.glossary;
  options.batch_tokens_max = options_.batch_tokens_max;
  options.in_flight_max = options_.requests_at_once;
  options.attempts_max = options_.attempts_max;
  options.hidden_kinds = options_.hidden_kinds;
  return options;
}

Result<Translation> PageTranslator::make(const Order& order, const net::Until& until,
                                         const OnReleased& on_released, TranslationRecord& record,
                                         std::vector<translate::SanitisedPair>& pairs) {
  // An unknown source is what models are good at; an unknown target would be made up.
  if (!translate::parse_language(order.target_language).known) {
    return Error{ErrorCode::invalid_argument,
                 "'" + order.target_language + "' is no language that is known"};
  }
  Translation made;
  std::optional<Error> error;
  translate::JobOptions options = job_options(order);
  if (options_.report_hidden) record.hidden.emplace();
  const auto run = [&](translate::Job job, std::string& result, const OnReleased& released) {
    if (record.hidden) {
      (&result == &made.title ? record.hidden->title : record.hidden->page) = job.hidden();
    }
    Requests requests(*upstream_, order.traceparent, until);
    Driven driven = drive(job, requests, released);
    result = std::move(driven.bytes);
    record.prompt_tokens += driven.usage.prompt_tokens;
    record.completion_tokens += driven.usage.completion_tokens;
    record.blocks_kept += static_cast<std::int64_t>(job.blocks_kept());
    record.blocks_translated += static_cast<std::int64_t>(job.blocks_translated());
    count_reasons(job.report(), record.kept_because);
    if (options_.on_pairs) {
      for (auto& pair : job.pairs()) pairs.push_back(std::move(pair));
    }
    error = std::move(driven.error);
  };
  if (!order.title.empty()) {
    options.beside = options_.hidden_kinds.empty() ? "" : order.markdown;
    run(TRY(translate::Job::create_title(order.title, options)), made.title, nullptr);
  }
  if (!order.title_only && !error) {
    options.beside = order.title;
    run(TRY(translate::Job::create(order.markdown, options)), made.markdown, on_released);
  }
  // Half a page is not a page: when nothing at all could be translated, or the work was cut off,
  // the caller is told so. Single blocks that no attempt could get past the checks stay as they
  // are.
  if (error) return *error;
  if (record.blocks_translated == 0 && record.blocks_kept > 0) {
    return Error{ErrorCode::failed_precondition,
                 "no block of the page could be translated; the model's answers did not pass the "
                 "checks"};
  }
  made.tokens = static_cast<int>(record.completion_tokens);
  made.blocks_kept = static_cast<std::size_t>(record.blocks_kept);
  return made;
}

TranslationRecord PageTranslator::record_of(const Order& order) const {
  TranslationRecord record;
  record.job_id = order.job_id;
  record.namespace_name = order.namespace_name;
  record.kind = order.title_only ? "title" : "page";
  record.source_language = order.source_language;
  record.target_language = order.target_language;
  record.traceparent = order.traceparent;
  record.parent_span = order.parent_span;
  record.began = clock_->now();
  return record;
}

Outcome PageTranslator::translate(const Order& order, const net::Until& until,
                                  const OnReleased& on_released) {
  if (const auto log = log_takes_entries(); !log) return {log.error(), ""};
  const base::SteadyTime began = clock_->steady();
  TranslationRecord record = record_of(order);
  std::vector<translate::SanitisedPair> pairs;
  auto made = make(order, until, on_released, record, pairs);
  record.seconds = std::chrono::duration<double>(clock_->steady() - began).count();
  if (made) made->seconds = record.seconds;
  PairBatch batch{"", record.source_language, record.target_language, record.began,
                  std::move(pairs)};
  Outcome outcome = enter(order, std::move(record), std::move(made));
  if (outcome.made && !batch.pairs.empty()) {
    batch.model = upstream_->model();
    options_.on_pairs(std::move(batch));
  }
  return outcome;
}

Outcome PageTranslator::give_up(const Order& order, Error why) {
  if (const auto log = log_takes_entries(); !log) return {log.error(), ""};
  return enter(order, record_of(order), std::move(why));
}

Outcome PageTranslator::enter(const Order& order, TranslationRecord record,
                              Result<Translation> made) {
  record.model = upstream_->model();
  record.outcome = made ? "ok" : base::facts(made.error().code).name;
  const auto id =
      log_->append(doc::to_canonical_json(entry_of(record, order, made ? &*made : nullptr)));
  if (id) {
    record.audit_id = audit::to_text(*id);
  } else {
    made = Error{ErrorCode::unavailable,
                 "the audit log cannot take the entry, so the translation is not handed out"};
    record.outcome = base::facts(made.error().code).name;
  }
  if (options_.on_record) options_.on_record(record);
  return {std::move(made), std::move(record.audit_id)};
}

}  // namespace gateway
