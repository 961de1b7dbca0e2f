#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/hash.h"
#include "base/text.h"
#include "simulate/world/world.h"

namespace custos::simulate {
namespace {

std::string guid_of(std::string_view what) {
  const std::uint64_t a = hash64(what), b = hash64(std::string(what) + "+");
  return fmt::format("{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}", a >> 32, a >> 16 & 0xFFFF, a & 0xFFF, 0x8000 | (b >> 48 & 0x3FFF), b & 0xFFFFFFFFFFFF);
}

constexpr std::uint32_t ip(std::uint32_t a, std::uint32_t b, std::uint32_t c, std::uint32_t d) { return a << 24 | b << 16 | c << 8 | d; }

// Accounts keep to ASCII letters, names don't.
std::string account_name(std::string_view first, std::string_view last) {
  std::string out{ascii_lower(first[0]), '.'};
  for (const char c : last) {
    if (const char l = ascii_lower(c); l >= 'a' && l <= 'z') out += l;
  }
  return out;
}

class Builder {
 public:
  Builder(const Parameters& p, std::uint64_t seed, unsigned hosts, Micros begin, Micros end) : rng_(seed, "world"), hosts_(hosts) {
    w_.parameters = &p;
    w_.seed = seed;
    w_.begin = begin;
    w_.end = end;
    w_.calendar = Calendar(p.utc_offset, p.summer_time, p.holidays);
    w_.egress = "203.0.113.10";
    w_.domain_sid = fmt::format("S-1-5-21-{}-{}-{}", 1'000'000'000 + rng_.below(3'000'000'000), 1'000'000'000 + rng_.below(3'000'000'000),
                                1'000'000'000 + rng_.below(3'000'000'000));
    w_.tenant = guid_of(p.domain + "/tenant");
    w_.cloud_account = fmt::format("{:012}", 100'000'000'000 + rng_.below(800'000'000'000));
  }

  World build() {
    networks();
    servers();
    const unsigned desks = hosts_ - static_cast<unsigned>(w_.machines.size());
    for (unsigned i = 1; i <= desks; ++i) machine(fmt::format("ws-{:03}", i), Kind::Workstation, "office", true);
    dossiers();
    people(std::max(3u, static_cast<unsigned>(std::lround(desks * w_.parameters->people_per_workstation))));
    return std::move(w_);
  }

 private:
  void networks() {
    const auto net = [this](std::string name, std::string kind, std::uint32_t first, std::uint32_t size, bool dhcp) {
      w_.nets.push_back({std::move(name), std::move(kind), first, size, dhcp});
    };
    net("office", "office", ip(10, 20, 8, 20), 2'000, true);
    net("servers", "server", ip(10, 20, 1, 10), 230, false);
    net("dmz", "dmz", ip(10, 20, 2, 10), 100, false);
    net("vpn", "vpn", ip(10, 20, 32, 2), 1'000, true);
    net("guests", "guest", ip(192, 168, 77, 10), 230, true);
    net("management", "management", ip(10, 20, 3, 10), 100, false);
  }

  Machine& machine(const std::string& name, Kind kind, std::string_view net, bool windows) {
    const Parameters& p = *w_.parameters;
    const auto index = static_cast<std::uint32_t>(w_.machines.size());
    Machine& m = w_.machines.emplace_back(index, w_.seed, "machine/" + name);
    w_.by_kind[kind].push_back(index);
    m.name = name;
    m.fqdn = name + "." + p.domain;
    m.kind = kind;
    m.windows = windows;
    m.sysmon = windows;
    std::string upper = name;
    std::transform(upper.begin(), upper.end(), upper.begin(), [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
    m.account = upper + "$";
    m.sid = fmt::format("{}-{}", w_.domain_sid, 1'100 + index);
    m.mac = fmt::format("02:1c:{:02x}:{:02x}:{:02x}:{:02x}", m.rng.below(256), m.rng.below(256), index >> 8, index & 255);
    for (std::uint32_t n = 0; n < w_.nets.size(); ++n) {
      if (w_.nets[n].name == net) m.net = n;
    }
    m.address = address_text(w_.nets[m.net].dhcp ? leased(m) : w_.nets[m.net].first + used_[m.net]++);
    m.guid_seed = m.rng.next();
    m.booted = w_.begin - static_cast<Micros>(m.rng.below(20 * static_cast<std::uint64_t>(kDay)));
    if (m.rng.chance(p.faults.skewed)) m.skew = static_cast<Micros>((m.rng.chance(0.5) ? 1 : -1) * m.rng.draw(p.faults.skew_seconds) * kSecond);
    m.services = process(m, "C:\\Windows\\System32\\services.exe", "C:\\Windows\\system32\\services.exe", 700);
    m.svchost = process(m, "C:\\Windows\\System32\\svchost.exe", "C:\\Windows\\system32\\svchost.exe -k netsvcs -p -s Schedule", 1'200);
    m.explorer = process(m, "C:\\Windows\\explorer.exe", "C:\\Windows\\Explorer.EXE", 4'300);
    return m;
  }

  // No two computers begin with the same address; a network that is full has none to give.
  std::uint32_t leased(Machine& m) {
    const Net& net = w_.nets[m.net];
    std::uint32_t address = w_.new_address(m.rng, m.net);
    for (std::uint32_t i = 0; i < net.size && !leased_.insert(address).second; ++i) address = net.first + (address - net.first + 1) % net.size;
    return address;
  }

  Process process(Machine& m, std::string image, std::string command, std::uint32_t pid) {
    return {pid,
            fmt::format("{:08x}-{:04x}-{:04x}-{:04x}-{:012x}", m.guid_seed >> 32, m.rng.below(65'536), m.rng.below(65'536), pid, m.rng.below(1ull << 40)),
            std::move(image),
            std::move(command),
            nullptr,
            0x3e7};
  }

  void servers() {
    const Parameters& p = *w_.parameters;
    machine("dc-01", Kind::DomainController, "servers", true);
    machine("files-01", Kind::FileServer, "servers", true);
    machine("app-01", Kind::AppServer, "servers", true);
    machine("backup-01", Kind::Backup, "servers", true);
    machine("ns-01", Kind::Resolver, "servers", false);
    machine("proxy-01", Kind::Proxy, "dmz", false);
    machine("web-01", Kind::Web, "dmz", false);
    machine("bastion-01", Kind::Bastion, "dmz", false);
    machine("mail-01", Kind::Mail, "dmz", false);
    machine("db-01", Kind::Database, "servers", false);
    machine("scan-01", Kind::Scanner, "management", false);
    machine("print-01", Kind::Printer, "office", false);
    const auto more = static_cast<int>(hosts_ * p.servers_per_host) - static_cast<int>(w_.machines.size());
    constexpr struct {
      const char* name;
      Kind kind;
      bool windows;
    } kMore[] = {{"app", Kind::AppServer, true},
                 {"files", Kind::FileServer, true},
                 {"db", Kind::Database, false},
                 {"print", Kind::Printer, false},
                 {"dc", Kind::DomainController, true},
                 {"proxy", Kind::Proxy, false}};
    for (int i = 0; i < more; ++i) {
      const auto& kind = kMore[static_cast<std::size_t>(i) % std::size(kMore)];
      const std::string_view net = kind.kind == Kind::Printer ? "office" : kind.kind == Kind::Proxy ? "dmz" : "servers";
      machine(fmt::format("{}-{:02}", kind.name, 2 + static_cast<std::size_t>(i) / std::size(kMore)), kind.kind, net, kind.windows);
    }
  }

  // Cases have folders on the file server; so has every unit.
  void dossiers() {
    const Parameters& p = *w_.parameters;
    const int year = to_civil(w_.begin).year;
    for (int i = 0; i < p.cases; ++i) {
      Case c;
      c.id = fmt::format("{}-{:03}", year - static_cast<int>(rng_.below(3)), 11 + i * 7);
      c.title = "Case " + c.id;
      c.confidentiality = i % 3 == 0 ? "strictly confidential" : "confidential";
      w_.cases.push_back(c);
      for (const std::string& part : p.document_words) {
        w_.folders.push_back({"Cases", c.id + "\\" + part, static_cast<std::uint32_t>(static_cast<std::size_t>(p.documents) / p.document_words.size()), "",
                              static_cast<std::uint32_t>(i)});
      }
    }
    for (const std::string& unit : p.unit_folders) {
      for (const char* part : {"Correspondence", "Templates", "Working papers"}) w_.folders.push_back({"Units", unit + "\\" + part, 300, unit, kNobody});
    }
  }

  const User* user(const std::string& name, const std::string& display, std::uint32_t person, bool admin) {
    const Parameters& p = *w_.parameters;
    User& u = w_.users.emplace_back();
    u.name = name;
    u.domain = p.netbios;
    u.upn = name + "@" + p.domain;
    u.sid = fmt::format("{}-{}", w_.domain_sid, 2'200 + w_.users.size());
    u.display = display;
    u.object_id = guid_of(u.upn);
    u.uid = 1'000 + static_cast<std::uint32_t>(w_.users.size());
    u.person = person;
    u.admin = admin;
    return &u;
  }

  void people(unsigned count) {
    const Parameters& p = *w_.parameters;
    const std::vector<std::uint32_t> desks = w_.by_kind[Kind::Workstation];
    std::vector<double> shares;
    for (const Role& r : p.roles) shares.push_back((shares.empty() ? 0 : shares.back()) + r.share);
    std::set<std::string> taken;
    for (unsigned i = 0; i < count; ++i) {
      Colleague& c = w_.people.emplace_back(i, w_.seed, fmt::format("person/{}", i));
      // The first few fill every role once; the last of a very small institution administers its computers too.
      c.role = &p.roles[i < p.roles.size() ? i : c.rng.weighted(shares)];
      const auto administers = std::find_if(p.roles.begin(), p.roles.end(), [](const Role& r) { return r.admin; });
      if (i + 1 == count && count < p.roles.size() && administers != p.roles.end()) c.role = &*administers;
      c.unit = c.role->unit;
      c.first = c.rng.pick(p.first_names);
      c.last = c.rng.pick(p.last_names);
      const std::string wished = account_name(c.first, c.last);
      std::string name = wished;
      for (int n = 2; !taken.insert(name).second; ++n) name = fmt::format("{}{}", wished, n);
      const std::string display = c.last + ", " + c.first;
      c.user = user(name, display, i, false);
      if (c.role->admin) c.admin = user("adm-" + name, display + " (administration)", i, true);
      c.machine = desks[i % desks.size()];
      Machine& m = w_.machines[c.machine];
      if (m.owner == kNobody) {
        m.owner = i;
        m.laptop = c.rng.chance(c.role->laptop);
        m.powered = !m.laptop && c.rng.chance(0.5);  // the run begins at midnight
      }
      c.home_address = address_text(ip(100, 64, 0, 0) + static_cast<std::uint32_t>(c.rng.below(1u << 22)));
      habits(c);
    }
    user("svc-backup", "Backup", kNobody, false);
    user("svc-scan", "Vulnerability scanner", kNobody, false);
    user("svc-sync", "Directory synchronisation", kNobody, false);
  }

  void habits(Colleague& c) {
    const Parameters& p = *w_.parameters;
    for (unsigned n = c.rng.poisson(c.role->cases); n > 0; --n) {
      const auto one = static_cast<std::uint32_t>(c.rng.below(w_.cases.size()));
      if (std::find(c.cases.begin(), c.cases.end(), one) == c.cases.end()) c.cases.push_back(one);
    }
    for (std::uint32_t f = 0; f < w_.folders.size(); ++f) {
      const Folder& folder = w_.folders[f];
      const bool assigned = folder.dossier != kNobody && std::find(c.cases.begin(), c.cases.end(), folder.dossier) != c.cases.end();
      const bool shared = std::find(c.role->shares.begin(), c.role->shares.end(), folder.unit) != c.role->shares.end();
      if (assigned || (!folder.unit.empty() && (folder.unit == c.unit || shared))) c.folders.push_back(f);
    }
    std::vector<std::string> offered;
    for (const Site& s : p.sites) {
      if (std::find(c.role->sites.begin(), c.role->sites.end(), s.kind) != c.role->sites.end()) offered.push_back(s.domain);
    }
    for (std::size_t i = 0; i < std::min<std::size_t>(6, offered.size()); ++i) c.habits.push_back(c.rng.pick(offered));
    const std::uint64_t version = 128 + c.rng.below(4);
    c.browser =
        fmt::format("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{0}.0.0.0 Safari/537.36 Edg/{0}.0.0.0", version);
    c.phone_agent = c.rng.chance(0.6) ? "Outlook-iOS/2.0" : "Outlook-Android/2.0";
    c.employed = {w_.begin - static_cast<Micros>(90 + c.rng.below(4'000)) * kDay, kNoTime};
  }

  World w_;
  Rng rng_;
  unsigned hosts_;
  std::map<std::uint32_t, std::uint32_t> used_;
  std::set<std::uint32_t> leased_;
};

}  // namespace

World build_world(const Parameters& parameters, std::uint64_t seed, unsigned hosts, Micros begin, Micros end) {
  return Builder(parameters, seed, hosts, begin, end).build();
}

}  // namespace custos::simulate
