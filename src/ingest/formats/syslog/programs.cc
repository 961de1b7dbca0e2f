#include "ingest/formats/syslog/programs.h"

#include <algorithm>
#include <array>

namespace custos::ingest::syslog {
namespace {
namespace table {

Category pam_only(std::string_view, SyslogEvent&) { return Category::None; }

// Sorted by name (checked by a test): found by binary search.
constexpr std::array kPrograms{
    Program{"CRON", Service::Cron, decode_cron},
    Program{"anacron", Service::Cron, decode_cron},
    Program{"atd", Service::Cron, decode_cron},
    Program{"chage", Service::Auth, decode_accounts},
    Program{"chfn", Service::Auth, decode_accounts},
    Program{"chpasswd", Service::Auth, decode_accounts},
    Program{"chsh", Service::Auth, decode_accounts},
    Program{"clamd", Service::Clamav, nullptr},
    Program{"clamscan", Service::Clamav, nullptr},
    Program{"cron", Service::Cron, decode_cron},
    Program{"crond", Service::Cron, decode_cron},
    Program{"crontab", Service::Cron, decode_cron},
    Program{"dnsmasq", Service::Dnsmasq, decode_dnsmasq},
    Program{"doas", Service::Auth, pam_only},
    Program{"freshclam", Service::Clamav, nullptr},
    Program{"gdm-password", Service::Auth, pam_only},
    Program{"gpasswd", Service::Auth, decode_accounts},
    Program{"groupadd", Service::Auth, decode_accounts},
    Program{"groupdel", Service::Auth, decode_accounts},
    Program{"groupmod", Service::Auth, decode_accounts},
    Program{"guacd", Service::Guacamole, nullptr},
    Program{"kernel", Service::Syslog, decode_kernel},
    Program{"login", Service::Auth, pam_only},
    Program{"named", Service::Named, decode_named},
    Program{"newusers", Service::Auth, decode_accounts},
    Program{"passwd", Service::Auth, decode_accounts},
    Program{"pkexec", Service::Auth, pam_only},
    Program{"polkitd", Service::Auth, pam_only},
    Program{"runuser", Service::Auth, pam_only},
    Program{"sshd", Service::Sshd, decode_sshd},
    Program{"sshd-auth", Service::Sshd, decode_sshd},
    Program{"sshd-session", Service::Sshd, decode_sshd},
    Program{"su", Service::Auth, decode_su},
    Program{"sudo", Service::Sudo, decode_sudo},
    Program{"systemd", Service::Syslog, decode_systemd},
    Program{"systemd-logind", Service::Auth, decode_logind},
    Program{"useradd", Service::Auth, decode_accounts},
    Program{"userdel", Service::Auth, decode_accounts},
    Program{"usermod", Service::Auth, decode_accounts},
    Program{"vsftpd", Service::Vsftpd, nullptr},
};

}  // namespace table
}  // namespace

std::string_view program_name(std::string_view app) {
  if (const std::size_t slash = app.rfind('/'); slash != std::string_view::npos && slash + 1 < app.size()) {
    app.remove_prefix(slash + 1);
  }
  if (app.size() > 2 && app.front() == '(' && app.back() == ')') return app.substr(1, app.size() - 2);
  if (const std::size_t open = app.find('('); open != std::string_view::npos && open > 0) app = app.substr(0, open);
  return app;
}

const Program* find_program(std::string_view name) {
  const auto it = std::lower_bound(table::kPrograms.begin(), table::kPrograms.end(), name,
                                   [](const Program& p, std::string_view n) { return p.name < n; });
  return it != table::kPrograms.end() && it->name == name ? &*it : nullptr;
}

}  // namespace custos::ingest::syslog
