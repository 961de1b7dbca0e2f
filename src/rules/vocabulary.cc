#include "rules/vocabulary.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace custos::rules {
namespace vocabulary {

constexpr std::array kProducts = std::to_array<std::string_view>(
    {"windows", "linux", "macos", "zeek", "suricata", "aws", "azure", "m365", "gcp", "okta", "onelogin", "github", "bitbucket", "gitlab",
     "kubernetes", "cisco", "huawei", "juniper", "fortigate", "fortios", "paloalto", "opencanary", "rpc_firewall", "qualys", "apache",
     "nginx", "modsecurity", "jvm", "nodejs", "python", "django", "ruby_on_rails", "spring", "sql", "velocity", "ocsf", "google_workspace"});

constexpr std::array kCategories = std::to_array<std::string_view>(
    {"process_creation", "process_termination", "process_access", "process_tampering", "create_remote_thread", "raw_access_thread",
     "driver_load", "image_load", "file_event", "file_change", "file_access", "file_rename", "file_delete", "file_delete_detected",
     "file_block_executable", "file_block_shredding", "file_executable_detected", "create_stream_hash", "registry_event", "registry_add",
     "registry_set", "registry_delete", "registry_rename", "network_connection", "dns_query", "dns", "pipe_created", "wmi_event",
     "clipboard_capture", "sysmon_status", "sysmon_error", "ps_script", "ps_module", "ps_classic_start", "ps_classic_provider_start",
     "ps_classic_script", "webserver", "proxy", "firewall", "antivirus", "database", "application", "authentication", "appliance"});

// Services are many; those without a product of their own in the taxonomy are listed, the others come with their product.
constexpr std::array kServices = std::to_array<std::string_view>({"apache", "nginx", "netflow", "sysmon", "auth", "syslog", "sshd", "sudo", "cron"});

template <std::size_t N>
bool in(const std::array<std::string_view, N>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

constexpr std::array kAuth = std::to_array<std::string_view>({"sshd", "sudo", "su", "login", "pam", "useradd", "usermod", "userdel", "groupadd",
                                                              "passwd", "chpasswd", "systemd-logind", "polkitd", "auth"});

// A service of the log contains another: what sshd writes stands in auth.log and in the syslog.
bool service_fits(std::string_view rule, const LogSource& event) {
  if (rule == event.service) return true;
  if (event.product == "linux" && event.service != "auditd" && event.service != "sysmon") {
    if (rule == "syslog") return true;
    if (rule == "auth") return in(kAuth, event.service);
  }
  if (event.product == "m365" && rule == "audit") return true;
  return false;
}

}  // namespace vocabulary

bool known_words(const LogSourceRef& r) {
  using namespace vocabulary;
  if (!r.product.empty() && !in(kProducts, r.product)) return false;
  if (!r.category.empty() && !in(kCategories, r.category)) return false;
  // With a known product or category the service only narrows; alone it must be known itself.
  return r.service.empty() || !r.product.empty() || !r.category.empty() || in(kServices, r.service);
}

bool speaks_of(const LogSourceRef& r, const LogSource& e) {
  if (e.unknown() || !known_words(r)) return true;
  if (!r.product.empty() && r.product != e.product) return false;
  if (!r.service.empty() && !vocabulary::service_fits(r.service, e)) return false;
  // "application" names a class of products, not a kind of event: the product has decided already.
  if (r.category == "application" && !r.product.empty()) return true;
  return r.category.empty() || std::find(e.categories.begin(), e.categories.end(), r.category) != e.categories.end();
}

}  // namespace custos::rules
