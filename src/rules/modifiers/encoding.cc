// base64, base64offset, utf16, utf16le, utf16be, wide: what a value looks like once somebody has encoded it.
#include <array>
#include <cstdint>

#include "base/crypto/base64.h"
#include "base/text.h"
#include "rules/modifiers.h"

namespace custos::rules::encoding {
namespace {

Result<std::string> plain_text(const Term& t) {
  if (t.leaf.kind != Leaf::Kind::Text) return bad_chain("base64 and utf16 need text");
  if (t.leaf.pattern.has_wildcards()) return bad_chain("a value with wildcards can't be encoded; put contains behind the encoding");
  return t.leaf.pattern.plain();
}

Result<void> recode(Chain& c, std::string (*encode)(std::string_view)) {
  return c.each([&](Term& t) -> Result<void> {
    auto s = plain_text(t);
    if (!s) return tl::unexpected<Error>(s.error());
    t.leaf.pattern = Pattern::literal(encode(*s));
    return {};
  });
}

Result<void> base64(Chain& c) { return recode(c, to_base64); }
Result<void> utf16le(Chain& c) { return recode(c, utf8_to_utf16le); }
Result<void> utf16be(Chain& c) { return recode(c, utf8_to_utf16be); }
Result<void> utf16(Chain& c) {
  return recode(c, [](std::string_view s) { return "\xFF\xFE" + utf8_to_utf16le(s); });
}

// A text inside a Base64 stream begins at one of three bit positions; the characters that its neighbours reach into are cut.
Result<void> base64offset(Chain& c) {
  return c.expand([](const Term& t, std::vector<Term>& out) -> Result<void> {
    auto s = plain_text(t);
    if (!s) return tl::unexpected<Error>(s.error());
    for (std::size_t shift = 0; shift < 3; ++shift) {
      static constexpr std::array<std::size_t, 3> kFront{0, 2, 3}, kBack{0, 3, 2};
      std::string e = to_base64(std::string(shift, ' ') + *s);
      const std::size_t back = kBack[(s->size() + shift) % 3];
      if (e.size() <= kFront[shift] + back) return bad_chain("the value is too short for base64offset");
      Term one = t;
      one.leaf.pattern = Pattern::literal(std::string_view(e).substr(kFront[shift], e.size() - kFront[shift] - back));
      out.push_back(std::move(one));
    }
    return {};
  });
}

constexpr std::array<Modifier, 6> kList{{{"base64", base64},
                                         {"base64offset", base64offset},
                                         {"utf16le", utf16le},
                                         {"wide", utf16le},
                                         {"utf16be", utf16be},
                                         {"utf16", utf16}}};
}  // namespace

extern const Modifiers family;
const Modifiers family{kList};

}  // namespace custos::rules::encoding
