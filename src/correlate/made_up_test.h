// Made-up findings for the tests of this layer.
// Included by *_test.cc alone.
// Items point into the Scene that made them.
// One thread.
// Refuses nothing.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "correlate/grouping/grouping.h"

namespace custos::correlate::testing {

inline constexpr Micros kStart = 1'789'000'000 * kSecond, kHour = 3'600 * kSecond;

class Scene {
 public:
  // At an hour; mentions as "host ws-1", "account court\\m", "from address 203.0.113.9".
  std::size_t add(double hour, Level level, const std::string& rule, const std::vector<std::string>& mentions, const std::vector<std::string>& tactics = {},
                  const std::vector<std::string>& attack = {}) {
    Finding& f = findings_.emplace_back();
    auto facts = std::make_shared<RuleFacts>();
    facts->id = facts->hash = facts->title = rule;
    facts->level = level;
    facts->tactics = tactics;
    facts->attack = attack;
    f.rule = facts;
    f.time = f.last_time = kStart + static_cast<Micros>(hour * static_cast<double>(kHour));
    Item item{&f, fmt::format("{:016x}", findings_.size()), {}, {}};
    for (const std::string& text : mentions) item.mentions.push_back(mention(text));
    items_.push_back(std::move(item));
    return items_.size() - 1;
  }
  Finding& finding(std::size_t i) { return findings_[i]; }
  const std::vector<Item>& items() const { return items_; }

 private:
  static Mention mention(std::string text) {
    Part part = Part::On;
    if (text.starts_with("from ")) part = Part::From, text.erase(0, 5);
    if (text.starts_with("to ")) part = Part::To, text.erase(0, 3);
    const auto at = text.find(' ');
    if (part == Part::On && text.starts_with("account")) part = Part::By;
    return {text.substr(0, at), text.substr(at + 1), part};
  }

  std::deque<Finding> findings_;
  std::vector<Item> items_;
};

// Names that begin with "srv" are shared, with "gw" common, all others somebody's own.
inline Surroundings by_name() {
  Surroundings s;
  s.nature = [](std::string_view, std::string_view value) {
    return value.starts_with("srv") ? Nature::Shared : value.starts_with("gw") ? Nature::Common : Nature::Personal;
  };
  return s;
}

}  // namespace custos::correlate::testing
