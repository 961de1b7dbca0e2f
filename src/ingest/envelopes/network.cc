#include <string_view>

#include "ingest/envelopes/envelopes.h"

namespace custos::ingest {
namespace network {
namespace {

// Fields that tell a Zeek log. The first row that holds decides, so a field that several logs have stands behind those that only
// one of them has: mail and SIP have http's trans_depth, user_agent and status_code, ftp has the mime_type of files, quic the server_name of ssl.
struct Telling {
  std::string_view field, log;
};
constexpr Telling kTelling[] = {
    {"conn_state", "conn"},            {"qtype_name", "dns"},              {"qclass_name", "dns"},         {"helo", "smtp"},
    {"mailfrom", "smtp"},              {"rcptto", "smtp"},                 {"last_reply", "smtp"},         {"is_webmail", "smtp"},
    {"call_id", "sip"},                {"request_from", "sip"},            {"response_from", "sip"},       {"request_path", "sip"},
    {"subprotocol", "websocket"},      {"server_extensions", "websocket"}, {"client_extensions", "websocket"},
    {"trans_depth", "http"},           {"client_initial_dcid", "quic"},    {"server_scid", "quic"},        {"ssl_history", "ssl"},
    {"cert_chain_fuids", "ssl"},       {"cert_chain_fps", "ssl"},          {"next_protocol", "ssl"},       {"resumed", "ssl"},
    {"ja3", "ssl"},                    {"certificate.serial", "x509"},     {"auth_attempts", "ssh"},       {"cipher_alg", "ssh"},
    {"hassh", "ssh"},                  {"request_type", "kerberos"},       {"named_pipe", "dce_rpc"},      {"endpoint", "dce_rpc"},
    {"sub_command", "smb_cmd"},        {"tree_service", "smb_cmd"},        {"share_type", "smb_mapping"},  {"security_protocol", "rdp"},
    {"client_build", "rdp"},           {"cookie", "rdp"},                  {"times.modified", "smb_files"},
    {"server_nb_computer_name", "ntlm"}, {"domainname", "ntlm"},           {"reply_code", "ftp"},          {"data_channel.passive", "ftp"},
    {"seen_bytes", "files"},           {"missing_bytes", "files"},         {"analyzers", "files"},         {"indicator", "intel"},
    {"seen.indicator", "intel"},       {"note", "notice"},                 {"msg_types", "dhcp"},          {"lease_time", "dhcp"},
    {"tunnel_type", "tunnel"},         {"software_type", "software"},      {"is_exe", "pe"},               {"community", "snmp"},
    {"framed_addr", "radius"},         {"tunnel_client", "radius"},        {"connect_info", "radius"},     {"request_p", "socks"},
    {"fc_request", "dnp3"},            {"fc_reply", "dnp3"},               {"base_object", "ldap_search"}, {"message_id", "ldap"},
    {"analyzer_kind", "analyzer"},     {"failure_reason", "dpd"},          {"peer", "weird"},              {"query", "dns"},
    {"facility", "syslog"},            {"nick", "irc"},                    {"stratum", "ntp"},             {"port_num", "known_services"},
    {"server_name", "ssl"},            {"status_code", "http"},            {"user_agent", "http"},         {"mime_type", "files"},
};

std::string_view zeek_categories(std::string_view log) {
  if (log == "dns") return "dns";
  if (log == "http") return "proxy";
  if (log == "conn") return "firewall";
  return {};
}

std::string_view zeek_log(Batch& batch, const Shape& shape) {
  if (const std::string_view path = shape.text(batch, Role::ZeekPath); !path.empty()) return path;
  const auto has = [&](std::string_view name) {
    const NameId id = batch.names().find(name);
    if (id == kOtherName) return false;
    for (const Field& f : batch.pending()) {
      if (f.name == id) return true;
    }
    return false;
  };
  if (has("name") && has("path") && has("action")) return "smb_files";
  for (const Telling& row : kTelling) {
    if (has(row.field)) return row.log;
  }
  return {};
}

// The flows, requests and look-ups that rules of these categories speak of; the shipped pipelines know their fields.
std::string_view suricata_categories(std::string_view type) {
  if (type == "dns") return "dns";
  if (type == "http") return "proxy";
  if (type == "flow") return "firewall";
  return {};
}

// Words out of a log name a service; nothing but a short plain word may become one.
bool plain_word(std::string_view s) {
  if (s.empty() || s.size() > 40) return false;
  for (const char c : s) {
    if ((c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '_' && c != '-') return false;
  }
  return true;
}

}  // namespace
}  // namespace network

LogSourceId network_source(Batch& batch, const Shape& shape, Family family) {
  LogSources& sources = batch.sources();
  if (family == Family::Suricata) {
    const std::string_view type = shape.text(batch, Role::EventTypeSnake);
    return sources.intern("suricata", network::plain_word(type) ? type : "", network::suricata_categories(type));
  }
  if (family == Family::Zeek) {
    const std::string_view log = network::zeek_log(batch, shape);
    return sources.intern("zeek", network::plain_word(log) ? log : "", network::zeek_categories(log));
  }
  if (family == Family::Ocsf) return sources.intern("ocsf", "");
  return kUnknownSource;
}

}  // namespace custos::ingest
