#include "engine/casework/case_list.h"

#include <algorithm>

namespace custos::engine {
namespace listing_cases {
namespace {

constexpr unsigned kMostDepth = 12;
constexpr std::size_t kMostFolders = 200'000;

class Walk {
 public:
  Walk(FileSystem& files, std::string identity) : files_(files), identity_(std::move(identity)) {}

  void below(const std::string& folder, unsigned depth) {
    if (++folders_ > kMostFolders || depth > kMostDepth) {
      found_.not_looked_into.push_back({Code::Limit, "is too deep, or there are too many folders; name it", folder});
      return;
    }
    if (files_.exists(evidence_folder(folder) + "/log.json")) return add(folder);
    if (files_.exists(folder + "/log.json")) return;  // evidence without a case has none in it
    auto names = files_.list(folder);
    if (!names) {
      found_.not_looked_into.push_back(names.error());
      return;
    }
    for (const std::string& name : *names) {
      if (name.ends_with('/')) below(folder == "/" ? folder + name.substr(0, name.size() - 1) : folder + "/" + name.substr(0, name.size() - 1), depth + 1);
    }
  }

  ListedCases take() {
    std::sort(found_.cases.begin(), found_.cases.end(), [](const ListedCase& a, const ListedCase& b) { return a.folder < b.folder; });
    const auto same = [](const ListedCase& a, const ListedCase& b) { return a.folder == b.folder; };
    found_.cases.erase(std::unique(found_.cases.begin(), found_.cases.end(), same), found_.cases.end());
    return std::move(found_);
  }

 private:
  void add(const std::string& folder) {
    ListedCase c;
    c.folder = folder;
    auto state = read_case(files_, {folder, identity_});
    if (state) c.view = std::move(state->view);
    if (state) c.said = std::move(state->said);
    if (!state) c.unreadable = state.error();
    found_.cases.push_back(std::move(c));
  }

  FileSystem& files_;
  std::string identity_;
  ListedCases found_;
  std::size_t folders_ = 0;
};

}  // namespace
}  // namespace listing_cases

Result<ListedCases> list_cases(FileSystem& files, const std::vector<std::string>& folders, const std::string& identity) {
  listing_cases::Walk walk(files, identity);
  for (std::string folder : folders) {
    while (folder.size() > 1 && folder.back() == '/') folder.pop_back();
    const PathKind kind = files.kind(folder);
    if (kind == PathKind::Nothing) return fail(Code::NotFound, "there is no such folder", folder);
    if (kind == PathKind::File || kind == PathKind::Other) return fail(Code::Usage, "is no folder", folder);
    walk.below(folder, 0);
  }
  return walk.take();
}

}  // namespace custos::engine
