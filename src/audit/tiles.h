#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "audit/merkle.h"
#include "base/result.h"

namespace audit {

// The layout of C2SP tlog-tiles (https://c2sp.org/tlog-tiles).

/// Hashes in a full tile; a tile of level L holds subtree roots of level 8 * L.
inline constexpr std::uint64_t kTileWidth = 256;
/// An entry's length is written in two bytes.
inline constexpr std::size_t kEntryBytesMax = 65535;

/// One tile: `width` of its 256 places are filled.
struct Tile {
  int level = 0;
  std::uint64_t index = 0;
  std::uint64_t width = kTileWidth;
  bool full() const { return width == kTileWidth; }
  bool operator==(const Tile&) const = default;
};

/// "tile/0/x001/234", partial: "tile/0/x001/234.p/17".
std::string hash_tile_path(const Tile& tile);
/// The bundle of the entries under a tile of level 0: "tile/entries/x001/234.p/17".
std::string entry_bundle_path(const Tile& tile);

/// The tiles that hold the hashes of one level in a tree of `size`: all full ones, then the
/// partial. Empty above the top level.
std::vector<Tile> tiles_of_level(std::uint64_t size, int level);
/// The rightmost tile of `level` in a tree of `size`; width 0 when its next tile is not begun.
Tile edge_tile(std::uint64_t size, int level);
/// How many levels of tiles a tree of `size` has.
int tile_levels(std::uint64_t size);

/// Adds an entry as a bundle holds it: after its length in two bytes, big-endian.
/// REQUIRES: it has at most kEntryBytesMax bytes.
void append_to_bundle(std::string& bundle, std::string_view entry);
/// data_loss when the bytes are no whole number of entries, or not `count` of them.
base::Result<std::vector<std::string>> decode_bundle(std::string_view bytes, std::uint64_t count);

/// Reads the bytes of the file at a path of this layout.
using FileReader = std::function<base::Result<std::string>(const std::string& path)>;

/// A HashReader over the tiles of the tree of `size`. Keeps the last tile of each level; for one
/// thread. Borrows `read`'s captures.
HashReader tile_hash_reader(std::uint64_t size, FileReader read);

}  // namespace audit
