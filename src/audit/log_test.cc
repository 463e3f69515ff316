#include "audit/log.h"

#include <gtest/gtest.h>

#include "audit/crashing_storage.h"
#include "audit/group_commit.h"
#include "audit/tiles.h"
#include "audit/verify.h"
#include "base/random.h"
#include "base/temporary_folder.h"

namespace audit {
namespace {

Signer signer() { return Signer::from_seed("nanabush.example", std::string(32, 'k')).value(); }

std::vector<std::string> entries(int first, int count) {
  std::vector<std::string> list;
  for (int i = first; i < first + count; ++i) list.push_back("entry " + std::to_string(i));
  return list;
}

Log open(Storage& storage) {
  auto log = Log::open(storage, signer(), "nanabush.example/audit");
  EXPECT_TRUE(log) << log.error().message;
  return std::move(log).value();
}

std::string paths(CrashingStorage& storage) {
  std::string list;
  for (const auto& [path, bytes] : storage.files()) list += (list.empty() ? "" : " ") + path;
  return list;
}

TEST(LogTest, WhatIsAppendedIsReadBackProvedAndVerified) {
  CrashingStorage storage(1);
  Log log = open(storage);
  int total = 0;
  for (const int count : {1, 2, 253, 1, 300, 70000, 5}) {
    const auto ids = log.append(entries(total, count)).value();
    EXPECT_EQ(ids.front().index, static_cast<std::uint64_t>(total));
    total += count;
  }
  std::uint64_t seen = 0;
  const auto checkpoint =
      verify_log(storage, signer().verifier(), [&](std::uint64_t index, std::string_view entry) {
        EXPECT_EQ(index, seen++);
        EXPECT_EQ(entry, "entry " + std::to_string(index));
      });
  ASSERT_TRUE(checkpoint) << checkpoint.error().message;
  EXPECT_EQ(seen, static_cast<std::uint64_t>(total));
  EXPECT_EQ(*checkpoint, log.checkpoint());
  for (const int index : {0, 1, 255, 256, 557, 65535, 65536, total - 1}) {
    const auto proof = prove_entry(storage, signer().verifier(), std::uint64_t(index));
    ASSERT_TRUE(proof) << proof.error().message;
    EXPECT_EQ(proof->entry, "entry " + std::to_string(index));
  }
  EXPECT_EQ(prove_entry(storage, signer().verifier(), std::uint64_t(total)).error().message,
            "no entry 70562: the log has 70562 entries");
}

TEST(LogTest, GoesOnAfterBeingOpenedAgain) {
  CrashingStorage storage(1);
  for (int round = 0; round < 40; ++round) {
    Log log = open(storage);
    EXPECT_EQ(log.checkpoint().size, static_cast<std::uint64_t>(round * 17));
    ASSERT_TRUE(log.append(entries(round * 17, 17)));
  }
  EXPECT_TRUE(verify_log(storage, signer().verifier()));
}

// INV-9: killed at every call, with writes lost, torn and out of order: nothing that was
// acknowledged is lost, and the log opens and verifies.
TEST(LogTest, APowerLossAtAnyCallLosesNothingAcknowledged) {
  int crashes = 0;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    for (std::uint64_t call = 0;; ++call) {
      CrashingStorage storage(seed * 1000 + call);
      std::uint64_t acknowledged = 0;
      storage.crash_at(call);
      if (auto log = Log::open(storage, signer(), "nanabush.example/audit")) {
        for (const int count : {3, 250, 10, 600, 1, 1, 40}) {
          if (!log->append(entries(int(acknowledged), count))) break;
          acknowledged += static_cast<std::uint64_t>(count);
          // Tiles after some groups, so that power is lost while they are written, with a journal
          // before and with one after them.
          if ((count == 10 || count == 600) && !log->settle()) break;
        }
      }
      if (!storage.crashed()) break;  // The whole run took fewer calls.
      ++crashes;
      storage.reboot();
      Log log = open(storage);
      ASSERT_GE(log.checkpoint().size, acknowledged) << "seed " << seed << " call " << call;
      const std::uint64_t before = log.checkpoint().size;
      ASSERT_TRUE(log.append(entries(int(before), 2)));
      ASSERT_TRUE(
          verify_log(storage, signer().verifier(), [](std::uint64_t index, std::string_view entry) {
            ASSERT_EQ(entry, "entry " + std::to_string(index));
          }));
    }
  }
  std::printf("audit: %d power losses, 0 acknowledged entries lost\n", crashes);
  EXPECT_GT(crashes, 600);
}

TEST(LogTest, EverySingleByteChangeIsDetected) {
  CrashingStorage storage(1);
  Log log = open(storage);
  ASSERT_TRUE(log.append(entries(0, 300)));
  ASSERT_TRUE(log.settle());
  for (const int count : {3, 1, 7}) {  // And a journal of three records.
    ASSERT_TRUE(log.append(entries(int(log.checkpoint().size), count)));
  }
  ASSERT_TRUE(storage.files().contains("journal/300"));
  const auto good = storage.files();
  int changes = 0;
  for (const auto& [path, bytes] : good) {
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      storage.files()[path][i] = static_cast<char>(bytes[i] ^ (1 << (i % 8)));
      EXPECT_FALSE(verify_log(storage, signer().verifier())) << path << " byte " << i;
      storage.files()[path] = bytes;
      ++changes;
    }
  }
  std::printf("audit: %d single-byte changes, all detected\n", changes);
  EXPECT_TRUE(verify_log(storage, signer().verifier()));
}

