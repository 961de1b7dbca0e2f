#include "store/hunt/index_file.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/files/lasting.h"

namespace custos::store {
namespace hunt_index {
namespace {

constexpr std::uint64_t kMostBytes = 64u << 20;
constexpr std::uint64_t kFormat = 1;

bool is_part_name(const std::string& s) {
  return s.size() == 21 && s.ends_with(".part") && s.find_first_not_of("0123456789abcdef") == 16;
}

void remove_others(FileSystem& files, const std::string& folder, const std::vector<HuntIndexFile::Part>& parts) {
  const auto names = files.list(folder);
  if (!names) return;
  for (const std::string& name : *names) {
    const bool known = std::any_of(parts.begin(), parts.end(), [&](const auto& p) { return p.name == name; });
    if (is_part_name(name) && !known) static_cast<void>(files.remove(folder + "/" + name));
  }
}

}  // namespace
}  // namespace hunt_index

std::string hunt_folder(const std::string& case_folder) { return case_folder + "/hunt"; }

Result<HuntIndexFile> read_hunt_index(FileSystem& files, const std::string& case_folder) {
  using namespace hunt_index;
  const std::string path = hunt_folder(case_folder) + "/index";
  const auto text = files.read(path, kMostBytes);
  if (!text) return tl::unexpected<Error>(text.error());
  try {
    const auto j = nlohmann::json::parse(*text);
    HuntIndexFile index;
    if (j.at("format").get<std::uint64_t>() != kFormat) return fail(Code::Malformed, "is of another custos", path);
    j.at("case").get_to(index.case_number);
    j.at("deleted").get_to(index.deleted);
    for (const auto& s : j.at("sources")) index.sources.push_back({{s.at("log"), s.at("entry")}, s.at("sha256"), s.at("why")});
    for (const auto& p : j.at("parts")) {
      HuntIndexFile::Part part{p.at("file"), {p.at("size"), 0}};
      const std::string hash = p.at("hash");
      if (!is_part_name(part.name) || hash.size() != 16 || hash.find_first_not_of("0123456789abcdef") != std::string::npos) throw std::invalid_argument("part");
      part.file.hash = std::stoull(hash, nullptr, 16);
      index.parts.push_back(std::move(part));
    }
    return index;
  } catch (const std::exception&) {
    return fail(Code::Malformed, "is damaged", path);
  }
}

Result<void> write_hunt_index(FileSystem& files, const std::string& case_folder, const HuntIndexFile& index) {
  nlohmann::ordered_json sources = nlohmann::ordered_json::array(), parts = nlohmann::ordered_json::array();
  for (const IndexedSource& s : index.sources) sources.push_back({{"log", s.source.log}, {"entry", s.source.entry}, {"sha256", s.sha256}, {"why", s.why}});
  for (const auto& p : index.parts) parts.push_back({{"file", p.name}, {"size", p.file.size}, {"hash", fmt::format("{:016x}", p.file.hash)}});
  const nlohmann::ordered_json j{{"format", hunt_index::kFormat},
                                 {"case", index.case_number},
                                 {"deleted", index.deleted},
                                 {"sources", std::move(sources)},
                                 {"parts", std::move(parts)}};
  const std::string folder = hunt_folder(case_folder);
  if (auto ok = replace_file(files, folder, "index", j.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace)); !ok) return ok;
  hunt_index::remove_others(files, folder, index.parts);
  return {};
}

Result<void> remove_hunt_index(FileSystem& files, const std::string& case_folder) {
  const std::string folder = hunt_folder(case_folder);
  if (files.exists(folder + "/index")) {
    if (auto ok = files.remove(folder + "/index"); !ok) return ok;
  }
  hunt_index::remove_others(files, folder, {});
  return {};
}

}  // namespace custos::store
