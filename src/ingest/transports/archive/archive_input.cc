#include "ingest/transports/archive/archive_input.h"

#include <cerrno>
#include <cstdio>

#include <fmt/format.h>

#include "base/text.h"

namespace custos::ingest {
namespace archive_input {
namespace {

// Only what was asked for: libarchive would else take a text for an mtree manifest or a program for a self-extracting
// archive.
int enable(struct archive* a, Packing what, bool seekable) {
  switch (what) {
    case Packing::Gzip:
      return ::archive_read_support_filter_gzip(a);
    case Packing::Bzip2:
      return ::archive_read_support_filter_bzip2(a);
    case Packing::Xz:
      return ::archive_read_support_filter_xz(a);
    case Packing::Zstd:
      return ::archive_read_support_filter_zstd(a);
    case Packing::Lz4:
      return ::archive_read_support_filter_lz4(a);
    case Packing::Zip:
      return seekable ? ::archive_read_support_format_zip(a) : ::archive_read_support_format_zip_streamable(a);
    case Packing::Tar:
      return ::archive_read_support_format_tar(a);
    case Packing::SevenZip:
      return ::archive_read_support_format_7zip(a);
    default:
      return ARCHIVE_FATAL;
  }
}

}  // namespace
}  // namespace archive_input

ArchiveInput::~ArchiveInput() {
  if (archive_ != nullptr) ::archive_read_free(archive_);
}

std::optional<Error> ArchiveInput::open(Packing what) {
  archive_ = ::archive_read_new();
  if (archive_ == nullptr) return Error{Code::Internal, "no memory for the archive", {}};
  const bool seekable = seekable_ != nullptr && (what == Packing::Zip || what == Packing::SevenZip);
  // ARCHIVE_WARN from a filter means that it would start a program for it: that is not wanted either.
  if (archive_input::enable(archive_, what, seekable) != ARCHIVE_OK) {
    return Error{Code::Unsupported, fmt::format("this build can't unpack {}", packing_name(what)), {}};
  }
  if (is_compression(what)) {
    ::archive_read_support_format_raw(archive_);
    ::archive_read_support_format_empty(archive_);
  }
  if (what == Packing::Tar) ::archive_read_set_options(archive_, "tar:read_concatenated_archives");
  ::archive_read_set_callback_data(archive_, this);
  ::archive_read_set_read_callback(archive_, on_read);
  if (seekable) ::archive_read_set_seek_callback(archive_, on_seek);
  if (::archive_read_open1(archive_) == ARCHIVE_OK) return std::nullopt;
  return error();
}

Error ArchiveInput::error() const {
  if (failure_) return *failure_;
  const char* text = ::archive_error_string(archive_);
  return {Code::Malformed, text != nullptr ? to_valid_utf8(trim(text)) : "it can't be read", {}};
}

Result<std::size_t> ArchiveInput::fetch() {
  if (failure_) return tl::unexpected<Error>(*failure_);
  Result<std::size_t> got = from_.read(buffer_.get(), kBuffer);
  if (!got) {
    failure_ = got.error();
    return got;
  }
  std::size_t zeros = 0;
  while (zeros < *got && buffer_[*got - 1 - zeros] == '\0') ++zeros;
  zeros_ = zeros < *got ? zeros : zeros_ + zeros;
  last_ = *got;
  at_ += static_cast<std::int64_t>(*got);
  return got;
}

la_ssize_t ArchiveInput::on_read(struct archive* a, void* self, const void** data) {
  auto& in = *static_cast<ArchiveInput*>(self);
  const Result<std::size_t> got = in.fetch();
  if (!got) {
    ::archive_set_error(a, EIO, "%s", got.error().text.c_str());
    return ARCHIVE_FATAL;
  }
  *data = in.buffer_.get();
  return static_cast<la_ssize_t>(*got);
}

la_int64_t ArchiveInput::on_seek(struct archive* a, void* self, la_int64_t offset, int whence) {
  auto& in = *static_cast<ArchiveInput*>(self);
  const auto size = static_cast<std::int64_t>(in.seekable_->size());
  const std::int64_t from = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? in.at_ : size;
  if (offset > size - from || offset < -from) {
    ::archive_set_error(a, EINVAL, "an offset of the archive lies outside of it");
    return ARCHIVE_FATAL;
  }
  in.at_ = from + offset;
  in.seekable_->seek(static_cast<std::uint64_t>(in.at_));
  return in.at_;
}

Result<bool> ArchiveInput::drain() {
  bool any = false;
  const auto look = [&](std::size_t from, std::size_t to) {
    for (std::size_t i = from; i < to && !any; ++i) any = buffer_[i] != '\0';
  };
  // What libarchive was given but did not take is the tail of the last block.
  const std::int64_t untaken = at_ - ::archive_filter_bytes(archive_, -1);
  if (untaken > 0 && static_cast<std::uint64_t>(untaken) <= last_)
    look(last_ - static_cast<std::size_t>(untaken), last_);
  while (true) {
    const Result<std::size_t> got = fetch();
    if (!got) return tl::unexpected<Error>(got.error());
    if (*got == 0) return any;
    look(0, *got);
  }
}

}  // namespace custos::ingest
