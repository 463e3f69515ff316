#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace audit {

/// A SHA-256 hash. Trees are RFC 6962's: leaf = SHA-256(0x00 || entry), node = SHA-256(0x01 || left
/// || right), split at the largest power of two below the size.
using Hash = std::array<std::uint8_t, 32>;

Hash sha256(std::string_view bytes);
std::string sha256_hex(std::string_view bytes);  ///< The same, in lower case.
Hash leaf_hash(std::string_view entry);
Hash node_hash(const Hash& left, const Hash& right);
/// The root of the tree without leaves: SHA-256 of nothing.
Hash empty_root();
std::string_view as_bytes(const Hash& hash);  ///< The 32 bytes; borrowed from `hash`.

/// Gives the root of the complete subtree of 2^level leaves that begins at leaf index * 2^level.
/// Only asked for subtrees that lie wholly within the tree.
using HashReader = std::function<base::Result<Hash>(int level, std::uint64_t index)>;

/// The root of the first `size` leaves. Reads O(log size) hashes.
base::Result<Hash> tree_root(std::uint64_t size, const HashReader& read);
/// RFC 6962 2.1.1: that leaf `index` is in the tree of `size`. REQUIRES: index < size.
base::Result<std::vector<Hash>> inclusion_proof(std::uint64_t index, std::uint64_t size,
                                                const HashReader& read);
/// RFC 6962 2.1.2: that the tree of `old_size` is a prefix of the tree of `size`.
/// REQUIRES: 0 < old_size <= size.
base::Result<std::vector<Hash>> consistency_proof(std::uint64_t old_size, std::uint64_t size,
                                                  const HashReader& read);

/// The leaves [start, end) as draft-ietf-plants-merkle-tree-certs has subtrees: `start` is a
/// multiple of the smallest power of two that is at least end - start.
struct Range {
  std::uint64_t start = 0;
  std::uint64_t end = 0;
};
bool is_subtree(Range range);

// Verification. failed_precondition, with what did not fit, when the proof does not hold.
base::Result<void> verify_inclusion(std::uint64_t index, std::uint64_t size, const Hash& leaf,
                                    std::span<const Hash> proof, const Hash& root);
base::Result<void> verify_consistency(std::uint64_t old_size, std::uint64_t size,
                                      const Hash& old_root, const Hash& root,
                                      std::span<const Hash> proof);
/// That leaf `index` is in the subtree `range` with hash `root`.
base::Result<void> verify_subtree_inclusion(std::uint64_t index, Range range, const Hash& leaf,
                                            std::span<const Hash> proof, const Hash& root);
/// That the subtree `range` with hash `subtree` is part of the tree of `size` with hash `root`.
base::Result<void> verify_subtree_consistency(Range range, std::uint64_t size, const Hash& subtree,
                                              const Hash& root, std::span<const Hash> proof);

}  // namespace audit
