#pragma once

#include "gateway/service.h"

namespace gateway {

/// TranslateStream: a page that comes and goes in pieces.
///
/// The client sends the page as chunks 0, 1, 2, ... and ends its side (or says is_final). Chunks
/// have no fields for what is wanted, so that comes as metadata: `nanabush-target-language`
/// (required), `nanabush-source-language`, `nanabush-namespace`. Each block is sent as soon as it
/// is final; the last chunk has is_final, no content, and error_message when something went wrong:
/// what was sent before it is then no page. Put together, the contents are what Translate gives.
/// INVALID_ARGUMENT: no target language, no job_id, chunks out of order.
/// Ownership: borrows everything; `options` too.
GrpcMethod translate_stream(Jobs& jobs, const base::Clock& clock, base::Random& random,
                            const ServiceOptions& options);

}  // namespace gateway
