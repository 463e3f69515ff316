#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

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
/// The same where the server says each time when to come back (429 or 503 with Retry-After): it is
/// alive and refuses some. At one that refuses every second request 8 attempts would fail one
/// request in 256, and an `up` makes hundreds; 20 fail one in a million.
inline constexpr int kBusyAttemptsMax = 20;
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
/// Between two lists of a kind that cannot be watched: packages change with a catalog's image.
inline constexpr std::chrono::seconds kCachePollPause{5};
/// Output of one command held in memory; nvidia-smi -q of eight GPUs is 200 KiB.
inline constexpr std::size_t kExecOutputBytesMax = 16U << 20;

// --- The audit log (audit) ----------------------------------------------------------------------

/// Entries that wait for the next group: two seconds of the append rate that we aim at (100,000/s),
/// 100 MiB at 500 bytes each. More means that the disk has stopped.
inline constexpr std::size_t kAuditQueueMax = 200'000;
/// The same in bytes, for entries that are not small.
inline constexpr std::size_t kAuditQueueBytesMax = 256U << 20;
/// Entries in the journal before their tiles are written: as many are held in memory. At 500 bytes
/// each 32,000 entries, so 250 files, which take 50 ms that nobody's group waits out twice.
inline constexpr std::size_t kAuditJournalBytesMax = 16U << 20;
/// Nothing came for so long: time to write tiles, so that the files alone are a tlog-tiles log.
inline constexpr std::chrono::milliseconds kAuditSettleAfter{1000};

// --- HTTP/2 that peers speak to us (gateway) ----------------------------------------------------
// Reference points: what nghttp2 1.57 and later, Envoy and swift-nio ship against the same attacks.

/// Streams of one connection. A Glooscap operator has three at most; a mesh sidecar shares one
/// connection between many.
inline constexpr std::uint32_t kH2StreamsMax = 128;
/// Stream ids that a connection remembers, to tell a skipped one from a finished one.
inline constexpr std::size_t kH2StreamIdsMax = 1024;
/// Headers of one request, decoded: a gRPC client sends under 1 KiB. Against HPACK bombs.
inline constexpr std::size_t kH2HeaderBytesMax = 16U << 10;
/// One header block is at most this many frames more: swift-nio has 5, nghttp2 8 (which would end
/// the connection with another error than ours).
inline constexpr int kH2ContinuationsMax = 5;
/// What a peer may send on one stream before we have taken it.
inline constexpr std::size_t kH2StreamWindowBytes = 1U << 20;
/// Output that a peer has not taken; more is not made until it does.
inline constexpr std::size_t kH2OutputBytesMax = 256U << 10;
/// SETTINGS and PING that we have not been able to acknowledge: nghttp2's own default.
inline constexpr std::size_t kH2UnsentAcksMax = 1000;
inline constexpr std::size_t kH2SettingsEntriesMax = 32;
/// Streams that end early (rapid reset, and made to reset): nghttp2's rate, a fifth of its burst.
inline constexpr double kH2ResetsBurst = 200;
inline constexpr double kH2ResetsPerSecond = 33;
/// A malformed request or gRPC message in so many of those: headers were decoded or a whole call
/// begun for it, and no client of ours sends one.
inline constexpr int kH2LieCost = 10;
/// Frames that carry nothing: nghttp2's "glitch" burst and rate.
inline constexpr double kH2ControlsBurst = 10'000;
inline constexpr double kH2ControlsPerSecond = 330;
/// Bytes handed to the parser at a time, so that a passed limit stops the work.
inline constexpr std::size_t kH2ReadSliceBytes = 16U << 10;
/// From accept to the peer's SETTINGS. A grpc-go client sends them with its first packet.
inline constexpr std::chrono::seconds kH2PrefaceTimeout{10};
/// From a request's first header to its last byte: 16 MiB on a slow line.
inline constexpr std::chrono::seconds kH2RequestTimeout{60};

/// How long a peer may leave output lying before its stream is ended (zero-window attacks).
inline constexpr std::chrono::seconds kH2StalledTimeout{120};
/// Connections of one listener: each costs 20 KiB at rest. Runner pods come one connection each.
inline constexpr std::size_t kConnectionsMax = 4096;
/// A TLS handshake: the same as the preface, which follows it.
inline constexpr std::chrono::seconds kTlsHandshakeTimeout{10};
/// A socket that takes no byte of what we send.
inline constexpr std::chrono::seconds kSocketWriteTimeout{60};
/// Between the first and the second GOAWAY of a drain: a round trip, generously.
inline constexpr std::chrono::seconds kDrainNotice{1};

