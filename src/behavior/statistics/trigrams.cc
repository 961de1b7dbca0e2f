#include "behavior/statistics/trigrams.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace custos::behavior {
namespace trigram {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return c >= 'a' && c <= 'z'; }
bool is_word(char c) { return is_digit(c) || is_letter(c); }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); }
bool is_slash(char c) { return c == '\\' || c == '/'; }

// Reads a line that is in lower case already.
class Masker {
 public:
  Masker(std::string_view line, std::string& out) : line_(line), out_(out) {}

  void run() {
    while (at_ < line_.size()) {
      if (is_slash(line_[at_]) && (user() || temporary())) continue;
      if (line_[at_] == '{' && guid(at_ + 1) && char_at(at_ + 37) == '}') {
        replace(38, "#");
      } else if (is_word(line_[at_])) {
        word();
      } else {
        out_.push_back(line_[at_++]);
      }
    }
  }

 private:
  char char_at(std::size_t i) const { return i < line_.size() ? line_[i] : '\0'; }
  void replace(std::size_t length, std::string_view by) {
    out_ += by;
    at_ += length;
  }

  // 8-4-4-4-12 from here on, and no more.
  bool guid(std::size_t from) const {
    constexpr std::string_view kShape = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
    if (from + kShape.size() > line_.size() || is_word(char_at(from + kShape.size()))) return false;
    for (std::size_t i = 0; i < kShape.size(); ++i) {
      if (kShape[i] == '-' ? line_[from + i] != '-' : !is_hex(line_[from + i])) return false;
    }
    return true;
  }

  // From the first letter or digit of a word on.
  void word() {
    if (guid(at_)) return replace(36, "#");
    std::size_t end = at_, digits = 0, hex = 0;
    for (; end < line_.size() && is_word(line_[end]); ++end) {
      digits += is_digit(line_[end]);
      hex += is_hex(line_[end]);
    }
    const std::size_t length = end - at_;
    const bool prefixed = length > 2 && line_[at_] == '0' && line_[at_ + 1] == 'x';
    const bool mixed = digits > 0 && digits < length;  // letters alone may be a word, digits alone are a number
    if (prefixed ? hex + 1 == length && length >= 10 : hex == length && length >= 8 && mixed) return replace(length, "#");
    // A short number at the end of a word belongs to its name: system32, rundll32.
    std::size_t letters = 0;
    while (letters < length && line_[at_ + letters] >= 'a' && line_[at_ + letters] <= 'z') ++letters;
    if (letters >= 3 && digits <= 2 && letters + digits == length) {
      out_ += line_.substr(at_, length);
      at_ = end;
      return;
    }
    while (at_ < end) {
      const bool digit = is_digit(line_[at_]);
      out_.push_back(digit ? '0' : line_[at_]);
      ++at_;
      while (digit && at_ < end && is_digit(line_[at_])) ++at_;
    }
  }

  bool follows(std::string_view text) const { return line_.substr(at_, text.size()) == text; }

  // Where the name that begins here ends. Only Windows has blanks in names, and only before a backslash we can tell them from the next argument.
  std::size_t name_end(std::size_t from) const {
    constexpr std::string_view kEnds = "\\/\"'<>|&;,:*?";
    const std::size_t end = std::min(line_.find_first_of(kEnds, from), line_.size());
    const std::size_t blank = std::min(line_.find(' ', from), end);
    constexpr std::size_t kLongestName = 40;
    return blank < end && line_[at_] == '\\' && char_at(end) == '\\' && end - from <= kLongestName ? end : blank;
  }

  bool user() {
    for (const std::string_view folder : {"\\users\\", "/home/", "/users/", "\\documents and settings\\"}) {
      if (!follows(folder)) continue;
      const std::size_t from = at_ + folder.size(), end = name_end(from);
      if (end == from) return false;
      const bool more = is_slash(char_at(end));
      at_ = end;
      out_ += "\\users\\*";
      if (more && !temporary()) {
        out_.push_back('\\');
        ++at_;
      }
      return true;
    }
    return false;
  }

  bool temporary() {
    for (const std::string_view folder : {"\\temp\\", "/tmp/", "\\tmp\\", "/temp/"}) {
      if (!follows(folder)) continue;
      const std::size_t from = at_ + folder.size();
      const std::size_t end = std::min(name_end(from), std::min(line_.find(' ', from), line_.size()));
      const std::string_view name = line_.substr(from, end - from);
      if (!name.starts_with("tmp") && !name.starts_with('~') && std::none_of(name.begin(), name.end(), is_digit)) return false;
      out_ += folder;
      out_.push_back('*');
      const std::size_t dot = name.rfind('.');
      constexpr std::size_t kLongestEnding = 5;
      const std::string_view ending = dot == name.npos || name.size() - dot > kLongestEnding ? std::string_view() : name.substr(dot);
      if (std::none_of(ending.begin(), ending.end(), is_digit)) out_ += ending;
      at_ = end;
      return true;
    }
    return false;
  }

  std::string_view line_;
  std::string& out_;
  std::size_t at_ = 0;
};

// Calls with a hash of 32 bits of each trigram; tables take its upper bits.
template <typename Each>
void each(std::string_view line, const Each& call) {
  if (line.empty()) return;
  constexpr std::uint32_t kBefore = 2, kAfter = 3;  // control characters that no line is expected to hold
  std::uint32_t key = kBefore << 8 | kBefore;
  const auto next = [&](std::uint32_t c) {
    key = (key << 8 | c) & 0xFFFFFF;
    std::uint32_t h = (key ^ key >> 11) * 0x9E3779B1u;  // the golden ratio's; the shift brings the oldest byte down to where it moves more bits
    h ^= h >> 15;
    call(h * 0x85EBCA77u);
  };
  for (const char c : line.substr(0, kLongest)) next(static_cast<unsigned char>(c));
  next(kAfter);
}

}  // namespace
}  // namespace trigram

