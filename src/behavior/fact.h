// A fact: one thing that somebody or something did, as far as behaviour analytics cares, in a fixed shape for all kinds of log.
// Made from events by facts/; handed to detectors in order of time.
// A plain value; its texts are numbers in the Dictionary that came with it.
// Any thread.
// Refuses nothing: what a record does not say is kNoText, 0 or kNoTime.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/dictionary.h"
#include "base/time.h"

namespace custos::behavior {

enum class Kind : std::uint8_t {
  Contact,   // host reached peer (address or name); object: port and protocol; sent, received. No host: somebody from outside reached peer, which is ours
  Lookup,    // host asked for object (a name) below peer (its registered domain); failed: it does not exist
  Logon,     // user on host, from peer (host or address); object: how ("kerberos 3"); failed: refused
  Ticket,    // user at host asked the domain for peer (a service); object: its encryption; failed: refused
  Access,    // user, from host, opened object (file, mailbox, document) below peer (share, site, mailbox)
  Run,       // user on host started object (a command line) as peer (parent image > image)
  Alert,     // another tool, or a rule of ours, says object of host or user; weight: how grave
  Trace,     // anything else: log wrote object (a template) about host or user
  Presence,  // log wrote count records from host in this stretch of time
  kCount
};
std::string_view kind_name(Kind kind);

// 10000-01-01: every fact is before it, and none before 1970.
inline constexpr Micros kEndOfFacts = Micros{253'402'300'800} * kSecond;

// Of two times of facts, the earlier; kNoTime is none.
constexpr Micros earlier(Micros a, Micros b) { return a == kNoTime || (b != kNoTime && b < a) ? b : a; }

// Where the record stands: number of the file, and the record's offset there.
struct Where {
  std::uint32_t source = 0;
  std::uint64_t offset = 0;
  bool operator==(const Where&) const = default;
  auto operator<=>(const Where&) const = default;
};

struct Fact {
  Micros time = kNoTime;
  std::uint64_t offset = 0;  // with `source`: Where
  std::uint32_t source = 0;
  TextId host = kNoText, user = kNoText, peer = kNoText, object = kNoText;
  TextId log = kNoText;          // the kind of telemetry: "zeek conn"
  float sent = 0, received = 0;  // bytes
  std::uint32_t count = 1;       // records it stands for
  std::uint8_t weight = 0;
  Kind kind = Kind::Trace;
  bool failed : 1 = false;
  bool together : 1 = false;  // of no interest one by one: equal ones of a stretch of time are one fact, with their count and their bytes
  bool host_ours : 1 = false, peer_ours : 1 = false;  // the institution's own, as far as its networks are known; set when names are resolved
  Where where() const { return {source, offset}; }
};
static_assert(sizeof(Fact) == 56);

}  // namespace custos::behavior
