// What observations have in common, stored once: texts, and the combinations of them that observations are about.
// Held by a Recording and shared with the variants made from it.
// Texts and subjects live as long as the Vocabulary.
// One thread while it grows; then any.
// Refuses nothing: whoever fills it looks at bytes().
#pragma once

#include <cstdint>
#include <string_view>

#include <tsl/robin_set.h>

#include "base/dictionary.h"

namespace custos::evaluate {

using custos::Blocks;
using custos::kNoText;
using custos::TextId;

// An observation without its time, event and bytes. A few per cent of a recording's observations have a new one.
struct Subject {
  TextId unit = kNoText, entity = kNoText, peer = kNoText, kind = kNoText, detail = kNoText, log = kNoText;
  float risk = 0;
  bool operator==(const Subject&) const = default;
};

class Vocabulary {
 public:
  Vocabulary() : subject_ids_(0, {{&subjects_}}, {{&subjects_}}) {}
  Vocabulary(const Vocabulary&) = delete;
  Vocabulary& operator=(const Vocabulary&) = delete;

  TextId intern(std::string_view text) { return texts_.intern(text); }
  std::uint32_t subject(const Subject& s);

  const std::string_view& text(TextId id) const { return texts_.text(id); }
  std::size_t texts() const { return texts_.size(); }
  const Subject& subject_at(std::uint32_t id) const { return subjects_[id]; }
  std::size_t subjects() const { return subjects_.size(); }
  std::size_t bytes() const { return texts_.bytes() + subjects_.bytes() + subject_ids_.bucket_count() * 12; }

 private:
  // The table holds numbers and a part of their hashes: subjects are looked at where they are probably equal.
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

  Dictionary texts_;
  Blocks<Subject> subjects_;
  tsl::robin_set<std::uint32_t, SubjectHashing, SubjectEquality, std::allocator<std::uint32_t>, true> subject_ids_;
};

}  // namespace custos::evaluate
