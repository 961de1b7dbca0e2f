// Events to facts: what an event says somebody did, and that its log was alive.
// Called by engine/ for every event a worker reads; one a worker. Feeds FactLog.
// Facts own nothing: their texts are in the worker's Dictionary.
// One thread.
// Refuses events without a time from 1970 to 9999: no fact is made of them, untimed() counts them.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "behavior/facts/maker.h"
#include "behavior/facts/together.h"

namespace custos::behavior {

class FactReader {
 public:
  // ours: whether an address is the institution's own, as far as is known before the logs are read.
  FactReader(const Names& names, Dictionary& texts, std::function<bool(std::string_view address)> ours)
      : fields_(names), texts_(texts), maker_(fields_, texts, std::move(ours)) {}
  FactReader(const FactReader&) = delete;
  FactReader& operator=(const FactReader&) = delete;

  // The facts of one event; `source` is the number of its file.
  void read(const Event& e, std::uint32_t source, std::vector<Fact>& out);
  // What was counted together: call at the end of each file.
  void flush(std::vector<Fact>& out) { together_.flush(out); }
  std::uint64_t untimed() const { return untimed_; }

 private:
  // How events of a log source are to be read.
  enum class Family : std::uint8_t { Unseen, Windows, Zeek, Suricata, Linux, Web, Proxy, Cloud, Other };
  struct Route {
    Family family = Family::Unseen;
    TextId log = kNoText;
    std::string product, service;
  };
  const Route& route(const Batch& batch, LogSourceId id);
  void make(const Route& route);
  TextId host_of(const Route& route);

  Fields fields_;
  Dictionary& texts_;
  Maker maker_;
  std::vector<Route> routes_;
  std::vector<Fact> made_;
  Together together_;
  std::uint64_t untimed_ = 0;
};

}  // namespace custos::behavior
