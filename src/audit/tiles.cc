#include "audit/tiles.h"

#include <array>
#include <memory>
#include <optional>

namespace audit {
namespace {

using base::Error;
using base::ErrorCode;
using base::Result;

/// "x001/x234/067" for 1234067.
std::string index_path(std::uint64_t index) {
  const auto three_digits = [](std::uint64_t part) {
    std::string digits = std::to_string(part);
    return std::string(3 - digits.size(), '0') + digits;
  };
  std::string path = three_digits(index % 1000);
  for (index /= 1000; index > 0; index /= 1000)
    path = "x" + three_digits(index % 1000) + "/" + path;
  return path;
}

std::string tile_path(const std::string& level, const Tile& tile) {
  std::string path = "tile/" + level + "/" + index_path(tile.index);
  if (!tile.full()) path += ".p/" + std::to_string(tile.width);
  return path;
}

/// Hashes of tile level `level` (8 * level tree levels up) in a tree of `size`.
std::uint64_t hashes_of_level(std::uint64_t size, int level) {
  return level >= 8 ? 0 : size >> (8 * level);
}

/// The root of 2^height hashes that begin at `first` of `tile`'s bytes.
Hash root_within(std::string_view bytes, std::uint64_t first, int height) {
  if (height == 0) {
    Hash hash;
    std::copy_n(bytes.data() + first * sizeof(Hash), sizeof(Hash), hash.begin());
    return hash;
  }
  return node_hash(root_within(bytes, first, height - 1),
                   root_within(bytes, first + (1ULL << (height - 1)), height - 1));
}

class CachedTiles {
 public:
  CachedTiles(std::uint64_t size, FileReader read) : size_(size), read_(std::move(read)) {}

  Result<Hash> hash(int level, std::uint64_t index) {
    const int tile_level = level / 8;
    const int height = level % 8;
    const std::uint64_t first = index << height;  // Counted in hashes of the tile's level.
    Tile tile = edge_tile(size_, tile_level);
    if (first / kTileWidth != tile.index) tile = {tile_level, first / kTileWidth, kTileWidth};
    auto& cached = cached_[static_cast<std::size_t>(tile_level)];
    if (!cached || cached->first != tile) {
      std::string bytes = TRY(read_(hash_tile_path(tile)));
      if (bytes.size() != tile.width * sizeof(Hash)) {
        return Error{ErrorCode::data_loss, hash_tile_path(tile) + " has " +
                                               std::to_string(bytes.size()) + " bytes, not " +
                                               std::to_string(tile.width * sizeof(Hash))};
      }
      cached.emplace(tile, std::move(bytes));
    }
    return root_within(cached->second, first % kTileWidth, height);
  }

 private:
  std::uint64_t size_;
  FileReader read_;
  std::array<std::optional<std::pair<Tile, std::string>>, 8> cached_;
};

}  // namespace

std::string hash_tile_path(const Tile& tile) { return tile_path(std::to_string(tile.level), tile); }

std::string entry_bundle_path(const Tile& tile) { return tile_path("entries", tile); }

Tile edge_tile(std::uint64_t size, int level) {
  const std::uint64_t hashes = hashes_of_level(size, level);
  return {level, hashes / kTileWidth, hashes % kTileWidth};
}

std::vector<Tile> tiles_of_level(std::uint64_t size, int level) {
  std::vector<Tile> tiles;
  const Tile edge = edge_tile(size, level);
  for (std::uint64_t index = 0; index < edge.index; ++index) tiles.push_back({level, index});
  if (edge.width > 0) tiles.push_back(edge);
  return tiles;
}

int tile_levels(std::uint64_t size) {
  int levels = 0;
  while (hashes_of_level(size, levels) > 0) ++levels;
  return levels;
}

void append_to_bundle(std::string& bundle, std::string_view entry) {
  CHECK(entry.size() <= kEntryBytesMax);
  bundle += static_cast<char>(entry.size() >> 8);
  bundle += static_cast<char>(entry.size() & 255);
  bundle += entry;
}

Result<std::vector<std::string>> decode_bundle(std::string_view bytes, std::uint64_t count) {
  std::vector<std::string> entries;
  while (bytes.size() >= 2) {
    const std::size_t size =
        static_cast<unsigned char>(bytes[0]) << 8 | static_cast<unsigned char>(bytes[1]);
    if (bytes.size() < 2 + size) break;
    entries.emplace_back(bytes.substr(2, size));
    bytes.remove_prefix(2 + size);
  }
  if (!bytes.empty()) return Error{ErrorCode::data_loss, "the bundle ends within an entry"};
  if (entries.size() != count) {
    return Error{ErrorCode::data_loss, "the bundle holds " + std::to_string(entries.size()) +
                                           " entries, not " + std::to_string(count)};
  }
  return entries;
}

HashReader tile_hash_reader(std::uint64_t size, FileReader read) {
  auto tiles = std::make_shared<CachedTiles>(size, std::move(read));  // Shared by the copies.
  return [tiles](int level, std::uint64_t index) { return tiles->hash(level, index); };
}

}  // namespace audit
