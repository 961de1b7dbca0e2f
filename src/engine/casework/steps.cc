#include "engine/casework/steps.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/crypto/base64.h"
#include "engine/casework/case_folder.h"

namespace custos::engine {
namespace case_steps {
namespace {

constexpr unsigned kMostNesting = 64;  // merged cases in merged cases
constexpr unsigned kMostDepth = 64;    // of an entry's values; a deeper one is not understood

std::string text_of(const nlohmann::json& object, const char* key) {
  return object.is_object() && object.contains(key) && object[key].is_string() ? object[key].get<std::string>() : std::string();
}

std::uint64_t number_of(const nlohmann::json& object, const char* key) {
  return object.contains(key) && object[key].is_number_unsigned() ? object[key].get<std::uint64_t>() : 0;
}

std::string root_text(const Hash32& root) { return to_base64(view(root)); }

// The same, of a root as it is written down.
Result<bool> had_root_text(evidence::LogReader& log, std::uint64_t size, const std::string& root) {
  std::string bytes;
  if (!from_base64(root, bytes) || bytes.size() != sizeof(Hash32)) return false;
  return had_root(log, size, hash_from(bytes));
}

// How deep objects and arrays lie in each other: what takes values apart or copies them goes as deep itself.
unsigned depth_of(std::string_view json) {
  unsigned depth = 0, most = 0;
  bool in_text = false;
  for (std::size_t i = 0; i < json.size(); ++i) {
    if (in_text && json[i] == '\\') ++i;
    else if (json[i] == '"') in_text = !in_text;
    else if (!in_text && (json[i] == '{' || json[i] == '[')) most = std::max(most, ++depth);
    else if (!in_text && (json[i] == '}' || json[i] == ']')) --depth;
  }
  return most;
}

store::Act act_of(std::uint64_t index, nlohmann::json entry) {
  static const nlohmann::json kNone = nlohmann::json::object();
  store::Act act;
  const nlohmann::json& custody = entry.contains("custody") ? entry["custody"] : kNone;
  act.entry = index;
  act.time = text_of(entry, "time");
  act.who = text_of(custody, "who");
  act.role = text_of(custody, "role");
  act.reason = text_of(custody, "reason");
  act.authority = text_of(custody, "authority");
  act.name = text_of(entry, "act");
  act.keys = std::move(entry);
  return act;
}

class Reading {
 public:
  Reading(FileSystem& files, std::string folder, evidence::LogReader& own, const LogMarks& from) : files_(files), folder_(std::move(folder)), own_(own) {
    steps_.before = steps_.after = from;
  }

  Result<CaseSteps> run() {
    number_ = steps_.after[""].number;
    if (auto ok = entries("", own_, steps_.after[""].applied, own_.size(), 0); !ok) return tl::unexpected<Error>(ok.error());
    steps_.after[""] = {number_, own_.settings().key.name, own_.size(), root_text(own_.head().root)};
    return std::move(steps_);
  }

 private:
  Result<void> entries(const std::string& name, evidence::LogReader& log, std::uint64_t from, std::uint64_t until, unsigned depth) {
    std::uint64_t sealed = 0;
    for (std::uint64_t i = from; i < until; ++i) {
      auto bytes = log.entry(i);
      if (!bytes && bytes.error().code == Code::Denied && !name.empty()) {
        ++sealed;
        continue;
      }
      if (!bytes) return tl::unexpected<Error>(bytes.error());
      auto entry = evidence::parse_entry(*bytes);
      if (!entry) return fail(entry.error().code, fmt::format("entry {} {}", i, entry.error().text), log_folder(name));
      if (depth_of(*bytes) > kMostDepth) *entry = {{"kind", text_of(*entry, "kind")}};
      if (auto ok = step(name, i, std::move(*entry), depth); !ok) return ok;
    }
    if (sealed > 0) say(fmt::format("{} entries of the merged case {} are encrypted, and not for this identity: they are left out", sealed, name));
    return {};
  }

  Result<void> step(const std::string& name, std::uint64_t index, nlohmann::json entry, unsigned depth) {
    const std::string kind = text_of(entry, "kind");
    if (kind != "case") {
      if (name.empty()) steps_.steps.push_back({name, false, {}, kind, number_of(entry, "records"), number_of(entry, "size")});
      return {};
    }
    CaseStep next{name, true, act_of(index, std::move(entry)), kind};
    const auto merge = store::merge_of(next.act);
    const std::string number = next.act.name == "open" ? text_of(next.act.keys, "number") : std::string();
    if (name.empty() && number_.empty() && store::is_case_number(number)) number_ = number;
    steps_.steps.push_back(std::move(next));
    return merge ? follow(*merge, depth + 1) : Result<void>();
  }

