// What the institution file and the logs say of whatever findings speak of: whether many have to do with it, and when it was first seen.
// Called by incidents.cc; answers correlate/.
// Holds references: institution, reach and findings must outlive it.
// One thread.
// Refuses nothing: what is not known counts as somebody's own.
#pragma once

#include <map>
#include <set>
#include <span>
#include <string>

#include "correlate/correlate.h"
#include "engine/incidents/reach.h"
#include "model/institution.h"

namespace custos::engine {

class Known {
 public:
  Known(const Institution& institution, const Reach* reach, std::span<const correlate::Item> items);
  correlate::Surroundings surroundings() const;
  // Why a finding is no intruder's doing; empty: nothing says so.
  std::string explains(const correlate::Item& item) const;

 private:
  correlate::Nature nature(std::string_view kind, std::string_view value) const;
  correlate::Nature of_host(std::string_view name) const;
  correlate::Nature of_account(std::string_view name) const;
  correlate::Nature of_outside(std::string_view name) const;
  std::size_t others(std::string_view kind, std::string_view value) const;

  const Institution& institution_;
  const Reach* reach_;
  std::map<std::string, const Host*, std::less<>> hosts_;
  std::set<std::string, std::less<>> scanners_;
  std::set<std::string, std::less<>> services_;
  std::map<std::string, std::set<std::string>, std::less<>> beside_;  // what findings name beside it: accounts of a computer, computers of anything else
};

}  // namespace custos::engine
