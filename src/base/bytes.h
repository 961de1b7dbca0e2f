// Unowned bytes and little-endian loads that never read past the end.
// Called by every parser of a byte format.
// Bytes is a view: it dies with what it points into.
// Any thread.
// A load outside the bytes returns zero; check has() first where zero is a valid value.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>
#include <type_traits>

namespace custos {

using Bytes = std::string_view;

inline bool has(Bytes b, std::size_t at, std::size_t n) { return at <= b.size() && n <= b.size() - at; }

template <class T>
T load_le(Bytes b, std::size_t at) {
  static_assert(std::is_trivially_copyable_v<T>);
  T v{};
  if (has(b, at, sizeof(T))) std::memcpy(&v, b.data() + at, sizeof(T));
  return v;
}

// The bytes from `at`, at most `n`, cut at the end.
inline Bytes slice(Bytes b, std::size_t at, std::size_t n = Bytes::npos) {
  return at >= b.size() ? Bytes{} : b.substr(at, n);
}

}  // namespace custos
