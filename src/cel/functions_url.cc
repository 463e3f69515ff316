#include "cel/libraries.h"
#include "cel/url.h"

namespace cel {
namespace {

using Args = std::span<const Value>;

class UrlObject final : public Object {
 public:
  explicit UrlObject(Url url) : url(std::move(url)) {}
  std::string_view type_name() const override { return "kubernetes.URL"; }
  bool equals(const Object& other) const override {
    return url.text == static_cast<const UrlObject&>(other).url.text;
  }
  std::string to_string() const override { return url.text; }
  const Url url;
};

const Url& url_of(const Value& value) { return static_cast<const UrlObject&>(value.object()).url; }

Value url(Args args, Frame&) {
  auto parsed = Url::parse(args[0].text());
  if (parsed) return Value::opaque(std::make_unique<UrlObject>(*std::move(parsed)));
  return Value::error("URL parse error during conversion from string: parse \"" +
                      std::string(args[0].text()) + "\": invalid URI for request");
}
Value is_url(Args args, Frame&) { return Value::boolean(Url::parse(args[0].text()).has_value()); }
Value scheme(Args args, Frame&) { return Value::string(url_of(args[0]).scheme); }
Value host(Args args, Frame&) { return Value::string(url_of(args[0]).host); }
Value hostname(Args args, Frame&) { return Value::string(url_of(args[0]).hostname()); }
Value port(Args args, Frame&) { return Value::string(url_of(args[0]).port()); }
Value path(Args args, Frame&) { return Value::string(url_of(args[0]).path); }
Value query(Args args, Frame&) {
  std::vector<std::pair<Value, Value>> entries;
  for (auto& [key, texts] : url_of(args[0]).query()) {
    std::vector<Value> values;
    for (std::string& text : texts) values.push_back(Value::string(std::move(text)));
    entries.emplace_back(Value::string(key), Value::list(std::move(values)));
  }
  return Value::map(std::move(entries));
}

}  // namespace

void add_url(FunctionTable& table) {
  const std::string type = "kubernetes.URL";
  table.global("url(string) -> " + type, url);
  table.global("isURL(string) -> bool", is_url);
  table.member(type + ".getScheme() -> string", scheme);
  table.member(type + ".getHost() -> string", host);
  table.member(type + ".getHostname() -> string", hostname);
  table.member(type + ".getPort() -> string", port);
  table.member(type + ".getEscapedPath() -> string", path);
  table.member(type + ".getQuery() -> map<string, list<string>>", query);
}

}  // namespace cel
