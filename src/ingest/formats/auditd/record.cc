#include "ingest/formats/auditd/record.h"

#include <algorithm>
#include <array>

namespace custos::ingest::auditd {
namespace {
namespace audit_record {

using Text = std::string_view;

bool starts(Text s, Text prefix) { return s.substr(0, prefix.size()) == prefix; }

struct Numbered {
  Text number, name;
};

// clang-format off
constexpr std::array kTypes{
    Numbered{"1006", "LOGIN"}, Numbered{"1100", "USER_AUTH"}, Numbered{"1101", "USER_ACCT"}, Numbered{"1102",
    "USER_MGMT"},
    Numbered{"1103", "CRED_ACQ"}, Numbered{"1104", "CRED_DISP"}, Numbered{"1105", "USER_START"}, Numbered{"1106",
    "USER_END"},
    Numbered{"1107", "USER_AVC"}, Numbered{"1108", "USER_CHAUTHTOK"}, Numbered{"1109", "USER_ERR"},
    Numbered{"1110", "CRED_REFR"},
    Numbered{"1111", "USYS_CONFIG"}, Numbered{"1112", "USER_LOGIN"}, Numbered{"1113", "USER_LOGOUT"},
    Numbered{"1114", "ADD_USER"},
    Numbered{"1115", "DEL_USER"}, Numbered{"1116", "ADD_GROUP"}, Numbered{"1117", "DEL_GROUP"}, Numbered{"1123",
    "USER_CMD"},
    Numbered{"1124", "USER_TTY"}, Numbered{"1127", "SYSTEM_BOOT"}, Numbered{"1128", "SYSTEM_SHUTDOWN"},
    Numbered{"1129", "SYSTEM_RUNLEVEL"}, Numbered{"1130", "SERVICE_START"}, Numbered{"1131", "SERVICE_STOP"},
    Numbered{"1200", "DAEMON_START"}, Numbered{"1201", "DAEMON_END"}, Numbered{"1202", "DAEMON_ABORT"},
    Numbered{"1203", "DAEMON_CONFIG"}, Numbered{"1300", "SYSCALL"}, Numbered{"1302", "PATH"}, Numbered{"1303", "IPC"},
    Numbered{"1304", "SOCKETCALL"}, Numbered{"1305", "CONFIG_CHANGE"}, Numbered{"1306", "SOCKADDR"},
    Numbered{"1307", "CWD"},
    Numbered{"1309", "EXECVE"}, Numbered{"1318", "OBJ_PID"}, Numbered{"1319", "TTY"}, Numbered{"1320", "EOE"},
    Numbered{"1321", "BPRM_FCAPS"}, Numbered{"1322", "CAPSET"}, Numbered{"1323", "MMAP"}, Numbered{"1325",
    "NETFILTER_CFG"},
    Numbered{"1326", "SECCOMP"}, Numbered{"1327", "PROCTITLE"}, Numbered{"1330", "KERN_MODULE"}, Numbered{"1334",
    "BPF"},
    Numbered{"1400", "AVC"}, Numbered{"1401", "SELINUX_ERR"}, Numbered{"1403", "MAC_POLICY_LOAD"}, Numbered{"1404",
    "MAC_STATUS"},
    Numbered{"1405", "MAC_CONFIG_CHANGE"}, Numbered{"1700", "ANOM_PROMISCUOUS"}, Numbered{"1701", "ANOM_ABEND"},
    Numbered{"1702", "ANOM_LINK"}};
// clang-format on

// "audit(ID): body" at the front of `s`.
bool id_and_body(Text s, RecordHead& head) {
  if (!starts(s, "audit(")) return false;
  const std::size_t close = s.substr(0, 256).find(')');
  if (close == Text::npos) return false;
  head.id = s.substr(6, close - 6);
  const std::size_t colon = head.id.rfind(':');
  if (colon == Text::npos || colon == 0) return false;
  if (const auto t = parse_epoch(head.id.substr(0, colon))) head.time = *t;
  Text body = s.substr(close + 1);
  // auditd writes "): ", ausearch -i "): " or ") : ".
  while (!body.empty() && (body.front() == ' ' || body.front() == ':')) body.remove_prefix(1);
  head.body = body;
  return true;
}

bool type_char(char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-'; }

}  // namespace audit_record
}  // namespace

std::string_view type_name(std::string_view type) {
  const auto& types = audit_record::kTypes;
  const auto it = std::lower_bound(types.begin(), types.end(), type,
                                   [](const audit_record::Numbered& n, std::string_view t) { return n.number < t; });
  return it != types.end() && it->number == type ? it->name : type;
}

bool parse_record(std::string_view line, RecordHead& head) {
  using audit_record::starts;
  head = {};
  std::string_view s = line;
  if (starts(s, "node=")) {
    const std::size_t blank = s.find(' ');
    if (blank == std::string_view::npos) return false;
    head.node = s.substr(5, blank - 5);
    s.remove_prefix(blank + 1);
  }
  if (!starts(s, "type=")) return false;
  const std::size_t blank = s.substr(0, 128).find(' ');
  if (blank == std::string_view::npos || blank == 5) return false;
  head.type = s.substr(5, blank - 5);
  s.remove_prefix(blank + 1);
  if (starts(s, "msg=")) s.remove_prefix(4);
  if (!audit_record::id_and_body(s, head)) return false;
  if (head.type.front() >= '0' && head.type.front() <= '9') head.type = type_name(head.type);
  if (starts(head.type, "UNKNOWN[")) head.type = type_name(head.type.substr(8, head.type.find(']') - 8));
  return true;
}

bool parse_bare_record(std::string_view message, RecordHead& head) {
  head = {};
  std::size_t n = 0;
  while (n < message.size() && audit_record::type_char(message[n])) ++n;
  if (n < 2 || n > 40 || n >= message.size() || message[n] != ' ' || message.find('=', n) == std::string_view::npos)
    return false;
  head.type = type_name(message.substr(0, n));
  head.body = message.substr(n + 1);
  return true;
}

bool looks_like_record(std::string_view line) {
  RecordHead head;
  return parse_record(line, head);
}

bool stands_alone(std::string_view type) {
  for (const std::string_view prefix :
       {"USER_", "CRED_", "SERVICE_", "SYSTEM_", "DAEMON_", "CRYPTO_", "ADD_", "DEL_", "VIRT_", "GRP_", "ROLE_"}) {
    if (audit_record::starts(type, prefix)) return type != "USER_AVC";
  }
  return false;
}

}  // namespace custos::ingest::auditd
