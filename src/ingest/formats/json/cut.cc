#include "ingest/formats/json/cut.h"

#include <array>
#include <cstdint>
#include <string_view>

namespace custos::ingest::json {
namespace cutting {
namespace {

constexpr std::size_t kTracked = 64;  // levels whose kind of bracket is remembered

enum Sign : std::uint8_t { kPlain, kSpace, kQuote, kOpen, kClose };

constexpr auto kSigns = [] {
  std::array<std::uint8_t, 256> t{};
  t[' '] = t['\n'] = t['\r'] = t['\t'] = kSpace;
  t['"'] = kQuote;
  t['{'] = t['['] = kOpen;
  t['}'] = t[']'] = kClose;
  return t;
}();

// Characters a string can't simply be skipped over.
constexpr auto kInString = [] {
  std::array<bool, 256> t{};
  t['"'] = t['\\'] = t['\n'] = t['\r'] = true;
  return t;
}();

std::uint8_t sign(char c) { return kSigns[static_cast<unsigned char>(c)]; }

// Behind the closing quote of the string whose opening quote is at `at`; npos at the end of the bytes. A line end inside sets `broken`
// and gives its place.
std::size_t skip_string(Bytes b, std::size_t at, bool& broken) {
  for (std::size_t i = at + 1; i < b.size();) {
    const char c = b[i];
    if (!kInString[static_cast<unsigned char>(c)]) {
      ++i;
    } else if (c == '"') {
      return i + 1;
    } else if (c == '\\') {
      i += 2;
    } else {
      broken = true;
      return i;
    }
  }
  return Bytes::npos;
}

bool known_records_key(std::string_view key) {
  for (const std::string_view known : {"Records", "records", "value", "events", "logEvents", "items", "entries", "results"}) {
    if (key == known) return true;
  }
  return false;
}

}  // namespace
}  // namespace cutting

std::size_t skip_spaces(Bytes bytes, std::size_t at) {
  while (at < bytes.size() && is_json_space(bytes[at])) ++at;
  return at;
}

Cut cut_object(Bytes b, std::size_t at, std::size_t depth_limit) {
  std::uint64_t arrays = 0;  // bit d: level d is an array
  std::size_t depth = 0;
  bool deep = false;
  char before = ':';  // the last character that was no blank
  for (std::size_t i = at; i < b.size();) {
    const char c = b[i];
    switch (cutting::sign(c)) {
      case cutting::kSpace: ++i; continue;
      case cutting::kQuote: {
        bool broken = false;
        i = cutting::skip_string(b, i, broken);
        if (i == Bytes::npos || i > b.size()) return {Cut::Kind::Unfinished, b.size(), deep};
        if (broken) return {Cut::Kind::Broken, i, deep};
        before = '"';
        continue;
      }
      case cutting::kOpen: {
        // An object at the start of a line where no value may stand: the one before it was never finished.
        const bool in_array = depth > 0 && depth <= cutting::kTracked && (arrays >> (depth - 1) & 1) != 0;
        const bool legal = before == ':' || before == '[' || (before == ',' && in_array);
        if (c == '{' && !legal && depth > 0 && depth <= cutting::kTracked && (b[i - 1] == '\n' || b[i - 1] == '\r')) {
          return {Cut::Kind::Broken, i, deep};
        }
        if (depth < cutting::kTracked) arrays = (arrays & ~(std::uint64_t{1} << depth)) | std::uint64_t{c == '['} << depth;
        if (++depth > depth_limit) deep = true;
        break;
      }
      case cutting::kClose:
        if (depth <= cutting::kTracked && ((arrays >> (depth - 1) & 1) != 0) != (c == ']')) return {Cut::Kind::Broken, i, deep};
        if (--depth == 0) return {Cut::Kind::Whole, i + 1, deep};
        break;
      default: break;
    }
    before = c;
    ++i;
  }
  return {Cut::Kind::Unfinished, b.size(), deep};
}

std::size_t find_records(Bytes bytes, std::size_t at, std::size_t reach, bool any_first_key, std::size_t& objects) {
  const Bytes b = bytes.substr(0, at + reach < bytes.size() ? at + reach : bytes.size());
  objects = 1;
  bool first = true;
  for (std::size_t i = skip_spaces(b, at + 1); i < b.size() && b[i] == '"'; first = false) {
    bool broken = false;
    const std::size_t key_end = cutting::skip_string(b, i, broken);
    if (broken || key_end >= b.size()) return Bytes::npos;
    const std::string_view key = b.substr(i + 1, key_end - i - 2);
    i = skip_spaces(b, key_end);
    if (i >= b.size() || b[i] != ':') return Bytes::npos;
    i = skip_spaces(b, i + 1);
    if (i >= b.size()) return Bytes::npos;
    if (b[i] == '[') {
      const std::size_t inner = skip_spaces(b, i + 1);
      const bool wanted = objects == 2 ? key == "hits" : cutting::known_records_key(key) || (first && any_first_key);
      if (wanted && inner < b.size() && b[inner] == '{') return i;
      return Bytes::npos;
    }
    if (b[i] == '{' && key == "hits" && objects == 1) {
      objects = 2;
      i = skip_spaces(b, i + 1);
      continue;
    }
    // Any other member is passed over; an export has only small ones before its records.
    if (b[i] == '{') {
      if (key != "_shards" && key != "metadata" && key != "total") return Bytes::npos;
      const Cut cut = cut_object(b, i, cutting::kTracked);
      if (cut.kind != Cut::Kind::Whole) return Bytes::npos;
      i = cut.end;
    } else if (b[i] == '"') {
      i = cutting::skip_string(b, i, broken);
      if (broken || i >= b.size()) return Bytes::npos;
    } else {
      while (i < b.size() && b[i] != ',' && b[i] != '}' && b[i] != ']' && !is_json_space(b[i])) ++i;
    }
    i = skip_spaces(b, i);
    if (i >= b.size() || b[i] != ',') return Bytes::npos;
    i = skip_spaces(b, i + 1);
  }
  return Bytes::npos;
}

}  // namespace custos::ingest::json
