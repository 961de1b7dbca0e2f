// What observations have in common, stored once: texts, and the combinations of them that observations are about.
// Held by a Recording and shared with the variants made from it.
// Texts and subjects live as long as the Vocabulary.
// One thread while it grows; then any.
// Refuses nothing: whoever fills it looks at bytes().
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include <tsl/robin_set.h>

#include "base/arena.h"
#include "base/hash.h"

namespace custos::evaluate {

using TextId = std::uint32_t;
inline constexpr TextId kNoText = 0;  // ""

// A column that grows block by block: a vector of this size would hold three times its bytes whenever it doubles.
template <class T>
class Blocks {
 public:
  static constexpr std::size_t kBits = 14;
  std::size_t size() const { return size_; }
  const T& operator[](std::size_t i) const { return blocks_[i >> kBits][i & (kLength - 1)]; }
  T& operator[](std::size_t i) { return blocks_[i >> kBits][i & (kLength - 1)]; }
  const T& back() const { return (*this)[size_ - 1]; }
  void push_back(const T& value) {
    if (size_ == blocks_.size() << kBits) blocks_.push_back(std::make_unique<T[]>(kLength));
    (*this)[size_++] = value;
  }
  void pop_back() { --size_; }
  std::size_t bytes() const { return blocks_.size() * kLength * sizeof(T); }

 private:
  static constexpr std::size_t kLength = std::size_t{1} << kBits;
  std::vector<std::unique_ptr<T[]>> blocks_;
  std::size_t size_ = 0;
};

// An observation without its time, event and bytes. A few per cent of a recording's observations have a new one.
struct Subject {
  TextId unit = kNoText, entity = kNoText, peer = kNoText, kind = kNoText, detail = kNoText, log = kNoText;
  float risk = 0;
  bool operator==(const Subject&) const = default;
};

class Vocabulary {
 public:
  Vocabulary() : text_ids_(0, {{&texts_}}, {{&texts_}}), subject_ids_(0, {{&subjects_}}, {{&subjects_}}) { intern({}); }
  Vocabulary(const Vocabulary&) = delete;
  Vocabulary& operator=(const Vocabulary&) = delete;

  TextId intern(std::string_view text);
  std::uint32_t subject(const Subject& s);

  const std::string_view& text(TextId id) const { return texts_[id]; }
  std::size_t texts() const { return texts_.size(); }
  const Subject& subject_at(std::uint32_t id) const { return subjects_[id]; }
  std::size_t subjects() const { return subjects_.size(); }
  std::size_t bytes() const { return arena_.held_bytes() + texts_.bytes() + subjects_.bytes() + (text_ids_.bucket_count() + subject_ids_.bucket_count()) * 8; }

 private:
  // The tables hold numbers alone, a quarter of what a map from text to number takes.
  struct TextOf {
    using is_transparent = void;
    const Blocks<std::string_view>* texts;
    std::string_view of(TextId id) const { return (*texts)[id]; }
    static std::string_view of(std::string_view s) { return s; }
  };
  struct TextHashing : TextOf {
    std::size_t operator()(const auto& a) const { return hash64(this->of(a)); }
  };
  struct TextEquality : TextOf {
    bool operator()(const auto& a, const auto& b) const { return this->of(a) == this->of(b); }
  };
  struct SubjectOf {
    using is_transparent = void;
    const Blocks<Subject>* subjects;
    const Subject& of(std::uint32_t id) const { return (*subjects)[id]; }
    static const Subject& of(const Subject& s) { return s; }
  };
  struct SubjectHashing : SubjectOf {
    std::size_t operator()(const auto& a) const { return hash64({reinterpret_cast<const char*>(&this->of(a)), sizeof(Subject)}); }
  };
  struct SubjectEquality : SubjectOf {
    bool operator()(const auto& a, const auto& b) const { return this->of(a) == this->of(b); }
  };

  Arena arena_;
  Blocks<std::string_view> texts_;
  Blocks<Subject> subjects_;
  tsl::robin_set<TextId, TextHashing, TextEquality> text_ids_;
  tsl::robin_set<std::uint32_t, SubjectHashing, SubjectEquality> subject_ids_;
};

}  // namespace custos::evaluate
