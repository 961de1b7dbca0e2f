#include "base/net/registered_domain.h"

#include <array>
#include <cmath>
#include <ctime>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <libpsl.h>

#include "base/text.h"

namespace custos {
namespace suffix_lists {

std::string built_in_date() {
  const std::time_t t = psl_builtin_file_time();
  std::tm parts{};
  return t > 0 && gmtime_r(&t, &parts) != nullptr ? fmt::format("{:%Y-%m-%d}", parts) : "an unknown day";
}

}  // namespace suffix_lists

struct SuffixList::Context {
  psl_ctx_t* loaded = nullptr;
  const psl_ctx_t* used = nullptr;
  ~Context() { psl_free(loaded); }
};

SuffixList::SuffixList(std::string path) : context_(std::make_unique<Context>()) {
  if (path.empty()) path = psl_dist_filename();
  context_->used = context_->loaded = psl_load_file(path.c_str());
  if (context_->loaded != nullptr) return;
  problem_ = fmt::format("the public suffix list {} is missing or damaged (Debian's package publicsuffix)", path);
  context_->used = psl_builtin();
  problem_ += context_->used != nullptr ? fmt::format(": the one built into libpsl is used, of {}", suffix_lists::built_in_date())
                                        : ": registered domains are the last two labels, wrong below suffixes such as co.uk";
}

SuffixList::~SuffixList() = default;

const SuffixList& SuffixList::system() {
  static const SuffixList list;
  return list;
}

std::string_view SuffixList::registered_domain(std::string_view name) const {
  while (!name.empty() && name.back() == '.') name.remove_suffix(1);
  if (name.find_first_not_of("0123456789.") == std::string_view::npos || name.find(':') != std::string_view::npos) return name;
  // The list is in lower case; folding may change lengths, so labels are counted, not bytes.
  const std::string folded = fold(to_valid_utf8(name));
  const char* registered = context_->used == nullptr ? nullptr : psl_registrable_domain(context_->used, folded.c_str());
  if (registered == nullptr && context_->used != nullptr) return name;
  std::size_t labels = 2;
  if (registered != nullptr) {
    labels = 1;
    for (const char* c = registered; *c != 0; ++c) labels += *c == '.' ? 1 : 0;
  }
  std::size_t at = name.size();
  for (; labels > 0; --labels) {
    at = at == 0 ? std::string_view::npos : name.rfind('.', at - 1);
    if (at == std::string_view::npos) return name;
  }
  return name.substr(at + 1);
}

std::string_view registered_domain(std::string_view name) { return SuffixList::system().registered_domain(name); }

double information_bytes(std::string_view text) {
  if (text.empty()) return 0;
  std::array<double, 256> counts{};
  for (const char c : text) counts[static_cast<unsigned char>(c)] += 1;
  const auto n = static_cast<double>(text.size());
  double bits = 0;
  for (const double k : counts) {
    if (k > 0) bits -= k * std::log2(k / n);
  }
  return bits / 8;
}

}  // namespace custos
