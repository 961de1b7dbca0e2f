#include "engine/casework/acts.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/crypto/secure_random.h"
#include "base/crypto/sha256.h"
#include "base/text.h"
#include "engine/casework/case_writer.h"
#include "engine/casework/rules.h"

namespace custos::engine {
namespace case_acts {
namespace {

using Keys = nlohmann::ordered_json;

struct Decision {
  std::string refused;
  Keys keys;
};

Decision refuse(std::string why) { return {std::move(why), {}}; }

// One act of one person on a case as it is.
class Judge {
 public:
  Judge(CaseState& state, const CaseAccess& access, const CaseAct& act) : state_(state), view_(state.view), access_(access), act_(act) {}

  Result<Decision> decide() {
    const bool opens = act_.verb == CaseAct::Verb::Reopen || act_.verb == CaseAct::Verb::Undo;
    const Need need = act_.verb == CaseAct::Verb::Member ? Need::Lead : Need::Work;
    if (auto why = refusal(view_, access_.folder, access_.log.custody.who, need); !why.empty()) return refuse(std::move(why));
    if (auto why = refusal_of_closed(view_, access_.folder); !why.empty() && !opens) return refuse(std::move(why));
    switch (act_.verb) {
      case CaseAct::Verb::Note: return note();
      case CaseAct::Verb::Title: return needs_text("title", {{"act", "title"}, {"title", act_.text}});
      case CaseAct::Verb::Task: return task();
      case CaseAct::Verb::TaskState: return task_state();
      case CaseAct::Verb::Assign: return assign();
      case CaseAct::Verb::Member: return member();
      case CaseAct::Verb::Undo: return undo();
      case CaseAct::Verb::Close: return close();
      case CaseAct::Verb::Reopen: return reopen();
    }
    return fail(Code::Internal, "an act that nobody knows");
  }

 private:
  Result<Decision> needs_text(const char* what, Keys keys) const {
    if (trim(act_.text).empty()) return fail(Code::Usage, fmt::format("a {} is not empty", what));
    return Decision{{}, std::move(keys)};
  }

  // An entry of the case's own log by its index, of a merged one by NUMBER:INDEX.
  Result<store::Ref> ref_of(const std::string& text) const {
    auto ref = store::parse_ref(text);
    if (!ref) return fail(Code::Usage, "is no entry: 17, or of a merged case 0123456789abcdef:17", text);
    if (ref->log == view_.number) ref->log.clear();
    return *ref;
  }
  // The same where it may be something else.
  std::string normal(const std::string& about) const {
    const auto ref = ref_of(about);
    return ref ? store::to_text(*ref) : about;
  }

  Result<Decision> note() {
    Keys keys{{"act", "note"}, {"text", act_.text}, {"about", normal(act_.about)}, {"replaces", nullptr}};
    if (auto ref = store::parse_ref(act_.about); ref && view_.task(*ref_of(act_.about)) == nullptr) {
      return refuse(fmt::format("there is no task {} in this case", act_.about));
    }
    if (!act_.ref.empty()) {
      auto ref = ref_of(act_.ref);
      if (!ref) return tl::unexpected<Error>(ref.error());
      const store::CaseNote* old = view_.note(*ref);
      if (old == nullptr) return refuse(fmt::format("there is no note {} in this case, or another one replaced it", act_.ref));
      keys["replaces"] = store::to_json(*ref);
      if (act_.about.empty()) keys["about"] = old->about;
    }
    return needs_text("note", std::move(keys));
  }

  Result<Decision> task() {
    if (!act_.due.empty() && !store::is_date(act_.due)) return fail(Code::Usage, "--due takes a date as 2027-03-31", act_.due);
    return needs_text("task", {{"act", "task"}, {"title", act_.text}, {"due", act_.due}});
  }

  Result<Decision> task_state() {
    auto ref = ref_of(act_.ref);
    if (!ref) return tl::unexpected<Error>(ref.error());
    const store::CaseTask* task = view_.task(*ref);
    if (task == nullptr) return refuse(fmt::format("there is no task {} in this case", act_.ref));
    if (task->state == act_.state) return refuse(fmt::format("the task {} is {} already", act_.ref, act_.state));
    return Decision{{}, {{"act", "task_state"}, {"task", store::to_json(*ref)}, {"state", act_.state}, {"text", act_.text}}};
  }

  Result<Decision> assign() {
    const std::string about = normal(act_.about);
    const auto ref = store::parse_ref(about);
    const bool incident = std::any_of(view_.incidents.begin(), view_.incidents.end(), [&](const auto& i) { return i.id == about; });
    if (!(ref && view_.task(*ref) != nullptr) && !incident) return refuse(fmt::format("there is no task or incident {} in this case", act_.about));
    return Decision{{}, {{"act", "assign"}, {"about", about}, {"to", act_.person}}};
  }

