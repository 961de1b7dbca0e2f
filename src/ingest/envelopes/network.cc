#include <string_view>

#include "ingest/envelopes/envelopes.h"

namespace custos::ingest {
namespace network {
namespace {

// Fields that stand in one Zeek log only, most telling first.
struct Telling {
  std::string_view field, log;
};
constexpr Telling kTelling[] = {
    {"conn_state", "conn"},        {"qtype_name", "dns"},        {"qclass_name", "dns"},      {"trans_depth", "http"},
    {"user_agent", "http"},        {"status_code", "http"},      {"cert_chain_fuids", "ssl"}, {"next_protocol", "ssl"},
    {"ja3", "ssl"},                {"server_name", "ssl"},       {"certificate.serial", "x509"}, {"auth_attempts", "ssh"},
    {"hassh", "ssh"},              {"request_type", "kerberos"}, {"named_pipe", "dce_rpc"},   {"endpoint", "dce_rpc"},
    {"share_type", "smb_mapping"}, {"security_protocol", "rdp"}, {"cookie", "rdp"},           {"times.modified", "smb_files"},
    {"ntlm", "ntlm"},              {"domainname", "ntlm"},       {"mailfrom", "smtp"},        {"rcptto", "smtp"},
    {"seen_bytes", "files"},       {"mime_type", "files"},       {"indicator", "intel"},      {"seen.indicator", "intel"},
    {"note", "notice"},            {"msg_types", "dhcp"},        {"lease_time", "dhcp"},      {"tunnel_type", "tunnel"},
    {"software_type", "software"}, {"is_exe", "pe"},             {"community", "snmp"},       {"reply_code", "ftp"},
    {"request_p", "socks"},        {"fc_reply", "dnp3"},         {"peer", "weird"},           {"query", "dns"},
    {"facility", "syslog"},        {"nick", "irc"},              {"stratum", "ntp"},          {"port_num", "known_services"},
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
    return sources.intern("suricata", network::plain_word(type) ? type : "", type == "dns" ? "dns" : "");
  }
  if (family == Family::Zeek) {
    const std::string_view log = network::zeek_log(batch, shape);
    return sources.intern("zeek", network::plain_word(log) ? log : "", network::zeek_categories(log));
  }
  if (family == Family::Ocsf) return sources.intern("ocsf", "");
  return kUnknownSource;
}

}  // namespace custos::ingest
