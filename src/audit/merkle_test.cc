#include "audit/merkle.h"

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <optional>

#include "base/encoding.h"
#include "base/test_paths.h"
#include "doc/json.h"

namespace audit {
namespace {

using base::Result;

/// A tree held as its leaf hashes; subtree roots by definition, not by the code under test.
class PlainTree {
 public:
  explicit PlainTree(int size) {
    for (int i = 0; i < size; ++i) leaves_.push_back(leaf_hash("leaf " + std::to_string(i)));
  }
  const Hash& leaf(std::uint64_t index) const { return leaves_[index]; }
  Hash root(std::uint64_t start, std::uint64_t end) const {
    if (end == start) return empty_root();
    if (end - start == 1) return leaves_[start];
    std::uint64_t split = 1;
    while (split * 2 < end - start) split *= 2;
    return node_hash(root(start, start + split), root(start + split, end));
  }
  HashReader reader() const {
    return [this](int level, std::uint64_t index) -> Result<Hash> {
      return root(index << level, (index + 1) << level);
    };
  }

 private:
  std::vector<Hash> leaves_;
};

TEST(MerkleTest, EveryInclusionProofUpToForty) {
  const PlainTree tree(40);
  for (std::uint64_t size = 1; size <= 40; ++size) {
    const Hash root = tree_root(size, tree.reader()).value();
    EXPECT_EQ(root, tree.root(0, size));
    for (std::uint64_t index = 0; index < size; ++index) {
      const auto proof = inclusion_proof(index, size, tree.reader()).value();
      EXPECT_TRUE(verify_inclusion(index, size, tree.leaf(index), proof, root)) << index;
      EXPECT_FALSE(verify_inclusion(index, size, tree.leaf((index + 1) % 40), proof, root));
      if (size > 1) {
        EXPECT_FALSE(verify_inclusion((index + 1) % size, size, tree.leaf(index), proof, root));
      }
    }
  }
}

TEST(MerkleTest, EveryConsistencyProofUpToForty) {
  const PlainTree tree(40);
  for (std::uint64_t size = 1; size <= 40; ++size) {
    for (std::uint64_t old = 1; old <= size; ++old) {
      auto proof = consistency_proof(old, size, tree.reader()).value();
      EXPECT_TRUE(verify_consistency(old, size, tree.root(0, old), tree.root(0, size), proof));
      EXPECT_FALSE(verify_consistency(old, size, tree.root(0, old), tree.root(1, size), proof));
      if (!proof.empty()) {
        proof.back()[0] ^= 1;
        EXPECT_FALSE(verify_consistency(old, size, tree.root(0, old), tree.root(0, size), proof));
      }
    }
  }
}

TEST(MerkleTest, RootsAreThoseOfRfc6962) {
  // SHA-256 of nothing, and of 0x00: what every implementation begins with.
  EXPECT_EQ(base::to_hex(as_bytes(empty_root())),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(base::to_hex(as_bytes(leaf_hash(""))),
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
}

TEST(MerkleTest, ASubtreeBeginsAtAMultipleOfItsSize) {
  EXPECT_TRUE(is_subtree({0, 7}));
  EXPECT_TRUE(is_subtree({8, 13}));
  EXPECT_FALSE(is_subtree({4, 10}));
  EXPECT_FALSE(is_subtree({3, 3}));
}

// --- The vectors of ../shared, where they are present -------------------------------------------

/// nullopt when it has not the length of a hash, which nothing of ours can even be asked about.
std::optional<Hash> to_hash(const doc::Value& text) {
  const auto bytes = base::from_base64(text.as_string());
  if (!bytes || bytes->size() != sizeof(Hash)) return std::nullopt;
  Hash hash;
  std::copy(bytes->begin(), bytes->end(), hash.begin());
  return hash;
}

std::uint64_t number_at(const doc::Value& vector, std::string_view key) {
  const doc::Value* value = vector.find(key);
  if (value == nullptr) return 0;
  return value->is_uint() ? value->as_uint() : static_cast<std::uint64_t>(value->as_int());
}

/// The hashes of a vector by name, its proof's last; false when one has not a hash's length.
bool read_hashes(const doc::Value& vector, std::map<std::string, Hash, std::less<>>& named,
                 std::vector<Hash>& proof) {
  for (const char* key : {"root", "root1", "root2", "leafHash"}) {
    const doc::Value* text = vector.find(key);
    if (text == nullptr) continue;
    auto hash = to_hash(*text);
    // Some vectors have words for roots ("don't care 2"). A root is only ever compared, so a hash
    // of the words stands for them.
    if (!hash && std::string_view(key) != "leafHash") hash = sha256(text->as_string());
    if (!hash) return false;
    named[key] = *hash;
  }
  const doc::Value* list = vector.find("proof");
  if (list == nullptr || !list->is_list()) return true;
  for (const doc::Value& item : list->items()) {
    const auto hash = to_hash(item);
    if (!hash) return false;
    proof.push_back(*hash);
  }
  return true;
}

bool holds(const doc::Value& v) {
  std::map<std::string, Hash, std::less<>> hashes;
  std::vector<Hash> proof;
  if (!read_hashes(v, hashes, proof)) return false;
  const std::string_view kind = v.string_at("_kind");
  const Range range{number_at(v, "start"), number_at(v, "end")};
  if (kind == "inclusion") {
    return bool(verify_inclusion(number_at(v, "leafIdx"), number_at(v, "treeSize"),
                                 hashes["leafHash"], proof, hashes["root"]));
  }
  if (kind == "consistency") {
    return bool(verify_consistency(number_at(v, "size1"), number_at(v, "size2"), hashes["root1"],
                                   hashes["root2"], proof));
  }
  if (kind == "subtreeinclusion") {
    return bool(verify_subtree_inclusion(number_at(v, "leafIdx"), range, hashes["leafHash"], proof,
                                         hashes["root"]));
  }
  return bool(verify_subtree_consistency(range, number_at(v, "size"), hashes["root1"],
                                         hashes["root2"], proof));
}

TEST(MerkleTest, AgreesWithThePublishedVectors) {
  const auto shared = base::shared_dir(SLIPWAY_SOURCE_DIR);
  if (!shared) {
    std::puts("merkle vectors: 0 of 0 (no ../shared); the exhaustive tests above ran");
    return;
  }
  std::ifstream file(*shared / "corpora/merkle/rfc6962_proof_vectors.jsonl");
  int count = 0, right = 0;
  for (std::string line; std::getline(file, line); ++count) {
    const auto vector = doc::parse_json(line);
    ASSERT_TRUE(vector) << vector.error().message;
    const bool want = !vector->find("wantErr")->as_bool();
    if (holds(*vector) == want) {
      ++right;
    } else {
      ADD_FAILURE() << vector->string_at("_file");
    }
  }
  std::printf("merkle vectors: %d of %d\n", right, count);
  EXPECT_EQ(count, 518);
}

}  // namespace
}  // namespace audit