/// How often a drain looks whether the last stream has ended.
inline constexpr std::chrono::milliseconds kDrainLook{50};

/// One gRPC request. The contract asks for at least 16 MiB; Outline's own limit on a page is below.
inline constexpr std::size_t kGrpcRequestBytesMax = 32U << 20;
/// grpc-message: clients refuse header lists above 8 or 16 KiB, and each byte may become three.
inline constexpr std::size_t kGrpcStatusBytesMax = 1024;

// --- Translation (translate) --------------------------------------------------------------------

/// One source or response that the diode holds whole. A block is at most a few KiB; an Outline page
/// is at most a few hundred. Above, cmark-gfm's worst cases (quadratic in 0.29.gfm.6) would show.
inline constexpr std::size_t kDiodeBytesMax = 1U << 20;
/// One page. A gRPC request is at most kGrpcRequestBytesMax; what a client can receive back is
/// less.
inline constexpr std::size_t kPageBytesMax = 32U << 20;

// --- Carrying out a plan (apply) ----------------------------------------------------------------

/// The first answer of a cluster. A server that is down refuses at once, one behind a dead VPN says
/// nothing: a person should not wait for the whole retry budget to learn of a wrong context.
inline constexpr std::chrono::seconds kFirstAnswerTimeout{10};
/// The first lists of all kinds: 40 kinds of a large cluster over a slow line.
inline constexpr std::chrono::seconds kFirstListsTimeout{120};
/// Writes and probes at a time: OLM and the API server's priority levels see no burst.
inline constexpr int kActionsParallel = 8;
/// One write with its retries: longer than kRequestAttemptsMax attempts and pauses take.
inline constexpr std::chrono::seconds kActionTimeout{120};
/// A watch shows a write within milliseconds; after this long the cache is not believed to come.
inline constexpr std::chrono::seconds kWriteSeenTimeout{15};
/// Before what the server would not take yet (a kind or namespace not there yet) is tried again.
inline constexpr std::chrono::milliseconds kNotYetPause{1000};
/// How long a cluster may be out of reach before `up` ends: a rolling restart of a control plane
/// takes an API server away for less.
inline constexpr std::chrono::seconds kOutageMax{90};
/// Removals whose answer was lost before `down` gives up: an API server that restarts loses those
/// under way, and is asked anew, with the whole retry budget, each time.
inline constexpr int kLostAnswersMax = 5;
/// How long `down` waits for finalizers where --deadline says nothing: a DataScienceCluster's take
/// minutes on a loaded cluster.
inline constexpr std::chrono::minutes kDownDeadline{20};

// --- Judging and deciding (engine) --------------------------------------------------------------

/// One value in evidence: it stands in a table and in the tracker. Messages of failed applies carry
/// whole objects (thousands of characters).
inline constexpr std::size_t kEvidenceBytesMax = 160;
/// Objects named in the evidence of one check; the rest are counted.
inline constexpr std::size_t kEvidenceObjectsMax = 4;
/// How long what a precondition rests on may be out of reading before that is a failure: an API
/// server that is busy or restarts is back in less (kOutageMax).
inline constexpr std::chrono::seconds kUnreadGrace{90};
/// How long a task that was ready in this run may be not ready before that ends the run: a node
/// that reboots and operators that reconcile after it take five to eight minutes.
inline constexpr std::chrono::seconds kLostTaskGrace{600};
/// Applies of one object in a run before we say that somebody changes it back every time. An object
/// is applied once, or twice when it was adopted; an operator that reverts does so within seconds.
inline constexpr std::size_t kAppliesPerObjectMax = 5;
/// Before a proof whose answer was not good is asked for again: a driver that loads takes minutes.
inline constexpr std::chrono::seconds kProofPause{15};

// --- The stand-in's processes (drydock) ---------------------------------------------------------

