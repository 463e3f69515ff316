#include "cel/test_evaluate.h"

namespace cel {
namespace {

TEST(QuantityTest, ComparesAcrossSuffixes) {
  expect({{"quantity('1Ki') == quantity('1024')", "true"},
          {"quantity('1.5Gi') == quantity('1536Mi')", "true"},
          {"quantity('100m') == quantity('0.1')", "true"},
          {"quantity('1e3') == quantity('1k') && quantity('1E') == quantity('1e18')", "true"},
          {"quantity('-1').sign() + quantity('0').sign() + quantity('5n').sign()", "0"},
          {"quantity('1').isLessThan(quantity('2')) && quantity('2').isGreaterThan(quantity('1'))",
           "true"},
          {"quantity('2').compareTo(quantity('10'))", "-1"},
          {"quantity('50k').add(quantity('20k')).sub(20000) == quantity('50k')", "true"},
          {"quantity('2k').asInteger()", "2000"},
          {"quantity('1500m').isInteger()", "false"},
          {"quantity('1500m').asInteger()", "error: cannot convert value to integer"},
          {"quantity('1500m').asApproximateFloat()", "1.5"},
          {"quantity('0.0000000001') == quantity('1n')", "true"},
          {"quantity('100E') == quantity('9223372036854775807')", "true"},
          {"isQuantity('1.3Gi') && !isQuantity('1.3 Gi') && !isQuantity('') && !isQuantity('Gi')",
           "true"},
          {"quantity('10x')",
           "error: quantities must match the regular expression "
           "'^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"}});
}

TEST(SemverTest, FollowsTheSpecification) {
  expect(
      {{"semver('1.2.3').major() + semver('1.2.3').minor() + semver('1.2.3').patch()", "6"},
       {"semver('1.0.0-alpha').isLessThan(semver('1.0.0'))", "true"},
       {"semver('1.0.0-alpha.2').isLessThan(semver('1.0.0-alpha.10'))", "true"},
       {"semver('1.0.0-1').isLessThan(semver('1.0.0-a'))", "true"},
       {"semver('1.0.0-a').isLessThan(semver('1.0.0-a.1'))", "true"},
       {"semver('2.0.0').compareTo(semver('10.0.0'))", "-1"},
       {"semver('1.0.0+a') == semver('1.0.0+b')", "true"},
       {"isSemver('v1.0') || isSemver('01.0.0') || isSemver('1.0') || isSemver('1.0.0-')", "false"},
       {"semver('v1.02', true) == semver('1.2.0')", "true"},
       {"semver('1.x.0')", "error: Semver parse error during conversion from string: \"1.x.0\""}});
}

TEST(UrlTest, Parts) {
  expect({{"url('HTTPS://user@example.com:80/a b?k=1&k=2&x=%41').getScheme()", R"("https")"},
          {"url('https://user@example.com:80/a').getHost()", R"("example.com:80")"},
          {"url('https://[::1]:80/a').getHostname()", R"("::1")"},
          {"url('https://[::1]:80/a').getPort()", R"("80")"},
          {"url('https://[::1]/a').getPort()", R"("")"},
          {"url('/a b').getEscapedPath()", R"("/a%20b")"},
          {"url('https://h/?k=1&k=2&x=%41').getQuery()", R"({"k":["1","2"],"x":["A"]})"},
          {"isURL('https://h') && isURL('/abs')", "true"},
          {"isURL('mailto:a@example.com') && isURL('a:b') && isURL('*')", "true"},
          {"url('MAILTO:a?b=c').getScheme()", R"("mailto")"},
          {"url('mailto:a?b=c').getEscapedPath()", R"("")"},
          {"url('mailto:a?b=c').getHost()", R"("")"},
          {"url('*').getEscapedPath()", R"("*")"},
          {"isURL(':a') || isURL('1:a') || isURL('a b:c')", "false"},
          {"isURL('relative') || isURL('../a') || isURL('http://a:b/') || isURL('/%zz')", "false"},
          {"url('nope')",
           "error: URL parse error during conversion from string: parse \"nope\": invalid URI for "
           "request"}});
}

TEST(NetworkTest, Addresses) {
  expect({{"string(ip('2001:DB8:0:0:1:0:0:1'))", R"("2001:db8::1:0:0:1")"},
          {"ip('10.1.2.3').family() + ip('::1').family()", "10"},
          {"ip('127.0.0.1').isLoopback() && ip('::1').isLoopback()", "true"},
          {"ip('169.254.1.1').isLinkLocalUnicast() && ip('fe80::1').isLinkLocalUnicast()", "true"},
          {"ip('224.0.0.5').isLinkLocalMulticast() && !ip('224.0.1.5').isLinkLocalMulticast()",
           "true"},
          {"ip('10.0.0.1').isGlobalUnicast() && !ip('255.255.255.255').isGlobalUnicast()", "true"},
          {"ip.isCanonical('::1') && !ip.isCanonical('0::1')", "true"},
          {"isIP('1.2.3') || isIP('01.2.3.4') || isIP('1:2') || isIP('::1::') || isIP('1:::2')",
           "false"},
          {"isIP('1:2:3:4:5:6:7:8') && !isIP('::ffff:1.2.3.4')", "true"},
          {"ip('nope')", "error: IP Address 'nope' parse error during conversion from string"}});
}

TEST(NetworkTest, Prefixes) {
  expect({{"cidr('10.0.0.0/8').containsIP('10.1.2.3')", "true"},
          {"cidr('10.0.0.0/8').containsIP(ip('11.0.0.1'))", "false"},
          {"cidr('10.0.0.0/8').containsCIDR('10.1.0.0/16')", "true"},
          {"cidr('10.1.0.0/16').containsCIDR(cidr('10.0.0.0/8'))", "false"},
          {"string(cidr('10.1.2.3/20').masked())", R"("10.1.0.0/20")"},
          {"cidr('2001:db8::/32').prefixLength()", "32"},
          {"string(cidr('10.1.2.3/20').ip())", R"("10.1.2.3")"},
          {"isCIDR('10.0.0.0/33') || isCIDR('10.0.0.0') || isCIDR('10.0.0.0/08')", "false"},
          {"cidr('x')", "error: network address parse error during conversion from string"}});
}

TEST(NamedFormatsTest, Validate) {
  expect(
      {{"format.dns1123Label().validate('my-name').hasValue()", "false"},
       {"format.dns1123Label().validate('My_Name').value()",
        "[\"a lowercase RFC 1123 label must consist of lower case alphanumeric characters or "
        "'-', and must start and end with an alphanumeric character (e.g. 'my-name',  or "
        "'123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')\"]"},
       {"format.dns1123Label().validate('a.b').value()", R"(["must not contain dots"])"},
       {"format.dns1123LabelPrefix().validate('my-').hasValue()", "false"},
       {"format.dns1123Subdomain().validate('a.b').hasValue()", "false"},
       {"format.dns1035Label().validate('1a').hasValue()", "true"},
       {"format.qualifiedName().validate('example.com/Name').hasValue()", "false"},
       {"format.qualifiedName().validate('/Name').value()", R"(["prefix part must be non-empty"])"},
       {"format.labelValue().validate('').hasValue()", "false"},
       {"format.uri().validate('https://h/').hasValue()", "false"},
       {"format.uuid().validate('123e4567-e89b-12d3-a456-426614174000').hasValue()", "false"},
       {"format.uuid().validate('x').value()", R"(["does not match the UUID format"])"},
       {"format.byte().validate('YQ==').hasValue()", "false"},
       {"format.date().validate('2024-02-30').value()", R"(["invalid date"])"},
       {"format.datetime().validate('2024-02-03T00:00:00Z').hasValue()", "false"},
       {"format.named('labelValue').value() == format.labelValue()", "true"},
       {"format.named('nope').hasValue()", "false"}});
}

}  // namespace
}  // namespace cel
