#include "evidence/segments/segment_folder.h"

#include "base/hash.h"
#include "evidence/age/age_file.h"

namespace custos::evidence {

std::string segment_path(std::string_view name) { return "segments/" + std::string(name.substr(0, 2)) + "/" + std::string(name); }

Result<std::string> write_segment(FileSystem& files, const std::string& folder, std::string_view bytes) {
  std::string name = sha256_hex(bytes);
  const std::string path = folder + "/" + segment_path(name);
  if (auto ok = files.make_folder(path.substr(0, path.find_last_of('/'))); !ok) return tl::unexpected<Error>(ok.error());
  if (files.exists(path)) return name;
  if (auto ok = write_whole(files, path, bytes, false); !ok) {
    static_cast<void>(files.remove(path));  // a part of it would only take room
    return tl::unexpected<Error>(ok.error());
  }
  return name;
}

Result<std::string> read_segment_file(FileSystem& files, const std::string& folder, std::string_view name) {
  const std::string path = folder + "/" + segment_path(name);
  auto bytes = files.read(path, 2 * kMostSegment);
  if (bytes && sha256_hex(*bytes) != name) return fail(Code::Malformed, "is damaged: its bytes are not those of its name", path);
  return bytes;
}

Result<Segment> open_segment(std::string_view file, const Keyring& keyring) {
  if (!is_age(file)) return Segment::read(file);
  const auto plain = age_open(file, keyring);
  return plain ? Segment::read(*plain) : Result<Segment>(tl::unexpected<Error>(plain.error()));
}

Result<Segment> read_segment(FileSystem& files, const std::string& folder, std::string_view name, const Keyring& keyring) {
  const auto bytes = read_segment_file(files, folder, name);
  if (!bytes) return tl::unexpected<Error>(bytes.error());
  auto segment = open_segment(*bytes, keyring);
  if (!segment && segment.error().where.empty()) return fail(segment.error().code, segment.error().text, folder + "/" + segment_path(name));
  return segment;
}

}  // namespace custos::evidence
