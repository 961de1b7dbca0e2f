#include "share/release/unfold.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/text.h"

namespace custos::share {
namespace unfolding {
namespace {

constexpr std::size_t kLeastRun = 6;    // of base64 or hexadecimal that is looked into
constexpr std::size_t kLeastText = 12;  // of decoded bytes that count as text where not all of them do

using Visit = std::function<void(const Traced&)>;

int hex(char c) { return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1; }

// The number behind `at`, of exactly `digits`; -1: there is none.
int hex_number(std::string_view s, std::size_t at, std::size_t digits) {
  int n = 0;
  if (at + digits > s.size()) return -1;
  for (std::size_t i = at; i < at + digits; ++i) {
    if (hex(s[i]) < 0) return -1;
    n = n * 16 + hex(s[i]);
  }
  return n;
}

void add_character(Traced& out, std::uint32_t c, std::uint32_t from, std::uint32_t to) {
  if (c > 0x10FFFF || (c >= 0xD800 && c < 0xE000)) c = 0xFFFD;
  const auto put = [&](std::uint32_t byte) { out.add(static_cast<char>(byte), from, to); };
  if (c < 0x80) return put(c);
  if (c < 0x800) {
    put(0xC0 | c >> 6);
  } else if (c < 0x10000) {
    put(0xE0 | c >> 12);
    put(0x80 | (c >> 6 & 63));
  } else {
    put(0xF0 | c >> 18);
    put(0x80 | (c >> 12 & 63));
    put(0x80 | (c >> 6 & 63));
  }
  put(0x80 | (c & 63));
}

// What stands encoded at a place.
struct Code {
  std::uint32_t value = 0;
  std::size_t size = 0;  // of its spelling; 0: nothing is encoded there
  bool is_byte = false;  // of UTF-8, else a character
};

Code entity(std::string_view s, std::size_t at) {
  constexpr std::array<std::pair<std::string_view, std::uint32_t>, 16> kNamed{{{"amp;", '&'},
                                                                               {"lt;", '<'},
                                                                               {"gt;", '>'},
                                                                               {"quot;", '"'},
                                                                               {"apos;", '\''},
                                                                               {"nbsp;", ' '},
                                                                               {"shy;", 0xAD},
                                                                               {"period;", '.'},
                                                                               {"comma;", ','},
                                                                               {"commat;", '@'},
                                                                               {"bsol;", '\\'},
                                                                               {"sol;", '/'},
                                                                               {"hyphen;", '-'},
                                                                               {"lowbar;", '_'},
                                                                               {"NewLine;", 10},
                                                                               {"Tab;", 9}}};
  if (s[at] != '&') return {};
  s = s.substr(at, 24);
  for (const auto& [name, character] : kNamed) {
    if (s.substr(1).starts_with(name)) return {character, name.size() + 1};
  }
  if (s.size() < 4 || s[1] != '#') return {};
  const bool is_hex = s[2] == 'x' || s[2] == 'X';
  const std::size_t first = is_hex ? 3 : 2;
  std::uint32_t n = 0;
  std::size_t i = first;
  for (; i < s.size() && i < first + 10 && hex(s[i]) >= 0 && (is_hex || hex(s[i]) < 10); ++i)
    n = n * (is_hex ? 16 : 10) + static_cast<std::uint32_t>(hex(s[i]));
  if (i == first) return {};
  return {n, i < s.size() && s[i] == ';' ? i + 1 : i};
}

Code percent(std::string_view s, std::size_t at) {
  if (s[at] != '%') return {};
  if (const int byte = hex_number(s, at + 1, 2); byte >= 0) return {static_cast<std::uint32_t>(byte), 3, true};
  const bool wide = at + 1 < s.size() && (s[at + 1] | 0x20) == 'u';
  const int c = wide ? hex_number(s, at + 2, 4) : -1;
  return c < 0 ? Code{} : Code{static_cast<std::uint32_t>(c), 6};
}

Code escape(std::string_view s, std::size_t at) {
  if (s[at] != '\\' || at + 1 >= s.size()) return {};
  const char kind = s[at + 1];
  const std::size_t digits = kind == 'u' ? 4 : kind == 'x' ? 2 : kind == 'U' ? 8 : 0;
  const int c = digits == 0 ? -1 : hex_number(s, at + 2, digits);
  return c < 0 ? Code{} : Code{static_cast<std::uint32_t>(c), digits + 2, kind == 'x'};
}

using Decode = Code (*)(std::string_view s, std::size_t at);

Traced decoded(const Traced& t, std::size_t begin, std::size_t end, Decode decode) {
  Traced out;
  for (std::size_t i = begin; i < end;) {
    const Code c = decode(t.text, i);
    const std::size_t size = std::min(std::max<std::size_t>(c.size, 1), t.text.size() - i);
    if (c.size == 0) {
      out.add_from(t, i);
    } else if (c.is_byte) {
      out.add(static_cast<char>(c.value), t.from[i], t.to[i + size - 1]);
    } else {
      add_character(out, c.value, t.from[i], t.to[i + size - 1]);
    }
    i += size;
  }
  return out;
}

// Where words end for sure: a stretch that ends inside one would make another word of it.
bool is_edge(char c) { return c == ' ' || c == '\n' || c == '<' || c == '>' || c == '"'; }

// Stretches with something encoded, and some of what is around: a name may be encoded in part.
void stretches(const Traced& t, Decode decode, const Visit& visit) {
  constexpr std::size_t kAround = 256, kFurthest = 4096;
  const std::string& s = t.text;
  std::size_t first = 0, last = std::string::npos;
  const auto done = [&] {
    std::size_t begin = first > kAround ? first - kAround : 0, end = std::min(s.size(), last + kAround);
    for (std::size_t n = 0; n < kFurthest && begin > 0 && !is_edge(s[begin - 1]); ++n) --begin;
    for (std::size_t n = 0; n < kFurthest && end < s.size() && !is_edge(s[end]); ++n) ++end;
    Traced out;
    if (begin > 0) out.add(is_edge(s[begin - 1]) ? ' ' : 'x', t.from[begin], t.to[begin]);
    const Traced inside = decoded(t, begin, end, decode);
    out.text += inside.text;
    out.from.insert(out.from.end(), inside.from.begin(), inside.from.end());
    out.to.insert(out.to.end(), inside.to.begin(), inside.to.end());
    if (end < s.size()) out.add(is_edge(s[end]) ? ' ' : 'x', t.from[end - 1], t.to[end - 1]);
    visit(out);
    last = std::string::npos;
  };
  for (std::size_t i = 0; i < s.size(); ++i) {
    if (decode(s, i).size == 0) continue;
    if (last != std::string::npos && i > last + 2 * kAround) done();
    if (last == std::string::npos) first = i;
    last = i;
  }
  if (last != std::string::npos) done();
}

std::optional<Traced> without_tags(const Traced& t) {
  Traced out;
  bool any = false;
  const std::string& s = t.text;
  const auto opens = [&s](std::size_t i) {
    if (s[i] != '<' || i + 1 >= s.size()) return false;
    const char c = ascii_lower(s[i + 1]);
    return c == '/' || c == '!' || (c >= 'a' && c <= 'z');
  };
  for (std::size_t i = 0; i < s.size(); ++i) {
    const std::size_t end = opens(i) ? s.find('>', i) : std::string::npos;
    if (end == std::string::npos) {
      out.add_from(t, i);
      continue;
    }
    any = true;
    i = end;
  }
  return any ? std::optional(std::move(out)) : std::nullopt;
}

bool is_text(std::uint32_t c) {
  return (c >= 0x20 && c < 0x7F) || c == '\t' || c == '\n' || c == '\r' || (c >= 0xA0 && c != 0xFFFD && c < 0xE000) || c > 0xFFFF;
}

// Decoded bytes that all come from one place.
struct Bytes {
  std::string text;
  std::uint32_t from = 0, to = 0;
};

struct Next {
  std::uint32_t character = 0;
  std::size_t size = 1;
  bool text = false;
};

Next next_of_utf8(const std::string& s, std::size_t i) {
  const auto c = static_cast<unsigned char>(s[i]);
  if (c < 0x80) return {c, 1, is_text(c)};
  const std::size_t size = c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : 2;
  const bool valid = i + size <= s.size() && is_valid_utf8(std::string_view(s).substr(i, size));
  return {0, valid ? size : 1, valid};
}

// A chance pair of bytes looks like far scripts: those below U+3000 count.
Next next_of_utf16(const std::string& s, std::size_t i, bool big) {
  if (i + 2 > s.size()) return {0, 1, false};
  const std::uint32_t a = static_cast<unsigned char>(s[i]), b = static_cast<unsigned char>(s[i + 1]), c = big ? a << 8 | b : b << 8 | a;
  return {c, 2, c < 0x3000 && is_text(c)};
}

// Stretches of text in decoded bytes: all of them, or long enough to be no chance.
template <class Read>
void visit_text(const Bytes& bytes, std::size_t first, Read next, const Visit& visit) {
  const std::string& s = bytes.text;
  for (std::size_t begin = first; begin < s.size();) {
    std::size_t end = begin, characters = 0;
    Next n;
    for (; end < s.size() && (n = next(s, end)).text; end += n.size) ++characters;
    if (characters >= kLeastText || (characters >= 2 && begin == first && end == s.size())) {
      Traced out;
      for (std::size_t i = begin; i < end; i += n.size) {
        n = next(s, i);
        if (n.character != 0) add_character(out, n.character, bytes.from, bytes.to);
        for (std::size_t k = 0; n.character == 0 && k < n.size; ++k) out.add(s[i + k], bytes.from, bytes.to);
      }
      visit(out);
    }
    begin = end + std::max<std::size_t>(n.size, 1);
    if (begin + kLeastText > s.size()) return;
  }
}

void visit_all_texts(const Bytes& bytes, const Visit& visit) {
  visit_text(bytes, 0, next_of_utf8, visit);
  for (const bool big : {false, true}) {
    for (const std::size_t first : {std::size_t{0}, std::size_t{1}}) {
      visit_text(
          bytes, first, [big](const std::string& s, std::size_t i) { return next_of_utf16(s, i, big); }, visit);
    }
  }
}

int sextet(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  return c == '+' || c == '-' ? 62 : c == '/' || c == '_' ? 63 : -1;
}

// Of an encoded run all bytes come from the whole run: half of it would still tell.
void visit_base64(const Traced& t, std::size_t begin, std::size_t end, Bytes& out, const Visit& visit) {
  out.from = t.from[begin];
  out.to = t.to[end - 1];
  for (std::size_t first = begin; first < std::min(end, begin + 4); ++first) {
    out.text.clear();
    std::uint32_t bits = 0;
    int have = 0;
    for (std::size_t i = first; i < end; ++i) {
      bits = bits << 6 | static_cast<std::uint32_t>(sextet(t.text[i]));
      have += 6;
      if (have < 8) continue;
      have -= 8;
      out.text += static_cast<char>(bits >> have & 0xFF);
    }
    visit_all_texts(out, visit);
  }
}

void visit_hex(const Traced& t, std::size_t begin, std::size_t end, Bytes& out, const Visit& visit) {
  out.from = t.from[begin];
  out.to = t.to[end - 1];
  for (std::size_t first = begin; first < std::min(end, begin + 2); ++first) {
    out.text.clear();
    for (std::size_t i = first; i + 1 < end; i += 2) out.text += static_cast<char>(hex(t.text[i]) << 4 | hex(t.text[i + 1]));
    visit_all_texts(out, visit);
  }
}

template <class Is, class Take>
void runs(const Traced& t, Is is, Take take) {
  Bytes room;
  for (std::size_t i = 0; i < t.text.size();) {
    std::size_t end = i;
    while (end < t.text.size() && is(t.text[end])) ++end;
    if (end - i >= kLeastRun) take(i, end, room);
    i = std::max(end, i + 1);
  }
}

void look(const Traced& t, int layers, const Visit& visit) {
  visit(t);
  if (layers == 0) return;
  const auto deeper = [&](const Traced& inside) { look(inside, layers - 1, visit); };
  for (const Decode decode : {&entity, &percent, &escape}) stretches(t, decode, deeper);
  runs(
      t, [](char c) { return sextet(c) >= 0; }, [&](std::size_t begin, std::size_t end, Bytes& room) { visit_base64(t, begin, end, room, deeper); });
  runs(
      t, [](char c) { return hex(c) >= 0; }, [&](std::size_t begin, std::size_t end, Bytes& room) { visit_hex(t, begin, end, room, deeper); });
}

}  // namespace
}  // namespace unfolding

void unfold(std::string_view text, const std::function<void(const Traced&)>& visit) {
  using namespace unfolding;
  const Traced t = trace(text);
  look(t, 2, visit);
  // As a browser reads it.
  if (const auto plain = without_tags(t)) look(decoded(*plain, 0, plain->text.size(), &entity), 2, visit);
  if (text.find('\0') == std::string_view::npos) return;
  visit_all_texts({std::string(text), 0, static_cast<std::uint32_t>(text.size())}, [&](const Traced& inside) { look(inside, 1, visit); });
}

}  // namespace custos::share
