#include "gateway/translate_stream.h"

#include "base/limits.h"
#include "nanabush/v1/translation.pb.h"

namespace gateway {
namespace {

using base::ErrorCode;
namespace v1 = nanabush::v1;

// Well below what a client takes in one message.
constexpr std::size_t kChunkBytesMax = 1U << 20;

/// The answer's side. Shared by the call and by the job, which may outlive it.
class Answer {
 public:
  Answer(std::shared_ptr<GrpcCall> call, std::string job_id)
      : call_(std::move(call)), job_id_(std::move(job_id)) {}

  void release(std::string_view bytes) {
    sent_ += bytes.size();
    while (!bytes.empty()) {
      v1::TranslateChunk chunk = next();
      chunk.set_content(cut_utf8(std::string(bytes), kChunkBytesMax));
      bytes.remove_prefix(chunk.content().size());
      call_->send(chunk.SerializeAsString());
    }
  }

  /// The page's last piece goes here, and not before: its audit entry is made now. All of it, for a
  /// call that joined another one's job or was answered from memory.
  void end(const Outcome& outcome) {
    if (outcome.made) release(std::string_view(outcome.made->markdown).substr(sent_));
    v1::TranslateChunk last = next();
    last.set_is_final(true);
    if (!outcome.made) last.set_error_message(cut_utf8(outcome.made.error().message, 512));
    call_->send(last.SerializeAsString());
    call_->finish(ErrorCode::ok, "", audit_metadata(outcome));
  }

 private:
  v1::TranslateChunk next() {
    v1::TranslateChunk chunk;
    chunk.set_job_id(job_id_);
    chunk.set_chunk_index(index_++);
    return chunk;
  }

  std::shared_ptr<GrpcCall> call_;
  std::string job_id_;
  std::size_t sent_ = 0;
  int index_ = 0;
};

class StreamCall final : public GrpcListener {
 public:
  StreamCall(Jobs& jobs, const base::Clock& clock, base::Random& random,
             const ServiceOptions& options, GrpcRequest request, std::shared_ptr<GrpcCall> call)
      : jobs_(&jobs),
        clock_(&clock),
        random_(&random),
        options_(&options),
        request_(std::move(request)),
        call_(std::move(call)) {
    order_.target_language = request_.metadata_value("nanabush-target-language");
    order_.source_language = request_.metadata_value("nanabush-source-language");
    order_.namespace_name = request_.metadata_value("nanabush-namespace");
    if (order_.target_language.empty()) {
      refuse(ErrorCode::invalid_argument, "the metadata has no nanabush-target-language");
    }
  }

  void on_message(std::string bytes) override {
    if (submitted_ || call_->over()) return;
    v1::TranslateChunk chunk;
    if (!chunk.ParseFromString(bytes)) {
      return refuse(ErrorCode::invalid_argument,
                    "the message is no TranslateChunk (or holds invalid UTF-8)");
    }
    if (chunk.chunk_index() != next_index_++) {
      return refuse(ErrorCode::invalid_argument, "chunk " + std::to_string(next_index_ - 1) +
                                                     " is missing: chunks come in order from 0");
    }
    if (!chunk.error_message().empty()) {
      return refuse(ErrorCode::cancelled, "the client reported an error");
    }
    if (order_.job_id.empty()) order_.job_id = chunk.job_id();
    if (order_.markdown.size() + chunk.content().size() > base::limits::kPageBytesMax) {
      return refuse(ErrorCode::resource_exhausted, "the page is too large");
    }
    order_.markdown += chunk.content();
    if (chunk.is_final()) submit();
  }

  void on_end() override {
    if (!submitted_ && !call_->over()) submit();
  }

  void on_cancelled() override {
    if (ticket_) jobs_->cancel(*ticket_);
  }

 private:
  void refuse(ErrorCode code, std::string_view why) { call_->finish(code, why); }

  void submit() {
    if (order_.job_id.empty()) return refuse(ErrorCode::invalid_argument, "job_id is required");
    if (const std::string fault = fault_of(order_); !fault.empty()) {
      return refuse(ErrorCode::invalid_argument, fault);
    }
    submitted_ = true;
    take_trace(request_, *random_, order_);
    const auto answer = std::make_shared<Answer>(call_, order_.job_id);
    ticket_ = jobs_->submit(
        std::move(order_), answer_by(request_, *options_, *clock_),
        [answer](const Outcome& outcome) { answer->end(outcome); },
        [answer](std::string_view bytes) { answer->release(bytes); });
  }

  Jobs* jobs_;
  const base::Clock* clock_;
  base::Random* random_;
  const ServiceOptions* options_;
  GrpcRequest request_;
  std::shared_ptr<GrpcCall> call_;  // Shared with the job, which answers.
  Order order_;
  int next_index_ = 0;
  bool submitted_ = false;
  std::optional<Jobs::Ticket> ticket_;
};

}  // namespace

GrpcMethod translate_stream(Jobs& jobs, const base::Clock& clock, base::Random& random,
                            const ServiceOptions& options) {
  return [&](const GrpcRequest& request, std::shared_ptr<GrpcCall> call) {
    return std::make_unique<StreamCall>(jobs, clock, random, options, request, std::move(call));
  };
}

}  // namespace gateway
