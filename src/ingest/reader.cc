#include "ingest/reader.h"

#include <algorithm>
#include <cstring>

namespace custos::ingest {
namespace reader {
namespace {

// One source on its way through one decoder. The unconsumed bytes are [begin_, end_) of buffer_, followed by kPadding
// zeros. They move only in make_room(), which is called when the batch is empty: views into the window stay good until
// then.
class Reading {
 public:
  Reading(ByteStream& from, Decoder& decoder, Batch& batch, Report& report, const Limits& limits, const BatchSink& sink)
      : from_(from),
        decoder_(decoder),
        batch_(batch),
        report_(report),
        sink_(sink),
        most_(std::max<std::size_t>(limits.record_bytes, 1)),
        capacity_(std::min(kWindowBytes, most_)),
        buffer_(new char[capacity_ + kPadding]) {}

  ReadSummary run() {
    batch_.clear();
    while (true) {
      fill();
      if (!decode_window()) break;
    }
    if (summary_.whole) hand_out_held_back();
    summary_.whole = summary_.whole && !stream_failed_;
    return summary_;
  }

 private:
  // Reads until the window is full or the stream has ended.
  void fill() {
    if (begin_ > 0 || end_ == capacity_) make_room();
    while (!ended_ && end_ < capacity_) {
      const Result<std::size_t> got = from_.read(buffer_.get() + end_, capacity_ - end_);
      if (!got) {
        report_.partial(got.error().text);
        stream_failed_ = true;
      }
      const std::size_t n = got ? std::min(*got, capacity_ - end_) : 0;
      ended_ = n == 0;
      end_ += n;
      summary_.bytes += n;
    }
    std::memset(buffer_.get() + end_, 0, kPadding);
  }

  // The tail goes to the front; a tail that fills the window gets a larger one, up to Limits::record_bytes.
  void make_room() {
    const std::size_t left = end_ - begin_;
    if (left == capacity_ && capacity_ < most_) {
      const std::size_t larger = std::min(most_, capacity_ * 2);
      std::unique_ptr<char[]> grown(new char[larger + kPadding]);
      std::memcpy(grown.get(), buffer_.get(), left);
      buffer_ = std::move(grown);
      capacity_ = larger;
    } else if (begin_ > 0) {
      std::memmove(buffer_.get(), buffer_.get() + begin_, left);
    }
    offset_ += begin_;
    begin_ = 0;
    end_ = left;
  }

  // Lets the decoder take what it can from the window. False when reading is over.
  bool decode_window() {
    while (begin_ < end_) {
      More more = ended_ ? More::Ended : More::Coming;
      std::size_t events = 0;
      std::size_t consumed = decode(more, events);
      if (consumed == 0 && events == 0 && more == More::Coming) {
        if (begin_ > 0 || capacity_ < most_) return true;  // it wants more than it has seen
        more = More::Full;
        consumed = decode(more, events);
      }
      begin_ += consumed;
      // A decoder may hand out several batches before it consumes what they came from, but no event is made of nothing.
      idle_events_ = consumed > 0 ? 0 : idle_events_ + events;
      if (consumed == 0 && (events == 0 || idle_events_ > capacity_ + Batch::kTarget)) return give_up();
    }
    return !ended_;
  }

  std::size_t decode(More more, std::size_t& events) {
    const Bytes bytes(buffer_.get() + begin_, end_ - begin_);
    const std::size_t consumed = decoder_.decode({bytes, offset_ + begin_, more}, batch_, report_);
    events = hand_out();
    return std::min(consumed, bytes.size());
  }

  std::size_t hand_out() {
    const std::size_t events = batch_.size();
    if (events == 0) return 0;
    sink_(batch_);
    batch_.clear();
    summary_.events += events;
    return events;
  }

  bool give_up() {
    report_.reject(offset_ + begin_, end_ - begin_,
                   ended_ ? "the decoder stopped before the end" : "the decoder stopped; nothing behind this was read");
    summary_.whole = false;
    return false;
  }

  // Events that wait for a companion (joined records) come out with empty windows. There can't be more of them than
  // bytes.
  void hand_out_held_back() {
    std::uint64_t budget = summary_.bytes + Batch::kTarget;
    std::memset(buffer_.get(), 0, kPadding);
    const std::uint64_t at = offset_ + begin_;
    while (true) {
      decoder_.decode({Bytes(buffer_.get(), 0), at, More::Ended}, batch_, report_);
      const std::size_t events = hand_out();
      if (events == 0) return;
      if (events > budget) {
        report_.reject(at, 0, "the decoder does not come to an end");
        summary_.whole = false;
        return;
      }
      budget -= events;
    }
  }

  ByteStream& from_;
  Decoder& decoder_;
  Batch& batch_;
  Report& report_;
  const BatchSink& sink_;
  std::size_t most_, capacity_;
  std::unique_ptr<char[]> buffer_;
  std::size_t begin_ = 0, end_ = 0;
  std::uint64_t offset_ = 0;  // of buffer_[0] in the source
  std::uint64_t idle_events_ = 0;
  bool ended_ = false, stream_failed_ = false;
  ReadSummary summary_;
};

}  // namespace
}  // namespace reader

Bytes Head::look(std::size_t size) {
  size = std::min(size, kHeadBytes);
  if (size > capacity_) {
    std::unique_ptr<char[]> grown(new char[size + kPadding]);
    if (size_ > 0) std::memcpy(grown.get(), bytes_.get(), size_);
    bytes_ = std::move(grown);
    capacity_ = size;
  }
  while (!ended_ && size_ < size) {
    Result<std::size_t> got = from_.read(bytes_.get() + size_, size - size_);
    if (!got) failure_ = std::make_unique<Error>(std::move(got.error()));
    const std::size_t n = failure_ ? 0 : std::min(*got, size - size_);
    ended_ = n == 0;
    size_ += n;
  }
  if (!bytes_) return {};
  std::memset(bytes_.get() + size_, 0, kPadding);
  return {bytes_.get(), size_};
}

Result<std::size_t> Head::read(char* to, std::size_t size) {
  if (at_ < size_) {
    const std::size_t n = std::min(size, size_ - at_);
    std::memcpy(to, bytes_.get() + at_, n);
    at_ += n;
    return n;
  }
  if (failure_) return tl::unexpected<Error>(*failure_);
  return ended_ ? Result<std::size_t>(0) : from_.read(to, size);
}

ReadSummary read_all(ByteStream& from, Decoder& decoder, Batch& batch, Report& report, const Limits& limits,
                     const BatchSink& sink) {
  return reader::Reading(from, decoder, batch, report, limits, sink).run();
}

}  // namespace custos::ingest