/// Between the end of a program and its new start: the first pause, and the longest.
inline constexpr std::chrono::milliseconds kProcessRestartPauseFirst{200};
inline constexpr std::chrono::milliseconds kProcessRestartPauseMax{5000};
/// From SIGTERM to SIGKILL. etcd and the API server need one to three seconds to end well; nothing
/// of a stand-in is worth waiting longer.
inline constexpr std::chrono::milliseconds kProcessEndTimeout{3000};
/// For the API server to say that it is ready: 3.4 s measured, 25 s seen on a busy machine.
inline constexpr std::chrono::seconds kApiServerReadyTimeout{120};
/// For the whole of `drydock up`: 40 s with every real CRD, more on a busy machine.
inline constexpr std::chrono::seconds kStandInUpTimeout{300};
/// For `drydock down`: ten programs, one after the other.
inline constexpr std::chrono::seconds kStandInDownTimeout{60};
/// One line of drydock's control socket: a status of a hundred processes is 20 KiB.
inline constexpr std::size_t kControlLineBytesMax = 1U << 20;
/// Head of one message through drydock's proxy: Go's servers take 1 MiB, and a long token is 8 KiB.
inline constexpr std::size_t kProxyHeadBytesMax = 1U << 20;
/// Connections of one proxy, two threads' worth of memory each: slipway holds one per watch (about
/// 40), kubectl one.
inline constexpr int kProxyConnectionsMax = 512;
/// Bytes read at a time, and what is held of a client that sends ahead: one TLS record.
inline constexpr std::size_t kProxyReadBytes = 16U << 10;
/// Ports of a stand-in lie below Linux's range for outgoing connections (32768 and up).
inline constexpr int kPortFirst = 20000;
inline constexpr int kPortLast = 31999;

// --- Expressions (cel) --------------------------------------------------------------------------

/// Kubernetes' budget for all rules of one object (apiserver apis/cel RuntimeCELCostBudget); about
/// a second of its evaluator, a tenth of that in ours.
inline constexpr std::uint64_t kCelCostMax = 10'000'000;
/// Kubernetes' budget for one rule (apis/cel PerCallLimit).
inline constexpr std::uint64_t kCelCostPerCallMax = 1'000'000;
/// One expression's text: etcd's limit for the object that carries it is 1.5 MiB; the longest rule
/// seen in a CRD is under 4 KiB.
inline constexpr std::size_t kCelSourceBytesMax = 100'000;
/// Nesting of an expression. cel-spec asks for 12 to 32; cel-go allows 250.
inline constexpr int kCelDepthMax = 250;
/// RE2's own default: what one compiled regex and its automaton may take.
inline constexpr std::int64_t kCelRegexBytesMax = 8 << 20;
/// Bytes of one string or items of one list that an evaluation makes: far above what Kubernetes'
/// cost limits let pass, far below memory.
inline constexpr std::size_t kCelValueSizeMax = 16U << 20;

// --- The model's server (gateway) ---------------------------------------------------------------

/// One event of its stream: a chunk of a chat completion is under 1 KiB.
inline constexpr std::size_t kSseEventBytesMax = 1U << 20;
/// An answer to /health or /v1/models: vLLM answers in milliseconds, also under load.
inline constexpr std::chrono::seconds kHealthTimeout{5};
/// Before the same server is asked again after it failed or pushed back; longer each time.
inline constexpr std::chrono::milliseconds kUpstreamRetryPause{500};
/// How long tokens are gathered before they are read. A block is let go when it is complete, after
/// some hundred tokens of 10 ms each; so two milliseconds are not seen, and a token costs a fifth
/// less than with one (four save nothing more).
inline constexpr std::chrono::milliseconds kUpstreamGather{2};
/// From a stream's last event to the end of its body, which vLLM sends as a packet of its own.
inline constexpr std::chrono::milliseconds kUpstreamBodyEnd{100};
/// How long a missing model server is counted on to come back: an operator waits five minutes.
inline constexpr std::chrono::seconds kUpstreamPatience{240};

// --- The gateway's own clock (gateway) ----------------------------------------------------------

/// Clients remembered for metrics: runner pods of a day, at 100 bytes each.
inline constexpr std::size_t kClientsMax = 10'000;
/// How often health, certificates and silent clients are looked at: a new certificate serves within
/// ten seconds, as Kubernetes' own watchers have it.
inline constexpr std::chrono::milliseconds kGatewayWatchInterval{1000};

// --- Saying that all is green (apply) -----------------------------------------------------------

/// How often `status` looks at a cluster that changes under its eyes, before it says so.
inline constexpr int kLooksAtWhatMovesMax = 4;
/// How soon to look again when the caches say green and the server does not: they are behind by
/// milliseconds, by seconds on a machine that is overloaded.
inline constexpr std::chrono::milliseconds kConfirmPause{500};

}  // namespace base::limits
