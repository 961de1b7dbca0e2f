#include "engine/casework/case_state.h"

#include <thread>

#include <fmt/format.h>

#include "engine/casework/steps.h"
#include "engine/evidence/age_keys.h"

namespace custos::engine {
namespace case_states {
namespace {

constexpr int kTries = 5;
constexpr auto kBetween = std::chrono::milliseconds(20);

using Database = std::unique_ptr<store::CaseDatabase>;

// How far a try to use case.db came.
struct Tried {
  enum class End : std::uint8_t { Done, Again, Unfit, Unusable } end = End::Done;
  std::string why;  // Unfit, Unusable
  CaseState state;
};

class CaseReader {
 public:
  CaseReader(FileSystem& files, const CaseReading& reading) : files_(files), folder_(reading.folder), identity_(reading.identity) {}

  Result<void> begin() {
    if (auto ok = check_is_case(files_, folder_); !ok) return ok;
    auto keyring = read_keyring(identity_);
    if (!keyring) return tl::unexpected<Error>(keyring.error());
    keyring_ = std::move(*keyring);
    auto encrypted = is_encrypted(files_, evidence_folder(folder_));
    if (!encrypted) return tl::unexpected<Error>(encrypted.error());
    encrypted_ = *encrypted;
    return {};
  }

  Result<CaseState> read() {
    // A writer replaces files that a reader is about to open: then it tries again.
    for (int i = 0;; ++i) {
      auto state = read_once();
      if (state || state.error().code != Code::NotFound || i == kTries) return state;
      std::this_thread::sleep_for(kBetween);
    }
  }

  Result<RebuiltCase> rebuild() {
    RebuiltCase done;
    if (encrypted_) {
      auto state = read_once();
      if (!state) return tl::unexpected<Error>(state.error());
      done.state = std::move(*state);
      return done;
    }
    {
      auto alone = store::hold_place(folder_, store::Hold::Alone);
      if (!alone) return tl::unexpected<Error>(alone.error());
      auto old = use_database();
      if (!old) return tl::unexpected<Error>(old.error());
      std::string before;
      if (old->end == Tried::End::Done) {
        auto dump = old->state.database->dump();
        if (dump) before = std::move(*dump);
      }
      const bool there = has_database();
      old->state.database.reset();
      auto fresh = make_new();
      if (!fresh) return tl::unexpected<Error>(fresh.error());
      done.old = !there ? "" : before == *fresh ? "equal" : "different";
      if (done.old == "different") {
        auto aside = store::set_aside(folder_);
        if (!aside) return tl::unexpected<Error>(aside.error());
        done.kept_as = std::move(*aside);
      }
      if (auto ok = store::put_in_place(folder_); !ok) return tl::unexpected<Error>(ok.error());
    }
    auto state = read();
    if (!state) return tl::unexpected<Error>(state.error());
    done.state = std::move(*state);
    return done;
  }

 private:
  Result<std::unique_ptr<evidence::LogReader>> open_log() { return evidence::LogReader::open(files_, evidence_folder(folder_), keyring_); }

  Result<CaseState> read_once() {
    if (encrypted_) return from_memory(remove_open_database());
    for (int i = 0; i < kTries; ++i) {
      auto held = store::hold_place(folder_, store::Hold::Shared);
      if (!held) return from_memory(without(held.error()));
      auto tried = use_database();
      if (!tried) return tl::unexpected<Error>(tried.error());
      if (tried->end == Tried::End::Done) {
        tried->state.held = std::move(*held);
        tried->state.said.insert(tried->state.said.begin(), said_.begin(), said_.end());
        return std::move(tried->state);
      }
      if (tried->end == Tried::End::Unusable) return from_memory("case.db was done without: " + tried->why);
      held->reset();
      if (tried->end == Tried::End::Unfit) {
        auto replaced = replace();
        if (!replaced) return tl::unexpected<Error>(replaced.error());
        if (!replaced->empty()) return from_memory(*replaced);
      }
    }
    return from_memory("case.db was done without: others go on changing it");
  }

  bool has_database() { return files_on_disk_->kind(store::database_path(folder_)) != PathKind::Nothing; }

  static std::string without(const Error& e) { return fmt::format("case.db was done without: {}: {}", e.where, e.text); }

  // What lies open beside an encrypted log.
  std::string remove_open_database() {
    if (!has_database()) return {};
    auto alone = store::hold_place(folder_, store::Hold::Alone);
    auto removed = alone ? store::remove_database(folder_) : Result<void>(tl::unexpected<Error>(alone.error()));
    return removed ? "case.db was removed: the evidence is encrypted, and it lay open"
                   : fmt::format("case.db lies open beside encrypted evidence and could not be removed: {}: {}", removed.error().where, removed.error().text);
  }

  Result<CaseState> from_memory(const std::string& why) {
    CaseState state;
    auto own = open_log();
    if (!own) return tl::unexpected<Error>(own.error());
    auto steps = read_steps(files_, folder_, **own, {});
    if (!steps) return tl::unexpected<Error>(steps.error());
    auto database = store::CaseDatabase::in_memory();
    if (!database) return tl::unexpected<Error>(database.error());
    if (auto ok = take_steps(**database, *steps); !ok) return tl::unexpected<Error>(ok.error());
    auto view = (*database)->view();
    if (!view) return tl::unexpected<Error>(view.error());
    state.database = std::move(*database);
    state.view = std::move(*view);
    state.in_memory = true;
    state.said = said_;
    if (!why.empty()) state.said.push_back(why);
    state.said.insert(state.said.end(), steps->said.begin(), steps->said.end());
    return state;
  }

