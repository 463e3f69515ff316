#include <iostream>

#include "base/system_clock.h"
#include "base/system_random.h"
#include "gateway/cli_commands.h"
#include "gateway/config.h"
#include "gateway/files.h"
#include "gateway/grpc_client.h"
#include "gateway/service.h"
#include "nanabush/v1/translation.pb.h"

namespace gateway {
namespace {

using base::Error;
using base::ErrorCode;
using base::Result;
namespace v1 = nanabush::v1;

constexpr std::size_t kChunkBytes = 64U << 10;

/// What came back: the page, and what to tell about it.
struct Received {
  std::string title, page, audit_id, figures;
};

std::string audit_id_of(const Headers& metadata) {
  for (const auto& [name, value] : metadata) {
    if (name == kAuditIdTrailer) return value;
  }
  return "";
}

Result<Received> translate_whole(GrpcClient& client, const TranslateFlags& flags,
                                 const std::string& job, std::string page,
                                 const net::Until& until) {
  v1::TranslateRequest request;
  request.set_job_id(job);
  request.set_namespace_("command-line");
  request.set_primitive(v1::PRIMITIVE_DOC_TRANSLATE);
  request.mutable_doc()->set_title(flags.title);
  request.mutable_doc()->set_markdown(std::move(page));
  request.set_source_language(flags.source_language);
  request.set_target_language(flags.target_language);
  const auto answer = TRY(client.unary("/nanabush.v1.TranslationService/Translate",
                                       request.SerializeAsString(), until));
  v1::TranslateResponse response;
  if (!response.ParseFromString(answer.message)) {
    return Error{ErrorCode::data_loss, "the server's answer is no TranslateResponse"};
  }
  if (!response.success()) return Error{ErrorCode::aborted, response.error_message()};
  char figures[64];
  std::snprintf(figures, sizeof figures, "%d tokens, %.1f s", response.tokens_used(),
                response.inference_time_seconds());
  return Received{response.translated_title(), response.translated_markdown(),
                  audit_id_of(answer.metadata), figures};
}

Result<Received> translate_in_pieces(GrpcClient& client, const TranslateFlags& flags,
                                     const std::string& job, std::string_view page,
                                     const net::Until& until) {
  std::vector<std::string> messages;
  do {
    v1::TranslateChunk chunk;
    chunk.set_job_id(job);
    chunk.set_chunk_index(static_cast<int>(messages.size()));
    chunk.set_content(cut_utf8(std::string(page.substr(0, kChunkBytes + 4)), kChunkBytes));
    page.remove_prefix(chunk.content().size());
    chunk.set_is_final(page.empty());
    messages.push_back(chunk.SerializeAsString());
  } while (!page.empty());
  Received received;
  std::string error;
  bool final = false, readable = true;
  const auto on_message = [&](const std::string& bytes) {
    v1::TranslateChunk chunk;
    readable = readable && chunk.ParseFromString(bytes);
    if (flags.output_file.empty()) std::cout << chunk.content() << std::flush;
    received.page += chunk.content();
    final = chunk.is_final();
    if (!chunk.error_message().empty()) error = chunk.error_message();
  };
  const Headers metadata = {{"nanabush-target-language", flags.target_language},
                            {"nanabush-source-language", flags.source_language},
                            {"nanabush-namespace", "command-line"}};
  received.audit_id = audit_id_of(TRY(client.call("/nanabush.v1.TranslationService/TranslateStream",
                                                  metadata, messages, on_message, until)));
  if (!error.empty()) return Error{ErrorCode::aborted, error};
  if (!final || !readable) return Error{ErrorCode::data_loss, "the server's stream has no end"};
  return received;
}

}  // namespace

Result<void> translate_command(const TranslateFlags& flags) {
  std::string page = TRY(read_file(flags.page_file));
  const Address address = TRY(parse_address(flags.server));
  const auto until =
      net::within(base::system_clock(), std::chrono::seconds(flags.deadline_seconds));
  const auto client =
      TRY(GrpcClient::connect(address.host, address.port, base::system_clock(), until));
  const std::string job = "cli-" + base::system_random().name_suffix(16);
  const Received received =
      TRY(flags.stream ? translate_in_pieces(*client, flags, job, page, until)
                       : translate_whole(*client, flags, job, std::move(page), until));
  if (!flags.output_file.empty()) {
    TRY(write_file(flags.output_file, received.page));
  } else if (!flags.stream) {
    std::cout << received.page << std::flush;
  }
  if (!received.title.empty()) std::cerr << "nanabush: title: " << received.title << "\n";
  std::cerr << "nanabush: translated" << (received.figures.empty() ? "" : ", ") << received.figures
            << "; audit entry " << received.audit_id << "\n";
  return {};
}

}  // namespace gateway
