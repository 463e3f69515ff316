// Says what a server answers, so that grpc_vs_libgrpc can compare, and writes the same requests for
// h2load.
//
//   grpc_ask HOST:PORT FOLDER     a line for each message of each method's answer (times left out),
//   and
//                                 FOLDER/heartbeat, FOLDER/stream: the request bodies, framed
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "base/system_clock.h"
#include "gateway/config.h"
#include "gateway/grpc.h"
#include "gateway/grpc_client.h"
#include "nanabush/v1/translation.pb.h"

namespace {

namespace v1 = nanabush::v1;
const std::string kService = "/nanabush.v1.TranslationService/";

v1::HeartbeatRequest heartbeat() {
  v1::HeartbeatRequest beat;
  beat.set_client_id("7f3a1c52-0b64-4f0e-9a55-2f1f6a7f6f10");
  beat.set_client_name("glooscap-operator");
  return beat;
}

/// A page of 64 lines in four chunks.
std::vector<v1::TranslateChunk> page() {
  std::vector<v1::TranslateChunk> chunks;
  for (int i = 0; i < 4; ++i) {
    v1::TranslateChunk chunk;
    chunk.set_job_id("bench");
    chunk.set_chunk_index(i);
    for (int line = 0; line < 16; ++line) {
      chunk.mutable_content()->append("Line " + std::to_string(16 * i + line) +
                                      " tells how the team works on its tools.\n");
    }
    chunk.set_is_final(i == 3);
    chunks.push_back(chunk);
  }
  return chunks;
}

}  // namespace

int main(int argc, char** argv) {
  const auto at = argc == 3 ? gateway::parse_address(argv[1]) : gateway::parse_address("");
  if (!at) return 2;
  const net::Until until = net::within(base::system_clock(), std::chrono::seconds(20));
  const auto client = gateway::GrpcClient::connect(at->host, at->port, base::system_clock(), until);
  if (!client) return 2;
  const std::filesystem::path folder = argv[2];

  const std::string beat = heartbeat().SerializeAsString();
  std::ofstream(folder / "heartbeat", std::ios::binary) << gateway::frame_message(beat);
  const auto answer = (*client)->unary(kService + "Heartbeat", beat, until);
  v1::HeartbeatResponse response;
  if (!answer || !response.ParseFromString(answer->message)) return 2;
  response.clear_received_at();
  std::printf("Heartbeat: %s\n", response.ShortDebugString().c_str());

  std::vector<std::string> messages;
  std::ofstream body(folder / "stream", std::ios::binary);
  for (const v1::TranslateChunk& chunk : page()) {
    messages.push_back(chunk.SerializeAsString());
    body << gateway::frame_message(messages.back());
  }
  const auto print = [](const std::string& message) {
    v1::TranslateChunk chunk;
    const bool parsed = chunk.ParseFromString(message);
    std::printf("TranslateStream: %s\n", parsed ? chunk.ShortDebugString().c_str() : "malformed");
  };
  return (*client)->call(kService + "TranslateStream", {}, messages, print, until) ? 0 : 2;
}
