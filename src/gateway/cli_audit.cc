#include <charconv>
#include <filesystem>
#include <iostream>

#include "audit/log.h"
#include "audit/verify.h"
#include "base/encoding.h"
#include "base/strings.h"
#include "base/system_random.h"
#include "doc/json.h"
#include "gateway/cli_commands.h"
#include "gateway/files.h"

namespace gateway {
namespace {

using base::Error;
using base::ErrorCode;
using base::Result;
using doc::Value;

Result<audit::Verifier> read_verifier(const std::string& file) {
  const std::string text = TRY(read_file(file));
  return TRY_WITHIN(audit::Verifier::parse(base::trim(text)), file);
}

/// The folder's log, which must be there: looking must not make one.
Result<audit::FolderStorage> open_folder(const std::string& dir) {
  if (!std::filesystem::is_directory(dir)) {
    return Error{ErrorCode::not_found, "there is no audit log in " + dir};
  }
  return audit::FolderStorage::open(dir);
}

/// "42" or "42-<hash>": the index, and the whole id when that was given.
struct Wanted {
  std::uint64_t index = 0;
  std::optional<audit::EntryId> id;
};
Result<Wanted> parse_wanted(const std::string& text) {
  if (text.find('-') != std::string::npos) {
    const audit::EntryId id = TRY(audit::parse_entry_id(text));
    return Wanted{id.index, id};
  }
  Wanted wanted;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), wanted.index);
  if (failed != std::errc() || end != text.data() + text.size()) {
    return Error{ErrorCode::invalid_argument, "'" + text + "' is no entry: want an index or an id"};
  }
  return wanted;
}

Result<audit::EntryProof> prove(const AuditFlags& flags) {
  const Wanted wanted = TRY(parse_wanted(flags.id));
  const audit::Verifier verifier = TRY(read_verifier(flags.verifier_file));
  audit::FolderStorage storage = TRY(open_folder(flags.dir));
  audit::EntryProof proof = TRY(audit::prove_entry(storage, verifier, wanted.index));
  if (wanted.id && !(*wanted.id == proof.id)) {
    return Error{
        ErrorCode::failed_precondition,
        "entry " + std::to_string(wanted.index) + " is another one: " + audit::to_text(proof.id)};
  }
  return proof;
}

}  // namespace

Result<void> audit_keygen_command(const AuditFlags& flags) {
  if (std::filesystem::exists(flags.key_file)) {
    return Error{ErrorCode::already_exists, flags.key_file + " exists",
                 "an audit log's key is never replaced; name another file"};
  }
  std::string seed;
  for (int i = 0; i < 4; ++i) {
    const std::uint64_t word = base::system_random().next();
    seed.append(reinterpret_cast<const char*>(&word), sizeof word);
  }
  const audit::Signer signer = TRY(audit::Signer::from_seed(flags.name, seed));
  TRY(write_file(flags.key_file, signer.secret_text() + "\n", 0600));
  TRY(write_file(flags.key_file + ".pub", signer.verifier().text() + "\n"));
  std::cout << signer.verifier().text() << "\n";
  return {};
}

Result<void> audit_verify_command(const AuditFlags& flags) {
  const audit::Verifier verifier = TRY(read_verifier(flags.verifier_file));
  audit::FolderStorage storage = TRY(open_folder(flags.dir));
  const audit::Checkpoint checkpoint = TRY(audit::verify_log(storage, verifier));
  std::cout << "verified: " << checkpoint.size << " entries, root "
            << base::to_hex(audit::as_bytes(checkpoint.root)) << ", signed by " << verifier.name()
            << "\n";
  return {};
}

Result<void> audit_show_command(const AuditFlags& flags) {
  if (!flags.id.empty()) {
    const audit::EntryProof proof = TRY(prove(flags));
    std::cout << proof.entry << "\n";
    return {};
  }
  const audit::Verifier verifier = TRY(read_verifier(flags.verifier_file));
  audit::FolderStorage storage = TRY(open_folder(flags.dir));
  TRY(audit::verify_log(storage, verifier,
                        [](std::uint64_t, std::string_view entry) { std::cout << entry << "\n"; }));
  return {};
}

Result<void> audit_prove_command(const AuditFlags& flags) {
  const audit::EntryProof proof = TRY(prove(flags));
  TRY(audit::verify_inclusion(proof.id.index, proof.checkpoint.size, proof.id.leaf, proof.proof,
                              proof.checkpoint.root));
  std::vector<Value> hashes;
  for (const audit::Hash& hash : proof.proof) {
    hashes.emplace_back(base::to_hex(audit::as_bytes(hash)));
  }
  std::cout << doc::to_json(
                   Value::map({{"id", audit::to_text(proof.id)},
                               {"entry", proof.entry},
                               {"treeSize", static_cast<std::int64_t>(proof.checkpoint.size)},
                               {"proof", Value::list(std::move(hashes))},
                               {"checkpoint", proof.note}}))
            << "\n";
  return {};
}

}  // namespace gateway
