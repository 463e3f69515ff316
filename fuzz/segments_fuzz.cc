// Segments: a page is cut and put together as the same bytes, and with changed words it keeps its
// structure; what is released is the page however the answers look.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "translate/document.h"
#include "translate/job.h"
#include "translate/pseudo.h"

namespace {

template <typename Change>
std::string translated(const translate::Document& document, Change&& change) {
  std::string out;
  for (std::size_t r = 0; r < document.regions().size(); ++r) {
    const translate::Region& region = document.regions()[r];
    std::vector<std::string> bytes;
    for (std::size_t i = region.first_segment; i < region.last_segment; ++i) {
      const translate::Segment& segment = document.segments()[i];
      bytes.push_back(translate::restore(segment, change(segment.text)).value());
    }
    out += document.rebuild(r, bytes);
  }
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string page(reinterpret_cast<const char*>(data), size);
  const auto document = translate::Document::parse(page);
  if (!document) {
    CHECK(!document.error().message.empty());
    return 0;
  }
  CHECK(translated(*document, [](const std::string& text) { return text; }) == page);
  CHECK(document->same_structure(translated(*document, translate::pseudo_translate)));

  translate::JobOptions options;
  options.target_language = "fr";
  options.attempts_max = 1;
  translate::Job job = translate::Job::create(page, options).value();
  std::string out = job.take_released();
  while (const auto request = job.next_request()) {
    job.feed(request->id, page);  // The page itself, which knows no part marks.
    job.finish(request->id);
    out += job.take_released();
  }
  CHECK(job.done());
  CHECK(document->same_structure(out));
  return 0;
}
