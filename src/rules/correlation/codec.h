// Varints and texts to and from bytes, for spilled observations and saved state.
// Called by observation_log.cc, reorder.cc and correlator_state.cc.
// Reader hands out views into the bytes it was given.
// One thread each.
// Refuses nothing loudly: a Reader that runs out of bytes turns bad() and gives zeros from then on.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "rules/correlation/observation.h"

namespace custos::rules::correlation {

inline void put(std::string& out, std::uint64_t v) {
  while (v >= 0x80) {
    out.push_back(static_cast<char>(v | 0x80));
    v >>= 7;
  }
  out.push_back(static_cast<char>(v));
}
inline void put_signed(std::string& out, std::int64_t v) {
  put(out, (static_cast<std::uint64_t>(v) << 1) ^ static_cast<std::uint64_t>(v >> 63));
}
inline void put_text(std::string& out, std::string_view s) {
  put(out, s.size());
  out.append(s);
}
inline void put_double(std::string& out, double d) {
  char raw[sizeof d];
  std::memcpy(raw, &d, sizeof d);
  out.append(raw, sizeof d);
}
inline void put_id(std::string& out, const EventId& id) {
  put(out, id.source);
  put(out, id.record);
}

class Reader {
 public:
  explicit Reader(Bytes bytes) : bytes_(bytes) {}

  std::uint64_t number() {
    std::uint64_t v = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      if (at_ >= bytes_.size()) return fail();
      const auto b = static_cast<unsigned char>(bytes_[at_++]);
      v |= static_cast<std::uint64_t>(b & 0x7F) << shift;
      if ((b & 0x80) == 0) return v;
    }
    return fail();
  }
  std::uint32_t number32() {
    const std::uint64_t v = number();
    return v <= 0xFFFFFFFFu ? static_cast<std::uint32_t>(v) : static_cast<std::uint32_t>(fail());
  }
  std::int64_t signed_number() {
    const std::uint64_t v = number();
    return static_cast<std::int64_t>((v >> 1) ^ (~(v & 1) + 1));
  }
  // A count of things that take at least `least` bytes each: never more than the bytes left allow.
  std::size_t count(std::size_t least) {
    const std::uint64_t n = number();
    return n <= left() / least ? static_cast<std::size_t>(n) : static_cast<std::size_t>(fail());
  }
  std::string_view text() {
    const std::size_t n = count(1);
    const std::string_view s = bytes_.substr(at_, n);
    at_ += n;
    return s;
  }
  double floating() {
    if (left() < sizeof(double)) return static_cast<double>(fail());
    const auto d = load_le<double>(bytes_, at_);
    at_ += sizeof d;
    return d;
  }
  EventId id() {
    EventId id;
    id.source = number32();
    id.record = number();
    return id;
  }
  std::string_view expect(std::size_t n) {
    if (left() < n) return fail(), std::string_view{};
    at_ += n;
    return bytes_.substr(at_ - n, n);
  }
  std::size_t left() const { return bytes_.size() - at_; }
  std::size_t at() const { return at_; }
  bool bad() const { return bad_; }

 private:
  std::uint64_t fail() {
    bad_ = true;
    at_ = bytes_.size();
    return 0;
  }

  Bytes bytes_;
  std::size_t at_ = 0;
  bool bad_ = false;
};

// One observation: time, identity, rules, fields.
void put_observation(std::string& out, const Observation& o);

// Takes one observation out of the reader; the spans live in the two vectors, the texts in the reader's bytes.
Observation read_observation(Reader& in, std::vector<std::uint32_t>& rules, std::vector<FieldText>& fields);

}  // namespace custos::rules::correlation