  Result<Decision> member() {
    const bool adds = act_.state == "added";
    if (trim(act_.person).empty()) return fail(Code::Usage, "a member has a name");
    const store::CaseMember* old = view_.member(act_.person);
    if (!adds && old == nullptr) return refuse(fmt::format("'{}' is no member of this case", act_.person));
    if (adds && old != nullptr && old->role == act_.role) return refuse(fmt::format("'{}' is that already", act_.person));
    return if_somebody_leads({{"act", "member"}, {"person", act_.person}, {"role", adds ? act_.role : old->role}, {"state", act_.state}});
  }

  Result<Decision> close() {
    if (trim(act_.state).empty()) return fail(Code::Usage, "a closing has an outcome");
    return Decision{{}, {{"act", "close"}, {"outcome", act_.state}, {"text", act_.text}}};
  }

  Result<Decision> reopen() {
    if (view_.state != "closed") return refuse("the case is open");
    return Decision{{}, {{"act", "reopen"}, {"text", act_.text}}};
  }

  Result<Decision> undo() {
    auto ref = ref_of(act_.ref);
    if (!ref) return tl::unexpected<Error>(ref.error());
    auto known = state_.database->act(*ref);
    if (!known) return tl::unexpected<Error>(known.error());
    if (!*known) return refuse(fmt::format("entry {} is no act of this case", act_.ref));
    const store::ActState& a = **known;
    if (!a.can_be_undone) {
      return refuse(fmt::format("a '{}' can't be taken back: title, note, task, task_state, assign, member, close, reopen and undo can", a.name));
    }
    if (a.undone) return refuse(fmt::format("entry {} is taken back already; `custos case undo` of the entry that did so brings it back", act_.ref));
    if (auto why = refusal_of_closed(view_, access_.folder); !why.empty() && a.in_the_end != "close") return refuse(std::move(why));
    const Need need = a.in_the_end == "member" ? Need::Lead : Need::Work;
    if (auto why = refusal(view_, access_.folder, access_.log.custody.who, need); !why.empty()) return refuse(std::move(why));
    return if_somebody_leads({{"act", "undo"}, {"entry", store::to_json(*ref)}, {"text", act_.text}});
  }

  // Members without a lead could never change.
  Result<Decision> if_somebody_leads(Keys keys) {
    auto after = state_.database->view_with(keys);
    if (!after) return tl::unexpected<Error>(after.error());
    const bool led = std::any_of(after->members.begin(), after->members.end(), [](const auto& m) { return m.role == "lead"; });
    if (!after->members.empty() && !led) return refuse("a case with members needs a lead: nobody else could add or remove one. Make somebody lead first");
    return Decision{{}, std::move(keys)};
  }

  CaseState& state_;
  const store::CaseView& view_;
  const CaseAccess& access_;
  const CaseAct& act_;
};

}  // namespace
}  // namespace case_acts

Result<CaseActDone> do_in_case(FileSystem& files, const CaseAccess& access, const CaseAct& act) {
  auto writer = CaseWriter::open(files, access);
  if (!writer) return tl::unexpected<Error>(writer.error());
  CaseState* state = (*writer)->state();
  if (state == nullptr) return tl::unexpected<Error>((*writer)->unreadable());
  if (state->view.number.empty()) return fail(Code::NotFound, "is evidence without a case; `custos case new` makes one of it", access.folder);
  auto decided = case_acts::Judge(*state, access, act).decide();
  if (!decided) return tl::unexpected<Error>(decided.error());
  CaseActDone done{decided->refused, 0, state->said};
  if (!done.refused.empty()) return done;
  auto entry = (*writer)->put({decided->keys});
  if (!entry) return tl::unexpected<Error>(entry.error());
  done.entry = *entry;
  if ((*writer)->state() == nullptr) {
    done.said.push_back("the view could not be brought up to date, and will be when the case is opened next: " + (*writer)->unreadable().text);
  }
  return done;
}

Result<CaseMade> make_case(FileSystem& files, const CaseAccess& access, const std::string& title) {
  if (trim(title).empty()) return fail(Code::Usage, "a title is not empty");
  if (auto ok = is_free_for_case(files, access.folder); !ok) return tl::unexpected<Error>(ok.error());
  auto writer = CaseWriter::open_or_create(files, access);
  if (!writer) return tl::unexpected<Error>(writer.error());
  CaseState* state = (*writer)->state();
  CaseMade made;
  made.new_log = (*writer)->log().is_new;
  if (state == nullptr && !made.new_log) return tl::unexpected<Error>((*writer)->unreadable());
  if (state != nullptr && !state->view.number.empty()) return fail(Code::Usage, fmt::format("is a case already: {}", state->view.number), access.folder);
  made.number = to_hex(secure_random(8));
  made.key = evidence::to_text((*writer)->log().key);
  auto entry = (*writer)->put({{{"act", "open"}, {"title", title}, {"number", made.number}}});
  if (!entry) return tl::unexpected<Error>(entry.error());
  made.entry = *entry;
  return made;
}

}  // namespace custos::engine
