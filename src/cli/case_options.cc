#include "cli/case_options.h"

#include <cstdio>

#include <fmt/format.h>

#include "cli/parsing.h"

namespace custos::cli {
namespace case_options {
namespace {

using Verb = CaseArguments::Verb;
using Act = engine::CaseAct::Verb;
using option_parsing::not_empty;

const char* const kExamples =
    "examples:\n"
    "  custos case new cases/registry --title \"Odd logons at the registry\"\n"
    "  custos case list cases/\n"
    "  custos case show cases/registry\n"
    "  custos case note cases/registry \"The account is a contractor's\" --about 5f0c2a1be0d94c77\n"
    "  custos case task cases/registry \"Ask the contractor\" --due 2026-12-04\n"
    "  custos case task cases/registry --done 12\n"
    "  custos case member cases/registry --add \"Anna Dekker\" --role lead\n"
    "  custos case undo cases/registry 14 --reason \"wrong account\"\n"
    "  custos case merge cases/registry cases/vpn\n"
    "  custos case close cases/registry --outcome confirmed \"Account closed, host reinstalled\"\n"
    "  custos case export cases/registry --out registry.zip\n"
    "\nThe evidence of a case is CASE/evidence: `custos verify CASE/evidence`, `custos evidence log CASE/evidence`.\n"
    "\nexit status: 0 done, 1 refused by a rule of the case, or a database that was not what the log says, 2 unusable, 3 some cases could not be read\n";

// What the options of one verb fill, to be looked at when all is parsed.
struct Parsed {
  CLI::App* app = nullptr;
  Verb verb = Verb::Show;
  Act act = Act::Note;
};

struct Words {
  std::string done, drop, again, add, remove;
};

CLI::App* add_verb(CLI::App& app, CaseArguments& a, std::vector<Parsed>& verbs, Verb verb, const char* name, const char* what, Act act = Act::Note) {
  auto* sub = app.add_subcommand(name, what);
  if (verb != Verb::List) sub->add_option("CASE", a.folder, "folder of the case")->required()->type_name("CASE")->check(not_empty);
  verbs.push_back({sub, verb, act});
  return sub;
}

void add_looking_verbs(CLI::App& app, CaseArguments& a, std::vector<Parsed>& verbs) {
  auto* made = add_verb(app, a, verbs, Verb::New, "new", "begin a case: its folder, its log, its key");
  made->add_option("--title", a.title, "what it is about")->required()->type_name("TEXT")->check(not_empty);
  made->add_option("--origin", a.log.access.origin, "name of its log (default: this host's name, a slash and the folder's)")->type_name("NAME");
  made->add_option("--recipient", a.log.access.recipients, "encrypt it to this key of age, or those of a file (may be repeated)")
      ->type_name("AGE")
      ->allow_extra_args(false);
  auto* list = add_verb(app, a, verbs, Verb::List, "list", "the cases below some folders");
  list->add_option("DIR", a.folders, "folders")->required()->type_name("DIR");
  list->add_flag("--json", a.json, "one JSON object a case, one a line");
  list->add_option("--who", a.log.access.custody.who, "who looks (default: your user name)")->type_name("NAME");
  auto* show = add_verb(app, a, verbs, Verb::Show, "show", "what is known, what is to be done, what was said");
  show->add_flag("--json", a.json, "all of it, as one JSON object");
  show->add_flag("--on-record", a.on_record, "put on record first that you look at it");
  add_verb(app, a, verbs, Verb::Rebuild, "rebuild", "make its database anew from the log, and compare");
}

void add_acting_verbs(CLI::App& app, CaseArguments& a, Words& w, std::vector<Parsed>& verbs) {
  engine::CaseAct& act = a.act;
  auto* note = add_verb(app, a, verbs, Verb::Act, "note", "write something down", Act::Note);
  note->add_option("TEXT", act.text, "the note")->required();
  note->add_option("--about", act.about, "id of an incident or finding, or number of a task")->type_name("ID")->check(not_empty);
  note->add_option("--replaces", act.ref, "number of a note that this one takes the place of")->type_name("N")->check(not_empty);
  auto* title = add_verb(app, a, verbs, Verb::Act, "title", "another title", Act::Title);
  title->add_option("TEXT", act.text, "the title")->required();
  auto* task = add_verb(app, a, verbs, Verb::Act, "task", "something to do, or what became of it", Act::Task);
  task->add_option("TEXT", act.text, "a new task; with --done, --drop or --again: what is to be said of it");
  task->add_option("--due", act.due, "day until which it should be done")->type_name("YYYY-MM-DD")->check(not_empty);
  auto* what = task->add_option_group("what");
  what->add_option("--done", w.done, "number of a task that is done")->type_name("N")->check(not_empty);
  what->add_option("--drop", w.drop, "number of a task that is not to be done any more")->type_name("N")->check(not_empty);
  what->add_option("--again", w.again, "number of a task that is to be done after all")->type_name("N")->check(not_empty);
  what->require_option(0, 1);
  auto* assign = add_verb(app, a, verbs, Verb::Act, "assign", "give a task or an incident to somebody", Act::Assign);
  assign->add_option("ABOUT", act.about, "number of a task, or id of an incident")->required();
  assign->add_option("PERSON", act.person, "to whom; \"\": to nobody")->required();
  auto* member = add_verb(app, a, verbs, Verb::Act, "member", "who may work on the case, and who may look", Act::Member);
  auto* who = member->add_option_group("who");
  who->add_option("--add", w.add, "somebody who becomes a member, or another kind of one")->type_name("PERSON")->check(not_empty);
  who->add_option("--remove", w.remove, "a member who is none any more")->type_name("PERSON")->check(not_empty);
  who->require_option(1);
  auto* undo = add_verb(app, a, verbs, Verb::Act, "undo", "take back what an entry did to the view; the log keeps both", Act::Undo);
  undo->add_option("ENTRY", act.ref, "number of the entry")->required();
  auto* close = add_verb(app, a, verbs, Verb::Act, "close", "end the case", Act::Close);
  close->add_option("TEXT", act.text, "what there is to say");
  close->add_option("--outcome", act.state, "in a word: confirmed, false alarm, handed over")->required()->type_name("TEXT")->check(not_empty);
  auto* open = add_verb(app, a, verbs, Verb::Act, "open", "open a case again that was closed", Act::Reopen);
  open->add_option("TEXT", act.text, "why");
}

void add_giving_verbs(CLI::App& app, CaseArguments& a, std::vector<Parsed>& verbs) {
  auto* merge = add_verb(app, a, verbs, Verb::Merge, "merge", "make another case part of this one: verified, closed, copied whole");
  merge->add_option("OTHER", a.other, "folder of the other case")->required()->type_name("CASE")->check(not_empty);
  merge->add_option("--other-key", a.other_log.access.key_file, "its log's private key (default: OTHER.key)")->type_name("KEY");
  merge->add_option("--other-passphrase-file", a.other_log.passphrase_file, "file whose first line opens that key (default: --passphrase-file)")
      ->type_name("FILE");
  auto* out = add_verb(app, a, verbs, Verb::Export, "export", "the evidence of the case, for somebody else; it is put on record");
  out->add_option("--out", a.out, "FILE.zip, or a new folder")->required()->type_name("PATH")->check(not_empty);
}

// What one option alone can't say. Nothing: it makes sense.
const char* take_words(const Words& w, const Parsed& verb, CaseArguments& a) {
  if (verb.act == Act::Task) {
    a.act.ref = w.done + w.drop + w.again;
    if (!a.act.ref.empty()) a.act.verb = Act::TaskState;
    a.act.state = !w.done.empty() ? "done" : !w.drop.empty() ? "dropped" : "open";
    if (!a.act.ref.empty() && !a.act.due.empty()) return "--due goes with a new task";
    if (a.act.ref.empty() && a.act.text.empty()) return "says what is to be done, or which task with --done, --drop or --again";
  }
  if (verb.act == Act::Member) {
    a.act.person = w.add + w.remove;
    a.act.state = w.add.empty() ? "removed" : "added";
    if (w.add.empty() != a.act.role.empty()) return w.add.empty() ? "--role goes with --add" : "--add needs --role lead, analyst, reader or authority";
  }
  if (verb.act == Act::Undo) {
    a.act.text = a.log.access.custody.reason;
    if (a.act.text.empty()) return "this needs --reason: others will ask";
  }
  return nullptr;
}

}  // namespace
}  // namespace case_options

std::optional<int> parse_case(const std::vector<std::string>& arguments, CaseArguments& a) {
  using namespace case_options;
  CLI::App app("Cases: what was found, what was said and done about it, by whom. Every act is an entry of the case's evidence log.", "custos case");
  app.footer(kExamples);
  app.require_subcommand(1);
  std::vector<Parsed> verbs;
  Words words;
  add_looking_verbs(app, a, verbs);
  add_acting_verbs(app, a, words, verbs);
  add_giving_verbs(app, a, verbs);
  for (const Parsed& v : verbs) {
    if (v.verb != Verb::List && v.verb != Verb::Rebuild) option_parsing::add_log_options(*v.app, a.log);
    if (v.act == Act::Member) {  // here the role is the member's
      v.app->remove_option(v.app->get_option("--role"));
      v.app->add_option("--role", a.act.role, "lead, analyst, reader or authority")
          ->type_name("ROLE")
          ->check(CLI::IsMember({"lead", "analyst", "reader", "authority"}));
    }
    v.app->add_option("--identity", a.identity, "file with an age identity that opens an encrypted case")->type_name("FILE")->check(not_empty);
  }
  if (const auto status = option_parsing::parse(app, arguments)) return status;
  for (const Parsed& v : verbs) {
    if (!v.app->parsed()) continue;
    a.verb = v.verb;
    a.act.verb = v.act;
    const char* wrong = v.verb == Verb::Act ? take_words(words, v, a) : nullptr;
    if (wrong == nullptr) continue;
    fmt::print(stderr, "custos case {}: {}\n", v.app->get_name(), wrong);
    return 2;
  }
  return std::nullopt;
}

}  // namespace custos::cli
