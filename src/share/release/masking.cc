#include "share/release/masking.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "base/crypto/sha256.h"

namespace custos::share {
namespace release_masking {
namespace {

constexpr std::size_t kHashDigits = 16;
constexpr int kDeepest = 24;  // texts cut in two that often are withheld
constexpr std::size_t kLongestPath = 512;

// Where a path that begins with a protected folder ends: behind its last folder, and the file's name as far as its extension.
std::size_t end_of_path(std::string_view s, std::size_t at) {
  if (at >= s.size() || (s[at] != '\\' && s[at] != '/')) return at;
  const std::string_view rest = s.substr(at, kLongestPath);
  const std::size_t stop = std::min(rest.find_first_of("\"'<>|*?\n\r\t;,()"), rest.size());
  // A name with blanks ends with its extension, where one comes; else at the first blank.
  std::size_t end = std::min(rest.find(' '), stop);
  for (std::size_t dot = rest.find('.'); dot < stop; dot = rest.find('.', dot + 1)) {
    std::size_t i = dot + 1;
    while (i < stop && ((rest[i] >= '0' && rest[i] <= '9') || (rest[i] >= 'A' && rest[i] <= 'Z') || (rest[i] >= 'a' && rest[i] <= 'z'))) ++i;
    const bool extension = i - dot >= 3 && i - dot <= 6 && (i == rest.size() || i == stop || rest[i] == ' ');
    if (!extension) continue;
    end = std::max(end, i);
    break;
  }
  return at + end;
}

bool is_inside_a_word(std::string_view s, std::size_t at) {
  const auto letter = [](char c) {
    return static_cast<unsigned char>(c) >= 0x80 || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
  };
  return at > 0 && at < s.size() && letter(s[at - 1]) && letter(s[at]);
}

// Not in a pseudonym, and not in a word where one ends near.
std::string cut(std::string masked, std::size_t most) {
  constexpr std::size_t kNear = 64;
  if (masked.size() <= most) return masked;
  std::size_t at = most;
  const std::size_t begin = masked.rfind(kMaskBegin, at), end = masked.rfind(kMaskEnd, at);
  if (begin != std::string::npos && (end == std::string::npos || end < begin)) at = begin;
  for (std::size_t word = at; word + kNear > at && word > 0; --word) {
    if (is_inside_a_word(masked, word)) continue;
    at = word;
    break;
  }
  while (at > 0 && (static_cast<unsigned char>(masked[at]) & 0xC0) == 0x80) --at;
  return masked.substr(0, at) + "...";
}

}  // namespace
}  // namespace release_masking

Pseudonyms::Pseudonyms(std::string key, Kept kept) : key_(std::move(key)) {
  for (const auto& [kind, hashes] : kept) {
    for (const std::string& h : hashes) numbers_[kind].emplace(h, numbers_[kind].size() + 1);
  }
}

std::size_t Pseudonyms::number(Protected kind, const std::string& of) {
  const std::string name(protected_name(kind));
  std::string hash = to_hex(view(sha256(fmt::format("{}:{}{}:{}{}", key_.size(), key_, name.size(), name, of)))).substr(0, release_masking::kHashDigits);
  auto& numbers = numbers_[name];
  const auto [it, is_new] = numbers.emplace(hash, numbers.size() + 1);
  if (is_new) fresh_[name].push_back(std::move(hash));
  return it->second;
}

std::string Masker::pseudonym(const std::vector<Hit>& hits, std::size_t first, std::size_t last) {
  // The longest names it; where that is several people's, what the others leave.
  std::size_t longest = first;
  for (std::size_t i = first; i < last; ++i) {
    if (hits[i].to - hits[i].from > hits[longest].to - hits[longest].from) longest = i;
  }
  std::set<std::pair<Protected, std::string>> whose;
  for (std::size_t i = first; i < last; ++i) {
    if (hits[i].from == hits[longest].from && hits[i].to == hits[longest].to) whose.emplace(finder_.kind_of(hits[i]), finder_.key_of(hits[i]));
  }
  // A computer's own entry says more than that its address lies in a network.
  if (whose.size() > 1) std::erase_if(whose, [](const auto& w) { return w.second.starts_with("address "); });
  const auto kind = static_cast<std::size_t>(whose.begin()->first);
  if (whose.size() > 1) return words_.any[kind];
  return fmt::format("{} {}", words_.one[kind], names_.number(whose.begin()->first, whose.begin()->second));
}

void Masker::mask_into(std::string_view text, std::string& out, int depth) {
  const std::vector<Hit> hits = finder_.find(text);
  if (hits.empty()) {
    out += text;
    return;
  }
  if (depth > release_masking::kDeepest) {
    out.append(kMaskBegin).append(words_.withheld).append(kMaskEnd);
    return;
  }
  std::size_t done = 0;
  for (std::size_t i = 0; i < hits.size();) {
    std::size_t begin = hits[i].from, end = hits[i].to, next = i;
    bool below = false;
    // Those that overlap are one.
    for (; next < hits.size() && hits[next].from < end; ++next) {
      end = std::max<std::size_t>(end, hits[next].to);
      below = below || (hits[next].term != Hit::kAddress && finder_.terms()[hits[next].term].below);
    }
    if (below) end = release_masking::end_of_path(text, end);
    if (begin > done) mask_into(text.substr(done, begin - done), out, depth + 1);
    out.append(kMaskBegin).append(pseudonym(hits, i, next)).append(kMaskEnd);
    done = std::max(done, end);
    while (next < hits.size() && hits[next].from < done) {
      done = std::max<std::size_t>(done, hits[next].to);
      ++next;
    }
    i = next;
  }
  if (done < text.size()) mask_into(text.substr(done), out, depth + 1);
}

std::string Masker::mask(std::string_view text, std::size_t most) {
  std::string clean(text);
  // Whoever writes the marks of a pseudonym into a log does not make one.
  for (std::string_view mark : {kMaskBegin, kMaskEnd}) {
    for (std::size_t at = clean.find(mark); at != std::string::npos; at = clean.find(mark, at)) clean.replace(at, mark.size(), "\uFFFD");
  }
  if (!on_) return release_masking::cut(std::move(clean), most);
  std::string out;
  mask_into(clean, out, 0);
  out = release_masking::cut(std::move(out), most);
  // What was cut may end like a name that it was not.
  if (!finder_.find(without_pseudonyms(out)).empty()) {
    out.clear();
    out.append(kMaskBegin).append(words_.withheld).append(kMaskEnd);
  }
  return out;
}

std::string without_pseudonyms(std::string_view masked) {
  std::string out;
  for (std::size_t at = 0; at < masked.size();) {
    const std::size_t begin = std::min(masked.find(kMaskBegin, at), masked.size());
    out += masked.substr(at, begin - at);
    if (begin == masked.size()) break;
    out += "\uFFFC";
    const std::size_t end = masked.find(kMaskEnd, begin);
    at = end == std::string_view::npos ? masked.size() : end + kMaskEnd.size();
  }
  return out;
}

}  // namespace custos::share
