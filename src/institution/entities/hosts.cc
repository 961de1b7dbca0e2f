#include "institution/entities/hosts.h"

#include <algorithm>
#include <numeric>
#include <tuple>

#include <fmt/format.h>

#include "base/text.h"

namespace custos::institution {
namespace {

constexpr Micros kHold = 24 * 3'600 * kSecond;  // a sighting without a lease counts for a day

// An address of a computer: not its loopback, nobody's, or everybody's.
bool means_one(const std::string& plain) {
  return !plain.empty() && !plain.starts_with("127.") && plain != "::1" && plain != "::" && plain != "0.0.0.0" && plain != "255.255.255.255";
}

}  // namespace

std::vector<std::uint32_t> ranks_of(const std::vector<std::string>& texts) {
  std::vector<std::uint32_t> order(texts.size()), ranks(texts.size());
  std::iota(order.begin(), order.end(), 0u);
  std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) { return texts[a] < texts[b]; });
  std::uint32_t rank = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    if (i > 0 && texts[order[i]] != texts[order[i - 1]]) ++rank;
    ranks[order[i]] = rank;
  }
  return ranks;
}

Hosts::Hosts(const Institution& known) : book_(known), addresses_(kHold, kMost) {}

std::uint32_t Hosts::number(const std::string& host) {
  if (const auto at = numbers_.find(host); at != numbers_.end()) return at->second;
  if (names_.size() >= kMost) {
    // Too many to tell apart; that it was another one must not be forgotten, or an address would stay its last known holder's.
    ++forgotten_;
    static const std::string other = "one of very many computers";
    if (host != other) return number(other);
  }
  numbers_.emplace(host, static_cast<std::uint32_t>(names_.size()));
  names_.push_back(host);
  return static_cast<std::uint32_t>(names_.size() - 1);
}

void Hosts::wrote(std::string_view computer) {
  if (!book_.domain().empty() || domains_.size() > 1) return;
  const std::size_t dot = computer.find('.');
  if (dot == std::string_view::npos || computer.substr(dot + 1) == last_domain_ || !plain_address(computer).empty()) return;
  last_domain_ = computer.substr(dot + 1);
  domains_.insert(fold(last_domain_));
}

void Hosts::add(const std::string& address, const std::string& host, Evidence e) {
  if (!means_one(address) || host.empty() || e.at == kNoTime) return;
  e.key = hash64(address);
  if (!spelled_.contains(e.key)) {
    if (spelled_.size() >= kMost) {
      ++forgotten_;
      return;
    }
    spelled_.emplace(e.key, address);
  }
  e.value = number(host);
  addresses_.add(e);
  if (e.begins) leases_.push_back(e);
}

void Hosts::saw(std::string_view address, std::string_view host, Micros at, const Where& where) {
  add(plain_address(address), name(host), {0, 0, at, kNoTime, false, where.source, where.record});
}

std::string Hosts::leaseholder(std::string_view host, std::string_view card) const {
  if (std::string known = book_.by_card(card); !known.empty()) return known;
  const std::string claimed = name(host);
  // Who claims a name whose cards are known and has none of them is another one, known by its card alone.
  const auto normal = normal_mac(card);
  return normal && book_.has_cards(claimed) ? *normal : claimed;
}

void Hosts::lease(std::string_view address, std::string_view host, std::string_view card, Micros at, Micros until, const Where& where) {
  add(plain_address(address), leaseholder(host, card), {0, 0, at, until, true, where.source, where.record});
}

void Hosts::release(std::string_view address, std::string_view host, std::string_view card, Micros at) {
  const std::string a = plain_address(address), h = leaseholder(host, card);
  if (at != kNoTime && !a.empty() && !h.empty()) addresses_.end(hash64(a), number(h), at);
}

void Hosts::absorb(Hosts&& other, const std::vector<std::uint32_t>& sources) {
  std::vector<std::uint32_t> renumbered;
  for (const std::string& n : other.names_) renumbered.push_back(number(n));
  addresses_.take(other.addresses_, [&](Evidence e) {
    e.value = renumbered[e.value];
    if (!sources.empty()) e.source = sources[e.source];
    return e;
  });
  for (Evidence e : other.leases_) {
    e.value = renumbered[e.value];
    leases_.push_back(e);
  }
  spelled_.merge(other.spelled_);
  domains_.merge(other.domains_);
  forgotten_ += other.forgotten_;
}

