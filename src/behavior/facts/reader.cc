#include "behavior/facts/reader.h"

#include <algorithm>

namespace custos::behavior {
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
      together_.count(fact, out);
    } else {
      out.push_back(fact);
    }
  }
  common.kind = Kind::Presence;
  together_.count(common, out);
}

}  // namespace custos::behavior
