#include "institution/entities/accounts.h"

#include <algorithm>

#include "base/text.h"

namespace custos::institution {
namespace {

// kNoTime is an open end.
Span overlap(const Span& a, const Span& b) {
  const Micros until = a.until == kNoTime ? b.until : b.until == kNoTime ? a.until : std::min(a.until, b.until);
  return {std::max(a.from, b.from), until};
}

}  // namespace

bool is_built_in(std::string_view domain, std::string_view name, std::string_view sid) {
  if (sid == "S-1-5-18" || sid == "S-1-5-19" || sid == "S-1-5-20" || sid == "S-1-5-7" || sid == "S-1-0-0" || sid.starts_with("S-1-5-90-") ||
      sid.starts_with("S-1-5-96-"))
    return true;
  for (const std::string_view d : {"NT AUTHORITY", "NT SERVICE", "Window Manager", "Font Driver Host", "BUILTIN"}) {
    if (equals_ignore_ascii_case(domain, d)) return true;
  }
  for (const std::string_view n : {"SYSTEM", "LOCAL SERVICE", "NETWORK SERVICE", "ANONYMOUS LOGON"}) {
    if (equals_ignore_ascii_case(name, n)) return true;
  }
  return false;
}

Accounts::Accounts(const Institution& known) {
  if (!known.domain.empty() && !known.netbios.empty()) domains_[fold(known.domain)] = fold(known.netbios);
  const auto take = [this](const Account& a, const std::string& person, const Span& owned) {
    enter({domain_of(a.domain), fold(a.name), fold(a.sid), fold(a.upn), fold(a.display_name), person, owned, true});
  };
  for (const Person& p : known.people) {
    for (const Account& a : p.accounts) take(a, p.id, overlap(p.employed, a.in_use));
  }
  for (const Account& a : known.accounts) take(a, "", a.in_use);
}

std::string Accounts::domain_of(std::string_view written) const {
  std::string d = fold(written);
  if (const auto at = domains_.find(d); at != domains_.end()) return at->second;
  return d;
}

const std::vector<std::uint32_t>* Accounts::look(const Index& index, std::string_view key) const {
  if (key.empty()) return nullptr;
  const auto at = index.find(key);
  return at == index.end() ? nullptr : &at->second;
}

std::uint32_t Accounts::enter(Entry e) {
  const auto i = static_cast<std::uint32_t>(entries_.size());
  const auto index = [i](Index& in, const std::string& key) {
    if (!key.empty()) in[key].push_back(i);
  };
  index(by_name_, e.name);
  index(by_full_, e.domain.empty() ? std::string() : e.domain + "\\" + e.name);
  index(by_sid_, e.sid);
  index(by_upn_, e.upn);
  index(by_display_, e.display);
  entries_.push_back(std::move(e));
  return i;
}

void Accounts::learn(std::string_view domain, std::string_view name, std::string_view sid) {
  if (name.empty() || name == "-" || (domain.empty() && sid.empty())) return;
  const std::uint64_t key = hash64(domain) * 3 + hash64(name) * 5 + hash64(sid) * 7;
  if (said_.contains(key) || is_built_in(domain, name, sid)) return;
  if (sayings_.size() >= kMost) {
    ++forgotten_;
    return;
  }
  said_.insert(key);
  sayings_.push_back({domain == "-" ? std::string() : fold(domain), fold(name), fold(sid)});
}

void Accounts::absorb(Accounts&& other) {
  for (Saying& s : other.sayings_) {
    if (sayings_.size() < kMost) {
      sayings_.push_back(std::move(s));
    } else {
      ++forgotten_;
    }
  }
  forgotten_ += other.forgotten_;
}

void Accounts::settle() {
  // Short names of domains first: a long one that comes with the same SID is then known to be the same domain.
  std::sort(sayings_.begin(), sayings_.end(), [](const Saying& a, const Saying& b) {
    const bool long_a = a.domain.find('.') != std::string::npos, long_b = b.domain.find('.') != std::string::npos;
    return long_a != long_b ? long_b : a < b;
  });
  const auto longs = std::find_if(sayings_.begin(), sayings_.end(), [](const Saying& s) { return s.domain.find('.') != std::string::npos; });
  std::for_each(sayings_.begin(), longs, [this](const Saying& s) { take(s); });
  std::for_each(longs, sayings_.end(), [this](const Saying& s) {
    if (look(by_sid_, s.sid) != nullptr) take(s);
  });
  std::for_each(longs, sayings_.end(), [this](const Saying& s) { take(s); });
  sayings_.clear();
  said_.clear();
}

void Accounts::take(const Saying& said) {
  const std::string d = domain_of(said.domain);
  const std::string full = d.empty() ? std::string() : d + "\\" + said.name;
  if (const auto* known = look(by_sid_, said.sid); known != nullptr) {
    for (const std::uint32_t i : *known) {
      Entry& e = entries_[i];
      if (e.name != said.name) continue;
      // The same SID under the domain's long and short name: the two are one domain.
      const bool one_domain = said.domain != e.domain && said.domain.find('.') != std::string::npos && e.domain.find('.') == std::string::npos;
      if (one_domain) domains_[said.domain] = e.domain;
      return;
    }
    // A second name of a SID is kept beside the first: which of them was right is not known here.
  } else if (const auto* named = look(by_full_, full); named != nullptr) {
    Entry& e = entries_[named->front()];
    if (!said.sid.empty() && e.sid.empty()) by_sid_[e.sid = said.sid].push_back(named->front());
    if (said.sid.empty() || e.sid == said.sid) return;
  }
  enter({d, said.name, said.sid, "", "", "", {}, false});
}

Answer Accounts::one_of(const std::vector<std::uint32_t>& found) const {
  Answer a;
  for (const std::uint32_t i : found) {
    const std::string c = entries_[i].canonical();
    if (std::find(a.candidates.begin(), a.candidates.end(), c) == a.candidates.end()) a.candidates.push_back(c);
  }
  if (a.candidates.size() > 1) a.from = "several accounts fit";
  if (a.candidates.size() == 1) {
    a.value = a.candidates[0];
    a.from = entries_[found[0]].from_file ? "institution file" : "events";
  }
  return a;
}

Answer Accounts::account(std::string_view domain, std::string_view name, std::string_view sid) const {
  if (is_built_in(domain, name, sid)) return {};
  const std::string d = domain == "-" ? std::string() : domain_of(domain), n = fold(name);
  const auto* by_sid = look(by_sid_, fold(sid));
  const auto* by_full = d.empty() || n.empty() ? nullptr : look(by_full_, d + "\\" + n);
  if (by_sid == nullptr) {
    if (by_full != nullptr) return one_of(*by_full);
    if (d.empty()) return account(name);
    Answer a;
    if (n.empty() || n == "-") return a;
    a.value = d + "\\" + n;
    a.from = "the event";
    a.candidates = {a.value};
    return a;
  }
  if (n.empty() || n == "-") return one_of(*by_sid);
  // The record's own name decides between the names of a SID; where the file or another SID contradicts it, both stand.
  std::vector<std::uint32_t> found;
  for (const std::uint32_t i : *by_sid) {
    if (entries_[i].name == n || entries_[i].from_file) found.push_back(i);
  }
  if (found.empty()) found = *by_sid;
  if (by_full != nullptr) found.insert(found.end(), by_full->begin(), by_full->end());
  return one_of(found);
}

Answer Accounts::account(std::string_view written) const {
  const std::string w = fold(trim(written));
  if (w.empty() || w == "-") return {};
  if (w.starts_with("s-1-")) {
    const auto* known = look(by_sid_, w);
    return known == nullptr ? Answer{} : one_of(*known);
  }
  if (const std::size_t slash = w.find('\\'); slash != std::string::npos) return account(w.substr(0, slash), w.substr(slash + 1), {});
  if (const auto* known = look(by_upn_, w)) return one_of(*known);
  if (const std::size_t at = w.rfind('@'); at != std::string::npos) {
    // A Kerberos name or a UPN that nobody wrote down: the part behind the @ is a domain.
    return account(w.substr(at + 1), w.substr(0, at), {});
  }
  if (const auto* known = look(by_name_, w)) return one_of(*known);
  if (const auto* known = look(by_display_, w)) return one_of(*known);
  Answer a;
  a.value = w;
  a.from = "the event";
  a.candidates = {w};
  return a;
}

Answer Accounts::person(std::string_view canonical, Micros at) const {
  Answer a;
  const std::size_t slash = canonical.find('\\');
  const auto* known = slash == std::string_view::npos ? look(by_name_, canonical) : look(by_full_, canonical);
  if (known == nullptr) return a;
  std::vector<std::string> former;
  for (const std::uint32_t i : *known) {
    const Entry& e = entries_[i];
    if (e.person.empty()) continue;
    std::vector<std::string>& to = at == kNoTime || e.owned.holds(at) ? a.candidates : former;
    if (std::find(to.begin(), to.end(), e.person) == to.end()) to.push_back(e.person);
    if (&to == &a.candidates) a.span = e.owned;
  }
  if (a.candidates.size() == 1) {
    a.value = a.candidates[0];
    a.from = "institution file";
  } else if (a.candidates.empty() && !former.empty()) {
    a.candidates = std::move(former);
    a.from = "not at that time, by the institution file";
  } else {
    a.span = {};
  }
  return a;
}

}  // namespace custos::institution
