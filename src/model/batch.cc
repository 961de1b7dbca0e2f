#include "model/batch.h"

namespace custos {

const Field* Event::find(std::string_view name) const {
  const NameId id = batch_->names().find(name);
  if (id == kOtherName) return nullptr;
  for (const Field& f : fields()) {
    if (f.name == id) return &f;
  }
  return nullptr;
}

void Batch::begin(std::string_view raw, std::uint64_t offset, std::uint64_t number) {
  drop();
  pending_ = {};
  pending_.raw = raw;
  pending_.offset = offset;
  pending_.number = number;
}

void Batch::end() {
  pending_.first = static_cast<std::uint32_t>(pending_first_);
  pending_.count = static_cast<std::uint32_t>(fields_.size() - pending_first_);
  records_.push_back(pending_);
  pending_first_ = fields_.size();
}

void Batch::drop() { fields_.resize(pending_first_); }

void Batch::clear() {
  fields_.clear();
  records_.clear();
  pending_first_ = 0;
  arena_.reset();
}

}  // namespace custos
