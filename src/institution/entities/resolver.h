// Entity resolution: who and what a name, an address or an event means, at that time. Done once, for rules, detectors and incidents alike.
// First observe() every event (in any order, one Resolver a thread, then absorb()), then settle(), then ask.
// Answers are owned; the resolver keeps bounded evidence and counts what it had to forget.
// One thread while observing; const and shared afterwards.
// Refuses to guess: see Answer. docs/formats/entities.md says which evidence counts for how long.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "institution/entities/accounts.h"
#include "institution/entities/hosts.h"
#include "model/batch.h"

namespace custos::institution {

struct Attribution {
  Answer host, account, person;
};

class Resolver {
 public:
  explicit Resolver(const Institution& known) : hosts_(known), accounts_(known), processes_(kProcessHold, kMostProcesses) {}

  void observe(const Event& e, const std::string& file);
  void absorb(Resolver&& other);
  void settle();

  Answer host(std::string_view name_or_address, Micros at) const;
  Answer account(std::string_view written) const { return accounts_.account(written); }
  Answer person(std::string_view account) const;
  // A process by Sysmon's GUID, or by its id on a computer at a time (ids are used again). The value is the image.
  Answer process(std::string_view host, std::string_view id, Micros at) const;
  Attribution attribute(const Event& e) const;

  std::uint64_t forgotten() const { return hosts_.forgotten() + accounts_.forgotten() + processes_.evicted(); }

 private:
  static constexpr Micros kProcessHold = 30 * kDay;
  static constexpr std::size_t kMostProcesses = 2'000'000;

  std::uint32_t source(const std::string& file);
  void learn_windows(const Event& e, std::uint32_t from);
  void learn_leases(const Event& e, std::uint32_t from);
  void learn_processes(const Event& e, const std::string& host, int id, std::uint32_t from);
  std::uint32_t image(std::string_view path);

  Hosts hosts_;
  Accounts accounts_;
  Timeline processes_;
  std::vector<std::string> sources_, images_;
  std::unordered_map<std::string, std::uint32_t, TextHash, TextEqual> image_numbers_;
};

}  // namespace custos::institution
