#include "simulate/streams.h"

#include <array>

namespace custos::simulate {
namespace {

// Zeek's own header; column names and types are those of Zeek 6 with its default scripts.
#define ZEEK_HEAD "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n"
constexpr std::string_view kConn = ZEEK_HEAD
    "#path\tconn\n"
    "#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tservice\tduration\torig_bytes\tresp_bytes\tconn_state\tlocal_orig\tlocal_resp\t"
    "missed_bytes\thistory\torig_pkts\torig_ip_bytes\tresp_pkts\tresp_ip_bytes\ttunnel_parents\n"
    "#types\ttime\tstring\taddr\tport\taddr\tport\tenum\tstring\tinterval\tcount\tcount\tstring\tbool\tbool\tcount\tstring\tcount\tcount\tcount\tcount\t"
    "set[string]\n";
constexpr std::string_view kDns = ZEEK_HEAD
    "#path\tdns\n"
    "#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\ttrans_id\trtt\tquery\tqclass\tqclass_name\tqtype\tqtype_name\trcode\trcode_name\t"
    "AA\tTC\tRD\tRA\tZ\tanswers\tTTLs\trejected\n"
    "#types\ttime\tstring\taddr\tport\taddr\tport\tenum\tcount\tinterval\tstring\tcount\tstring\tcount\tstring\tcount\tstring\tbool\tbool\tbool\tbool\tcount\t"
    "vector[string]\tvector[interval]\tbool\n";
constexpr std::string_view kHttp = ZEEK_HEAD
    "#path\thttp\n"
    "#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\ttrans_depth\tmethod\thost\turi\treferrer\tversion\tuser_agent\torigin\trequest_body_len\t"
    "response_body_len\tstatus_code\tstatus_msg\tinfo_code\tinfo_msg\ttags\tusername\tpassword\tproxied\torig_fuids\torig_filenames\torig_mime_types\t"
    "resp_fuids\tresp_filenames\tresp_mime_types\n"
    "#types\ttime\tstring\taddr\tport\taddr\tport\tcount\tstring\tstring\tstring\tstring\tstring\tstring\tstring\tcount\tcount\tcount\tstring\tcount\tstring\t"
    "set[enum]\tstring\tstring\tset[string]\tvector[string]\tvector[string]\tvector[string]\tvector[string]\tvector[string]\tvector[string]\n";
constexpr std::string_view kSsl = ZEEK_HEAD
    "#path\tssl\n"
    "#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tversion\tcipher\tcurve\tserver_name\tresumed\tlast_alert\tnext_protocol\testablished\t"
    "ssl_history\tcert_chain_fps\tclient_cert_chain_fps\tsni_matches_cert\tvalidation_status\tja3\tja3s\n"
    "#types\ttime\tstring\taddr\tport\taddr\tport\tstring\tstring\tstring\tstring\tbool\tstring\tstring\tbool\tstring\tvector[string]\tvector[string]\tbool\t"
    "string\tstring\tstring\n";
constexpr std::string_view kDhcp = ZEEK_HEAD
    "#path\tdhcp\n"
    "#fields\tts\tuids\tclient_addr\tserver_addr\tmac\thost_name\tclient_fqdn\tdomain\trequested_addr\tassigned_addr\tlease_time\tclient_message\t"
    "server_message\tmsg_types\tduration\n"
    "#types\ttime\tset[string]\taddr\taddr\tstring\tstring\tstring\tstring\taddr\taddr\tinterval\tstring\tstring\tvector[string]\tinterval\n";
#undef ZEEK_HEAD

constexpr std::array<StreamFacts, kStreams> kFacts{{
    {"windows", "windows/forwarded-{}.ndjson", "", "\n", "\n", true},
    {"zeek-conn", "zeek/{}/conn.log", kConn, "\n", "\n", false},
    {"zeek-dns", "zeek/{}/dns.log", kDns, "\n", "\n", false},
    {"zeek-http", "zeek/{}/http.log", kHttp, "\n", "\n", false},
    {"zeek-ssl", "zeek/{}/ssl.log", kSsl, "\n", "\n", false},
    {"zeek-dhcp", "zeek/{}/dhcp.log", kDhcp, "\n", "\n", false},
    {"suricata", "suricata/eve-{}.json", "", "\n", "\n", true},
    {"dns-queries", "dns/queries-{}.log", "", "\n", "\n", false},
    {"linux-auth", "linux/auth-{}.log", "", "\n", "\n", false},
    {"auditd", "linux/audit-{}.log", "", "\n", "\n", false},
    {"proxy", "proxy/access-{}.log", "", "\n", "\n", false},
    {"web-server", "web/access-{}.log", "", "\n", "\n", false},
    {"cloudtrail", "cloud/cloudtrail-{}.json", "{\"Records\":[\n", ",\n", "\n]}\n", true},
    {"entra", "cloud/entra-signins-{}.ndjson", "", "\n", "\n", true},
    {"m365", "cloud/m365-audit-{}.ndjson", "", "\n", "\n", true},
}};

}  // namespace

const StreamFacts& facts(Stream s) { return kFacts[static_cast<std::size_t>(s)]; }

}  // namespace custos::simulate
