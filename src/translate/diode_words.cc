#include "translate/diode_words.h"

#include <unicode/uloc.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <string>

namespace translate::diode {
namespace {

template <std::size_t N>
bool among(const std::u32string_view (&words)[N], std::u32string_view word) {
  return std::find(std::begin(words), std::end(words), word) != std::end(words);
}

constexpr std::u32string_view kSchemes[] = {U"about",
                                            U"acct",
                                            U"adiumxtra",
                                            U"afp",
                                            U"aim",
                                            U"amqp",
                                            U"amqps",
                                            U"android-app",
                                            U"apt",
                                            U"bitcoin",
                                            U"blob",
                                            U"callto",
                                            U"chrome",
                                            U"chrome-extension",
                                            U"cid",
                                            U"coap",
                                            U"coaps",
                                            U"content",
                                            U"dav",
                                            U"data",
                                            U"dict",
                                            U"dns",
                                            U"docker",
                                            U"edge",
                                            U"ed2k",
                                            U"ethereum",
                                            U"facetime",
                                            U"feed",
                                            U"file",
                                            U"filesystem",
                                            U"ftp",
                                            U"ftps",
                                            U"geo",
                                            U"git",
                                            U"git+ssh",
                                            U"gopher",
                                            U"gs",
                                            U"hdfs",
                                            U"hg",
                                            U"http",
                                            U"https",
                                            U"hxxp",
                                            U"hxxps",
                                            U"imap",
                                            U"imaps",
                                            U"intent",
                                            U"ipfs",
                                            U"ipns",
                                            U"ipp",
                                            U"irc",
                                            U"ircs",
                                            U"itms",
                                            U"itms-apps",
                                            U"jabber",
                                            U"jar",
                                            U"javascript",
                                            U"jdbc",
                                            U"ldap",
                                            U"ldaps",
                                            U"livescript",
                                            U"magnet",
                                            U"mailto",
                                            U"market",
                                            U"mention",
                                            U"mid",
                                            U"mms",
                                            U"mocha",
                                            U"mongodb",
                                            U"moz-extension",
                                            U"mqtt",
                                            U"msteams",
                                            U"mysql",
                                            U"news",
                                            U"nfs",
                                            U"nntp",
                                            U"notion",
                                            U"obsidian",
                                            U"oci",
                                            U"onenote",
                                            U"pop",
                                            U"postgres",
                                            U"postgresql",
                                            U"redis",
                                            U"resource",
                                            U"rsync",
                                            U"rtmp",
                                            U"rtsp",
                                            U"s3",
                                            U"search-ms",
                                            U"sftp",
                                            U"sgnl",
                                            U"sip",
                                            U"sips",
                                            U"skype",
                                            U"slack",
                                            U"smb",
                                            U"sms",
                                            U"smsto",
                                            U"smtp",
                                            U"snews",
                                            U"spotify",
                                            U"ssh",
                                            U"steam",
                                            U"stun",
                                            U"svn",
                                            U"tel",
                                            U"telnet",
                                            U"tftp",
                                            U"tg",
                                            U"turn",
                                            U"udp",
                                            U"urn",
                                            U"vbscript",
                                            U"view-source",
                                            U"vnc",
                                            U"vscode",
                                            U"webcal",
                                            U"weixin",
                                            U"whatsapp",
                                            U"ws",
                                            U"wss",
                                            U"wyciwyg",
                                            U"xmpp",
                                            U"zoommtg",
                                            U"zoomus"};

constexpr std::u32string_view kPlainTopLevel[] = {
    U"com",      U"net",      U"org",  U"edu",     U"gov",   U"mil",       U"int",
    U"biz",      U"aero",     U"arpa", U"asia",    U"xyz",   U"dev",       U"app",
    U"onion",    U"example",  U"test", U"invalid", U"local", U"localhost", U"localdomain",
    U"internal", U"intranet", U"lan",  U"corp",    U"svc",   U"consul",    U"io",
    U"ai",       U"co",       U"ru",   U"cn",      U"uk",    U"us",        U"eu",
    U"jp",       U"kr",       U"ch",   U"xn"};

constexpr std::u32string_view kTopLevel[] = {
    U"agency",   U"art",      U"bank",       U"bid",      U"blog",    U"cam",      U"casa",
    U"cat",      U"cc",       U"center",     U"chat",     U"city",    U"click",    U"cloud",
    U"club",     U"coop",     U"date",       U"design",   U"digital", U"email",    U"events",
    U"expert",   U"fit",      U"fun",        U"fyi",      U"games",   U"global",   U"goog",
    U"google",   U"group",    U"guru",       U"help",     U"home",    U"host",     U"icu",
    U"info",     U"ink",      U"jobs",       U"life",     U"link",    U"live",     U"ltd",
    U"market",   U"media",    U"men",        U"mobi",     U"moda",    U"monster",  U"museum",
    U"name",     U"network",  U"new",        U"news",     U"ninja",   U"one",      U"online",
    U"page",     U"party",    U"photo",      U"plus",     U"post",    U"press",    U"pro",
    U"pub",      U"rest",     U"review",     U"rocks",    U"run",     U"sale",     U"science",
    U"security", U"services", U"shop",       U"site",     U"social",  U"software", U"solutions",
    U"space",    U"store",    U"stream",     U"studio",   U"support", U"surf",     U"systems",
    U"team",     U"tech",     U"technology", U"tel",      U"tips",    U"today",    U"tools",
    U"top",      U"trade",    U"travel",     U"uno",      U"vip",     U"website",  U"wiki",
    U"win",      U"work",     U"works",      U"world",    U"wtf",     U"xxx",      U"zip",
    U"zone",     U"рф",       U"бел",        U"укр",      U"срб",     U"мон",      U"қаз",
    U"бг",       U"ею",       U"мкд",        U"ελ",       U"ευ",      U"中国",     U"中國",
    U"香港",     U"台湾",     U"台灣",       U"公司",     U"网络",    U"한국",     U"भारत",
    U"ไทย",      U"ישראל",    U"مصر",        U"السعودية", U"امارات",  U"ایران",    U"پاکستان"};

constexpr std::u32string_view kCommands[] = {U"curl",
                                             U"wget",
                                             U"invoke-webrequest",
                                             U"invoke-restmethod",
                                             U"iwr",
                                             U"irm",
                                             U"powershell",
                                             U"pwsh",
                                             U"nslookup",
                                             U"netcat",
                                             U"ncat",
                                             U"telnet",
                                             U"scp",
                                             U"rsync",
                                             U"tftp",
                                             U"socat",
                                             U"certutil",
                                             U"bitsadmin",
                                             U"sendbeacon",
                                             U"xmlhttprequest",
                                             U"eventsource",
                                             U"websocket",
                                             U"importscripts",
                                             U"urlopen",
                                             U"urlretrieve",
                                             U"sendmail",
                                             U"mailx",
                                             U"xdg-open",
                                             U"start-process",
                                             U"mshta",
                                             U"regsvr32",
                                             U"rundll32",
                                             U"tool_call",
                                             U"tool_calls",
                                             U"function_call",
                                             U"tool_use",
                                             U"tool_choice",
                                             U"end_turn",
                                             U"im_start",
                                             U"im_end"};

constexpr std::u32string_view kDotWords[] = {U"dot",   U"d0t",   U"punto", U"punkt",  U"ponto",
                                             U"point", U"точка", U"punt",  U"kropka", U"nokta",
                                             U"piste", U"tečka", U"点",    U"點",     U"ドット",
                                             U"닷",    U"نقطة",  U"נקודה", U"τελεία"};
constexpr std::u32string_view kAtWords[] = {
    U"at",    U"arobase",      U"arroba",   U"chiocciola",   U"klammeraffe", U"собака",
    U"małpa", U"apenstaartje", U"snabel-a", U"アットマーク", U"アット",      U"골뱅이"};
constexpr std::u32string_view kSlashWords[] = {U"slash", U"barra", U"schrägstrich", U"barre",
                                               U"слэш",  U"слеш",  U"ukośnik",      U"スラッシュ",
                                               U"斜杠",  U"斜線",  U"슬래시"};
constexpr std::u32string_view kColonWords[] = {
    U"colon", U"deux-points", U"doppelpunkt", U"dois-pontos", U"двоеточие", U"コロン", U"冒号"};

/// ISO 3166 codes, which are the two-letter top-level names but for a few.
const std::set<std::u32string>& country_codes() {
  static const std::set<std::u32string> codes = [] {
    std::set<std::u32string> made = {U"ac", U"eu", U"su", U"uk"};
    for (const char* const* code = uloc_getISOCountries(); *code != nullptr; ++code) {
      made.insert(
          {static_cast<char32_t>((*code)[0] | 0x20), static_cast<char32_t>((*code)[1] | 0x20)});
    }
    return made;
  }();
  return codes;
}

bool is_country_code(std::u32string_view label) {
  return label.size() == 2 && country_codes().count(std::u32string(label)) != 0;
}

}  // namespace

bool is_known_scheme(std::u32string_view word) {
  return word.substr(0, 3) == U"ms-" || among(kSchemes, word);
}
bool is_plain_top_level_name(std::u32string_view label) {
  return among(kPlainTopLevel, label) || label.substr(0, 4) == U"xn--";
}
bool is_top_level_name(std::u32string_view label) {
  return is_country_code(label) || is_plain_top_level_name(label) || among(kTopLevel, label);
}
bool is_outbound_command(std::u32string_view word) { return among(kCommands, word); }
bool is_dot_word(std::u32string_view word) { return among(kDotWords, word); }
bool is_at_word(std::u32string_view word) { return among(kAtWords, word); }
bool is_slash_word(std::u32string_view word) { return among(kSlashWords, word); }
bool is_colon_word(std::u32string_view word) { return among(kColonWords, word); }

}  // namespace translate::diode
