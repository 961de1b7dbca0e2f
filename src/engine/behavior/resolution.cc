#include "engine/behavior/resolution.h"

#include <algorithm>
#include <limits>

#include "base/net/address.h"

namespace custos::engine {

Resolution::Known Resolution::ask(TextId written, Micros at) const {
  constexpr Micros kAlways = std::numeric_limits<Micros>::max();
  const std::string_view text = texts_.text(written);
  const bool address = parse_address(text).has_value();
  if (!address) {
    const Answer a = resolver_.host(text, at);
    // A name of one label is one of ours; a full name of ours loses its domain.
    const TextId is = a.known() ? texts_.intern(a.value) : written;
    return {is, kAlways, texts_.text(is).find('.') == std::string_view::npos};
  }
  if (!resolver_.ours(text)) return {written, kAlways, false};
  const Answer a = resolver_.host(text, at);
  Micros until = at + kHolds;
  if (a.known() && a.span.until != kNoTime) until = std::min(until, a.span.until);
  return {a.known() ? texts_.intern(a.value) : written, until, true};
}

const Resolution::Known& Resolution::computer(TextId written, Micros at) {
  if (written >= computers_.size()) computers_.resize(std::max<std::size_t>(texts_.size(), std::size_t{written} + 1));
  if (computers_[written].until == kNoTime || computers_[written].until <= at) computers_[written] = ask(written, at);
  return computers_[written];
}

TextId Resolution::account(TextId written) {
  if (written >= accounts_.size()) accounts_.resize(std::max<std::size_t>(texts_.size(), std::size_t{written} + 1), kNoText);
  if (accounts_[written] == kNoText) {
    const Answer a = resolver_.account(texts_.text(written));
    accounts_[written] = a.known() ? texts_.intern(a.value) : written;
  }
  return accounts_[written];
}

void Resolution::apply(behavior::Fact& f) {
  if (f.host != kNoText) {
    const Known& host = computer(f.host, f.time);
    f.host = host.is;
    f.host_ours = host.ours;
  }
  if (f.user != kNoText) f.user = account(f.user);
  const bool names_computer = f.kind == behavior::Kind::Contact || f.kind == behavior::Kind::Logon || f.kind == behavior::Kind::Alert;
  if (names_computer && f.peer != kNoText) {
    const Known& peer = computer(f.peer, f.time);
    f.peer = peer.is;
    f.peer_ours = peer.ours;
  }
}

}  // namespace custos::engine
