#include "behavior/facts/reader.h"

#include <algorithm>
#include <tuple>

namespace custos::behavior {
namespace counting_together {

constexpr Micros kPresence = 900 * kSecond, kTraces = 3600 * kSecond, kTogether = 600 * kSecond;

// Number of the stretch of time within which equal facts are one.
std::uint64_t stretch(const Fact& f) {
  const auto t = static_cast<std::uint64_t>(f.time);  // not negative: see read()
  switch (f.kind) {
    case Kind::Presence: return t / kPresence;
    case Kind::Trace: return t / kTraces;
    default: return t / kTogether;
  }
}

}  // namespace counting_together

std::size_t FactReader::Hashing::operator()(std::uint32_t at) const {
  const Fact& f = (*facts)[at];
  const auto pair = [](std::uint64_t a, std::uint64_t b) { return a << 32 | b; };
  std::uint64_t x = pair(f.host, f.user) * 0x9E3779B97F4A7C15u ^ pair(f.peer, f.object) * 0xC2B2AE3D27D4EB4Fu;
  x = (x ^ x >> 29 ^ pair(f.log, static_cast<std::uint64_t>(f.kind) * 2 + f.failed) ^ counting_together::stretch(f) << 8) * 0x165667B19E3779F9u;
  return x ^ x >> 32;
}

bool FactReader::Equality::operator()(std::uint32_t a, std::uint32_t b) const {
  const auto of = [this](std::uint32_t at) {
    const Fact& f = (*facts)[at];
    return std::tuple(f.host, f.user, f.peer, f.object, f.log, f.kind, f.failed, counting_together::stretch(f));
  };
  return of(a) == of(b);
}

const FactReader::Route& FactReader::route(const Batch& batch, LogSourceId id) {
  if (id >= routes_.size()) routes_.resize(std::size_t{id} + 1);
  Route& r = routes_[id];
  if (r.family != Family::Unseen) return r;
  const LogSource& s = batch.sources().at(id);
  r.product = s.product;
  r.service = s.service;
  const auto in = [&](std::string_view category) { return std::find(s.categories.begin(), s.categories.end(), category) != s.categories.end(); };
  r.family = s.product == "windows"    ? Family::Windows
             : s.product == "zeek"     ? Family::Zeek
             : s.product == "suricata" ? Family::Suricata
             : s.product == "linux"    ? Family::Linux
             : in("proxy")             ? Family::Proxy
             : in("webserver")         ? Family::Web
             : s.product == "azure" || s.product == "m365" || s.product == "aws" ? Family::Cloud
                                                                                 : Family::Other;
  // "windows security", "zeek conn", "proxy"
  const std::string& what = !s.service.empty() || s.categories.empty() ? s.service : s.categories.front();
  std::string log = s.product + " " + what;
  r.log = texts_.intern(trim(log).empty() ? "unknown" : trim(log));
  return r;
}

// The computer that wrote the record, or that it is about.
TextId FactReader::host_of(const Route& r) {
  switch (r.family) {
    case Family::Windows: return maker_.lower(fields_.first({Slot::Computer, Slot::Hostname}));
    case Family::Linux: return maker_.lower(fields_.first({Slot::Node, Slot::SyslogHost}));
    default: return kNoText;
  }
}

void FactReader::make(const Route& r) {
  maker_.service = r.service;
  switch (r.family) {
    case Family::Windows: return windows_facts(maker_);
    case Family::Zeek: return zeek_facts(maker_);
    case Family::Suricata: return suricata_facts(maker_);
    case Family::Linux: return linux_facts(maker_);
    case Family::Web: return web_facts(maker_, false);
    case Family::Proxy: return web_facts(maker_, true);
    case Family::Cloud: return cloud_facts(maker_, r.product);
    default: return other_facts(maker_);
  }
}

void FactReader::read(const Event& e, std::uint32_t source, std::vector<Fact>& out) {
  const Record& record = e.record();
  if (record.time < 0 || record.time >= kEndOfFacts) {  // kNoTime, too
    ++untimed_;
    return;
  }
  fields_.read(e);
  const Route& r = route(e.batch(), record.log_source);
  Fact common;
  common.time = record.time;
  common.source = source;
  common.offset = record.offset;
  common.log = r.log;
  common.host = host_of(r);
  made_.clear();
  maker_.begin(common, made_);
  make(r);
  for (const Fact& fact : made_) {
    if (fact.kind == Kind::Trace || fact.together) {
      count(fact, out);
    } else {
      out.push_back(fact);
    }
  }
  common.kind = Kind::Presence;
  count(common, out);
}

void FactReader::count(const Fact& fact, std::vector<Fact>& out) {
  together_.push_back(fact);
  const auto [it, fresh] = places_.insert(static_cast<std::uint32_t>(together_.size() - 1));
  if (fresh) {
    if (together_.size() >= kMostTogether) flush(out);
    return;
  }
  together_.pop_back();
  Fact& first = together_[*it];
  ++first.count;
  first.sent += fact.sent;
  first.received += fact.received;
  if (std::tie(fact.time, fact.offset) < std::tie(first.time, first.offset)) {
    first.time = fact.time;
    first.offset = fact.offset;
  }
}

void FactReader::flush(std::vector<Fact>& out) {
  out.insert(out.end(), together_.begin(), together_.end());
  together_.clear();
  places_.clear();
}

}  // namespace custos::behavior
