// Names in facts to whom they stood for at that time: addresses to computers, spellings of an account to the account.
// Called for every fact between FactLog and Analysis; asks the settled resolver, and remembers its answers.
// Facts are changed in place; their texts stay in the dictionary given.
// One thread.
// Refuses to guess: where the resolver knows nothing, or several, the record's own word stays.
#pragma once

#include <vector>

#include "behavior/behavior.h"
#include "institution/institution.h"

namespace custos::engine {

class Resolution {
 public:
  Resolution(const institution::Resolver& resolver, Dictionary& texts) : resolver_(resolver), texts_(texts) {}
  void apply(behavior::Fact& fact);

 private:
  // An answer holds until the time given, for facts come in order of time.
  struct Known {
    TextId is = kNoText;
    Micros until = kNoTime;  // kNoTime: never asked
    bool ours = false;
  };
  const Known& computer(TextId written, Micros at);
  TextId account(TextId written);
  Known ask(TextId written, Micros at) const;

  static constexpr Micros kHolds = 900 * kSecond;

  const institution::Resolver& resolver_;
  Dictionary& texts_;
  std::vector<Known> computers_;   // by TextId
  std::vector<TextId> accounts_;   // by TextId; kNoText: not asked
};

}  // namespace custos::engine
