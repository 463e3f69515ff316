// The diode: source and response with a 0xFF byte between. A text is its own translation; the
// verdict does not depend on where the response is cut; a URL that the source does not have is
// refused wherever it is put.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "translate/diode.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::size_t cut = text.find('\xFF');
  const std::string_view source = text.substr(0, cut);
  const std::string_view response = cut == std::string_view::npos ? source : text.substr(cut + 1);

  const translate::Verdict own = translate::judge(source, source);
  CHECK(own.accepted() || own.reason == translate::Reason::invalid_utf8 ||
        own.reason == translate::Reason::too_large);

  const translate::Verdict whole = translate::judge(source, response);
  translate::DiodeStream stream{std::string(source)};
  for (std::size_t i = 0; i < response.size(); i += 3) stream.feed(response.substr(i, 3));
  CHECK(stream.finish() == whole);

  if (own.accepted() && source.find("planted") == std::string_view::npos) {
    CHECK(!translate::judge(source, std::string(response) + " https://planted.test/x").accepted());
    CHECK(!translate::judge(source, std::string(response) + "\n\n![](//planted)").accepted());
  }
  return 0;
}
