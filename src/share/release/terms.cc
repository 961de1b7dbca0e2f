#include "share/release/terms.h"

#include <algorithm>
#include <array>
#include <set>
#include <tuple>

#include "share/release/normal.h"

namespace custos::share {
namespace release_terms {
namespace {

constexpr std::size_t kLeastPart = 3, kLeastTerm = 2, kLeastAnywhere = 5, kLeastStretch = 4;
constexpr auto kParticles = std::to_array<std::string_view>(
    {"van", "von", "den", "der", "des", "del", "della", "dos", "das", "les", "bin", "ibn", "zum", "zur", "ten", "ter", "and", "the"});

enum class Fit { Anywhere, Word };

class Collector {
 public:
  explicit Collector(Audience audience) : audience_(audience) {}

  bool may_read(const std::vector<std::string>& named_to) const {
    return std::find(named_to.begin(), named_to.end(), audience_name(audience_)) != named_to.end();
  }

  void add(std::string_view text, Fit fit = Fit::Anywhere, bool below = false) {
    std::string t = normal(text);
    const std::size_t begin = t.find_first_not_of(' ');
    if (begin == std::string::npos) return;
    t = t.substr(begin, t.find_last_not_of(' ') + 1 - begin);
    if (t.size() < kLeastTerm || !seen_.emplace(t, kind, key).second) return;
    const bool word = fit == Fit::Word || t.size() < kLeastAnywhere;
    out.terms.push_back({std::move(t), kind, key, word, below});
  }

  // A name in every order, and its parts; with umlauts in two letters, too.
  void name(std::string_view text) {
    if (text.empty()) return;
    for (const std::string& spelling : spellings(text)) {
      add(spelling);
      std::vector<std::string> parts = parts_of(spelling);
      if (const std::size_t comma = spelling.find(','); comma != std::string::npos) {
        const std::string last = spelling.substr(0, comma), first = spelling.substr(comma + 1);
        add(first + " " + last);
        add(last + " " + first);
      } else if (parts.size() > 1) {
        const std::size_t last = spelling.find_last_of(' ');
        if (last != std::string::npos) add(spelling.substr(last + 1) + ", " + spelling.substr(0, last));
        if (last != std::string::npos) add(spelling.substr(last + 1) + " " + spelling.substr(0, last));
      }
      for (const std::string& p : parts) {
        if (p.size() >= kLeastPart && std::find(kParticles.begin(), kParticles.end(), normal(p)) == kParticles.end()) add(p);
      }
    }
  }

  // An address and what stands before its '@'.
  void mail(std::string_view text, Fit fit = Fit::Anywhere) {
    add(text, fit);
    if (const std::size_t at = text.find('@'); at != std::string_view::npos) add(text.substr(0, at), fit);
  }

  void account(const Account& a, Fit fit) {
    add(a.name, fit);
    if (!a.domain.empty()) add(a.domain + "\\" + a.name, fit);
    mail(a.upn, fit);
    add(a.sid, fit);
    if (fit == Fit::Anywhere) name(a.display_name);
    if (fit == Fit::Word) add(a.display_name, fit);
  }

  // As logs write it, '*' being any text.
  void pattern(std::string_view text) {
    if (text.find('@') != std::string_view::npos) mail(text);
    std::string folders;
    for (std::size_t at = 0; at <= text.size();) {
      const std::size_t end = std::min(text.find('*', at), text.size());
      std::string_view stretch = text.substr(at, end - at);
      while (!stretch.empty() && (stretch.back() == '\\' || stretch.back() == '/')) stretch.remove_suffix(1);
      const std::size_t first = stretch.find_first_not_of("\\/");
      const bool is_path = stretch.find_first_of("\\/") != std::string_view::npos;
      if (first != std::string_view::npos && stretch.size() - first >= kLeastStretch) {
        add(stretch, Fit::Anywhere, is_path);
        add(stretch.substr(first), Fit::Anywhere, is_path);
        folders = stretch;
      }
      at = end + 1;
    }
    const std::size_t slash = folders.find_last_of("\\/");
    if (slash != std::string::npos && folders.size() - slash > kLeastStretch) add(folders.substr(slash + 1), Fit::Word);
  }

  Terms out;
  Protected kind = Protected::Person;
  std::string key;

