#include "evidence/package/withholding.h"

#include <algorithm>

#include "base/crypto/sha256.h"
#include "base/text.h"

namespace custos::evidence {
namespace withholdings {
namespace {

constexpr std::size_t kShort = 3;  // characters: shorter ones stand everywhere by chance

// As people read it: what JSON and web addresses write otherwise is written plainly.
std::string plain(std::string_view s) {
  const auto hex = [](char c) { return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1; };
  std::string out;
  for (std::size_t i = 0; i < s.size(); ++i) {
    if (s[i] == '%' && i + 2 < s.size() && hex(s[i + 1]) >= 0 && hex(s[i + 2]) >= 0) {
      out += static_cast<char>(hex(s[i + 1]) << 4 | hex(s[i + 2]));
      i += 2;
    } else if (s.substr(i).starts_with("\\u00") && i + 5 < s.size() && hex(s[i + 4]) >= 0 && hex(s[i + 5]) >= 0) {
      out += static_cast<char>(hex(s[i + 4]) << 4 | hex(s[i + 5]));
      i += 5;
    } else if (s[i] == '\\' && i + 1 < s.size() && (s[i + 1] == '\\' || s[i + 1] == '/' || s[i + 1] == '"')) {
      out += s[++i];
    } else {
      out += s[i];
    }
  }
  return out;
}

// Besides itself: an account without its domain, an address without what is behind the '@'.
std::vector<std::string> spellings(const std::string& value) {
  std::vector<std::string> all{value};
  if (const std::size_t domain = value.rfind('\\'); domain != std::string::npos) all.push_back(value.substr(domain + 1));
  if (const std::size_t at = value.find('@'); at != std::string::npos) all.push_back(value.substr(0, at));
  if (value.starts_with("::ffff:")) all.push_back(value.substr(7));
  if (value.starts_with("cn=")) all.push_back(value.substr(3, value.find(',') - 3));
  const std::size_t dot = value.find('.');
  constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyz", kOfNames = "abcdefghijklmnopqrstuvwxyz0123456789-.";
  const bool is_name = value.find_first_not_of(kOfNames) == std::string::npos && value.find_first_of(kLetters) < dot;
  if (dot != std::string::npos && is_name) all.push_back(value.substr(0, dot));  // a computer without its domain
  const std::size_t as_read = all.size();
  for (std::size_t i = 0; i < as_read; ++i) all.push_back(plain(all[i]));
  const std::size_t before = all.size();
  for (std::size_t i = 0; i < before; ++i) {
    std::string escaped;
    append_json_escaped(escaped, all[i]);
    all.push_back(std::move(escaped));
    all.push_back(to_hex(all[i]));  // as auditd writes texts with blanks
  }
  return all;
}

bool names(const std::string& asked, const Held& h) {
  const std::string a = fold(asked), name = fold(h.name);
  // Whose a name is tells as much as the name.
  if (h.what == "identity") {
    const std::string kind = name.substr(0, name.find('/'));
    if (a == kind || a == "entity:" + kind) return true;
  }
  if (a == h.what && (h.what == "file" || h.what == "behavior")) return true;
  if (const std::size_t colon = a.find(':'); colon != std::string::npos && a.substr(0, colon) == h.what) return a.substr(colon + 1) == name;
  return !name.empty() && a == name;
}

}  // namespace
}  // namespace withholdings

bool PackedFinding::shows_all() const {
  return std::all_of(why.begin(), why.end(), [](const char* w) { return w == nullptr; });
}

void Withholding::mark_asked(PackedFinding& f) {
  f.why.assign(f.document.holds.size(), nullptr);
  for (std::size_t i = 0; i < f.why.size(); ++i) {
    for (std::size_t a = 0; a < asked_.size(); ++a) {
      if (!withholdings::names(asked_[a], f.document.holds[i])) continue;
      f.why[i] = "asked";
      used_[a] = true;
    }
    if (f.why[i] == nullptr) continue;
    const std::string value = fold(f.values[i]);
    if (value.size() < withholdings::kShort) {
      short_.push_back(value);
      continue;
    }
    for (const std::string& spelled : withholdings::spellings(value)) {
      if (spelled.size() >= withholdings::kShort && std::find(values_.begin(), values_.end(), spelled) == values_.end()) values_.push_back(spelled);
    }
  }
}

void Withholding::mark_given_away(PackedFinding& f) const {
  const auto is_part = [](const Held& h) { return h.what == "part"; };
  const bool is_cut = std::any_of(f.document.holds.begin(), f.document.holds.end(), [&](const Held& h) { return is_part(h) && !h.name.empty(); });
  for (std::size_t i = 0; i < f.why.size(); ++i) {
    if (f.why[i] != nullptr) continue;
    if (gives_away(f.values[i])) f.why[i] = "holds a withheld value";
    // A record that is one text, uncut, may hold the very field.
    else if (!asked_.empty() && !is_cut && is_part(f.document.holds[i])) f.why[i] = "can't be cut into fields";
  }
}

bool Withholding::gives_away(std::string_view text) const {
  const std::string in = fold(text), read = withholdings::plain(in);
  const auto holds = [&](const std::string& v) { return in.find(v) != std::string::npos || read.find(v) != std::string::npos; };
  return std::any_of(values_.begin(), values_.end(), holds) ||
         std::find(short_.begin(), short_.end(), in) != short_.end();
}

std::vector<std::string> Withholding::unused() const {
  std::vector<std::string> names;
  for (std::size_t a = 0; a < asked_.size(); ++a) {
    if (!used_[a]) names.push_back(asked_[a]);
  }
  return names;
}

}  // namespace custos::evidence
