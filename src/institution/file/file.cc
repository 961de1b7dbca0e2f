#include "institution/file/file.h"

#include <fmt/format.h>

#include "base/files/file.h"
#include "base/yaml.h"
#include "institution/checks/checks.h"
#include "institution/file/reader.h"

namespace custos::institution {
namespace institution_reading {
namespace {

constexpr std::size_t kFileBytes = 8u << 20;
constexpr std::size_t kNodes = 1'000'000;  // written out: every alias counts as what it stands for

}  // namespace
}  // namespace institution_reading

Result<InstitutionFile> read_institution(std::string_view text, const std::string& path, const ReadOptions& options) {
  auto documents = parse_yaml(text);
  if (!documents) return fail(documents.error().code, documents.error().text, path);
  if (documents->size() > 1) return fail(Code::Malformed, "holds more than one YAML document; an institution is one", path);
  if (documents->empty()) return fail(Code::Malformed, "is empty; begin with 'version: 1', or let `custos institution init` propose a file", path);
  const Yaml& root = *documents->front().root;
  if (root.kind != Yaml::Kind::Map)
    return fail(Code::Malformed, fmt::format("line {}: an institution file is a map that begins with 'version: 1'", root.line), path);
  if (unfolded_size(root, institution_reading::kNodes) >= institution_reading::kNodes)
    return fail(Code::Limit, "aliases make it larger than a million values", path);

  InstitutionFile file;
  file.remarks = Remarks(path);
  WorkingHours usual;
  MapReader reader(root, Keys<Institution>::name, file.remarks, usual);
  Keys<Institution>::of(reader, file.institution);
  reader.finish();
  const Places places(root);
  CheckContext context{file.institution, places, file.remarks, options.zoneinfo};
  check(context);
  file.remarks.sort();
  return file;
}

Result<InstitutionFile> load_institution(const std::string& path, const ReadOptions& options) {
  const auto text = read_file(path, institution_reading::kFileBytes);
  if (!text) return tl::unexpected<Error>(text.error());
  return read_institution(*text, path, options);
}

Result<Institution> usable_institution(const std::string& path) {
  if (path.empty()) return Institution{};
  auto file = load_institution(path);
  if (!file) return tl::unexpected<Error>(file.error());
  if (file->remarks.errors() == 0) return std::move(file->institution);
  return fail(Code::Usage, "has errors; `custos institution check` names them with their lines", path);
}

Remarks check_institution(const Institution& institution, const std::string& name, const ReadOptions& options) {
  Remarks remarks(name);
  const Places places;
  CheckContext context{institution, places, remarks, options.zoneinfo};
  check(context);
  return remarks;
}

}  // namespace custos::institution
