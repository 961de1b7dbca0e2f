#include "evidence/age/age_header.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "base/crypto/base64.h"

namespace custos::evidence {
namespace age_header {
namespace {

constexpr std::size_t kMostHeader = 1u << 20, kColumns = 64;
constexpr std::string_view kStanza = "-> ", kEnd = "---";

// The lines of the header; none where the text ends before a line does.
class Lines {
 public:
  explicit Lines(std::string_view text) : text_(text) {}

  std::optional<std::string_view> next() {
    const std::size_t end = text_.find('\n', at_);
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view line = text_.substr(at_, end - at_);
    at_ = end + 1;
    return line;
  }
  std::size_t at() const { return at_; }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
};

bool parse_arguments(std::string_view line, std::vector<std::string>& out) {
  for (bool more = true; more;) {
    const std::size_t end = line.find(' ');
    const std::string_view argument = line.substr(0, end);
    if (argument.empty() || std::any_of(argument.begin(), argument.end(), [](char c) { return c < '!' || c > '~'; })) return false;
    out.emplace_back(argument);
    more = end != std::string_view::npos;
    if (more) line.remove_prefix(end + 1);
  }
  return true;
}

// An empty text, or why not.
std::string_view parse_body(Lines& lines, std::string& bytes) {
  std::string text;
  for (;;) {
    const auto line = lines.next();
    if (!line) return "its header has no end";
    if (line->size() > kColumns) return "a line of a stanza is too long";
    text += *line;
    if (line->size() < kColumns) break;
  }
  return from_bare_base64(text, bytes) ? "" : "a stanza is not in base64";
}

}  // namespace
}  // namespace age_header

std::string to_bare_base64(std::string_view bytes) {
  std::string out = to_base64(bytes);
  while (out.ends_with('=')) out.pop_back();
  return out;
}

bool from_bare_base64(std::string_view text, std::string& bytes) {
  if (text.find('=') != std::string_view::npos || text.size() % 4 == 1) return false;
  return from_base64(std::string(text) + std::string((4 - text.size() % 4) % 4, '='), bytes);
}

tl::unexpected<Error> damaged_age_file(std::string_view why) {
  return fail(Code::Malformed, fmt::format("is a damaged age file ({}); take another copy of it", why));
}

std::string to_text(const AgeStanza& stanza) {
  std::string out = "->";
  for (const std::string& argument : stanza.arguments) out += " " + argument;
  const std::string body = to_bare_base64(stanza.body);
  std::size_t at = 0;
  // The last line is shorter than the others, and empty where nothing is left.
  for (; body.size() - at >= age_header::kColumns; at += age_header::kColumns) out += "\n" + body.substr(at, age_header::kColumns);
  return out + "\n" + body.substr(at) + "\n";
}

bool age_header_mac(const Secret<16>& file_key, std::string_view covered, Hash32& mac) {
  Secret<32> key;
  return hkdf_sha256(file_key.view(), {}, "header", key) && hmac_sha256(key.view(), covered, mac);
}

bool write_age_header(const std::vector<AgeStanza>& stanzas, const Secret<16>& file_key, std::string& out) {
  out = kAgeVersion;
  for (const AgeStanza& stanza : stanzas) out += to_text(stanza);
  out += age_header::kEnd;
  Hash32 mac;
  if (!age_header_mac(file_key, out, mac)) return false;
  out += " " + to_bare_base64(view(mac)) + "\n";
  return true;
}

Result<AgeHeader> parse_age_header(std::string_view sealed) {
  using namespace age_header;
  if (!sealed.starts_with(kAgeVersion)) {
    if (sealed.starts_with("-----BEGIN AGE")) return fail(Code::Unsupported, "is an age file in letters (`age --armor`); give one that is not");
    if (sealed.starts_with("age-encryption.org/") && sealed.substr(0, 100).find('\n') != std::string_view::npos) {
      return fail(Code::Unsupported, "is an age file of another version than v1; open it with a newer `age`");
    }
    return fail(Code::Malformed, "is no age file: it does not begin with age-encryption.org/v1");
  }
  Lines lines(sealed.substr(0, kMostHeader));
  (void)lines.next();
  AgeHeader out;
  for (;;) {
    const std::size_t start = lines.at();
    const auto line = lines.next();
    if (!line) return damaged_age_file(sealed.size() > kMostHeader ? "its header is longer than 1 MiB" : "its header has no end");
    if (line->starts_with(kEnd)) {
      std::string mac;
      if (!line->starts_with("--- ") || !from_bare_base64(line->substr(4), mac) || mac.size() != out.mac.size()) {
        return damaged_age_file("the last line of its header is no MAC");
      }
      out.mac = hash_from(mac);
      out.covered = start + kEnd.size();
      break;
    }
    AgeStanza stanza;
    if (!line->starts_with(kStanza) || !parse_arguments(line->substr(kStanza.size()), stanza.arguments)) {
      return damaged_age_file("a line of its header is no stanza");
    }
    if (const auto why = parse_body(lines, stanza.body); !why.empty()) return damaged_age_file(why);
    if (out.stanzas.size() == kMostStanzas) return fail(Code::Limit, "is an age file for more than 1,024 recipients; open it with `age -d`");
    out.stanzas.push_back(std::move(stanza));
  }
  if (out.stanzas.empty()) return damaged_age_file("it is sealed to nobody");
  out.size = lines.at();
  return out;
}

}  // namespace custos::evidence
