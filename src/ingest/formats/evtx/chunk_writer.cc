#include "ingest/formats/evtx/chunk_writer.h"

#include "base/hash.h"
#include "base/text.h"
#include "ingest/formats/evtx/checksum.h"
#include "ingest/formats/evtx/tokens.h"

namespace custos::ingest::evtx {
namespace chunk_writing {
namespace {

std::uint16_t name_hash(std::string_view units) {
  std::uint32_t h = 0;
  for (std::size_t i = 0; i + 1 < units.size(); i += 2) h = h * 65599 + load_le<std::uint16_t>(units, i);
  return static_cast<std::uint16_t>(h);
}

}  // namespace
}  // namespace chunk_writing

ChunkWriter::ChunkWriter() : bytes_(kChunkHeaderBytes, '\0') { bytes_.replace(0, 8, kChunkMagic); }

void ChunkWriter::begin_record(std::uint64_t number, std::uint64_t filetime) {
  record_at_ = bytes_.size();
  number_ = number;
  raw(kRecordMagic);
  put(std::uint32_t{0});
  put(number);
  put(filetime);
}

bool ChunkWriter::end_record() {
  bytes_.resize(((bytes_.size() + 4 + 7) & ~std::size_t{7}) - 4, '\0');
  const auto size = static_cast<std::uint32_t>(bytes_.size() + 4 - record_at_);
  patch(record_at_ + 4, size);
  put(size);
  open_.clear();
  values_.clear();
  definitions_.clear();
  // libevtx 20181227 does not read the last record of a chunk that is full to its last byte, so eight bytes stay free.
  if (bytes_.size() > kChunkBytes - 8) {
    const auto later = [this](const auto& entry) { return entry.second >= record_at_; };
    std::erase_if(names_, later);
    std::erase_if(templates_, later);
    bytes_.resize(record_at_);
    return false;
  }
  if (records_++ == 0) first_ = number_;
  last_ = number_;
  last_at_ = record_at_;
  return true;
}

std::string ChunkWriter::finish_chunk() {
  const auto free_at = static_cast<std::uint32_t>(bytes_.size());
  // The tables: names by hash and definitions by identifier, each a chain through the `next` fields.
  for (const auto& [text, where] : names_) {
    const std::size_t bucket = 128 + 4 * (load_le<std::uint16_t>(bytes_, where + 4) % 64u);
    patch(where, load_le<std::uint32_t>(bytes_, bucket));
    patch(bucket, where);
  }
  for (const auto& [key, where] : templates_) {
    const std::size_t bucket = 384 + 4 * (load_le<std::uint32_t>(bytes_, where + 4) % 32u);
    patch(where, load_le<std::uint32_t>(bytes_, bucket));
    patch(bucket, where);
  }
  for (const std::size_t where : {8u, 24u}) patch(where, first_);
  for (const std::size_t where : {16u, 32u}) patch(where, last_);
  patch(40, std::uint32_t{128});
  patch(44, static_cast<std::uint32_t>(last_at_));
  patch(48, free_at);
  patch(52, crc32(Bytes(bytes_).substr(kChunkHeaderBytes)));
  patch(124, crc32(Bytes(bytes_).substr(128, 384), crc32(Bytes(bytes_).substr(0, 120))));
  std::string done = bytes_;
  done.resize(kChunkBytes, '\0');
  return done;
}

bool ChunkWriter::begin_template(std::string_view key) {
  const std::uint64_t id = hash64(key);
  byte(0x0C);
  byte(1);
  put(static_cast<std::uint32_t>(id));
  const auto known = templates_.find(key);
  put(known != templates_.end() ? known->second : static_cast<std::uint32_t>(bytes_.size() + 4));
  if (known != templates_.end()) return false;
  templates_.emplace(key, at());
  put(std::uint32_t{0});
  put(id);
  put(~id);
  definitions_.push_back(bytes_.size());
  put(std::uint32_t{0});
  return true;
}

void ChunkWriter::end_template() {
  patch(definitions_.back(), static_cast<std::uint32_t>(bytes_.size() - definitions_.back() - 4));
  definitions_.pop_back();
}

void ChunkWriter::begin_values(std::size_t count) {
  put(static_cast<std::uint32_t>(count));
  values_.push_back({bytes_.size(), count, 0, 0});
  bytes_.append(4 * count, '\0');
}

void ChunkWriter::begin_value(std::uint8_t type) {
  Values& v = values_.back();
  bytes_[v.table_at + 4 * v.next + 2] = static_cast<char>(type);
  v.began = bytes_.size();
}

void ChunkWriter::end_value() {
  // An instance inside the value is done when all of its own values are.
  while (values_.size() > 1 && values_.back().next == values_.back().count) values_.pop_back();
  Values& v = values_.back();
  patch(v.table_at + 4 * v.next, static_cast<std::uint16_t>(bytes_.size() - v.began));
  ++v.next;
}

void ChunkWriter::value(std::uint8_t type, std::string_view bytes) {
  begin_value(type);
  raw(bytes);
  end_value();
}

void ChunkWriter::name(std::string_view utf8) {
  const auto known = names_.find(utf8);
  put(known != names_.end() ? known->second : static_cast<std::uint32_t>(bytes_.size() + 4));
  if (known != names_.end()) return;
  names_.emplace(utf8, at());
  const std::string units = utf8_to_utf16le(utf8);
  put(std::uint32_t{0});
  put(chunk_writing::name_hash(units));
  put(static_cast<std::uint16_t>(units.size() / 2));
  raw(units);
  put(std::uint16_t{0});
}

void ChunkWriter::open(std::string_view element, bool attributes, bool dependency) {
  byte(attributes ? 0x41 : 0x01);
  if (dependency) put(std::uint16_t{0xFFFF});
  Open o{bytes_.size(), 0};
  put(std::uint32_t{0});
  name(element);
  if (attributes) {
    o.attributes_at = bytes_.size();
    put(std::uint32_t{0});
  }
  open_.push_back(o);
}

void ChunkWriter::attribute(std::string_view attribute_name) {
  byte(0x06);
  name(attribute_name);
}

void ChunkWriter::close_attributes() {
  const std::size_t where = open_.back().attributes_at;
  if (where != 0) patch(where, static_cast<std::uint32_t>(bytes_.size() - where - 4));
}

void ChunkWriter::close_start() {
  close_attributes();
  byte(0x02);
}

void ChunkWriter::close_empty() {
  close_attributes();
  byte(0x03);
  patch(open_.back().length_at, static_cast<std::uint32_t>(bytes_.size() - open_.back().length_at - 4));
  open_.pop_back();
}

void ChunkWriter::end() {
  byte(0x04);
  patch(open_.back().length_at, static_cast<std::uint32_t>(bytes_.size() - open_.back().length_at - 4));
  open_.pop_back();
}

void ChunkWriter::counted(std::string_view utf8) {
  const std::string units = utf8_to_utf16le(utf8);
  put(static_cast<std::uint16_t>(units.size() / 2));
  raw(units);
}

void ChunkWriter::text(std::string_view utf8) {
  byte(0x05);
  byte(0x01);
  counted(utf8);
}

void ChunkWriter::cdata(std::string_view utf8) {
  byte(0x07);
  counted(utf8);
}

void ChunkWriter::character(std::uint16_t unit) {
  byte(0x08);
  put(unit);
}

void ChunkWriter::entity(std::string_view entity_name) {
  byte(0x09);
  name(entity_name);
}

void ChunkWriter::instruction(std::string_view target, std::string_view data) {
  byte(0x0A);
  name(target);
  byte(0x0B);
  counted(data);
}

void ChunkWriter::slot(std::uint16_t index, std::uint8_t type, bool optional) {
  byte(optional ? 0x0E : 0x0D);
  put(index);
  byte(type);
}

}  // namespace custos::ingest::evtx
