#include "evaluate/vocabulary.h"

namespace custos::evaluate {

static_assert(sizeof(Subject) == 28, "hashed byte by byte: no padding");

std::uint32_t Vocabulary::subject(const Subject& given) {
  Subject s = given;
  if (s.risk == 0) s.risk = 0;  // -0 would be another one
  if (const auto it = subject_ids_.find(s); it != subject_ids_.end()) return *it;
  const auto id = static_cast<std::uint32_t>(subjects_.size());
  subjects_.push_back(s);
  subject_ids_.insert(id);
  return id;
}

}  // namespace custos::evaluate
