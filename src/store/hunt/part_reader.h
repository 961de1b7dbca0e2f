// A part of an index, looked into: docs/formats/hunt-index.md.
// Called by hunts for an entity; reads the blocks that an answer needs and no more.
// Owns its file; what a visitor gets lives during its call.
// One thread a part.
// Refuses a part that is not the one its index names, and whatever in it does not fit: Code::Malformed, and the index is to be made anew.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "store/hunt/part_builder.h"
#include "store/hunt/streams.h"

namespace custos::store {

class HuntPart {
 public:
  static Result<std::unique_ptr<HuntPart>> open(const std::string& path, const HuntPartFile& named);

  const std::vector<HuntSource>& sources() const { return sources_; }
  const std::vector<std::string>& kinds() const { return kinds_; }
  std::uint64_t events() const { return events_; }
  std::uint32_t entities() const { return entities_; }

  struct Named {
    std::uint32_t entity = 0;  // its number
    std::uint64_t postings = 0, combinations = 0;
  };
  Result<std::optional<Named>> find(std::string_view key);
  // The number of the first entity whose key is not before this one.
  Result<std::uint32_t> lower_bound(std::string_view key);

  struct Combination {
    std::uint32_t kind = 0;
    std::vector<std::uint32_t> entities;  // ascending
    std::uint64_t without_time = 0, with_time = 0;
    Micros first = kNoTime, last = kNoTime;
    std::uint64_t events = 0;  // place
  };
  // Those that name one of these, each once.
  Result<void> each_combination(std::span<const Named> of, const std::function<void(const Combination&, std::uint64_t place)>& visit);
  Result<Combination> combination(std::uint64_t place);
  Result<void> each_event(const Combination& c, const std::function<void(std::uint32_t source, std::uint64_t offset, Micros time)>& visit);
  // `numbers` ascending.
  Result<void> each_key(std::span<const std::uint32_t> numbers, const std::function<void(std::uint32_t number, std::string_view key)>& visit);

 private:
  explicit HuntPart(hunt::RandomFile file) : file_(std::move(file)) {}
  Result<void> read_directory(std::string_view bytes, std::uint64_t end);
  tl::unexpected<Error> damaged() const { return fail(Code::Malformed, "is damaged", path_); }

  // The entities from a restart on.
  struct Walk {
    hunt::Cursor cursor;
    std::uint32_t next;
    std::string key;
    Named named{};
  };
  std::optional<Walk> walk_from(std::uint32_t restart);
  bool step(Walk& w);
  bool read_combination(hunt::Cursor& at, Combination& into) const;

  std::string path_;
  hunt::RandomFile file_;
  std::vector<HuntSource> sources_;
  std::vector<std::string> kinds_;
  std::uint64_t events_ = 0;
  std::uint32_t combinations_ = 0, entities_ = 0;
  hunt::StreamReader of_combinations_, of_entities_, of_postings_, of_events_, of_restarts_;
};

}  // namespace custos::store
