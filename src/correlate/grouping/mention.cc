#include "correlate/grouping/mention.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/net/address.h"
#include "base/text.h"

namespace custos::correlate {
namespace mentioning {

bool one_of(std::string_view s, std::initializer_list<std::string_view> of) { return std::find(of.begin(), of.end(), s) != of.end(); }

// Accounts that every computer has: what they do is the computer's.
bool of_the_system(std::string_view account) {
  const auto at = account.rfind('\\');
  const std::string_view domain = at == std::string_view::npos ? std::string_view{} : account.substr(0, at);
  const std::string_view name = at == std::string_view::npos ? account : account.substr(at + 1);
  return name.ends_with('$') || one_of(domain, {"nt authority", "nt service", "window manager", "font driver host", "iis apppool"}) ||
         one_of(name, {"system", "local service", "network service", "anonymous logon", "localsystem", "s-1-5-18", "s-1-5-19", "s-1-5-20", "s-1-5-7", "-"});
}

// Accounts of this name are another one on every computer.
bool local_by_name(std::string_view account) {
  return account.find('\\') == std::string_view::npos && account.find('@') == std::string_view::npos &&
         one_of(account, {"root", "administrator", "admin", "guest", "ubuntu", "debian", "www-data", "nobody", "ec2-user", "postgres"});
}

const Answer* identity(const Entity& e, std::string_view kind) {
  for (const Identity& i : e.identities) {
    if (i.kind == kind) return &i.is;
  }
  return nullptr;
}

class Collector {
 public:
  explicit Collector(const Finding& f) : finding_(f) {}

  std::vector<Mention> take() {
    for (const Entity& e : finding_.entities) entity(e);
    name_local_accounts();
    ties();
    return std::move(out_);
  }

 private:
  void add(std::string_view kind, std::string value, Part part) {
    if (value.empty()) return;
    const auto same = [&](const Mention& m) { return m.kind == kind && m.value == value; };
    if (std::none_of(out_.begin(), out_.end(), same)) out_.push_back({std::string(kind), std::move(value), part});
  }

  void entity(const Entity& e) {
    if (e.kind == "host") return host(e);
    if (e.kind == "address") return address(e);
    if (e.kind == "user") return account(e);
    if (e.kind == "domain") return add("domain", fold(e.value), e.part);
    if ((e.kind == "process" || e.kind == "file") && writable_place(e.value)) return add("program", file_name(e.value), e.part);
  }

  void host(const Entity& e) {
    if (const auto a = parse_address(e.value)) return address(e);
    const Answer* is = identity(e, "host");
    const std::string name = is != nullptr && is->known() ? is->value : fold(std::string_view(e.value).substr(0, e.value.find('.')));
    add("host", name, e.part == Part::Other ? Part::On : e.part);
  }

  void address(const Entity& e) {
    const auto a = parse_address(e.value);
    if (!a) return;
    const Answer* is = identity(e, "host");
    if (is != nullptr && is->known()) return add("host", is->value, e.part);
    if (!is_public(*a) && !is_private(*a) && is == nullptr && e.value.starts_with("127.")) return;
    // One of ours that nobody knows by name, or a stranger's.
    add(is != nullptr || is_private(*a) ? "host" : "address", text_of(*a), e.part);
  }

  void account(const Entity& e) {
    const Answer* is = identity(e, "account");
    std::string name = is != nullptr && is->known() ? is->value : fold(e.domain.empty() ? e.value : e.domain + "\\" + e.value);
    if (!of_the_system(name)) add("account", std::move(name), e.part);
  }

  // "root" on a server is that server's.
  void name_local_accounts() {
    const auto on = std::find_if(out_.begin(), out_.end(), [](const Mention& m) { return m.kind == "host" && m.part == Part::On; });
    if (on == out_.end()) return;
    const std::string host = on->value;
    for (Mention& m : out_) {
      if (m.kind == "account" && local_by_name(m.value)) m.value = host + "\\" + m.value;
    }
  }

  void ties() {
    const auto on = std::find_if(out_.begin(), out_.end(), [](const Mention& m) { return m.kind == "host" && m.part == Part::On; });
    if (on == out_.end()) return;
    const std::string host = on->value;
    const Ties& t = finding_.ties;
    if (t.process > 4) add("process", fmt::format("{} on {}", t.process, host), Part::Other);  // 0 and 4 are Windows itself
    if (t.parent > 4) add("process", fmt::format("{} on {}", t.parent, host), Part::Other);
    if (!t.session.empty()) add("session", fmt::format("{} on {}", t.session, host), Part::Other);
  }

  const Finding& finding_;
  std::vector<Mention> out_;
};

}  // namespace mentioning

std::vector<Mention> mentions_of(const Finding& finding) { return mentioning::Collector(finding).take(); }

bool writable_place(std::string_view path) {
  static constexpr std::array<std::string_view, 10> kPlaces = {"\\users\\", "\\programdata\\", "\\temp\\",  "\\perflogs\\", "\\$recycle.bin\\",
                                                               "/tmp/",     "/var/tmp/",       "/dev/shm/", "/home/",       "\\windows\\tasks\\"};
  const std::string p = fold(path);
  return std::any_of(kPlaces.begin(), kPlaces.end(), [&](std::string_view place) { return p.find(place) != std::string::npos; });
}

std::string file_name(std::string_view path) {
  const auto at = path.find_last_of("\\/");
  return fold(at == std::string_view::npos ? path : path.substr(at + 1));
}

}  // namespace custos::correlate
