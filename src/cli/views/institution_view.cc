#include "cli/views/institution_view.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "base/text.h"

namespace custos::cli {
namespace institution_viewing {
namespace {

constexpr std::size_t kRows = 12;     // of one part of the screen
constexpr std::size_t kNames = 8;     // named in one row
constexpr std::size_t kValues = 100;  // columns of a value

std::string joined(const std::vector<std::string>& list, std::size_t most = kNames) {
  std::string out;
  for (std::size_t i = 0; i < list.size() && i < most; ++i) out += (out.empty() ? "" : ", ") + printable(list[i], 60);
  if (list.size() > most) out += fmt::format(" and {} more", list.size() - most);
  return out;
}

// Columns on a terminal, near enough: characters, not bytes.
std::size_t width(std::string_view s) {
  return static_cast<std::size_t>(std::count_if(s.begin(), s.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::string padded(std::string text, std::size_t columns) {
  const std::size_t w = width(text);
  if (w < columns) text.append(columns - w, ' ');
  return text;
}

// "1 case", "2 cases"
std::string counted(std::size_t n, std::string_view one, std::string_view many = {}) {
  return fmt::format("{} {}", n, n == 1 ? std::string(one) : many.empty() ? fmt::format("{}s", one) : std::string(many));
}

using Groups = std::map<std::string, std::vector<std::string>>;

// The largest groups first, one a row.
void rows(std::string& out, const Groups& groups) {
  std::vector<const Groups::value_type*> sorted;
  for (const auto& g : groups) sorted.push_back(&g);
  std::stable_sort(sorted.begin(), sorted.end(), [](const auto* a, const auto* b) { return a->second.size() > b->second.size(); });
  for (std::size_t i = 0; i < sorted.size() && i < kRows; ++i) {
    out += fmt::format("  {} {:>5}  {}\n", padded(printable(sorted[i]->first, 26), 26), sorted[i]->second.size(), joined(sorted[i]->second));
  }
  if (sorted.size() > kRows) out += fmt::format("  and {} more\n", sorted.size() - kRows);
}

void people(std::string& out, const Institution& in) {
  if (in.people.empty() && in.accounts.empty()) return;
  Groups units;
  std::map<std::string, std::map<std::string, std::size_t>> roles;
  for (const Person& p : in.people) {
    const std::string unit = p.unit.empty() ? "(no unit)" : p.unit;
    units[unit];
    ++roles[unit][p.role.empty() ? "(no role)" : p.role];
  }
  for (auto& [unit, list] : units) {
    std::vector<std::pair<std::size_t, std::string>> by_number;
    for (const auto& [role, n] : roles[unit]) by_number.emplace_back(n, role);
    std::stable_sort(by_number.begin(), by_number.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
    std::size_t all = 0;
    std::string text;
    for (std::size_t i = 0; i < by_number.size(); ++i) {
      all += by_number[i].first;
      if (i < 4) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", by_number[i].first, printable(by_number[i].second, 30));
    }
    if (by_number.size() > 4) text += fmt::format(" and {} more roles", by_number.size() - 4);
    list.assign(all, {});
    list.front() = text;
  }
  out += fmt::format("\nPeople {} in {}, {} in person\n", in.people.size(), counted(units.size(), "unit"),
                     counted(in.accounts.size(), "account of nobody", "accounts of nobody"));
  std::vector<std::pair<std::size_t, const Groups::value_type*>> sorted;
  for (const auto& u : units) sorted.emplace_back(u.second.size(), &u);
  std::stable_sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  for (std::size_t i = 0; i < sorted.size() && i < kRows; ++i) {
    out += fmt::format("  {} {:>5}  {}\n", padded(printable(sorted[i].second->first, 26), 26), sorted[i].first, sorted[i].second->second.front());
  }
  if (sorted.size() > kRows) out += fmt::format("  and {} more units\n", sorted.size() - kRows);
}

void hosts(std::string& out, const Institution& in) {
  if (in.hosts.empty()) return;
  Groups roles;
  for (const Host& h : in.hosts) {
    if (h.roles.empty()) roles["(no role)"].push_back(h.name);
    for (const std::string& r : h.roles) roles[r].push_back(h.name);
  }
  out += fmt::format("\nHosts {}\n", in.hosts.size());
  rows(out, roles);
}

void services(std::string& out, const Institution& in) {
  if (in.services.empty()) return;
  out += fmt::format("\nServices {}\n", in.services.size());
  std::vector<const Service*> sorted;
  for (const Service& s : in.services) sorted.push_back(&s);
  std::stable_sort(sorted.begin(), sorted.end(), [](const auto* a, const auto* b) { return a->core > b->core; });
  for (std::size_t i = 0; i < sorted.size() && i < kRows; ++i) {
    const Service& s = *sorted[i];
    out += fmt::format("  {} {}  {}{}{}\n", padded(printable(s.name, 26), 26), s.core ? "core" : "    ",
                       s.hosts.empty() ? "no hosts of ours" : fmt::format("{} of {} must run: {}", s.minimum, s.hosts.size(), joined(s.hosts)),
                       s.needs.empty() ? "" : "; stands on ", joined(s.needs));
  }
  if (sorted.size() > kRows) out += fmt::format("  and {} more services\n", sorted.size() - kRows);
}

void items(std::string& out, const Institution& in) {
  if (in.items.empty()) return;
  out += fmt::format("\nProtected {}\n", in.items.size());
  // The most confidential first: the last word of the list is the strongest.
  const auto rank = [&](const ProtectedItem* i) {
    return std::find(in.confidentialities.begin(), in.confidentialities.end(), i->confidentiality) - in.confidentialities.begin();
  };
  const auto ranked = [&](const ProtectedItem* i) { return rank(i) == static_cast<std::ptrdiff_t>(in.confidentialities.size()) ? -1 : rank(i); };
  std::vector<const ProtectedItem*> sorted;
  for (const ProtectedItem& i : in.items) sorted.push_back(&i);
  std::stable_sort(sorted.begin(), sorted.end(), [&](const auto* a, const auto* b) { return ranked(a) > ranked(b); });
  for (std::size_t i = 0; i < sorted.size() && i < kRows; ++i) {
    const ProtectedItem& x = *sorted[i];
    out += fmt::format("  {} {} {}{}; {}\n", padded(printable(x.id, 26), 26), padded(printable(x.kind, 12), 12),
                       printable(x.confidentiality.empty() ? "(no confidentiality)" : x.confidentiality, 30),
                       x.owner.empty() ? "" : ", owner " + printable(x.owner, 40), x.tell.empty() ? "nobody to tell" : "tell " + joined(x.tell));
  }
  if (sorted.size() > kRows) out += fmt::format("  and {} more items\n", sorted.size() - kRows);
}

void networks(std::string& out, const Institution& in) {
  if (in.networks.empty()) return;
  out += fmt::format("\nNetworks {}\n", in.networks.size());
  for (std::size_t i = 0; i < in.networks.size() && i < kRows; ++i) {
    const Network& n = in.networks[i];
    out += fmt::format("  {} {}{}{}  {}\n", padded(printable(n.name, 26), 26), padded(printable(n.kind, 12), 12), n.dhcp ? " DHCP" : "     ",
                       n.nat ? " NAT" : "    ", joined(n.cidrs));
  }
  if (in.networks.size() > kRows) out += fmt::format("  and {} more networks\n", in.networks.size() - kRows);
}

}  // namespace
}  // namespace institution_viewing

std::string institution_screen(const Institution& in) {
  using namespace institution_viewing;
  std::string out = printable(in.name.empty() ? "(an institution without a name)" : in.name, 80);
  if (!in.domain.empty()) out += "  " + printable(in.domain, 60);
  if (!in.netbios.empty()) out += "  " + printable(in.netbios, 20);
  out += fmt::format("\nworks {}{}\n", printable(::custos::institution::hours_text(in.hours), 80),
                     in.hours.holidays.empty() ? "" : ", " + counted(in.hours.holidays.size(), "holiday"));
  people(out, in);
  hosts(out, in);
  networks(out, in);
  services(out, in);
  items(out, in);
  out += fmt::format("\n{}, {}, {}\n", counted(in.cases.size(), "case"), counted(in.canaries.size(), "canary", "canaries"),
                     counted(in.known.size(), "known source"));
  return out;
}

std::string sheets_text(const std::vector<::custos::institution::Sheet>& sheets) {
  using namespace institution_viewing;
  std::string out;
  for (const auto& s : sheets) {
    out += fmt::format("{}{}  {}\n", out.empty() ? "" : "\n", s.kind, printable(s.title, 200));
    for (const auto& [label, values] : s.facts) {
      std::string head = label;
      for (const std::string& v : values) {
        out += fmt::format("  {} {}\n", padded(head, 30), printable(v, 4 * kValues));
        head.clear();
      }
    }
  }
  return out;
}

std::string json_quoted(std::string_view s) {
  std::string out = "\"";
  append_json_escaped(out, to_valid_utf8(s));
  return out + "\"";
}

std::string sheets_json(const std::vector<::custos::institution::Sheet>& sheets, const std::string& name) {
  std::string out = fmt::format("{{\"type\":\"about\",\"name\":{},\"found\":[", json_quoted(name));
  for (std::size_t i = 0; i < sheets.size(); ++i) {
    out += fmt::format("{}{{\"kind\":{},\"title\":{},\"facts\":{{", i == 0 ? "" : ",", json_quoted(sheets[i].kind), json_quoted(sheets[i].title));
    for (std::size_t k = 0; k < sheets[i].facts.size(); ++k) {
      const auto& [label, values] = sheets[i].facts[k];
      out += fmt::format("{}{}:[", k == 0 ? "" : ",", json_quoted(label));
      for (std::size_t v = 0; v < values.size(); ++v) out += (v == 0 ? "" : ",") + json_quoted(values[v]);
      out += "]";
    }
    out += "}}";
  }
  return out + "]}\n";
}

}  // namespace custos::cli
