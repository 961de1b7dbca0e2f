#include "share/release/finder.h"

#include <arpa/inet.h>

#include <algorithm>
#include <cstring>

#include "share/release/unfold.h"

namespace custos::share {
namespace finding_terms {
namespace {

std::uint32_t beginning(std::string_view s, std::size_t at, std::size_t n) {
  std::uint32_t b = 0;
  for (std::size_t i = 0; i < n; ++i) b = b << 8 | static_cast<unsigned char>(s[at + i]);
  return b;
}

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || static_cast<unsigned char>(c) >= 0x80; }
bool is_of_address(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || c == '.' || c == ':'; }

bool alone(const std::string& s, std::size_t begin, std::size_t end) {
  return (begin == 0 || !is_letter(s[begin - 1])) && (end == s.size() || !is_letter(s[end]));
}

}  // namespace
}  // namespace finding_terms

Finder::Finder(Terms terms) : terms_(std::move(terms)) {
  for (std::uint32_t i = 0; i < terms_.terms.size(); ++i) {
    const std::string& t = terms_.terms[i].text;
    const std::size_t n = std::min<std::size_t>(t.size(), 4);
    begins_.set(finding_terms::beginning(t, 0, 2));
    by_beginning_[n - 2][finding_terms::beginning(t, 0, n)].push_back(i);
  }
  for (const std::string& cidr : terms_.networks) {
    Network n;
    const std::size_t slash = cidr.find('/');
    const std::string address = cidr.substr(0, slash);
    n.is_six = address.find(':') != std::string::npos;
    if (inet_pton(n.is_six ? AF_INET6 : AF_INET, address.c_str(), n.bytes.data()) != 1) continue;
    const unsigned most = n.is_six ? 128 : 32;
    n.bits = slash == std::string::npos ? most : std::min(most, static_cast<unsigned>(std::strtoul(cidr.c_str() + slash + 1, nullptr, 10)));
    networks_.push_back(n);
  }
}

bool Finder::is_inside(const std::string& address) const {
  std::array<std::uint8_t, 16> bytes{};
  const bool is_six = address.find(':') != std::string::npos;
  if (inet_pton(is_six ? AF_INET6 : AF_INET, address.c_str(), bytes.data()) != 1) return false;
  static constexpr std::array<std::uint8_t, 12> kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
  if (is_six && std::equal(kMapped.begin(), kMapped.end(), bytes.begin())) {
    std::array<char, INET_ADDRSTRLEN> four{};
    return inet_ntop(AF_INET, bytes.data() + 12, four.data(), four.size()) != nullptr && is_inside(four.data());
  }
  return std::any_of(networks_.begin(), networks_.end(), [&](const Network& n) {
    if (n.is_six != is_six) return false;
    const std::size_t whole = n.bits / 8, rest = n.bits % 8;
    if (std::memcmp(n.bytes.data(), bytes.data(), whole) != 0) return false;
    const auto mask = static_cast<std::uint8_t>(0xFF00u >> rest);
    return rest == 0 || ((n.bytes[whole] ^ bytes[whole]) & mask) == 0;
  });
}

// What looks like an address, without what may stand around it: "10.0.0.1:443", "1.2.3.4.".
void Finder::look_for_addresses(const Traced& t, std::vector<Hit>& hits) const {
  const std::string& s = t.text;
  for (std::size_t i = 0; i < s.size();) {
    std::size_t end = i;
    std::size_t marks = 0;
    for (; end < s.size() && finding_terms::is_of_address(s[end]); ++end) marks += s[end] == '.' || s[end] == ':' ? 1 : 0;
    if (marks >= 2 && end - i <= 64) {
      std::string token = s.substr(i, end - i);
      std::size_t begin = 0;
      while (token.size() > begin && (token.back() == '.' || (token.back() == ':' && !token.ends_with("::")))) token.pop_back();
      while (begin < token.size() && (token[begin] == '.' || (token[begin] == ':' && token[begin + 1] != ':'))) ++begin;
      token.erase(0, begin);
      std::string four = token.substr(0, token.find(':'));
      for (const std::string& address : {token, four}) {
        if (address.empty() || !is_inside(address)) continue;
        hits.push_back({t.from[i + begin], t.to[i + begin + address.size() - 1], Hit::kAddress, address});
        break;
      }
    }
    i = std::max(end, i + 1);
  }
}

void Finder::look_at(const Traced& t, std::size_t at, std::uint32_t first, std::vector<Hit>& hits) const {
  const std::string& s = t.text;
  const Term& term = terms_.terms[first];
  if (s.size() - at < term.text.size() || std::memcmp(s.data() + at, term.text.data(), term.text.size()) != 0) return;
  const std::size_t end = at + term.text.size();
  if (term.whole_word && !finding_terms::alone(s, at, end)) return;
  hits.push_back({t.from[at], t.to[end - 1], first, {}});
}

void Finder::look(const Traced& t, std::vector<Hit>& hits) const {
  const std::string& s = t.text;
  for (std::size_t i = 0; i + 2 <= s.size(); ++i) {
    if (!begins_.test(finding_terms::beginning(s, i, 2))) continue;
    for (std::size_t n = 2; n <= 4 && i + n <= s.size(); ++n) {
      const auto it = by_beginning_[n - 2].find(finding_terms::beginning(s, i, n));
      if (it == by_beginning_[n - 2].end()) continue;
      for (const std::uint32_t term : it->second) look_at(t, i, term, hits);
    }
  }
  if (!networks_.empty()) look_for_addresses(t, hits);
}

std::vector<Hit> Finder::find(std::string_view text) const {
  std::vector<Hit> hits;
  if (terms_.none()) return hits;
  unfold(text, [&](const Traced& t) { look(normal(t), hits); });
  std::sort(hits.begin(), hits.end(),
            [](const Hit& a, const Hit& b) { return std::tie(a.from, b.to, a.term, a.address) < std::tie(b.from, a.to, b.term, b.address); });
  hits.erase(std::unique(hits.begin(), hits.end(),
                         [](const Hit& a, const Hit& b) { return a.from == b.from && a.to == b.to && a.term == b.term && a.address == b.address; }),
             hits.end());
  return hits;
}

}  // namespace custos::share
