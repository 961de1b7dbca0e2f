// While it lives, a machine that is away has the address that it has there: behind somebody else's router.
// Called by network*.cc around what the machine itself notes of its connections.
// Lives as long as the statement it stands in.
// One thread.
// Refuses nothing. The address of ours that it had may be another machine's by now, so its own log must not claim it.
#pragma once

#include <string>

#include <fmt/format.h>

#include "base/hash.h"
#include "simulate/world/world.h"

namespace custos::simulate {

class Elsewhere {
 public:
  Elsewhere(Machine& m, bool away) : m_(m), away_(away) {
    if (!away_) return;
    const std::uint64_t h = hash64(m.remote_address) ^ hash64(m.mac);
    kept_ = std::move(m_.address);
    m_.address = fmt::format("192.168.{}.{}", h % 3 == 0 ? 178 : h % 2, 2 + (h >> 8) % 200);
  }
  ~Elsewhere() {
    if (away_) m_.address = std::move(kept_);
  }
  Elsewhere(const Elsewhere&) = delete;
  Elsewhere& operator=(const Elsewhere&) = delete;

 private:
  Machine& m_;
  bool away_;
  std::string kept_;
};

}  // namespace custos::simulate
