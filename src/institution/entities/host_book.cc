#include "institution/entities/host_book.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"

namespace custos::institution {
namespace {

void add_once(std::vector<std::string>& to, const std::string& name) {
  if (std::find(to.begin(), to.end(), name) == to.end()) to.push_back(name);
}

// "WS-014$", "\\WS-014", "ws-014." without what is no part of the name.
std::string bare(std::string_view written) {
  std::string s = fold(trim(written));
  while (s.starts_with('\\')) s.erase(0, 1);
  if (s.ends_with('$')) s.pop_back();
  if (s.ends_with('.')) s.pop_back();
  return s == "-" || s == "localhost" ? std::string() : s;
}

}  // namespace

std::optional<Address> address_in(std::string_view written) {
  std::string_view s = trim(written);
  if (s.starts_with('[') && s.find(']') != std::string_view::npos) s = s.substr(1, s.find(']') - 1);
  return parse_address(s);
}

std::string plain_address(std::string_view written) {
  const auto a = address_in(written);
  return a ? text_of(*a) : std::string();
}

HostBook::HostBook(const Institution& known) : domain_(fold(known.domain)) {
  for (const Host& h : known.hosts) {
    const std::string canonical = fold(h.name);
    if (std::find(h.roles.begin(), h.roles.end(), "web") != h.roles.end()) add_once(web_servers_, canonical);
    add_once(aliases_[canonical], canonical);
    for (const std::string& alias : h.aliases) add_once(aliases_[fold(alias)], canonical);
    if (!h.domain.empty()) add_once(aliases_[fold(h.name + "." + h.domain)], canonical);
    for (const std::string& a : h.addresses) {
      if (const std::string p = plain_address(a); !p.empty()) fixed_[p].push_back({canonical, h.in_use});
    }
    for (const std::string& m : h.macs) {
      const auto card = normal_mac(m);
      if (!card) continue;
      add_once(cards_[*card], canonical);
      carded_.insert(canonical);
    }
  }
  for (const Network& n : known.networks) {
    for (const std::string& cidr : n.cidrs) {
      if (const auto c = parse_cidr(cidr)) blocks_.push_back({*c, n.nat, n.name});
      networks_known_ = networks_known_ || !n.nat;
    }
  }
  for (const KnownSource& k : known.known) {
    if (k.kind != "egress") continue;
    for (const std::string& a : k.addresses) {
      if (const auto c = parse_cidr(a)) blocks_.push_back({*c, true, k.name});
    }
  }
  std::stable_sort(blocks_.begin(), blocks_.end(), [](const Block& a, const Block& b) { return a.network.bits > b.network.bits; });
}

std::string HostBook::name(std::string_view written) const {
  std::string s = bare(written);
  if (const auto at = aliases_.find(s); at != aliases_.end() && at->second.size() == 1) return at->second.front();
  // Another institution's ws-014 is another computer; ours is written with and without our domain.
  if (!domain_.empty() && s.size() > domain_.size() + 1 && s.ends_with(domain_) && s[s.size() - domain_.size() - 1] == '.')
    s.resize(s.size() - domain_.size() - 1);
  return s;
}

Answer HostBook::by_name(std::string_view written) const {
  Answer a;
  if (const auto at = aliases_.find(bare(written)); at != aliases_.end() && at->second.size() > 1) {
    a.candidates = at->second;
    a.from = "a name of several computers in the institution file";
    return a;
  }
  a.value = name(written);
  a.from = "the name";
  if (a.known()) a.candidates = {a.value};
  return a;
}

const HostBook::Block* HostBook::block_of(const Address& address) const {
  const auto at = std::find_if(blocks_.begin(), blocks_.end(), [&](const Block& b) { return b.network.holds(address); });
  return at == blocks_.end() ? nullptr : &*at;
}

Answer HostBook::by_address(const std::string& plain, Micros at) const {
  Answer a;
  if (const auto fixed = fixed_.find(plain); fixed != fixed_.end()) {
    for (const Holder& h : fixed->second) {
      if (at != kNoTime && !h.span.holds(at)) continue;
      add_once(a.candidates, h.host);
      a.span = h.span;
    }
    if (a.candidates.size() == 1) a.value = a.candidates.front();
    if (a.candidates.size() > 1) a.span = {};
    if (!a.candidates.empty()) a.from = a.known() ? "institution file" : "an address of several computers in the institution file";
    if (!a.candidates.empty()) return a;
  }
  if (const auto address = parse_address(plain)) {
    if (const Block* b = block_of(*address); b != nullptr && b->shared) a.from = fmt::format("many computers share {} ({})", plain, b->name);
  }
  return a;
}

std::string HostBook::by_card(std::string_view card) const {
  const auto normal = normal_mac(card);
  const auto at = normal ? cards_.find(*normal) : cards_.end();
  return at == cards_.end() || at->second.size() != 1 ? std::string() : at->second.front();
}

std::vector<Answer> HostBook::fixed_addresses(const std::string& canonical) const {
  std::vector<Answer> out;
  for (const auto& [address, holders] : fixed_) {
    for (const Holder& h : holders) {
      if (h.host == canonical) out.push_back({address, h.span, "institution file", {address}});
    }
  }
  return out;
}

Answer HostBook::only_web_server() const {
  Answer a;
  a.candidates = web_servers_;
  if (web_servers_.size() != 1) return a;
  a.value = web_servers_.front();
  a.from = "the institution file's only host with role web";
  return a;
}

bool HostBook::ours(const Address& a) const {
  if (block_of(a) != nullptr) return true;
  if (networks_known_ && a.v4()) return false;
  static const Cidr link_local_v4 = *parse_cidr("169.254.0.0/16"), link_local_v6 = *parse_cidr("fe80::/10");
  return is_private(a) || link_local_v4.holds(a) || link_local_v6.holds(a);
}

}  // namespace custos::institution