TEST(LogTest, DroppedReorderedAddedAndCutFilesAreDetected) {
  CrashingStorage storage(1);
  Log log = open(storage);
  ASSERT_TRUE(log.append(entries(0, 600)));
  ASSERT_TRUE(log.settle());
  const auto good = storage.files();
  const auto broken = [&](const char* what, auto&& change) {
    storage.files() = good;
    change(storage.files());
    EXPECT_FALSE(verify_log(storage, signer().verifier())) << what;
  };
  for (const auto& [path, bytes] : good) {
    broken("dropped", [&](auto& files) { files.erase(path); });
    broken("cut", [&](auto& files) { files[path].pop_back(); });
    broken("longer", [&](auto& files) { files[path] += '\0'; });
  }
  broken("swapped",
         [&](auto& files) { std::swap(files["tile/entries/000"], files["tile/entries/001"]); });
  broken("added", [&](auto& files) { files["tile/entries/003"] = "x"; });
  EXPECT_EQ(verify_log(storage, signer().verifier()).error().message,
            "tile/entries/003: the checkpoint does not know this file");
}

TEST(LogTest, TheJournalIsReadProvedAndReplayedLikeTiles) {
  CrashingStorage storage(1);
  Log log = open(storage);
  std::size_t total = 0;
  for (const int count : {5, 300, 1}) {
    ASSERT_TRUE(log.append(entries(int(total), count)));
    total += std::size_t(count);
  }
  EXPECT_EQ(paths(storage), "checkpoint journal/0");
  std::uint64_t seen = 0;
  const auto verified =
      verify_log(storage, signer().verifier(), [&](std::uint64_t index, std::string_view entry) {
        EXPECT_EQ(entry, "entry " + std::to_string(index));
        ++seen;
      });
  EXPECT_EQ(verified.value(), log.checkpoint());
  EXPECT_EQ(seen, total);
  const EntryProof in_journal = prove_entry(storage, signer().verifier(), 4).value();
  EXPECT_EQ(in_journal.checkpoint, log.checkpoint());

  EXPECT_EQ(open(storage).checkpoint(), log.checkpoint());  // Opened anew: replayed, and settled.
  EXPECT_EQ(paths(storage),
            "checkpoint tile/0/000 tile/0/001.p/50 tile/1/000.p/1 tile/entries/000 "
            "tile/entries/001.p/50");
  EXPECT_EQ(prove_entry(storage, signer().verifier(), 4).value().proof, in_journal.proof);
}

TEST(LogTest, ALastRecordThatDoesNotHoldIsDroppedOneBeforeItIsRefused) {
  CrashingStorage storage(1);
  Log log = open(storage);
  std::vector<std::size_t> ends;
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(log.append(entries(i, 1)));
    ends.push_back(storage.files()["journal/0"].size());
  }
  const auto good = storage.files();
  for (std::size_t at = 0; at < ends[2]; ++at) {
    storage.files() = good;
    storage.files()["journal/0"][at] ^= 4;
    const auto opened = Log::open(storage, signer(), "nanabush.example/audit");
    if (at < ends[1]) {
      ASSERT_FALSE(opened) << "byte " << at;
      EXPECT_EQ(opened.error().message,
                "open the audit log: journal/0: a record with later ones behind it does not hold: "
                "it was changed");
    } else {
      ASSERT_TRUE(opened) << "byte " << at;
      EXPECT_EQ(opened->checkpoint().size, 2U);
      EXPECT_EQ(opened->torn_bytes(), ends[2] - ends[1]);
    }
  }
  storage.files() = good;
  storage.files()["journal/0"].pop_back();
  EXPECT_EQ(verify_log(storage, signer().verifier()).error().message,
            "journal/0: its last " + std::to_string(ends[2] - ends[1] - 1) + " bytes do not hold");
}

TEST(LogTest, WhatWasAppendedBeforeItsTilesFilledMemoryIsSettled) {
  CrashingStorage storage(1);
  Log log = open(storage);
  const std::vector<std::string> large(300, std::string(kEntryBytesMax, 'x'));  // 19 MB.
  ASSERT_TRUE(log.append(large));
  EXPECT_FALSE(log.settled());
  ASSERT_TRUE(log.append(entries(300, 1)));
  EXPECT_TRUE(storage.files().contains("journal/300"));
  EXPECT_FALSE(storage.files().contains("journal/0"));
  EXPECT_TRUE(verify_log(storage, signer().verifier()));
}

