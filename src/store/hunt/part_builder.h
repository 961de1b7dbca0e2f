// Events and the entities they name, collected until they are a part of an index: docs/formats/hunt-index.md.
// Fed by whoever reads the events of a case; feeds HuntPart through a file.
// Owns what it collects; bytes() tells how much memory that is.
// One thread a builder.
// Refuses nothing: whoever feeds it writes it down when it is large.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/blocks.h"
#include "base/dictionary.h"
#include "base/files/file_system.h"
#include "base/time.h"

namespace custos::store {

inline constexpr std::size_t kMostHuntEntities = 48;  // of one event

struct HuntSource {
  std::string log;  // number of a merged case, or empty
  std::uint64_t entry = 0;
  auto operator<=>(const HuntSource&) const = default;
};

struct HuntPartFile {
  std::uint64_t size = 0, hash = 0;  // hash: of its directory
};

class HuntPartBuilder {
 public:
  // The source of the events that come now.
  void source(const HuntSource& s);
  // `keys`: kind's letter and folded value, at most kMostHuntEntities, each once.
  void add(std::uint64_t offset, Micros time, std::string_view kind, std::span<const std::string_view> keys);

  std::size_t bytes() const;
  bool empty() const { return events_.size() == 0; }
  // As a new file of this name; the builder is empty afterwards.
  Result<HuntPartFile> write(FileSystem& files, const std::string& path);

 private:
  struct Row {
    Micros time;
    std::uint64_t offset;
    std::uint32_t source, combination;
  };
  struct Writing;
  void clear();

  std::vector<HuntSource> sources_;
  std::unique_ptr<Dictionary> entities_ = std::make_unique<Dictionary>(), kinds_ = std::make_unique<Dictionary>(),
                              combinations_ = std::make_unique<Dictionary>();  // combinations: packed, as they came
  Blocks<Row> events_;
  std::string packed_;              // scratch
  std::vector<TextId> ids_;         // scratch
};

}  // namespace custos::store
