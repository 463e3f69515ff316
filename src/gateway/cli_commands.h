#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

// The commands of `nanabush`, as functions of what the command line said. cli.cc parses, these do.
// Each writes its result on standard output and what is for a person on standard error.
namespace gateway {

/// Flags of `serve`; those that were given go over the configuration file's.
struct ServeFlags {
  std::string config_file;  ///< Empty: flags alone.
  std::optional<std::string> listen, model, audit_dir, audit_key, metrics_listen, otlp_endpoint,
      log_level;
  std::vector<std::string> upstreams;
  int drain_seconds = 300;  ///< The longest call of an operator.
};
/// Serves until SIGTERM or SIGINT, then drains; a second signal ends it at once.
base::Result<void> serve_command(const ServeFlags& flags);

struct TranslateFlags {
  std::string page_file;
  std::string source_language = "en", target_language, title;
  std::string server = "127.0.0.1:50051";
  std::string output_file;  ///< Empty: standard output.
  bool stream = false;
  int deadline_seconds = 300;
};
base::Result<void> translate_command(const TranslateFlags& flags);

struct ClientFlags {
  std::string server = "127.0.0.1:50051";
  std::string page_file;  ///< Empty: a short page of our own.
  std::string target_language = "es";
  int translations = 1;
  int seconds = 0;  ///< Stays at least so long, sending heartbeats.
};
/// Plays a Glooscap operator; an error when a translation failed or its status is not healthy.
base::Result<void> client_command(const ClientFlags& flags);

base::Result<void> segments_command(const std::string& page_file, bool json);
base::Result<void> diode_command(const std::string& cases_file, bool json);

struct AuditFlags {
  std::string dir;
  std::string verifier_file;  ///< Of the public key ("NAME.pub").
  std::string id;             ///< Of an entry: its index, or the whole id.
  std::string key_file;       ///< Where keygen writes.
  std::string name = "nanabush.local/audit";
};
/// Writes a new signer key to key_file (readable by its owner alone) and its verifier beside it.
base::Result<void> audit_keygen_command(const AuditFlags& flags);
base::Result<void> audit_verify_command(const AuditFlags& flags);
/// Prints one entry, or all, as they stand in the log: JSON, one a line.
base::Result<void> audit_show_command(const AuditFlags& flags);
/// Prints an entry with its inclusion proof and the signed checkpoint, as JSON.
base::Result<void> audit_prove_command(const AuditFlags& flags);

}  // namespace gateway
