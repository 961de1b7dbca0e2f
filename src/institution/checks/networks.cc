#include <algorithm>

#include <fmt/format.h>

#include "base/net/address.h"
#include "base/text.h"
#include "institution/checks/checks.h"
#include "institution/index.h"

namespace custos::institution {
namespace network_checks {
namespace {

struct Piece {
  Cidr cidr;
  std::size_t network = 0, line = 0;
};

class Check {
 public:
  explicit Check(CheckContext& c) : c_(c), in_(c.institution) {}

  void run() {
    read();
    overlaps();
    for (std::size_t i = 0; i < in_.hosts.size(); ++i) host(i, in_.hosts[i]);
    for (std::size_t i = 0; i < in_.known.size(); ++i) {
      for (const std::string& a : in_.known[i].addresses) {
        if (!parse_cidr(a)) c_.remarks.error(c_.places.line("known", i, "addresses", a), fmt::format("'{}' is no address and no network", printable(a, 80)));
      }
    }
  }

 private:
  void read() {
    for (std::size_t i = 0; i < in_.networks.size(); ++i) {
      for (const std::string& text : in_.networks[i].cidrs) {
        const std::size_t line = c_.remarks.full() ? 0 : c_.places.line("networks", i, "cidrs", text);
        const auto cidr = parse_cidr(text);
        if (!cidr || text.find('/') == std::string::npos) {
          c_.remarks.error(line, fmt::format("'{}' is no network such as 10.20.4.0/22 or 2001:db8::/48", printable(text, 80)));
          continue;
        }
        if (!cidr->exact) c_.remarks.warning(line, fmt::format("'{}' has bits set behind its mask; the network is {}", printable(text, 80), text_of(*cidr)));
        pieces_.push_back({*cidr, i, line});
      }
    }
    std::stable_sort(pieces_.begin(), pieces_.end(), [](const Piece& a, const Piece& b) { return a.cidr.before(b.cidr); });
    networks_.resize(in_.networks.size());
    for (const Piece& p : pieces_) {
      all_.push_back(p.cidr);
      networks_[p.network].push_back(p.cidr);
    }
  }

  // Sorted by first address, wider first: what overlaps a piece is one that is still open around it.
  void overlaps() {
    std::vector<const Piece*> open;
    for (const Piece& p : pieces_) {
      while (!open.empty() && !open.back()->cidr.holds(p.cidr.address)) open.pop_back();
      if (!open.empty()) said(*open.back(), p);
      open.push_back(&p);
    }
  }

  void said(const Piece& outer, const Piece& inner) {
    const std::string& a = in_.networks[outer.network].name;
    const std::string& b = in_.networks[inner.network].name;
    const Piece& later = inner.line >= outer.line ? inner : outer;
    if (outer.cidr.bits == inner.cidr.bits) {
      c_.remarks.error(later.line, fmt::format("{} stands in '{}' and in '{}'", text_of(inner.cidr), printable(a, 60), printable(b, 60)));
    } else {
      c_.remarks.warning(later.line, fmt::format("{} of '{}' lies inside {} of '{}'; an address in both is taken to be in the smaller one", text_of(inner.cidr),
                                                 printable(b, 60), text_of(outer.cidr), printable(a, 60)));
    }
  }

  void host(std::size_t i, const Host& h) {
    for (const std::string& text : h.addresses) {
      const auto line = [&] { return c_.remarks.full() ? 0 : c_.places.line("hosts", i, "addresses", text); };
      const auto a = parse_address(text);
      if (!a) {
        c_.remarks.error(line(), fmt::format("'{}' is no address", printable(text, 80)));
        continue;
      }
      twice(*a, h, line());
      const auto named = h.network.empty() ? index_.networks.end() : index_.networks.find(name_key(h.network));
      if (named != index_.networks.end() && !any_holds(networks_[named->second], *a)) {
        c_.remarks.error(line(), fmt::format("{} of '{}' is not in the network '{}'", printable(text, 60), printable(h.name, 60), printable(h.network, 60)));
      } else if (named == index_.networks.end() && !all_.empty() && !any_holds(all_, *a)) {
        c_.remarks.warning(line(), fmt::format("{} of '{}' is in none of the networks", printable(text, 60), printable(h.name, 60)));
      }
    }
    for (const std::string& mac : h.macs) {
      if (!normal_mac(mac)) c_.remarks.error(c_.places.line("hosts", i, "macs", mac), fmt::format("'{}' is no MAC address", printable(mac, 60)));
    }
  }

  // A fixed address belongs to one host at a time.
  void twice(const Address& a, const Host& h, std::size_t line) {
    const auto [it, fresh] = owners_.emplace(text_of(a), &h);
    if (fresh || it->second == &h) return;
    const Span &x = it->second->in_use, &y = h.in_use;
    const bool apart = (x.until != kNoTime && y.from != kNoTime && x.until <= y.from) || (y.until != kNoTime && x.from != kNoTime && y.until <= x.from);
    if (!apart)
      c_.remarks.warning(
          line, fmt::format("{} is the address of '{}' and of '{}' at the same time", text_of(a), printable(it->second->name, 60), printable(h.name, 60)));
  }

  CheckContext& c_;
  const Institution& in_;
  const Index index_{in_};
  std::vector<Piece> pieces_;                // sorted
  std::vector<Cidr> all_;                    // the same
  std::vector<std::vector<Cidr>> networks_;  // and of each network
  std::unordered_map<std::string, const Host*> owners_;
};

}  // namespace
}  // namespace network_checks

void check_networks(CheckContext& c) { network_checks::Check(c).run(); }

}  // namespace custos::institution
