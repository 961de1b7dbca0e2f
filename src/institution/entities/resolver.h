// Entity resolution: who and what a name, an address or an event means, at that time. Done once, for rules, detectors and incidents alike.
// First observe() every event (in any order, one Resolver and one Clues a thread, then absorb()), then settle(), then ask.
// Answers are owned; the resolver keeps bounded evidence and counts what it had to forget.
// One thread while observing; const and shared afterwards.
// Refuses to guess: see Answer. docs/formats/entities.md says which evidence counts for how long.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "institution/entities/accounts.h"
#include "institution/entities/clues.h"
#include "institution/entities/hosts.h"
#include "model/batch.h"

namespace custos::institution {

struct Attribution {
  Answer host, account, person;
};

class Resolver {
 public:
  enum class Keep : std::uint8_t { All, HostsAndAccounts };
  explicit Resolver(const Institution& known, Keep keep = Keep::All)
      : keep_(keep), hosts_(known), accounts_(known), processes_(kProcessHold, kMostProcesses) {}

  // Where the events stand that come next.
  void from(const std::string& file);
  // `clues` of an event with this record.
  void observe(const Clues& clues, const Record& record);
  void absorb(Resolver&& other);
  void settle();

  Answer host(std::string_view name_or_address, Micros at) const;
  // Every computer that had an address, or every address that a computer had, in order of time.
  std::vector<Answer> holders(std::string_view address) const { return hosts_.holders(address, sources_); }
  std::vector<Answer> addresses(std::string_view host) const { return hosts_.addresses(host, sources_); }
  bool ours(std::string_view address) const { return hosts_.ours(address); }
  Answer account(std::string_view written) const { return accounts_.account(written); }
  Answer account(std::string_view domain, std::string_view name, std::string_view sid) const { return accounts_.account(domain, name, sid); }
  Answer person(std::string_view account, Micros at) const;
  // A process by Sysmon's GUID, or by its id on a computer at a time (ids are used again). The value is the image.
  Answer process(std::string_view host, std::string_view id, Micros at) const;
  Attribution attribute(const Clues& clues, Micros at) const;

  std::uint64_t forgotten() const { return hosts_.forgotten() + accounts_.forgotten() + processes_.evicted(); }

 private:
  static constexpr Micros kProcessHold = 30 * kDay;
  static constexpr std::size_t kMostProcesses = 2'000'000;

  void learn_windows(const Clues& c, const Record& r);
  void learn_leases(const Clues& c, const Record& r);
  void learn_devices(const Clues& c, const Record& r);
  void learn_processes(const Clues& c, const Record& r, const std::string& host, std::uint64_t id);
  std::uint32_t source() const { return static_cast<std::uint32_t>(sources_.size() - 1); }
  Where where(const Record& r) const { return {source(), r.number}; }
  void learn_dhcpd(std::string_view message, const Record& r);
  std::uint32_t image(std::string_view path);

  Keep keep_;
  Hosts hosts_;
  Accounts accounts_;
  Timeline processes_;
  std::vector<std::string> sources_, images_;
  std::unordered_map<std::string, std::uint32_t, TextHash, TextEqual> image_numbers_;
};

}  // namespace custos::institution
