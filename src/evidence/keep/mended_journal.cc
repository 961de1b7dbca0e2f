#include "evidence/keep/mended_journal.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "evidence/log/folder.h"

namespace custos::evidence {
namespace mending_journals {
namespace {

std::set<std::uint64_t> firsts(FileSystem& files, const std::string& folder) {
  std::set<std::uint64_t> all;
  if (!files.exists(folder + "/journal")) return all;
  for (const std::string& name : files.list(folder + "/journal").value_or(std::vector<std::string>())) {
    std::uint64_t first = 0;
    if (parse_decimal(name, first)) all.insert(first);
  }
  return all;
}

class Mending {
 public:
  Mending(FileSystem& files, const std::vector<std::string>& folders, const Anchor& anchor) : files_(files), folders_(folders), anchor_(anchor) {}

  JournalState look_at(std::uint64_t first) {
    JournalState s;
    s.path = fmt::format("journal/{}", first);
    const auto own = files_.read_from_disk(folders_[0] + "/" + s.path, kMostJournal);
    s.content = parse(own ? *own : std::string(), first);
    s.damaged = !s.content || s.content->damaged();
    s.why_not = "no copy has this journal";
    bool doubtful = false;
    for (std::size_t i = 1; i < folders_.size(); ++i) {
      const auto theirs = files_.read(folders_[i] + "/" + s.path, kMostJournal);
      const auto content = theirs ? parse(*theirs, first) : std::nullopt;
      if (!content || !content->rest.empty()) continue;
      // A copy has nothing but what was acknowledged. What is whole here is not taken for damaged all the same: no signature is on what the copy has more.
      const bool more = s.content && s.content->frames.size() < content->frames.size();
      if (more && s.content->rest.empty()) {
        s.damaged = doubtful = true;
        s.mended.reset();
        s.why_not =
            fmt::format("it is whole, and that of {} has {} more entries under no signature: they were lost here or put there, and nothing here can tell",
                        folders_[i], content->frames.size() - s.content->frames.size());
      }
      if (more) s.damaged = true;
      if (s.damaged && !s.mended && !doubtful) mend(s, own.value_or(std::string()), *theirs, i);
    }
    if (s.mended) s.content = parse(*s.mended, first);
    return s;
  }

 private:
  std::optional<JournalContent> parse(const std::string& bytes, std::uint64_t first) {
    auto content = read_journal(bytes, anchor_.checkpoint.head.origin);
    if (!content || content->first != first) return std::nullopt;
    return std::move(*content);
  }

  // A journal only grows: the copy's is how it began.
  void mend(JournalState& s, const std::string& own, const std::string& theirs, std::size_t i) {
    if (own.size() < theirs.size()) {
      if (const std::string sign = sign_of_more(i); !sign.empty()) {
        s.why_not = sign + "; putting the copy's journal here would lose it";
        return;
      }
      s.mended = theirs;
      return;
    }
    std::string both = theirs + own.substr(theirs.size());
    const auto content = read_journal(both, anchor_.checkpoint.head.origin);
    if (content && !content->damaged()) {
      s.mended = std::move(both);
    } else {
      s.why_not = "what was acknowledged after the copy was made is damaged, too";
    }
  }

  // Whether something was acknowledged here after the copy was made.
  std::string sign_of_more(std::size_t i) {
    const std::uint64_t size = anchor_.checkpoint.head.size;
    if (!anchor_.copies[i - 1] || anchor_.copies[i - 1]->head.size != size) return "entries were put on record since the copy was made";
    for (const std::string& path : {fmt::format("timestamps/{}.tsr", size), fmt::format("checkpoints/{}", size)}) {
      if (files_.exists(folders_[0] + "/" + path) && !files_.exists(folders_[i] + "/" + path))
        return path + " shows that something was put on record since the copy was made";
    }
    return {};
  }

  FileSystem& files_;
  const std::vector<std::string>& folders_;
  const Anchor& anchor_;
};

}  // namespace
}  // namespace mending_journals

std::vector<JournalState> look_at_journals(FileSystem& files, const std::vector<std::string>& folders, const Anchor& anchor) {
  using namespace mending_journals;
  const std::uint64_t size = anchor.checkpoint.head.size;
  std::set<std::uint64_t> wanted = firsts(files, folders[0]);
  if (wanted.empty() || *wanted.begin() > size) {
    std::set<std::uint64_t> theirs;
    for (std::size_t i = 1; i < folders.size(); ++i) theirs.merge(firsts(files, folders[i]));
    theirs.erase(theirs.upper_bound(size), theirs.end());
    wanted.merge(theirs);
    if (wanted.empty() || *wanted.begin() > size) wanted.insert(size);  // its likeliest name
  }
  std::vector<JournalState> all;
  Mending mending(files, folders, anchor);
  for (const std::uint64_t first : wanted) all.push_back(mending.look_at(first));
  return all;
}

}  // namespace custos::evidence
