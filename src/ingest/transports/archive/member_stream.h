// The bytes of one member of an archive.
// Called by unpack(); feeds itself (archives in archives) and decoders.
// Lives until the next header of its archive is read.
// One thread.
// Refuses encrypted, damaged and unknown packings and bombs with an error; what came out before it stays good.
#pragma once

#include <optional>
#include <string>

#include "ingest/source.h"
#include "ingest/transports/archive/archive_input.h"
#include "ingest/transports/archive/budget.h"

namespace custos::ingest {

class MemberStream final : public ByteStream {
 public:
  // `expands`: the archive itself compresses (zip, 7z), so that what comes out counts against the limits.
  MemberStream(ArchiveInput& in, Budget& budget, bool expands) : in_(in), budget_(budget), expands_(expands) {}

  Result<std::size_t> read(char* to, std::size_t size) override;
  // Reads and forgets what nobody wanted, within the limits.
  void skip_rest();

  const std::optional<Error>& failure() const { return failure_; }
  const std::string& warning() const { return warning_; }  // libarchive's first complaint that lost nothing
  std::uint64_t produced() const { return at_; }
  bool fatal() const { return fatal_; }  // the archive can't be read on

 private:
  bool next_block();
  bool charge(std::uint64_t n);

  ArchiveInput& in_;
  Budget& budget_;
  bool expands_;
  const char* block_ = nullptr;
  std::size_t block_size_ = 0;
  std::uint64_t at_ = 0, block_at_ = 0;  // block_at_ > at_: zeros come first (sparse members)
  bool done_ = false, fatal_ = false;
  std::optional<Error> failure_;
  std::string warning_;
};

}  // namespace custos::ingest
