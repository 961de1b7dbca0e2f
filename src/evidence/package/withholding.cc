#include "evidence/package/withholding.h"

#include <algorithm>

#include "base/crypto/sha256.h"
#include "base/text.h"

namespace custos::evidence {
namespace withholdings {
namespace {

constexpr std::size_t kShort = 3;  // characters: shorter ones stand everywhere by chance

// Besides itself: an account without its domain, an address without what is behind the '@'.
std::vector<std::string> spellings(const std::string& value) {
  std::vector<std::string> all{value};
  if (const std::size_t domain = value.rfind('\\'); domain != std::string::npos) all.push_back(value.substr(domain + 1));
  if (const std::size_t at = value.find('@'); at != std::string::npos) all.push_back(value.substr(0, at));
  const std::size_t plain = all.size();
  for (std::size_t i = 0; i < plain; ++i) {
    std::string escaped;
    append_json_escaped(escaped, all[i]);
    all.push_back(std::move(escaped));
    all.push_back(to_hex(all[i]));  // as auditd writes texts with blanks
  }
  return all;
}

bool names(const std::string& asked, const Held& h) {
  const std::string a = fold(asked), name = fold(h.name);
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
  for (std::size_t i = 0; i < f.why.size(); ++i) {
    if (f.why[i] == nullptr && gives_away(f.values[i])) f.why[i] = "holds a withheld value";
  }
}

bool Withholding::gives_away(std::string_view text) const {
  const std::string in = fold(text);
  return std::any_of(values_.begin(), values_.end(), [&](const std::string& v) { return in.find(v) != std::string::npos; }) ||
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