  // An error of the database: is it damaged, or can it not be used as things are?
  static Tried failed(const Error& e) {
    const bool unfit = e.code == Code::Malformed || e.code == Code::Unsupported || e.code == Code::Internal;
    return {unfit ? Tried::End::Unfit : Tried::End::Unusable, e.text, {}};
  }

  // case.db, brought up to the log. The error is one of the log; the place is held.
  Result<Tried> use_database() {
    if (!has_database()) return Tried{Tried::End::Unfit, {}, {}};
    if (files_on_disk_->kind(store::database_path(folder_)) != PathKind::File) return Tried{Tried::End::Unfit, "it is no file", {}};
    auto database = store::CaseDatabase::open(store::database_path(folder_));
    if (!database) return failed(database.error());
    const auto marks = (*database)->marks();
    if (!marks) return failed(marks.error());
    // Behind it, for the log is written first: a healthy database is never ahead of a log that is read now.
    auto own = open_log();
    if (!own) return tl::unexpected<Error>(own.error());
    auto why = misfit(**own, *marks);
    if (!why) return tl::unexpected<Error>(why.error());
    if (!why->empty()) return Tried{Tried::End::Unfit, *why, {}};
    Tried tried;
    if (const auto known = marks->find(""); known == marks->end() || known->second.applied < (*own)->size()) {
      auto steps = read_steps(files_, folder_, **own, *marks);
      if (!steps) return tl::unexpected<Error>(steps.error());
      auto taken = take_steps(**database, *steps);
      if (!taken) return failed(taken.error());
      if (!*taken) return Tried{Tried::End::Again, {}, {}};
      tried.state.said = steps->said;
    }
    if (auto ok = (*database)->begin_reading(); !ok) return failed(ok.error());
    auto view = (*database)->view();
    (*database)->end_reading();
    if (!view) return failed(view.error());
    tried.state.database = std::move(*database);
    tried.state.view = std::move(*view);
    return tried;
  }

  // A new case.db in the place of none, or of one that does not fit. The error is one of the log; a sentence: it could not be done.
  Result<std::string> replace() {
    auto alone = store::hold_place(folder_, store::Hold::Alone);
    if (!alone) return without(alone.error());
    auto tried = use_database();  // somebody else may have replaced it meanwhile
    if (!tried) return tl::unexpected<Error>(tried.error());
    if (tried->end == Tried::End::Done || tried->end == Tried::End::Again) return std::string();
    if (tried->end == Tried::End::Unusable) return "case.db was done without: " + tried->why;
    const bool there = has_database();
    auto fresh = make_new();
    if (!fresh && log_failed_) return tl::unexpected<Error>(fresh.error());
    if (!fresh) return without(fresh.error());
    std::string kept;
    if (there) {
      auto aside = store::set_aside(folder_);
      if (!aside) return without(aside.error());
      kept = std::move(*aside);
    }
    if (auto ok = store::put_in_place(folder_); !ok) return without(ok.error());
    if (there) said_.push_back(fmt::format("case.db did not fit, and was made anew from the log: {}. The old one is kept as {}", tried->why, kept));
    return std::string();
  }

  // An unfinished database with all that the logs say; its dump.
  Result<std::string> make_new() {
    log_failed_ = true;
    auto own = open_log();
    if (!own) return tl::unexpected<Error>(own.error());
    auto steps = read_steps(files_, folder_, **own, {});
    if (!steps) return tl::unexpected<Error>(steps.error());
    log_failed_ = false;
    if (auto ok = store::remove_unfinished_database(folder_); !ok) return tl::unexpected<Error>(ok.error());
    auto database = store::CaseDatabase::create(store::unfinished_path(folder_));
    if (!database) return tl::unexpected<Error>(database.error());
    if (auto ok = take_steps(**database, *steps); !ok) return tl::unexpected<Error>(ok.error());
    auto dump = (*database)->dump();
    if (!dump) return dump;
    if (auto ok = store::CaseDatabase::settle(std::move(*database)); !ok) return tl::unexpected<Error>(ok.error());
    for (const std::string& s : steps->said) said_.push_back(s);
    return dump;
  }

  FileSystem& files_;
  std::unique_ptr<FileSystem> files_on_disk_ = real_files();  // where SQLite's files are, whatever the log's are in
  std::string folder_, identity_;
  evidence::Keyring keyring_;
  bool encrypted_ = false, log_failed_ = false;
  std::vector<std::string> said_;
};

}  // namespace
}  // namespace case_states

Result<CaseState> read_case(FileSystem& files, const CaseReading& reading) {
  case_states::CaseReader reader(files, reading);
  if (auto ok = reader.begin(); !ok) return tl::unexpected<Error>(ok.error());
  return reader.read();
}

Result<RebuiltCase> rebuild_case(FileSystem& files, const CaseReading& reading) {
  case_states::CaseReader reader(files, reading);
  if (auto ok = reader.begin(); !ok) return tl::unexpected<Error>(ok.error());
  return reader.rebuild();
}

}  // namespace custos::engine
