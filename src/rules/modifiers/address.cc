// cidr: the value is an address of a network, IPv4 or IPv6, however it is spelled.
#include <array>

#include "base/net/address.h"
#include "rules/modifiers.h"

namespace custos::rules::address {
namespace {

Result<void> cidr(Chain& c) {
  if (c.field.empty()) return bad_chain("cidr needs a field");
  return c.each([](Term& t) -> Result<void> {
    const auto network = parse_cidr(t.scalar.text);
    if (!t.untyped || !network) return bad_chain("'" + t.scalar.text + "' is no network; write 10.0.0.0/8 or 2001:db8::/32");
    t.leaf.kind = Leaf::Kind::Cidr;
    t.leaf.text = t.scalar.text;
    t.leaf.pattern = {};
    t.leaf.network = *network;
    return {};
  });
}

constexpr std::array<Modifier, 1> kList{{{"cidr", cidr}}};
}  // namespace

extern const Modifiers family;
const Modifiers family{kList};

}  // namespace custos::rules::address
