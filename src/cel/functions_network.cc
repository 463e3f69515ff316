#include "cel/ip_address.h"
#include "cel/libraries.h"

namespace cel {
namespace {

using Args = std::span<const Value>;

class IpObject final : public Object {
 public:
  static constexpr std::string_view kTypeName = "net.IP";
  explicit IpObject(IpAddress address) : address(address) {}
  std::string_view type_name() const override { return kTypeName; }
  bool equals(const Object& other) const override {
    return address == static_cast<const IpObject&>(other).address;
  }
  std::string to_string() const override { return address.to_string(); }
  const IpAddress address;
};

class CidrObject final : public Object {
 public:
  static constexpr std::string_view kTypeName = "net.CIDR";
  explicit CidrObject(IpPrefix prefix) : prefix(prefix) {}
  std::string_view type_name() const override { return kTypeName; }
  bool equals(const Object& other) const override {
    return prefix == static_cast<const CidrObject&>(other).prefix;
  }
  std::string to_string() const override { return prefix.to_string(); }
  const IpPrefix prefix;
};

const IpAddress& address(const Value& value) {
  return static_cast<const IpObject&>(value.object()).address;
}
const IpPrefix& prefix(const Value& value) {
  return static_cast<const CidrObject&>(value.object()).prefix;
}
Value make_ip(const IpAddress& address) {
  return Value::opaque(std::make_unique<IpObject>(address));
}
Value make_cidr(const IpPrefix& prefix) {
  return Value::opaque(std::make_unique<CidrObject>(prefix));
}

bool has_zone(std::string_view text) { return text.find('%') != std::string_view::npos; }
/// An IPv4 address that is written dotted inside an IPv6 one.
bool is_dotted_v6(std::string_view text) {
  return text.find(':') != std::string_view::npos && text.find('.') != std::string_view::npos;
}

Value parse_ip(std::string_view text) {
  if (has_zone(text)) {
    return Value::error("IP Address \"" + std::string(text) + "\" with zone value is not allowed");
  }
  const auto address = IpAddress::parse(text);
  if (!address) {
    return Value::error("IP Address '" + std::string(text) +
                        "' parse error during conversion from string");
  }
  if (address->is_mapped() && is_dotted_v6(text)) {
    return Value::error("IPv4-mapped IPv6 address \"" + std::string(text) + "\" is not allowed");
  }
  return make_ip(address->unmapped());
}

Value parse_cidr(std::string_view text) {
  if (has_zone(text)) {
    return Value::error("CIDR \"" + std::string(text) + "\" with zone value is not allowed");
  }
  const auto prefix = IpPrefix::parse(text);
  if (!prefix) {
    return Value::error("network address parse error during conversion from string");
  }
  if (prefix->address.is_mapped()) {
    return Value::error("IPv4-mapped IPv6 address \"" + std::string(text) + "\" is not allowed");
  }
  return make_cidr(*prefix);
}

Value ip(Args args, Frame&) { return parse_ip(args[0].text()); }
Value is_ip(Args args, Frame&) { return Value::boolean(!parse_ip(args[0].text()).is_error()); }
Value is_canonical(Args args, Frame&) {
  const Value parsed = parse_ip(args[0].text());
  if (parsed.is_error()) return parsed;
  return Value::boolean(address(parsed).to_string() == args[0].text());
}
Value family(Args args, Frame&) { return Value::integer(address(args[0]).v6 ? 6 : 4); }
template <bool (IpAddress::*kTest)() const>
Value test(Args args, Frame&) {
  return Value::boolean((address(args[0]).*kTest)());
}
Value text(Args args, Frame&) { return Value::string(args[0].object().to_string()); }

Value cidr(Args args, Frame&) { return parse_cidr(args[0].text()); }
Value is_cidr(Args args, Frame&) { return Value::boolean(!parse_cidr(args[0].text()).is_error()); }
Value contains_ip(Args args, Frame&) {
  return Value::boolean(prefix(args[0]).contains(address(args[1])));
}
Value contains_ip_text(Args args, Frame&) {
  const Value parsed = parse_ip(args[1].text());
  if (parsed.is_error()) return parsed;
  return Value::boolean(prefix(args[0]).contains(address(parsed)));
}
bool contains_all(const IpPrefix& outer, const IpPrefix& inner) {
  return inner.bits >= outer.bits && outer.contains(inner.address);
}
Value contains_cidr(Args args, Frame&) {
  return Value::boolean(contains_all(prefix(args[0]), prefix(args[1])));
}
Value contains_cidr_text(Args args, Frame&) {
  const Value parsed = parse_cidr(args[1].text());
  if (parsed.is_error()) return parsed;
  return Value::boolean(contains_all(prefix(args[0]), prefix(parsed)));
}
Value cidr_ip(Args args, Frame&) { return make_ip(prefix(args[0]).address); }
Value masked(Args args, Frame&) {
  const IpPrefix& given = prefix(args[0]);
  return make_cidr({given.address.masked(given.bits), given.bits});
}
Value prefix_length(Args args, Frame&) { return Value::integer(prefix(args[0]).bits); }

}  // namespace

void add_network_library(FunctionTable& table) {
  table.global("ip(string) -> net.IP", ip);
  table.global("isIP(string) -> bool", is_ip);
  table.global("ip.isCanonical(string) -> bool", is_canonical);
  table.global("string(net.IP) -> string", text);
  table.member("net.IP.family() -> int", family);
  table.member("net.IP.isUnspecified() -> bool", test<&IpAddress::is_unspecified>);
  table.member("net.IP.isLoopback() -> bool", test<&IpAddress::is_loopback>);
  table.member("net.IP.isLinkLocalMulticast() -> bool", test<&IpAddress::is_link_local_multicast>);
  table.member("net.IP.isLinkLocalUnicast() -> bool", test<&IpAddress::is_link_local_unicast>);
  table.member("net.IP.isGlobalUnicast() -> bool", test<&IpAddress::is_global_unicast>);
  table.global("cidr(string) -> net.CIDR", cidr);
  table.global("isCIDR(string) -> bool", is_cidr);
  table.global("string(net.CIDR) -> string", text);
  table.member("net.CIDR.containsIP(net.IP) -> bool", contains_ip);
  table.member("net.CIDR.containsIP(string) -> bool", contains_ip_text);
  table.member("net.CIDR.containsCIDR(net.CIDR) -> bool", contains_cidr);
  table.member("net.CIDR.containsCIDR(string) -> bool", contains_cidr_text);
  table.member("net.CIDR.ip() -> net.IP", cidr_ip);
  table.member("net.CIDR.masked() -> net.CIDR", masked);
  table.member("net.CIDR.prefixLength() -> int", prefix_length);
}

}  // namespace cel