TEST(LogTest, OpensNoFolderWhoseCheckpointIsGoneAndRemovesNothingOfOthers) {
  CrashingStorage storage(1);
  storage.files()["notes.txt"] = "mine";
  ASSERT_TRUE(open(storage).append(entries(0, 3)));
  open(storage);
  EXPECT_EQ(storage.files()["notes.txt"], "mine");
  storage.files().erase("checkpoint");
  EXPECT_EQ(Log::open(storage, signer(), "nanabush.example/audit").error().message,
            "open the audit log: the checkpoint is missing");
  EXPECT_TRUE(storage.files().contains("tile/entries/000.p/3"));
}

TEST(LogTest, RefusesAnEntryThatDoesNotFitAndAForeignLog) {
  CrashingStorage storage(1);
  Log log = open(storage);
  EXPECT_EQ(log.append(std::vector<std::string>{""}).error().message,
            "an audit entry has 1 to 65535 bytes, this one 0");
  EXPECT_EQ(log.append(std::vector<std::string>{std::string(65536, 'x')}).error().message,
            "an audit entry has 1 to 65535 bytes, this one 65536");
  EXPECT_EQ(log.checkpoint().size, 0U);
  ASSERT_TRUE(log.append(entries(0, 1)));
  ASSERT_TRUE(log.settle());
  EXPECT_EQ(Log::open(storage, signer(), "other").error().message,
            "open the audit log: the log is of 'nanabush.example/audit', not of 'other'");
  storage.files()["tile/0/000.p/1"][0] ^= 1;
  EXPECT_EQ(Log::open(storage, signer(), "nanabush.example/audit").error().message,
            "open the audit log: the tiles do not give the checkpoint's root: the log's files were "
            "changed");
}

TEST(LogTest, AnEntryIdGoesThroughItsText) {
  const EntryId id{42, leaf_hash("x")};
  EXPECT_EQ(parse_entry_id(to_text(id)).value(), id);
  EXPECT_EQ(parse_entry_id("42").error().message,
            "'42' is no entry id: want <index>-<64 hex digits>");
}

TEST(LogTest, LivesInAFolder) {
  const base::TemporaryFolder folder;
  {
    FolderStorage storage = FolderStorage::open(folder.path()).value();
    Log log = open(storage);
    ASSERT_TRUE(log.append(entries(0, 700)));
    ASSERT_TRUE(log.settle());
    ASSERT_TRUE(log.append(entries(700, 1)));
    ASSERT_TRUE(log.append(entries(701, 2)));
  }
  FolderStorage storage = FolderStorage::open(folder.path()).value();
  EXPECT_EQ(verify_log(storage, signer().verifier()).value().size, 703U);
  EXPECT_EQ(open(storage).checkpoint().size, 703U);
  EXPECT_EQ(verify_log(storage, signer().verifier()).value().size, 703U);
}

TEST(GroupCommitTest, ManyThreadsShareGroupsAndEachGetsItsOwnId) {
  CrashingStorage storage(1);
  constexpr int kThreads = 8, kEach = 50;
  std::vector<std::vector<EntryId>> ids(kThreads);
  {
    GroupCommit group(open(storage));
    std::vector<std::thread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&, t] {
        for (int i = 0; i < kEach; ++i) {
          ids[std::size_t(t)].push_back(
              group.append(std::to_string(t) + "/" + std::to_string(i)).value());
        }
      });
    }
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(group.checkpoint().size, std::uint64_t(kThreads * kEach));
    EXPECT_EQ(group.append("").error().message, "an audit entry has 1 to 65535 bytes, this one 0");
  }
  for (int t = 0; t < kThreads; ++t) {
    for (int i = 0; i < kEach; ++i) {
      const EntryId& id = ids[std::size_t(t)][std::size_t(i)];
      EXPECT_EQ(id.leaf, leaf_hash(std::to_string(t) + "/" + std::to_string(i)));
      EXPECT_EQ(prove_entry(storage, signer().verifier(), id.index).value().id, id);
    }
  }
}

TEST(GroupCommitTest, ADiskThatFailsFailsEveryAppend) {
  CrashingStorage storage(1);
  GroupCommit group(open(storage));
  ASSERT_TRUE(group.append("first"));
  storage.crash_at(0);
  EXPECT_EQ(group.append("second").error().message, "no power");
  EXPECT_TRUE(group.broken());
  EXPECT_EQ(group.append("third").error().message,
            "the audit log failed and has to be opened again");
}

TEST(GroupCommitTest, AnEntryThatIsRefusedBreaksNothing) {
  CrashingStorage storage(1);
  GroupCommit group(open(storage));
  EXPECT_FALSE(group.append(std::string(70'000, 'x')));
  EXPECT_FALSE(group.broken());
  EXPECT_TRUE(group.append("next"));
}

}  // namespace
}  // namespace audit
