#include "institution/about/about.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/net/address.h"
#include "base/text.h"
#include "institution/about/sheets.h"
#include "institution/checks/checks.h"
#include "institution/file/moment.h"
#include "institution/index.h"

namespace custos::institution {
namespace looking_up {
namespace {

// The parts of an account's spelling: "COURT\m.osei", "m.osei@court.example.org".
struct Spelling {
  std::string name, domain;
};

Spelling spelling(const std::string& key) {
  if (const std::size_t slash = key.find_first_of("\\/"); slash != std::string::npos) return {key.substr(slash + 1), key.substr(0, slash)};
  if (const std::size_t at = key.rfind('@'); at != std::string::npos) return {key.substr(0, at), key.substr(at + 1)};
  return {key, {}};
}

// A domain by its NetBIOS name, its DNS name or the first label of that.
bool same_domain(const Institution& in, const Account& a, const std::string& domain) {
  if (domain.empty()) return true;
  if (domain == "." || (!a.host.empty() && name_key(a.host) == domain)) return a.domain.empty();
  if (name_key(a.domain) == domain || (!a.domain.empty() && domain.substr(0, domain.find('.')) == name_key(a.domain))) return true;
  return !in.domain.empty() && !in.netbios.empty() && name_key(in.domain) == domain && name_key(a.domain) == name_key(in.netbios);
}

bool means(const Institution& in, const Account& a, const std::string& key, const Spelling& s) {
  if (key == name_key(a.upn) || key == name_key(a.sid) || (!a.display_name.empty() && key == name_key(a.display_name))) return true;
  return s.name == name_key(a.name) && same_domain(in, a, s.domain);
}

class Finder {
 public:
  Finder(const Institution& in, std::string_view name) : in_(in), key_(name_key(name)), spelling_(spelling(key_)), sheets_(in) {}

  std::vector<Sheet> run() {
    if (key_.empty()) return {};
    people();
    for (const Account& a : in_.accounts) {
      if (means(in_, a, key_, spelling_)) out_.push_back(sheets_.of(a, nullptr));
    }
    hosts();
    if (const auto a = parse_address(key_)) out_.push_back(sheets_.of(*a));
    for (const Network& n : in_.networks) {
      if (name_key(n.name) == key_ || std::any_of(n.cidrs.begin(), n.cidrs.end(), [&](const auto& c) { return name_key(c) == key_; }))
        out_.push_back(sheets_.of(n));
    }
    for (const Service& s : in_.services) {
      if (name_key(s.name) == key_) out_.push_back(sheets_.of(s));
    }
    for (const Case& c : in_.cases) {
      if (name_key(c.id) == key_ || name_key(c.title) == key_) out_.push_back(sheets_.of(c));
    }
    for (const ProtectedItem& i : in_.items) {
      if (name_key(i.id) == key_ || name_key(i.title) == key_ || spoken_of(i.match)) out_.push_back(sheets_.of(i));
    }
    for (const Canary& c : in_.canaries) {
      if (fits(name_key(c.value), key_)) out_.push_back(sheets_.of(c));
    }
    for (const KnownSource& k : in_.known) {
      if (!k.name.empty() && name_key(k.name) == key_) out_.push_back(sheets_.of(k));
    }
    unit();
    return std::move(out_);
  }

 private:
  void people() {
    for (const Person& p : in_.people) {
      if (name_key(p.id) == key_ || name_key(p.name) == key_ || name_key(p.mail) == key_) {
        out_.push_back(sheets_.of(p));
        continue;
      }
      for (const Account& a : p.accounts) {
        if (means(in_, a, key_, spelling_)) out_.push_back(sheets_.of(a, &p));
      }
    }
  }

  void hosts() {
    // "ws-014$" and "COURT\ws-014$" are the host's own account.
    std::string name = spelling_.name;
    if (name.ends_with('$')) {
      name.pop_back();
    } else {
      name = key_;
    }
    const auto mac = normal_mac(key_);
    for (const Host& h : in_.hosts) {
      const bool named = name_key(h.name) == name || name_key(full_name(h)) == name ||
                         std::any_of(h.aliases.begin(), h.aliases.end(), [&](const auto& a) { return name_key(a) == name; });
      if (named || (mac && std::any_of(h.macs.begin(), h.macs.end(), [&](const auto& m) { return normal_mac(m) == mac; }))) out_.push_back(sheets_.of(h));
    }
  }

  bool spoken_of(const std::vector<std::string>& patterns) const {
    return std::any_of(patterns.begin(), patterns.end(), [&](const auto& p) { return fits(p, key_); });
  }

  void unit() {
    std::vector<const Person*> members;
    for (const Person& p : in_.people) {
      if (name_key(p.unit) == key_) members.push_back(&p);
    }
    if (!members.empty()) out_.push_back(sheets_.of_unit(members));
  }

  const Institution& in_;
  std::string key_;
  Spelling spelling_;
  Sheets sheets_;
  std::vector<Sheet> out_;
};

}  // namespace
}  // namespace looking_up

void Sheet::add(std::string label, std::string value) {
  if (!value.empty()) facts.emplace_back(std::move(label), std::vector<std::string>{std::move(value)});
}

void Sheet::add_all(std::string label, std::vector<std::string> values) {
  if (!values.empty()) facts.emplace_back(std::move(label), std::move(values));
}

std::vector<Sheet> about(const Institution& institution, std::string_view name) { return looking_up::Finder(institution, name).run(); }

std::string span_text(const Span& s) {
  const std::string from = moment_text(s.from, Edge::From), until = moment_text(s.until, Edge::Until);
  if (!from.empty() && !until.empty()) return from + " to " + until;
  if (!from.empty()) return "since " + from;
  return until.empty() ? "" : "until " + until;
}

std::string hours_text(const WorkingHours& h) {
  std::string days;
  for (std::size_t i = 0; i < h.days.size(); ++i) {
    std::size_t last = i;
    while (last + 1 < h.days.size() && h.days[last + 1] == h.days[last] + 1) ++last;
    const auto day = [](int d) { return d >= 1 && d <= 7 ? kDays[static_cast<std::size_t>(d) - 1] : "?"; };
    days += fmt::format("{}{}{}{}", days.empty() ? "" : ",", day(h.days[i]), last > i ? "-" : "", last > i ? day(h.days[last]) : "");
    i = last;
  }
  return fmt::format("{} {}-{} {}", days.empty() ? "no day" : days, clock_text(h.begin), clock_text(h.end), h.zone);
}

bool fits(std::string_view pattern, std::string_view text) {
  const std::string folded_pattern = fold(pattern), folded = fold(text);
  std::string_view p = folded_pattern, t = folded;
  // The last star takes a character more whenever what follows it does not fit.
  std::size_t i = 0, k = 0, star = std::string_view::npos, resume = 0;
  while (k < t.size()) {
    if (i < p.size() && p[i] == '*') {
      star = i++;
      resume = k;
    } else if (i < p.size() && p[i] == t[k]) {
      ++i;
      ++k;
    } else if (star != std::string_view::npos) {
      i = star + 1;
      k = ++resume;
    } else {
      return false;
    }
  }
  while (i < p.size() && p[i] == '*') ++i;
  return i == p.size();
}

}  // namespace custos::institution
