#include "cli/evidence_options.h"

#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include "base/files/file.h"
#include "cli/parsing.h"
#include "cli/terminal.h"

namespace custos::cli {
namespace evidence_options {
namespace {

constexpr std::size_t kMostPassphraseFile = 4096;

std::string user_name() {
  const passwd* user = getpwuid(getuid());
  return user != nullptr ? user->pw_name : fmt::format("uid {}", getuid());
}

bool exists(const std::string& path) {
  struct stat st {};
  return stat(path.c_str(), &st) == 0;
}

Result<std::string> from_file(const std::string& path) {
  auto text = read_file(path, kMostPassphraseFile);
  if (!text) return text;
  text->resize(std::min(text->find_first_of("\r\n"), text->size()));
  if (text->empty()) return fail(Code::Usage, "its first line is empty, and a passphrase is wanted there", path);
  return text;
}

Result<std::string> ask(const std::string& key_file, bool is_new) {
  auto first = read_hidden(fmt::format("passphrase of {}{}: ", key_file, is_new ? " (a new key)" : ""));
  if (!first) return fail(Code::Usage, "there is no terminal to ask for the key's passphrase at; name a file that has it with --passphrase-file", key_file);
  if (!is_new) return *first;
  const auto second = read_hidden("the same again: ");
  if (!second || *first != *second) return fail(Code::Usage, "the two passphrases differ", key_file);
  return *first;
}

}  // namespace
}  // namespace evidence_options

void name_who(LogArguments& a) {
  if (a.access.custody.who.empty()) a.access.custody.who = evidence_options::user_name();
  a.access.custody.tool = "custos " CUSTOS_VERSION;
}

Result<void> complete(LogArguments& a, bool may_be_new) {
  using namespace evidence_options;
  engine::LogAccess& access = a.access;
  name_who(a);
  const auto files = real_files();
  if (auto seen = engine::look_at_log(*files, access, may_be_new); !seen) return tl::unexpected<Error>(seen.error());
  return ask_passphrase(a, may_be_new);
}

Result<void> ask_passphrase(LogArguments& a, bool may_be_new) {
  using namespace evidence_options;
  engine::LogAccess& access = a.access;
  const std::string key_file = engine::key_file_of(access);
  const bool is_new = may_be_new && !custos::evidence::is_pkcs11_uri(key_file) && !exists(key_file);
  auto passphrase = a.passphrase_file.empty() ? ask(key_file, is_new) : from_file(a.passphrase_file);
  if (!passphrase) return tl::unexpected<Error>(passphrase.error());
  access.passphrase = std::move(*passphrase);
  return {};
}

std::optional<int> parse_verify(const std::vector<std::string>& arguments, VerifyArguments& a) {
  CLI::App app("Checks a folder of evidence or a package: signatures, tree, every record. Says what was checked, by which key, and what was not.",
               "custos verify");
  app.footer(
      "examples:\n"
      "  custos verify evidence/\n"
      "  custos verify evidence/ --key court.example/evidence+1a2b3c4d+AbC...   the key as its owner told you\n"
      "  custos verify package.zip --key key.txt --witness police.example/w+...\n"
      "\nexit status: 0 verified, 1 refused, 2 unusable arguments or no evidence at all, 3 the answer could not be written\n");
  app.add_option("EVIDENCE", a.options.path, "folder of evidence, or package")->required()->type_name("PATH");
  app.add_option("--key", a.options.key, "the log's verifier key, or a file that holds it")->type_name("KEY")->check(option_parsing::not_empty);
  app.add_option("--witness", a.options.witnesses, "verifier key of a witness that must have cosigned (may be repeated)")
      ->type_name("KEY")
      ->allow_extra_args(false);
  app.add_option("--tsa", a.options.authorities, "certificates of time stamping authorities that you trust, PEM")
      ->type_name("FILE")
      ->check(option_parsing::not_empty);
  app.add_option("--checkpoint", a.options.checkpoints, "a checkpoint of this log seen elsewhere: it must go on from there (may be repeated)")
      ->type_name("FILE")
      ->allow_extra_args(false);
  app.add_option("--identity", a.options.identity, "file with an age identity that opens an encrypted folder; without it its structure alone is checked")
      ->type_name("FILE")
      ->check(option_parsing::not_empty);
  app.add_option("--earlier", a.options.earlier, "an earlier package: what it withheld and this one shows must match")->type_name("PACKAGE");
  app.add_flag("--json", a.json, "one JSON object");
  app.add_flag("--quiet", a.quiet, "no progress; the exit status says it");
  return option_parsing::parse(app, arguments);
}

namespace evidence_options {
namespace {

void offer_change(CLI::App& change, EvidenceArguments& a) {
  change.add_option("--new-key", a.change.next.key_file, "the key that signs from now on: a file, made where it is not there, or pkcs11:...")->type_name("KEY");
  change.add_option("--new-passphrase-file", a.new_passphrase_file, "file whose first line opens the new key (default: asked for)")->type_name("FILE");
  change.add_flag("--lost", a.change.lost, "the old key is gone: it can't vouch for the new one");
  change.add_option("--recipient", a.change.recipients, "who can read what is sealed from now on, all of them: keys of age, or files of them")
      ->type_name("AGE");
  change.add_flag("--open", a.change.open, "encrypt nothing from now on");
}

// Nothing: it can be done.
const char* wrong_with_change(const EvidenceArguments& a) {
  const bool new_key = !a.change.next.key_file.empty(), new_readers = !a.change.recipients.empty();
  if (new_readers && a.change.open) return "--recipient and --open contradict each other";
  if (!new_readers && !a.change.open && !new_key) return "says what is to be changed with --new-key, --recipient or --open";
  if (!new_key && (a.change.lost || !a.new_passphrase_file.empty())) return "--lost and --new-passphrase-file go with --new-key";
  return nullptr;
}

using Verb = EvidenceArguments::Verb;
using Verbs = std::vector<std::pair<CLI::App*, Verb>>;

CLI::App* add_verb(CLI::App& app, EvidenceArguments& a, Verbs& verbs, Verb verb, const char* name, const char* what) {
  auto* sub = app.add_subcommand(name, what);
  sub->add_option("EVIDENCE", a.log.access.folder, "folder of evidence")->required()->type_name("DIR");
  verbs.emplace_back(sub, verb);
  return sub;
}

// Look into it, have it vouched for, hand parts of it over.
void add_proving_verbs(CLI::App& app, EvidenceArguments& a, Verbs& verbs) {
  auto* log = add_verb(app, a, verbs, Verb::Log, "log", "its entries in order: who did what, when and why");
  log->add_flag("--findings", a.findings, "its findings instead");
  log->add_flag("--json", a.json, "the entries themselves, one a line");
  auto* show = add_verb(app, a, verbs, Verb::Show, "show", "an entry with its proof, or a finding with all that is known of it");
  show->add_option("WHAT", a.what, "index of an entry, or id of a finding")->required();
  show->add_flag("--json", a.json, "as JSON; of an entry: its very bytes");
  show->add_flag("--on-record", a.on_record, "put on record first that you look at it");
  auto* package = add_verb(app, a, verbs, Verb::Package, "package", "findings with records and proofs for somebody else; it is put on record");
  package->add_option("--findings", a.package.findings, "ids of findings")->required()->type_name("ID");
  package->add_option("--withhold", a.package.withhold, "fields whose values stay here: User, entity:host, file, behavior")->type_name("FIELD");
  package->add_option("--to", a.package.to, "for whom it is")->type_name("TEXT");
  package->add_option("--out", a.package.out, "the package")->required()->type_name("FILE");
  auto* stamp = add_verb(app, a, verbs, Verb::Timestamp, "timestamp", "have the newest checkpoint stamped by a time stamping authority (RFC 3161)");
  stamp->add_option("--url", a.stamp.url, "the authority's address")->type_name("URL");
  stamp->add_option("--query", a.stamp.query, "without --url: write the query to this file, to be carried to an authority")->type_name("FILE");
  stamp->add_option("--reply", a.stamp.reply, "the authority's reply to --query")->type_name("FILE");
  stamp->add_option("--tsa", a.stamp.authorities, "certificates of authorities that you trust, PEM")->type_name("FILE");
  stamp->add_option("--if-due", a.stamp.if_due_days, "only if something new is unstamped, or the newest stamp ends within so many days")->type_name("DAYS");
  offer_change(*add_verb(app, a, verbs, Verb::Change, "change", "another key for the log, or other recipients, from now on; it is put on record"), a);
  auto* witness = add_verb(app, a, verbs, Verb::Witness, "witness", "have the newest checkpoint cosigned by a witness (C2SP tlog-witness)");
  witness->add_option("--url", a.witness.url, "the witness's address")->required()->type_name("URL");
  witness->add_option("--witness", a.witness.witness, "its verifier key")->required()->type_name("KEY");
}

// Keep it: copies, repair, retention.
void add_keeping_verbs(CLI::App& app, EvidenceArguments& a, Verbs& verbs) {
  auto* copy = add_verb(app, a, verbs, Verb::Copy, "copy", "make a second copy, or bring it up to date");
  copy->add_option("--to", a.copy.to, "the copy's folder, best on another disk")->required()->type_name("COPY")->check(option_parsing::not_empty);
  copy->add_flag("--full", a.copy.full, "compare what the copy has byte by byte, not by size");
  auto* sweep = add_verb(app, a, verbs, Verb::Sweep, "sweep", "read and check everything, and restore what is damaged from copies");
  sweep->add_option("--from", a.sweep.copies, "a copy to restore from (may be repeated)")
      ->type_name("COPY")
      ->allow_extra_args(false)
      ->check(option_parsing::not_empty);
  sweep->add_flag("--look", a.sweep.look, "only report: needs no key, changes nothing");
  auto* hold = add_verb(app, a, verbs, Verb::Hold, "hold", "legal hold: nobody may delete these until it is released");
  auto* what = hold->add_option_group("what");
  what->add_option("--scan", a.hold.scans, "all of these scans; the index of the entry with which each began")->type_name("N");
  what->add_option("--findings", a.hold.findings, "these findings with the records that they refer to")->type_name("ID");
  what->add_flag("--all", a.hold.all, "everything that is sealed now");
  what->require_option(1);
  hold->add_option("--until", a.hold.until, "it ends by itself after this day (UTC)")->type_name("YYYY-MM-DD")->check(option_parsing::not_empty);
  auto* release = add_verb(app, a, verbs, Verb::Release, "release", "end a hold");
  release->add_option("--hold", a.release.holds, "index of the hold's entry")->required()->type_name("N");
  auto* deletion = add_verb(app, a, verbs, Verb::Delete, "delete", "delete records, on record; findings and coverage stay");
  auto* which = deletion->add_option_group("which");
  which->add_option("--scan", a.deletion.scans, "of these scans; the index of the entry with which each began")->type_name("N");
  which->add_option("--before", a.deletion.before, "of scans that ended before this day (UTC)")->type_name("YYYY-MM-DD")->check(option_parsing::not_empty);
  which->require_option(1);
  deletion->add_flag("--with-findings", a.deletion.with_findings, "also records that sealed findings refer to");
  deletion->add_flag("--dry-run", a.deletion.dry_run, "only say what would go: needs no key, changes nothing");
}

// What one option alone can't say.
bool make_sense(const EvidenceArguments& a) {
  if (a.verb == Verb::Timestamp && a.stamp.url.empty() == a.stamp.query.empty()) {
    fmt::print(stderr, "custos evidence timestamp: takes --url, or --query with or without --reply\n");
    return false;
  }
  if (const char* wrong = wrong_with_change(a); a.verb == Verb::Change && wrong != nullptr) {
    fmt::print(stderr, "custos evidence change: {}\n", wrong);
    return false;
  }
  const bool needs_reason = a.verb == Verb::Hold || a.verb == Verb::Release || (a.verb == Verb::Delete && !a.deletion.dry_run);
  if (needs_reason && a.log.access.custody.reason.empty()) {
    fmt::print(stderr, "custos evidence: this needs --reason: it goes on record, and others will ask\n");
    return false;
  }
  return true;
}

}  // namespace
}  // namespace evidence_options

std::optional<int> parse_evidence(const std::vector<std::string>& arguments, EvidenceArguments& a) {
  using namespace evidence_options;
  CLI::App app("Looks into a folder of evidence, keeps it, and hands parts of it over.", "custos evidence");
  app.footer(
      "examples:\n"
      "  custos evidence log evidence/ --findings\n"
      "  custos evidence show evidence/ b0f2c54f0f7a3d11\n"
      "  custos evidence timestamp evidence/ --url https://tsa.example/tsr --tsa tsa.pem\n"
      "  custos evidence witness evidence/ --url https://witness.example --witness police.example/w+1a2b3c4d+BAbC...\n"
      "  custos evidence package evidence/ --findings b0f2c54f0f7a3d11 --withhold User --to \"District attorney\" --out package.zip\n"
      "  custos evidence copy evidence/ --to /mnt/second/evidence\n"
      "  custos evidence sweep evidence/ --from /mnt/second/evidence\n"
      "  custos evidence hold evidence/ --scan 1 --reason \"case 2026/114\"\n"
      "  custos evidence delete evidence/ --before 2026-01-01 --reason \"retention: one year\" --dry-run\n"
      "\nexit status: 0 done, 1 damage that a sweep found and left, 2 unusable or refused, 3 the other side was not there, or a copy lags\n");
  app.require_subcommand(1);
  Verbs verbs;
  add_proving_verbs(app, a, verbs);
  add_keeping_verbs(app, a, verbs);
  for (const auto& [sub, verb] : verbs) {
    if (verb != Verb::Log) option_parsing::add_log_options(*sub, a.log);
    if (verb == Verb::Timestamp || verb == Verb::Witness || verb == Verb::Change) continue;
    sub->add_option("--identity", a.identity, "file with an age identity that opens an encrypted log")->type_name("FILE")->check(option_parsing::not_empty);
  }
  if (const auto status = option_parsing::parse(app, arguments)) return status;
  for (const auto& [sub, verb] : verbs) {
    if (sub->parsed()) a.verb = verb;
  }
  if (!make_sense(a)) return 2;
  return std::nullopt;
}

std::optional<int> parse_witness(const std::vector<std::string>& arguments, WitnessArguments& a) {
  CLI::App app("A witness of other people's logs: cosigns each checkpoint that goes on from the one before, and raises the alarm when one does not.",
               "custos witness");
  app.footer(
      "examples:\n"
      "  custos witness serve witness/ --name police.example/w --log court.example/evidence+1a2b3c4d+AbC... --listen 0.0.0.0:8470\n"
      "\nIt speaks plain HTTP: put a reverse proxy with TLS before it. Alarms go to standard error, and what was seen to a folder.\n");
  app.require_subcommand(1);
  auto* serve = app.add_subcommand("serve", "answer until it is stopped");
  serve->add_option("DIR", a.key.access.folder, "what it remembers; made where it is not there")->required()->type_name("DIR");
  serve->add_option("--name", a.key.access.origin, "the witness's name, as in its key")->required()->type_name("NAME");
  serve->add_option("--log", a.logs, "verifier key of a log that it cosigns (may be repeated)")->required()->type_name("KEY")->allow_extra_args(false);
  serve->add_option("--listen", a.listen, "address and port (default: 127.0.0.1:8470)")->type_name("ADDRESS:PORT");
  serve->add_option("--key", a.key.access.key_file, "its private key (default: the folder's name and .key; made where it is not there)")->type_name("FILE");
  serve->add_option("--passphrase-file", a.key.passphrase_file, "file whose first line opens the key (default: asked for)")->type_name("FILE");
  return option_parsing::parse(app, arguments);
}

namespace option_parsing {

void add_log_options(CLI::App& app, LogArguments& a) {
  const std::string group = "Evidence: key and custody";
  app.add_option("--key", a.access.key_file, "the log's private key: a file, or pkcs11:... (default: the folder's name and .key)")
      ->type_name("KEY")
      ->group(group);
  app.add_option("--passphrase-file", a.passphrase_file, "file whose first line opens the key, or is its token's PIN (default: asked for)")
      ->type_name("FILE")
      ->group(group);
  app.add_option("--who", a.access.custody.who, "who does this (default: your user name)")->type_name("NAME")->group(group);
  app.add_option("--role", a.access.custody.role, "in which role")->type_name("TEXT")->group(group);
  app.add_option("--reason", a.access.custody.reason, "why")->type_name("TEXT")->group(group);
  app.add_option("--authority", a.access.custody.authority, "on what authority: a warrant, an order, a case number")->type_name("TEXT")->group(group);
}

}  // namespace option_parsing
}  // namespace custos::cli
