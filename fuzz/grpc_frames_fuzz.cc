// gRPC's framing: the same messages, or the same refusal, wherever the bytes are cut; what is
// framed comes back whole; a message that claims too much is refused with nothing of it kept.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "gateway/grpc.h"

namespace {

constexpr std::size_t kMessageMax = 4096;

struct Read {
  std::vector<std::string> messages;
  std::string fault;
  bool complete = false;  // Nothing of a further message has come.
  bool operator==(const Read&) const = default;
};

Read read_by(std::string_view bytes, std::size_t step) {
  gateway::MessageReader reader(kMessageMax);
  Read read;
  for (std::size_t at = 0; at < bytes.size() && read.fault.empty(); at += step) {
    const auto fed = reader.feed(bytes.substr(at, step), [&](std::string message) {
      read.messages.push_back(std::move(message));
    });
    if (!fed) read.fault = fed.error().message;
  }
  read.complete = read.fault.empty() && reader.between_messages();
  return read;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const Read whole = read_by(bytes, size + 1);
  for (const std::size_t step : {std::size_t{1}, std::size_t{2}, std::size_t{5}, std::size_t{64}}) {
    CHECK(read_by(bytes, step) == whole);
  }
  std::string framed;
  for (const std::string& message : whole.messages) {
    CHECK(message.size() <= kMessageMax);
    framed += gateway::frame_message(message);
  }
  CHECK(bytes.substr(0, framed.size()) == framed);
  CHECK(!whole.complete || framed.size() == bytes.size());

  if (const auto timeout = gateway::parse_grpc_timeout(bytes)) CHECK(timeout->count() >= 0);
  for (const char c : gateway::percent_encode_message(bytes)) CHECK(c >= ' ' && c <= '~');
  return 0;
}
