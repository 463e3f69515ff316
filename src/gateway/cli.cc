#include "gateway/cli.h"

#include <CLI/CLI.hpp>
#include <functional>
#include <iostream>
#include <optional>

#include "doc/diagnostic.h"
#include "gateway/cli_commands.h"

namespace gateway {
namespace {

using Run = std::function<base::Result<void>()>;

/// One command being defined: CLI11's, and what to run when it was the one.
CLI::App* command(CLI::App& parent, const char* name, const char* help, Run& chosen, Run run) {
  CLI::App* sub = parent.add_subcommand(name, help);
  sub->callback([&chosen, run = std::move(run)] { chosen = run; });
  return sub;
}

void add_serve(CLI::App& app, ServeFlags& flags, Run& chosen) {
  auto* sub = command(app, "serve", "serve translations over gRPC", chosen,
                      [&] { return serve_command(flags); });
  sub->add_option("--config", flags.config_file, "nanabush.yaml; flags go over it");
  sub->add_option("--listen", flags.listen, "HOST:PORT for plaintext gRPC (127.0.0.1:50051)");
  sub->add_option("--upstream", flags.upstreams, "http://HOST:PORT of a vLLM; again for more");
  sub->add_option("--model", flags.model, "the model's served name (the first it offers)");
  sub->add_option("--audit-dir", flags.audit_dir, "folder of the audit log");
  sub->add_option("--audit-key", flags.audit_key, "signer key (nanabush audit keygen)");
  sub->add_option("--metrics-listen", flags.metrics_listen, "HOST:PORT for /metrics and /healthz");
  sub->add_option("--otlp-endpoint", flags.otlp_endpoint, "http://HOST:4318 for traces");
  sub->add_option("--log-level", flags.log_level, "debug, info, warning or error (info)");
  sub->add_option("--drain-seconds", flags.drain_seconds, "for calls under way at SIGTERM")
      ->check(CLI::Range(0, 3600))
      ->capture_default_str();
}

void add_translate(CLI::App& app, TranslateFlags& flags, Run& chosen) {
  auto* sub = command(app, "translate", "translate a page through a running nanabush", chosen,
                      [&] { return translate_command(flags); });
  sub->add_option("page", flags.page_file, "Markdown file; - is standard input")->required();
  sub->add_option("--to", flags.target_language, "target language, as in es or fr-CA")->required();
  sub->add_option("--from", flags.source_language, "source language")->capture_default_str();
  sub->add_option("--title", flags.title, "the page's title, translated too");
  sub->add_option("--server", flags.server, "HOST:PORT")->capture_default_str();
  sub->add_option("-o,--output", flags.output_file, "file to write; whole or not at all");
  sub->add_flag("--stream", flags.stream, "print each block as soon as it is final");
  sub->add_option("--deadline", flags.deadline_seconds, "seconds")
      ->check(CLI::Range(1, 3600))
      ->capture_default_str();
}

void add_client(CLI::App& app, ClientFlags& flags, bool& glooscap, Run& chosen) {
  auto* sub = command(app, "client", "play a client of the service", chosen,
                      [&] { return client_command(flags); });
  sub->add_flag("--simulate-glooscap", glooscap, "as an unchanged Glooscap operator behaves")
      ->required();
  sub->add_option("--server", flags.server, "HOST:PORT")->capture_default_str();
  sub->add_option("--page", flags.page_file, "Markdown file to send (a short page)");
  sub->add_option("--to", flags.target_language, "target language")->capture_default_str();
  sub->add_option("--translations", flags.translations, "how many, two at a time")
      ->check(CLI::Range(0, 1'000'000))
      ->capture_default_str();
  sub->add_option("--seconds", flags.seconds, "stay at least so long, sending heartbeats")
      ->capture_default_str();
}

void add_page_tools(CLI::App& app, std::string& file, std::string& format, Run& chosen) {
  const auto add = [&](const char* name, const char* help, const char* what, auto run) {
    auto* sub = command(app, name, help, chosen, [&, run] { return run(file, format == "json"); });
    sub->add_option("file", file, what)->required();
    sub->add_option("-o,--output", format, "text or json")
        ->check(CLI::IsMember({"text", "json"}))
        ->capture_default_str();
  };
  add("segments", "show what of a page would be translated and what is kept", "Markdown file",
      segments_command);
  add("diode", "judge responses against their sources", "JSONL: {id, source, response} a line",
      diode_command);
}

void add_audit(CLI::App& app, AuditFlags& flags, Run& chosen) {
  auto* audit = app.add_subcommand("audit", "keys, checks and proofs of the audit log");
  audit->require_subcommand(1);
  auto* keygen = command(*audit, "keygen", "make a signer key and its verifier", chosen,
                         [&] { return audit_keygen_command(flags); });
  keygen->add_option("key", flags.key_file, "file to write; the verifier goes to FILE.pub")
      ->required();
  keygen->add_option("--name", flags.name, "the log's origin")->capture_default_str();
  const auto reading = [&](const char* name, const char* help, auto run) {
    auto* sub = command(*audit, name, help, chosen, [&, run] { return run(flags); });
    sub->add_option("--dir", flags.dir, "folder of the audit log")->required();
    sub->add_option("--key", flags.verifier_file, "verifier key file (FILE.pub)")->required();
    return sub;
  };
  reading("verify", "read the whole log and check every byte", audit_verify_command);
  reading("show", "print entries", audit_show_command)
      ->add_option("id", flags.id, "one entry: index or id (all)");
  reading("prove", "print an entry and the proof that it is in the log", audit_prove_command)
      ->add_option("id", flags.id, "index or id")
      ->required();
}

/// A first word that is no command, with the nearest one. CLI11 would only say that one is missing.
std::optional<base::Error> unknown_command(const CLI::App& app, int argc, char** argv) {
  if (argc < 2 || argv[1][0] == '-') return std::nullopt;
  std::vector<std::string> names;
  for (const CLI::App* sub : app.get_subcommands([](const CLI::App*) { return true; })) {
    if (sub->get_name() == argv[1]) return std::nullopt;
    names.push_back(sub->get_name());
  }
  const std::vector<std::string_view> known(names.begin(), names.end());
  std::string hint = doc::hint_for_unknown(argv[1], known);
  if (!hint.starts_with("did you mean")) hint = "nanabush --help lists the commands";
  return base::Error{base::ErrorCode::invalid_argument,
                     "unknown command '" + std::string(argv[1]) + "'", std::move(hint)};
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"nanabush: private translation of wiki pages", "nanabush"};
  app.require_subcommand(1);
  app.footer(
      "A first translation:\n"
      "  nanabush audit keygen audit.key\n"
      "  nanabush serve --upstream http://127.0.0.1:8000 --audit-dir audit --audit-key audit.key\n"
      "  nanabush translate PAGE.md --to es");
  Run chosen;
  ServeFlags serve;
  TranslateFlags translate;
  ClientFlags client;
  AuditFlags audit;
  bool glooscap = false;
  std::string file, format = "text";
  add_serve(app, serve, chosen);
  add_translate(app, translate, chosen);
  add_client(app, client, glooscap, chosen);
  add_page_tools(app, file, format, chosen);
  add_audit(app, audit, chosen);
  if (const auto unknown = unknown_command(app, argc, argv)) {
    std::cerr << "nanabush: " << base::to_string(*unknown) << "\n";
    return base::facts(unknown->code).exit_code;
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const int code = app.exit(error);
    return code == 0 ? base::kExitDone : base::facts(base::ErrorCode::invalid_argument).exit_code;
  }
  const base::Result<void> outcome = chosen();
  if (outcome) return base::kExitDone;
  std::cerr << "nanabush: " << base::to_string(outcome.error()) << "\n";
  return base::facts(outcome.error().code).exit_code;
}

}  // namespace gateway