 private:
  static std::vector<std::string> spellings(std::string_view text) {
    std::string two;
    for (std::size_t i = 0; i < text.size(); ++i) {
      constexpr std::array<std::pair<std::string_view, std::string_view>, 9> kLetters{
          {{"ä", "ae"}, {"ö", "oe"}, {"ü", "ue"}, {"Ä", "Ae"}, {"Ö", "Oe"}, {"Ü", "Ue"}, {"ø", "oe"}, {"Ø", "Oe"}, {"å", "aa"}}};
      const auto* it = std::find_if(kLetters.begin(), kLetters.end(), [&](const auto& l) { return text.substr(i).starts_with(l.first); });
      if (it == kLetters.end()) {
        two += text[i];
      } else {
        two += it->second;
        ++i;
      }
    }
    return two == text ? std::vector{two} : std::vector{std::string(text), two};
  }

  static std::vector<std::string> parts_of(const std::string& name) {
    std::vector<std::string> parts;
    std::string part;
    for (const char c : name + " ") {
      const bool between = c == ' ' || c == ',' || c == '-' || c == '.' || c == '(' || c == ')' || c == '\t' || c == ';' || c == '/';
      if (!between) {
        part += c;
      } else if (!part.empty()) {
        parts.push_back(std::exchange(part, {}));
      }
    }
    return parts;
  }

  Audience audience_;
  std::set<std::tuple<std::string, Protected, std::string>> seen_;
};

void people(const Institution& in, Collector& c) {
  c.kind = Protected::Person;
  for (const Person& p : in.people) {
    if (c.may_read(p.named_to)) continue;
    c.key = p.id;
    c.add(p.id);
    c.name(p.name);
    c.mail(p.mail);
    for (const Account& a : p.accounts) c.account(a, Fit::Anywhere);
  }
}

void items(const Institution& in, Collector& c) {
  for (const ProtectedItem& i : in.items) {
    if (c.may_read(i.named_to)) continue;
    c.kind = i.kind == "person" ? Protected::Person : Protected::Item;
    c.key = "item " + i.id;
    c.add(i.id);
    if (i.kind == "person") c.name(i.title);
    if (i.kind != "person") c.add(i.title);
    for (const std::string& m : i.match) c.pattern(m);
    for (const std::string& t : i.tell) {
      const auto is_theirs = [&t](const Person& p) { return p.mail == t || p.id == t; };
      if (t.find('@') == std::string::npos || std::any_of(in.people.begin(), in.people.end(), is_theirs)) continue;
      const std::string key = std::exchange(c.key, "mail " + t);
      const Protected kind = std::exchange(c.kind, Protected::Person);
      c.mail(t);
      c.key = key;
      c.kind = kind;
    }
  }
  c.kind = Protected::Item;
  for (const Case& x : in.cases) {
    const bool open = x.confidentiality.empty() || (!in.confidentialities.empty() && x.confidentiality == in.confidentialities.front());
    if (open || c.may_read(x.named_to)) continue;
    c.key = "case " + x.id;
    c.add(x.id);
    c.add(x.title);
  }
}

// What the inside of the institution is called.
void inside(const Institution& in, Collector& c) {
  c.kind = Protected::Host;
  for (const Host& h : in.hosts) {
    c.key = h.name;
    c.add(h.name, Fit::Word);
    if (!h.domain.empty()) c.add(h.name + "." + h.domain, Fit::Word);
    for (const auto* names : {&h.aliases, &h.addresses, &h.macs}) {
      for (const std::string& n : *names) c.add(n, Fit::Word);
    }
  }
  for (const Network& n : in.networks) {
    for (const std::string& cidr : n.cidrs) {
      c.out.networks.push_back(cidr);
      c.key = "network " + cidr;
      c.add(cidr, Fit::Word);
    }
  }
  c.kind = Protected::Account;
  for (const Account& a : in.accounts) {
    c.key = a.domain + "\\" + a.name;
    c.account(a, Fit::Word);
  }
  c.kind = Protected::Item;
  for (const Canary& x : in.canaries) {
    c.key = "canary " + x.value;
    c.pattern(x.value);
    c.add(x.value);
  }
}

}  // namespace
}  // namespace release_terms

std::string_view audience_name(Audience a) {
  constexpr std::array<std::string_view, 3> kNames{"technical", "leadership", "authority"};
  return kNames[static_cast<std::size_t>(a)];
}

std::string_view protected_name(Protected kind) {
  constexpr std::array<std::string_view, 4> kNames{"person", "item", "host", "account"};
  return kNames[static_cast<std::size_t>(kind)];
}

Terms terms_of(const Institution& institution, Audience audience) {
  if (audience == Audience::Technical) return {};
  release_terms::Collector c(audience);
  release_terms::people(institution, c);
  release_terms::items(institution, c);
  if (audience == Audience::Authority) release_terms::inside(institution, c);
  return std::move(c.out);
}

}  // namespace custos::share
