#include "audit/merkle.h"

#include <openssl/evp.h>

#include <bit>
#include <memory>

#include "base/encoding.h"

namespace audit {
namespace {

using base::Error;
using base::ErrorCode;
using base::Result;

Error does_not_hold(std::string message) {
  return Error{ErrorCode::failed_precondition, std::move(message)};
}

/// The root of leaves [start, end), by RFC 6962's splitting; `start` fits the split.
Result<Hash> range_root(std::uint64_t start, std::uint64_t end, const HashReader& read) {
  const std::uint64_t size = end - start;
  if (std::has_single_bit(size)) {
    const int level = std::countr_zero(size);
    return read(level, start >> level);
  }
  const std::uint64_t left = std::bit_floor(size);
  return node_hash(TRY(range_root(start, start + left, read)),
                   TRY(range_root(start + left, end, read)));
}

/// PATH(index, [start, end)) of RFC 6962, deepest sibling first.
Result<void> path(std::uint64_t index, Range range, const HashReader& read,
                  std::vector<Hash>& proof) {
  const std::uint64_t size = range.end - range.start;
  if (size == 1) return {};
  const std::uint64_t middle = range.start + std::bit_ceil(size) / 2;
  if (index < middle) {
    TRY(path(index, {range.start, middle}, read, proof));
    proof.push_back(TRY(range_root(middle, range.end, read)));
  } else {
    TRY(path(index, {middle, range.end}, read, proof));
    proof.push_back(TRY(range_root(range.start, middle, read)));
  }
  return {};
}

/// SUBPROOF(old_size, [start, end), known) of RFC 6962: `known` while the verifier has the old
/// root.
Result<void> subproof(std::uint64_t old_size, Range range, bool known, const HashReader& read,
                      std::vector<Hash>& proof) {
  if (old_size == range.end) {
    if (!known) proof.push_back(TRY(range_root(range.start, range.end, read)));
    return {};
  }
  const std::uint64_t middle = range.start + std::bit_ceil(range.end - range.start) / 2;
  if (old_size <= middle) {
    TRY(subproof(old_size, {range.start, middle}, known, read, proof));
    proof.push_back(TRY(range_root(middle, range.end, read)));
  } else {
    TRY(subproof(old_size, {middle, range.end}, false, read, proof));
    proof.push_back(TRY(range_root(range.start, middle, read)));
  }
  return {};
}

/// SHA-256 of `prefix` and `bytes`. OpenSSL 3 looks its algorithm up by name in SHA256() each time,
/// which costs more than hashing an entry; a context that is kept has it.
Hash hash_of(std::string_view prefix, std::string_view bytes) {
  thread_local const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context = [] {
    std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> made(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    CHECK(made && EVP_DigestInit_ex2(made.get(), EVP_sha256(), nullptr) == 1);
    return made;
  }();
  Hash hash;
  CHECK(EVP_DigestInit_ex2(context.get(), nullptr, nullptr) == 1 &&
        EVP_DigestUpdate(context.get(), prefix.data(), prefix.size()) == 1 &&
        EVP_DigestUpdate(context.get(), bytes.data(), bytes.size()) == 1 &&
        EVP_DigestFinal_ex(context.get(), hash.data(), nullptr) == 1);
  return hash;
}

bool is_odd(std::uint64_t value) { return (value & 1) != 0; }

}  // namespace

Hash sha256(std::string_view bytes) { return hash_of({}, bytes); }
std::string sha256_hex(std::string_view bytes) { return base::to_hex(as_bytes(sha256(bytes))); }

Hash leaf_hash(std::string_view entry) { return hash_of({"\0", 1}, entry); }

Hash node_hash(const Hash& left, const Hash& right) {
  std::array<std::uint8_t, 65> bytes;
  bytes[0] = 1;
  std::copy(left.begin(), left.end(), bytes.begin() + 1);
  std::copy(right.begin(), right.end(), bytes.begin() + 33);
  return sha256({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

Hash empty_root() { return sha256({}); }

std::string_view as_bytes(const Hash& hash) {
  return {reinterpret_cast<const char*>(hash.data()), hash.size()};
}

Result<Hash> tree_root(std::uint64_t size, const HashReader& read) {
  if (size == 0) return empty_root();
  return range_root(0, size, read);
}

Result<std::vector<Hash>> inclusion_proof(std::uint64_t index, std::uint64_t size,
                                          const HashReader& read) {
  CHECK(index < size);
  std::vector<Hash> proof;
  TRY(path(index, {0, size}, read, proof));
  return proof;
}

Result<std::vector<Hash>> consistency_proof(std::uint64_t old_size, std::uint64_t size,
                                            const HashReader& read) {
  CHECK(0 < old_size && old_size <= size);
  std::vector<Hash> proof;
  TRY(subproof(old_size, {0, size}, true, read, proof));
  return proof;
}

bool is_subtree(Range range) {
  if (range.end <= range.start) return false;
  return range.start % std::bit_ceil(range.end - range.start) == 0;
}

Result<void> verify_inclusion(std::uint64_t index, std::uint64_t size, const Hash& leaf,
                              std::span<const Hash> proof, const Hash& root) {
  return verify_subtree_inclusion(index, {0, size}, leaf, proof, root);
}

Result<void> verify_consistency(std::uint64_t old_size, std::uint64_t size, const Hash& old_root,
                                const Hash& root, std::span<const Hash> proof) {
  if (old_size == 0) return does_not_hold("nothing is consistent with an empty tree");
  return verify_subtree_consistency({0, old_size}, size, old_root, root, proof);
}

// RFC 9162 2.1.3.2, with the index counted from the subtree's start.
Result<void> verify_subtree_inclusion(std::uint64_t index, Range range, const Hash& leaf,
                                      std::span<const Hash> proof, const Hash& root) {
  if (!is_subtree(range)) return does_not_hold("the range is no subtree");
  if (index < range.start || index >= range.end) return does_not_hold("the index is outside");
  std::uint64_t node = index - range.start;
  std::uint64_t last = range.end - range.start - 1;
  Hash hash = leaf;
  for (const Hash& sibling : proof) {
    if (last == 0) return does_not_hold("the proof is too long");
    if (is_odd(node) || node == last) {
      hash = node_hash(sibling, hash);
      while (!is_odd(node) && node != 0) node >>= 1, last >>= 1;
    } else {
      hash = node_hash(hash, sibling);
    }
    node >>= 1, last >>= 1;
  }
  if (last != 0) return does_not_hold("the proof is too short");
  if (hash != root) return does_not_hold("the root differs");
  return {};
}

// RFC 9162 2.1.4.2, widened to subtrees as draft-ietf-plants-merkle-tree-certs does: `first` and
// `last` are the subtree's edge nodes, `tree` the tree's, all moved up together.
Result<void> verify_subtree_consistency(Range range, std::uint64_t size, const Hash& subtree,
                                        const Hash& root, std::span<const Hash> proof) {
  if (range.end > size) return does_not_hold("the subtree ends beyond the tree");
  if (range.start == range.end) {
    // Nothing is part of every tree: there is only its own hash to check.
    if (!proof.empty()) return does_not_hold("the proof is too long");
    if (subtree != empty_root()) return does_not_hold("the subtree's root differs");
    return {};
  }
  if (!is_subtree(range)) return does_not_hold("the range is no subtree");
  std::uint64_t first = range.start, last = range.end - 1, tree = size - 1;
  const auto up = [&] { first >>= 1, last >>= 1, tree >>= 1; };
  if (last == tree) {
    while (first != last) up();
  } else {
    while (first != last && is_odd(last)) up();
  }
  Hash in_subtree = subtree, in_tree = subtree;
  if (first != last) {
    if (proof.empty()) return does_not_hold("the proof is too short");
    in_subtree = in_tree = proof.front();
    proof = proof.subspan(1);
  }
  for (const Hash& sibling : proof) {
    if (tree == 0) return does_not_hold("the proof is too long");
    if (is_odd(last) || last == tree) {
      if (first < last) in_subtree = node_hash(sibling, in_subtree);
      in_tree = node_hash(sibling, in_tree);
      while (!is_odd(last) && last != 0) up();
    } else {
      in_tree = node_hash(in_tree, sibling);
    }
    up();
  }
  if (tree != 0) return does_not_hold("the proof is too short");
  if (in_subtree != subtree) return does_not_hold("the subtree's root differs");
  if (in_tree != root) return does_not_hold("the tree's root differs");
  return {};
}

}  // namespace audit