void normalise(std::string_view line, std::string& out) {
  out.clear();
  std::array<char, kLongest> low;
  const std::size_t n = std::min(line.size(), kLongest);
  for (std::size_t i = 0; i < n; ++i) low[i] = line[i] >= 'A' && line[i] <= 'Z' ? static_cast<char>(line[i] - 'A' + 'a') : line[i];
  trigram::Masker({low.data(), n}, out).run();
}

Trigrams::Trigrams(Size size) : size_(size) {
  size_.image_bits = std::clamp(size.image_bits, 0, 16);
  size_.own_bits = std::clamp(size.own_bits, 4, 24);
  size_.common_bits = std::clamp(size.common_bits, 4, 24);
  own_.resize(std::size_t{1} << (size_.image_bits + size_.own_bits));
  common_.resize(std::size_t{1} << size_.common_bits);
  own_sums_.resize(std::size_t{1} << size_.image_bits);
}

std::size_t Trigrams::table(std::uint64_t image_hash) const {
  return size_.image_bits == 0 ? 0 : static_cast<std::size_t>((image_hash * 0x9E3779B97F4A7C15ull) >> (64 - size_.image_bits));
}

double Trigrams::score(std::uint64_t image_hash, std::string_view line) const {
  const std::size_t image = table(image_hash);
  const std::uint16_t* own = own_.data() + (image << size_.own_bits);
  const double backing = std::ldexp(0.5, size_.own_bits);
  const double common_scale = backing / (static_cast<double>(common_sum_) + std::ldexp(0.5, size_.common_bits));
  std::array<double, kWorst> least{};  // the least so far of c + W P(g), in order
  std::size_t count = 0;
  double most = HUGE_VAL;
  trigram::each(line, [&](std::uint32_t h) {
    const double x = own[h >> (32 - size_.own_bits)] + common_scale * (common_[h >> (32 - size_.common_bits)] + 0.5);
    if (x >= most) return;
    std::size_t i = count < kWorst ? count++ : kWorst - 1;
    for (; i > 0 && least[i - 1] > x; --i) least[i] = least[i - 1];
    least[i] = x;
    if (count == kWorst) most = least[kWorst - 1];
  });
  if (count == 0) return 0;
  double sum = 0;
  for (std::size_t i = 0; i < count; ++i) sum += std::log(least[i]);
  return std::log(static_cast<double>(own_sums_[image]) + backing) - sum / static_cast<double>(count);
}

void Trigrams::count(std::uint16_t* counters, std::size_t size, std::size_t at, std::uint64_t& sum) {
  if (counters[at] == UINT16_MAX) {
    for (std::size_t i = 0; i < size; ++i) counters[i] = static_cast<std::uint16_t>(counters[i] / 2);
    sum = std::accumulate(counters, counters + size, std::uint64_t{0});
  }
  ++counters[at];
  ++sum;
}

void Trigrams::learn(std::uint64_t image_hash, std::string_view line) {
  const std::size_t image = table(image_hash), size = std::size_t{1} << size_.own_bits;
  std::uint16_t* own = own_.data() + image * size;
  trigram::each(line, [&](std::uint32_t h) {
    count(own, size, h >> (32 - size_.own_bits), own_sums_[image]);
    count(common_.data(), common_.size(), h >> (32 - size_.common_bits), common_sum_);
  });
}

bool Trigrams::merge(const Trigrams& other) {
  if (own_.size() != other.own_.size() || common_.size() != other.common_.size() || own_sums_.size() != other.own_sums_.size()) return false;
  const std::size_t size = std::size_t{1} << size_.own_bits;
  const auto add = [](std::uint16_t* to, const std::uint16_t* from, std::size_t n) {
    std::uint32_t most = 0;
    for (std::size_t i = 0; i < n; ++i) most = std::max<std::uint32_t>(most, std::uint32_t{to[i]} + from[i]);
    const unsigned halved = most > UINT16_MAX ? 1 : 0;
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < n; ++i) sum += to[i] = static_cast<std::uint16_t>((std::uint32_t{to[i]} + from[i]) >> halved);
    return sum;
  };
  for (std::size_t image = 0; image < own_sums_.size(); ++image) own_sums_[image] = add(own_.data() + image * size, other.own_.data() + image * size, size);
  common_sum_ = add(common_.data(), other.common_.data(), common_.size());
  return true;
}

void Trigrams::save(Packer& out) const {
  for (const auto* counters : {&own_, &common_}) {
    out.varint(counters->size());
    for (const std::uint16_t n : *counters) out.varint(n);
  }
}

bool Trigrams::load(Unpacker& in) {
  std::vector<std::uint16_t> read[2];
  for (auto& counters : read) {
    counters.resize(in.length());
    for (std::uint16_t& n : counters) n = static_cast<std::uint16_t>(in.varint());
  }
  return in.ok() && (restore(std::move(read[0]), std::move(read[1])) || in.refuse());
}

bool Trigrams::restore(std::vector<std::uint16_t> own, std::vector<std::uint16_t> common) {
  if (own.size() != own_.size() || common.size() != common_.size()) return false;
  own_ = std::move(own);
  common_ = std::move(common);
  const std::size_t size = std::size_t{1} << size_.own_bits;
  for (std::size_t i = 0; i < own_sums_.size(); ++i) {
    own_sums_[i] = std::accumulate(own_.data() + i * size, own_.data() + (i + 1) * size, std::uint64_t{0});
  }
  common_sum_ = std::accumulate(common_.begin(), common_.end(), std::uint64_t{0});
  return true;
}

}  // namespace custos::behavior
