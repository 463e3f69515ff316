#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "cluster/client.h"

namespace cluster {

/// Cuts a watch's body into events: a JSON text a line, whatever the chunks are. Pure.
class WatchLines {
 public:
  /// Takes bytes and hands out the events that they complete. False when `on_event` said no.
  /// Errors: that of an ERROR event (out_of_range: the resourceVersion is too old); data_loss for
  /// what is no event; resource_exhausted for a line above kWatchLineBytesMax.
  base::Result<bool> feed(std::string_view bytes,
                          const std::function<bool(const WatchEvent&)>& on_event);

 private:
  std::string partial_;
};

}  // namespace cluster
