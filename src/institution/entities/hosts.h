// Computers over time: which of them had an address when, by leases and by what they wrote of themselves, beside what the institution file says.
// Filled from events by resolver.cc and asked through it.
// Owns its entries; bounded, and what did not fit is counted.
// One thread while learning; const afterwards.
// Refuses to guess: an address that changed hands unseen, or stands for many (NAT, egress), is ambiguous or nobody's.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/hash.h"
#include "institution/entities/host_book.h"
#include "institution/entities/timeline.h"

namespace custos::institution {

// Where a sighting stands: file by the resolver's number, record.
struct Where {
  std::uint32_t source = 0;
  std::uint64_t record = 0;
};

class Hosts {
 public:
  static constexpr std::size_t kMost = 1'000'000;  // names, addresses, pieces of evidence

  explicit Hosts(const Institution& known);

  const HostBook& book() const { return book_; }
  std::string name(std::string_view written) const { return book_.name(written); }
  std::string full_name(std::string_view written) const { return book_.domain().empty() ? name(written) : name(written) + "." + book_.domain(); }
  // The full name of a Windows computer, as its own records give it: where no file tells our domain, one that all share is ours.
  void wrote(std::string_view computer);
  // It had that address at that moment.
  void saw(std::string_view address, std::string_view host, Micros at, const Where& where);
  // It was given that address until then (kNoTime: nobody said how long). Its card says more of who it is than the name it gave itself.
  void lease(std::string_view address, std::string_view host, std::string_view card, Micros at, Micros until, const Where& where);
  void release(std::string_view address, std::string_view host, std::string_view card, Micros at);
  void absorb(Hosts&& other, const std::vector<std::uint32_t>& sources);
  // `source_ranks`: by the numbers that saw() was given. Equal evidence in another order of files gives equal answers.
  void settle(const std::vector<std::uint32_t>& source_ranks);

  Answer by_address(std::string_view address, Micros at, const std::vector<std::string>& sources) const;
  // Everybody who is known to have had an address, and every address a computer is known to have had, in order of time.
  std::vector<Answer> holders(std::string_view address, const std::vector<std::string>& sources) const;
  std::vector<Answer> addresses(std::string_view host, const std::vector<std::string>& sources) const;
  bool ours(std::string_view address) const;
  std::uint64_t forgotten() const { return forgotten_ + addresses_.evicted(); }

 private:
  std::uint32_t number(const std::string& host);
  std::string leaseholder(std::string_view host, std::string_view card) const;
  void add(const std::string& address, const std::string& host, Evidence e);
  Answer answer_of(const Timeline::Run& run, const std::vector<std::string>& sources) const;
  Answer at_time(const std::string& plain, Micros at, const std::vector<std::string>& sources) const;

  HostBook book_;
  std::set<std::string> domains_;  // of computers that wrote, while ours is not known
  std::string last_domain_;        // as it was written last
  std::unordered_map<std::string, std::uint32_t, TextHash, TextEqual> numbers_;
  std::vector<std::string> names_;
  Timeline addresses_;                                      // address -> host
  std::unordered_map<std::uint64_t, std::string> spelled_;  // addresses by their hash
  std::vector<Evidence> leases_;                            // by which a host gives up the address it had
  std::uint64_t forgotten_ = 0;
};

// The place of each text among all that are distinct, sorted.
std::vector<std::uint32_t> ranks_of(const std::vector<std::string>& texts);

}  // namespace custos::institution
