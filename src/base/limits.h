#pragma once

#include <chrono>
#include <cstddef>

/// Every wait has a deadline, every queue a bound, every retry a budget: the numbers, each with its
/// reason. Add a limit here, in its subject's section, and name it where it is used.
namespace base::limits {

// --- Documents that come from outside -----------------------------------------------------------

/// etcd refuses requests above 1.5 MiB, so no manifest is larger; a generated list of many is.
inline constexpr std::size_t kDocumentBytesMax = 64U << 20;
/// Deeper than any CRD schema (about 40), shallower than the stack.
inline constexpr int kDocumentDepthMax = 200;
/// Nodes that aliases may expand to ("billion laughs"): ten times the largest real CRD (60,000).
inline constexpr std::size_t kAliasedNodesMax = 1'000'000;

// --- Talking to servers (net) -------------------------------------------------------------------

/// One response held whole: a page of 500 large objects, or the aggregated OpenAPI (about 10 MiB).
inline constexpr std::size_t kResponseBytesMax = 64U << 20;
/// A TCP and TLS handshake across an ocean and a VPN takes seconds, not tens of them.
inline constexpr std::chrono::seconds kConnectTimeout{10};
/// What a slow reader of a stream lets pile up before the stream is ended.
inline constexpr std::size_t kStreamBacklogBytesMax = 64U << 20;
/// A message of an exec is at most 32 KiB by kubelet's buffers; larger is not ours to hold.
inline constexpr std::size_t kWebSocketMessageBytesMax = 16U << 20;
/// Connections kept to one server: HTTP/2 needs one; HTTP/1.1 has one per watch.
inline constexpr long kConnectionsPerHostMax = 128;

// --- A cluster's API server (cluster) -----------------------------------------------------------

/// Objects per page: client-go's page size; bounds the memory of both sides.
inline constexpr int kListPageSize = 500;
/// Pages of one list: a million objects is beyond what etcd's 8 GiB holds of any kind.
inline constexpr int kListPagesMax = 2000;
/// Attempts at one request: with the pauses below they span about 25 s, longer than a restart of an
/// API server takes (3.4 s measured, 15 s seen on loaded machines).
inline constexpr int kRequestAttemptsMax = 8;
/// The first pause before a retry; doubled each time, with jitter of half of it.
inline constexpr std::chrono::milliseconds kRetryPauseFirst{250};
inline constexpr std::chrono::milliseconds kRetryPauseMax{8000};
/// A server's Retry-After is honoured up to this; longer is reported instead of waited for.
inline constexpr std::chrono::seconds kRetryAfterMax{60};
/// One attempt at a request that is no stream: the API server itself gives up after 60 s.
inline constexpr std::chrono::seconds kRequestTimeout{65};
/// One watch connection; the server's own choice is 5 to 10 minutes.
inline constexpr std::chrono::seconds kWatchTimeout{290};
/// The server ends a watch itself at kWatchTimeout; a connection that is silent for longer is dead.
inline constexpr std::chrono::seconds kWatchGrace{30};
/// One line of a watch: an object of etcd's 1.5 MiB, as JSON, with room.
inline constexpr std::size_t kWatchLineBytesMax = 16U << 20;
/// A CRD that is not there yet is created within seconds or not at all.
inline constexpr std::chrono::seconds kCacheUnknownKindPause{2};
/// Output of one command held in memory; nvidia-smi -q of eight GPUs is 200 KiB.
inline constexpr std::size_t kExecOutputBytesMax = 16U << 20;

// --- The audit log (audit) ----------------------------------------------------------------------

/// Entries that wait for the next group: two seconds of the append rate that we aim at (100,000/s),
/// 100 MiB at 500 bytes each. More means that the disk has stopped.
inline constexpr std::size_t kAuditQueueMax = 200'000;

}  // namespace base::limits
