#include "evidence/keys/pkcs11_uri.h"

#include <algorithm>
#include <initializer_list>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"

namespace custos::evidence {
namespace pkcs11_uri {
namespace {

constexpr std::string_view kScheme = "pkcs11:";
constexpr std::string_view kShape = "it looks like pkcs11:token=NAME;object=NAME?module-path=/PATH/OF/THE/MODULE.so";
constexpr std::size_t kMostBytes = 8192, kMostToken = 32, kMostObject = 255, kMostPath = 4095;
// Beside letters and digits, RFC 7512 section 2.3: pk11-pchar before the '?', pk11-qchar behind it.
constexpr std::string_view kPathMarks = "-._~:[]@!$'()*+,=&", kQueryMarks = "-._~:[]@!$'()*+,=/?|";

struct Attribute {
  std::string_view name;
  std::string* to;
  std::size_t most;
  bool seen = false;
};

tl::unexpected<Error> wrong(std::string_view why) { return fail(Code::Usage, fmt::format("is no name of a key on a token: {}; {}", why, kShape)); }

bool is_letter_or_digit(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

int hex(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char l = ascii_lower(c);
  return l >= 'a' && l <= 'f' ? l - 'a' + 10 : -1;
}

Result<std::string> decode(std::string_view value, std::string_view name, std::string_view marks) {
  std::string out;
  for (std::size_t i = 0; i < value.size(); ++i) {
    const char c = value[i];
    if (c == '%') {
      const int high = i + 2 < value.size() ? hex(value[i + 1]) : -1, low = high < 0 ? -1 : hex(value[i + 2]);
      if (low < 0) return wrong(fmt::format("a '%' in {} is not followed by two hexadecimal digits", name));
      out += static_cast<char>(high << 4 | low);
      i += 2;
    } else if (is_letter_or_digit(c) || marks.find(c) != std::string_view::npos) {
      out += c;
    } else {
      return wrong(fmt::format("a character in {} has to be written as %{:02X}", name, static_cast<unsigned char>(c)));
    }
  }
  if (out.find('\0') != std::string::npos || !is_valid_utf8(out)) return wrong(fmt::format("{} is no text in UTF-8", name));
  return out;
}

// The attributes of one side of the '?' into where they belong.
Result<void> read_side(std::string_view side, char separator, std::string_view marks, std::initializer_list<Attribute> known_ones) {
  std::vector<Attribute> known(known_ones);
  while (!side.empty()) {
    const std::size_t end = side.find(separator);
    const std::string_view part = side.substr(0, end);
    if (end != std::string_view::npos && end + 1 == side.size()) return wrong(fmt::format("nothing follows its last '{}'", separator));
    side.remove_prefix(end == std::string_view::npos ? side.size() : end + 1);
    const std::size_t equals = part.find('=');
    const std::string_view name = part.substr(0, equals);
    if (equals_ignore_ascii_case(name, "pin-value")) {
      return fail(Code::Usage, "a PIN does not belong on a command line, where others can read it: leave pin-value out, and change the PIN");
    }
    if (equals_ignore_ascii_case(name, "pin-source")) return fail(Code::Usage, "pin-source is not supported: leave it out; the PIN is asked for");
    if (equals == std::string_view::npos) return wrong("an attribute has no '='");
    const auto it = std::find_if(known.begin(), known.end(), [&](const Attribute& a) { return a.name == name; });
    if (it == known.end()) {
      return wrong(fmt::format("'{}' is not understood {} the '?'", printable(to_valid_utf8(name), 40), separator == ';' ? "before" : "behind"));
    }
    if (it->seen) return wrong(fmt::format("{} stands there twice", name));
    it->seen = true;
    auto value = decode(part.substr(equals + 1), name, marks);
    if (!value) return tl::unexpected<Error>(value.error());
    if (value->empty()) return wrong(fmt::format("{} is empty", name));
    if (value->size() > it->most) return wrong(fmt::format("{} is longer than {} bytes", name, it->most));
    *it->to = std::move(*value);
  }
  return {};
}

}  // namespace
}  // namespace pkcs11_uri

bool is_pkcs11_uri(std::string_view text) { return equals_ignore_ascii_case(text.substr(0, pkcs11_uri::kScheme.size()), pkcs11_uri::kScheme); }

Result<Pkcs11Uri> parse_pkcs11_uri(std::string_view text) {
  using namespace pkcs11_uri;
  if (!is_pkcs11_uri(text)) return wrong("it does not begin with pkcs11:");
  if (text.size() > kMostBytes) return wrong(fmt::format("it is longer than {} bytes", kMostBytes));
  text.remove_prefix(kScheme.size());
  const std::size_t question = text.find('?');
  Pkcs11Uri uri;
  auto read = read_side(text.substr(0, question), ';', kPathMarks, {{"token", &uri.token, kMostToken}, {"object", &uri.object, kMostObject}});
  if (read && question != std::string_view::npos) {
    read = read_side(text.substr(question + 1), '&', kQueryMarks, {{"module-path", &uri.module_path, kMostPath}});
  }
  if (!read) return tl::unexpected<Error>(read.error());
  if (uri.token.empty()) return wrong("token is missing, the label of the token");
  if (uri.object.empty()) return wrong("object is missing, the label of the key");
  if (uri.module_path.empty()) return wrong("module-path is missing, the library that speaks to the token");
  // A name without a folder would be looked for wherever the loader looks, one with a relative folder depends on where custos was started.
  if (uri.module_path.front() != '/') return wrong("module-path has to begin with '/'");
  return uri;
}

}  // namespace custos::evidence