  // A merged log's entries come where it was merged; its own merges in the same way. What is wrong with it is said, and the rest of the case goes on.
  Result<void> follow(const store::Merge& merge, unsigned depth) {
    const std::uint64_t from = steps_.after[merge.number].applied;
    if (merge.number == number_ || merge.size <= from) return {};
    const LogMarks marks = steps_.after;
    const std::size_t taken = steps_.steps.size();
    auto ok = depth > kMostNesting ? Result<void>(fail(Code::Limit, "cases were merged into each other too often")) : read_merged(merge, from, depth);
    if (ok) return ok;
    steps_.after = marks;
    steps_.steps.resize(taken);
    say(fmt::format("the merged case {} is left out: {}{}{}", merge.number, ok.error().where, ok.error().where.empty() ? "" : " ", ok.error().text));
    return {};
  }

  Result<void> read_merged(const store::Merge& merge, std::uint64_t from, unsigned depth) {
    const std::string folder = log_folder(merge.number);
    auto log = evidence::LogReader::open(files_, folder, own_.keyring());
    if (!log) return tl::unexpected<Error>(log.error());
    const auto fits = had_root_text(**log, merge.size, merge.root);
    if (!fits) return tl::unexpected<Error>(fits.error());
    if (!*fits) return fail(Code::Malformed, "does not hold the log that was merged", folder);
    // First, so that a merge in it that leads back here ends.
    steps_.after[merge.number] = {merge.number, merge.origin, merge.size, merge.root};
    return entries(merge.number, **log, from, merge.size, depth);
  }

  std::string log_folder(const std::string& name) const { return name.empty() ? evidence_folder(folder_) : merged_folder(folder_, name); }
  void say(std::string sentence) { steps_.said.push_back(std::move(sentence)); }

  FileSystem& files_;
  std::string folder_, number_;
  evidence::LogReader& own_;
  CaseSteps steps_;
};

bool same(const LogMarks& a, const LogMarks& b) {
  const auto key = [](const LogMarks& marks) {
    std::vector<std::pair<std::string, std::uint64_t>> all;
    for (const auto& [log, mark] : marks) {
      if (mark.applied > 0) all.emplace_back(log, mark.applied);
    }
    return all;
  };
  return key(a) == key(b);
}

Result<void> take_all(store::CaseDatabase& database, const CaseSteps& steps) {
  for (const CaseStep& s : steps.steps) {
    auto ok = s.is_act ? database.apply(s.log, s.act) : database.count(s.kind, s.records, s.bytes);
    if (!ok) return ok;
  }
  for (const auto& [log, mark] : steps.after) {
    if (mark.applied == 0) continue;
    if (auto ok = database.set_mark(log, mark); !ok) return ok;
  }
  return {};
}

}  // namespace
}  // namespace case_steps

Result<bool> had_root(evidence::LogReader& log, std::uint64_t size, const Hash32& root) {
  if (size > log.size() || size == 0) return false;
  if (size == log.size()) return log.head().root == root;
  auto proof = log.consistency(size);
  if (!proof) return tl::unexpected<Error>(proof.error());
  return evidence::proves_consistency(*proof, size, root, log.size(), log.head().root);
}

Result<CaseSteps> read_steps(FileSystem& files, const std::string& case_folder, evidence::LogReader& own, const LogMarks& from) {
  return case_steps::Reading(files, case_folder, own, from).run();
}

Result<std::string> misfit(evidence::LogReader& own, const LogMarks& marks) {
  const auto known = marks.find("");
  if (known == marks.end() || known->second.applied == 0) return std::string();
  const store::LogMark& m = known->second;
  if (m.applied > own.size()) {
    return fmt::format("it knows {} entries, and the log has {}: the log was put back or cut, or the database is of another case", m.applied, own.size());
  }
  auto fits = case_steps::had_root_text(own, m.applied, m.root);
  if (!fits) return tl::unexpected<Error>(fits.error());
  if (*fits && m.origin == own.settings().key.name) return std::string();
  return fmt::format("it is of another log, or of another history of this one: its {} entries are not those that this log begins with", m.applied);
}

Result<bool> take_steps(store::CaseDatabase& database, const CaseSteps& steps) {
  if (auto ok = database.begin(); !ok) return tl::unexpected<Error>(ok.error());
  const auto now = database.marks();
  if (!now || !case_steps::same(*now, steps.before)) {
    database.roll_back();
    return now ? Result<bool>(false) : Result<bool>(tl::unexpected<Error>(now.error()));
  }
  auto ok = case_steps::take_all(database, steps);
  if (ok) ok = database.commit();
  if (!ok) {
    database.roll_back();
    return tl::unexpected<Error>(ok.error());
  }
  return true;
}

}  // namespace custos::engine