void Hosts::settle(const std::vector<std::uint32_t>& source_ranks) {
  if (book_.domain().empty() && domains_.size() == 1) book_.set_domain(*domains_.begin());
  for (std::string& n : names_) n = name(n);
  const std::vector<std::uint32_t> ranks = ranks_of(names_);
  const auto change = [&](Evidence e) {
    e.value = ranks[e.value];
    if (e.source < source_ranks.size()) e.source = source_ranks[e.source];
    return e;
  };
  addresses_.renumber(change);
  for (Evidence& e : leases_) e = change(e);
  std::sort(names_.begin(), names_.end());
  names_.erase(std::unique(names_.begin(), names_.end()), names_.end());
  numbers_.clear();
  for (std::uint32_t i = 0; i < names_.size(); ++i) numbers_[names_[i]] = i;
  // A computer that takes a new address by lease has given up the one it had by lease.
  std::sort(leases_.begin(), leases_.end(), [](const Evidence& a, const Evidence& b) {
    return a.value != b.value ? a.value < b.value : a.at != b.at ? a.at < b.at : a.key < b.key;
  });
  for (std::size_t i = 1; i < leases_.size(); ++i) {
    if (leases_[i].value == leases_[i - 1].value && leases_[i].key != leases_[i - 1].key)
      addresses_.end(leases_[i - 1].key, leases_[i - 1].value, leases_[i].at);
  }
  addresses_.settle();
}

bool Hosts::ours(std::string_view address) const {
  const auto a = address_in(address);
  return a && book_.ours(*a);
}

Answer Hosts::by_address(std::string_view address, Micros at, const std::vector<std::string>& sources) const {
  const std::string plain = plain_address(address);
  if (plain.empty()) return {};
  if (Answer a = book_.by_address(plain, at); !a.from.empty()) return a;
  return at_time(plain, at, sources);
}

Answer Hosts::at_time(const std::string& plain, Micros at, const std::vector<std::string>& sources) const {
  Answer a;
  const Timeline::Found f = addresses_.find(hash64(plain), at);
  if (f.run == nullptr) {
    for (const std::uint32_t c : f.candidates) a.candidates.push_back(names_[c]);
    if (!a.candidates.empty()) a.from = "seen with both about that time";
    return a;
  }
  a = answer_of(*f.run, sources);
  a.span = {f.from, f.until};
  return a;
}

Answer Hosts::answer_of(const Timeline::Run& run, const std::vector<std::string>& sources) const {
  Answer a;
  a.value = names_[run.value];
  a.candidates = {a.value};
  a.span = {run.first, run.until};
  a.from = fmt::format("{} in {}, record {}", run.begins ? "lease" : "seen", run.source < sources.size() ? sources[run.source] : std::string("?"), run.record);
  return a;
}

// In order of time; what is not clear in a stretch is said there, as it would be to whoever asks for that moment.
std::vector<Answer> Hosts::holders(std::string_view address, const std::vector<std::string>& sources) const {
  const std::string plain = plain_address(address);
  if (Answer a = book_.by_address(plain, kNoTime); !a.from.empty()) return {std::move(a)};
  const auto& runs = addresses_.runs(hash64(plain));
  std::vector<Answer> out;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const Timeline::Run& r = runs[i];
    const Micros until = i + 1 < runs.size() ? std::min(r.until, runs[i + 1].first) : r.until;
    // Asked a little later than clocks may differ, where the stretch is that long.
    Answer a = at_time(plain, std::min(std::max(r.first, until - 1), r.first + Timeline::kTolerance + 1), sources);
    a.span = {r.first, until};
    std::sort(a.candidates.begin(), a.candidates.end());
    if (!out.empty() && a.ambiguous() && a.candidates == out.back().candidates) {
      out.back().span.until = until;
    } else {
      out.push_back(std::move(a));
    }
  }
  return out;
}

std::vector<Answer> Hosts::addresses(std::string_view host, const std::vector<std::string>& sources) const {
  const std::string wanted = name(host);
  std::vector<Answer> out = book_.fixed_addresses(wanted);
  for (const auto& [key, spelled] : spelled_) {
    for (const Timeline::Run& r : addresses_.runs(key)) {
      if (names_[r.value] != wanted) continue;
      out.push_back(answer_of(r, sources));
      out.back().value = spelled;
      out.back().candidates = {spelled};
    }
  }
  std::sort(out.begin(), out.end(), [](const Answer& a, const Answer& b) { return std::tie(a.span.from, a.value) < std::tie(b.span.from, b.value); });
  return out;
}

}  // namespace custos::institution
