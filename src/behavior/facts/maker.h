// What the makers of facts have in common: the event's fields in, facts with interned texts out.
// Held by reader.cc; handed to windows.cc, network.cc, linux.cc, web.cc, cloud.cc, other.cc.
// Facts go to the list that reader.cc was given.
// One thread.
// Refuses names that are nobody's: "-", SYSTEM, a computer's own account.
#pragma once

#include <algorithm>
#include <array>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <tsl/robin_map.h>

#include "base/hash.h"
#include "base/text.h"
#include "behavior/fact.h"
#include "behavior/facts/fields.h"
#include "behavior/facts/recent_texts.h"
#include "behavior/statistics/trigrams.h"

namespace custos::behavior {

class Maker {
 public:
  // ours: whether an address is the institution's own.
  Maker(const Fields& picked, Dictionary& texts, std::function<bool(std::string_view address)> ours) : fields(picked), texts_(texts), ours_(std::move(ours)) {}

  const Fields& fields;
  std::string_view service;  // of the event's log source: "security", "conn"

  void begin(const Fact& common, std::vector<Fact>& out) {
    common_ = common;
    out_ = &out;
    made_ = false;
  }
  bool made() const { return made_; }
  // A fact of the event; what all facts of it have in common is there already.
  Fact& add(Kind kind) {
    made_ = true;
    out_->push_back(common_);
    out_->back().kind = kind;
    return out_->back();
  }
  Fact& common() { return common_; }

  TextId text(std::string_view s) {
    return recent_.of(s, [&] { return texts_.intern(s.substr(0, kMostBytes)); });
  }
  TextId lower(std::string_view s) {
    return recent_lower_.of(s, [&] {
      into_.assign(s.substr(0, kMostBytes));
      for (char& c : into_) c = ascii_lower(c);
      return texts_.intern(into_);
    });
  }
  // Case, numbers, identifiers and people's folders taken out.
  TextId normal(std::string_view s);
  std::string_view normal_text(std::string_view s) { return texts_.text(normal(s)); }
  // "court\m.osei"; a name alone where no domain is told.
  TextId user(std::string_view domain, std::string_view name);
  // A name is told to be ours, or not, when all is read.
  enum class Side : std::uint8_t { Unasked, Ours, Outside, Named };
  Side side(TextId address) {
    if (address >= sides_.size()) sides_.resize(std::max(sides_.size() * 2, std::size_t{address} + 1), Side::Unasked);
    Side& known = sides_[address];
    if (known == Side::Unasked) known = side_of(texts_.text(address));
    return known;
  }
  // Of one that need not become a text.
  Side side(std::string_view address) {
    return static_cast<Side>(recent_sides_.of(address, [&] { return static_cast<TextId>(side_of(address)); }));
  }
  // "443/tcp"
  TextId port(std::string_view number, std::string_view protocol);
  TextId joined(std::string_view a, std::string_view between, std::string_view b);

 private:
  static constexpr std::size_t kMostBytes = 1024;
  static constexpr std::size_t kMostRemembered = 1u << 14;

  Side side_of(std::string_view address) const;

  Dictionary& texts_;
  std::function<bool(std::string_view)> ours_;
  tsl::robin_map<std::string, TextId, TextHash, TextEqual, std::allocator<std::pair<std::string, TextId>>, true> normal_;  // the same programs start all day
  RecentTexts recent_, recent_lower_, recent_sides_;
  std::vector<Side> sides_;             // by TextId
  std::array<std::vector<TextId>, 2> ports_;  // of tcp, of udp, by number; kNoText: not seen yet
  Fact common_;
  std::vector<Fact>* out_ = nullptr;
  std::string into_;
  bool made_ = false;
};

// One file a family of logs. Each makes what facts the event tells, or none.
void windows_facts(Maker& m);
void zeek_facts(Maker& m);
void suricata_facts(Maker& m);
void linux_facts(Maker& m);
void web_facts(Maker& m, bool proxy);
void cloud_facts(Maker& m, std::string_view product);
void other_facts(Maker& m);

}  // namespace custos::behavior
