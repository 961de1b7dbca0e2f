// Texts stored once, each a small number from then on.
// Called by whatever keeps many records that repeat the same texts: the yardstick's recordings, the facts of behaviour analytics.
// Numbers are dense and never change; texts live as long as the dictionary.
// One thread while it grows; then any.
// Refuses nothing: whoever fills it looks at bytes().
#pragma once

#include <cstdint>
#include <string_view>

#include <tsl/robin_set.h>

#include "base/arena.h"
#include "base/blocks.h"
#include "base/hash.h"

namespace custos {

using TextId = std::uint32_t;
inline constexpr TextId kNoText = 0;  // ""

class Dictionary {
 public:
  Dictionary() : ids_(0, {{&texts_}}, {{&texts_}}) { intern({}); }
  Dictionary(const Dictionary&) = delete;
  Dictionary& operator=(const Dictionary&) = delete;

  TextId intern(std::string_view text);
  // kNoText where it was never seen.
  TextId find(std::string_view text) const;
  const std::string_view& text(TextId id) const { return texts_[id]; }
  std::size_t size() const { return texts_.size(); }
  std::size_t bytes() const { return arena_.held_bytes() + texts_.bytes() + ids_.bucket_count() * 12; }

 private:
  // The table holds numbers and a part of their hashes, a third of what a map from text to number takes: texts are looked at where they are probably equal.
  struct TextOf {
    using is_transparent = void;
    const Blocks<std::string_view>* texts;
    std::string_view of(TextId id) const { return (*texts)[id]; }
    static std::string_view of(std::string_view s) { return s; }
  };
  struct Hashing : TextOf {
    std::size_t operator()(const auto& a) const { return hash64(this->of(a)); }
  };
  struct Equality : TextOf {
    bool operator()(const auto& a, const auto& b) const { return this->of(a) == this->of(b); }
  };

  Arena arena_;
  Blocks<std::string_view> texts_;
  tsl::robin_set<TextId, Hashing, Equality, std::allocator<TextId>, true> ids_;
};

inline TextId Dictionary::intern(std::string_view text) {
  if (const auto it = ids_.find(text); it != ids_.end()) return *it;
  const auto id = static_cast<TextId>(texts_.size());
  texts_.push_back(arena_.keep(text));
  ids_.insert(id);
  return id;
}

inline TextId Dictionary::find(std::string_view text) const {
  const auto it = ids_.find(text);
  return it == ids_.end() ? kNoText : *it;
}

}  // namespace custos
