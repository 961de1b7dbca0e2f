#include "evidence/witness/witness.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/crypto/base64.h"
#include "base/hash.h"
#include "evidence/merkle/tree_hash.h"

namespace custos::evidence {
namespace witnessing {
namespace {

constexpr std::uint64_t kMostStateBytes = 64u << 10;
constexpr std::int64_t kClockSlack = 3'600;

WitnessAnswer answer(int status, std::string text) { return {status, "text/plain; charset=utf-8", std::move(text)}; }

std::string file_of(std::string_view origin) { return sha256_hex(origin); }

std::string said(const Error& e) { return e.where.empty() ? e.text : fmt::format("{}: {}", e.where, e.text); }

}  // namespace
}  // namespace witnessing

struct Witness::Asked {
  AddCheckpoint request;
  std::string_view body;
  Note note;
  TreeHead head;
  std::vector<NoteSignature> by_log;
  Log* log = nullptr;
};

Witness::Witness(FileSystem& files, std::string folder, VerifierKey key, Signer& signer, OnAlarm alarm, Clock clock)
    : files_(files), folder_(std::move(folder)), key_(std::move(key)), signer_(signer), alarm_(std::move(alarm)), clock_(std::move(clock)) {}

Result<std::unique_ptr<Witness>> Witness::open(FileSystem& files, std::string folder, WitnessOptions options, Signer& signer, OnAlarm alarm, Clock clock) {
  while (folder.size() > 1 && folder.ends_with('/')) folder.pop_back();
  if (folder.empty()) return fail(Code::Usage, "a witness needs a folder to remember in");
  if (!is_key_name(options.name)) return fail(Code::Usage, "a witness's name is not empty and has neither blanks nor '+'", options.name);
  VerifierKey key = verifier_key(options.name, SignatureType::Cosignature, signer.public_key());
  std::unique_ptr<Witness> w(new Witness(files, std::move(folder), std::move(key), signer, std::move(alarm), std::move(clock)));
  if (auto ok = w->add_logs(options.logs); !ok) return tl::unexpected<Error>(ok.error());
  if (auto ok = make_lasting_folder(files, w->folder_); !ok) return tl::unexpected<Error>(ok.error());
  auto lock = files.lock(w->folder_ + "/lock");
  if (!lock) return tl::unexpected<Error>(lock.error());
  w->lock_ = std::move(*lock);
  if (auto ok = w->remember(); !ok) return tl::unexpected<Error>(ok.error());
  auto kept = Kept::open(files, w->folder_);
  if (!kept) return tl::unexpected<Error>(kept.error());
  w->kept_.emplace(std::move(*kept));
  return w;
}

Result<void> Witness::add_logs(const std::vector<VerifierKey>& keys) {
  if (keys.empty()) return fail(Code::Usage, "a witness needs the verifier key of at least one log");
  for (const VerifierKey& key : keys) {
    const auto refuse = [&](const char* why) { return fail(Code::Usage, why, to_text(key)); };
    if (key.type != SignatureType::Ed25519) return refuse("is the key of a witness; a log signs with an Ed25519 key (its base64 begins with 'A')");
    if (key.public_key == key_.public_key) return refuse("is the witness's own key; who witnesses himself proves nothing");
    std::vector<VerifierKey>& of_log = logs_[witnessing::file_of(key.name)].keys;
    if (std::find(of_log.begin(), of_log.end(), key) != of_log.end()) continue;
    for (const VerifierKey& other : of_log) {
      if (other.id == key.id) return refuse("has the name and the id of another key, so that their signatures can't be told apart");
    }
    of_log.push_back(key);
  }
  return {};
}

Result<void> Witness::remember() {
  for (auto& [name, log] : logs_) {
    if (auto ok = remove_unfinished(files_, folder_, name); !ok) return ok;
    const std::string path = fmt::format("{}/{}", folder_, name);
    if (!files_.exists(path)) continue;
    const std::string& origin = log.keys.front().name;
    const auto refuse = [&](const std::string& why) {
      return fail(Code::Malformed,
                  fmt::format("is what this witness knows of the log {}, and can't be relied on: {}. It is not forgotten, since then the log could "
                              "show another past. Put the file back as it was; keep an old key of the log until there is a checkpoint by the new one; a "
                              "witness with another key or name needs a folder of its own",
                              origin, why),
                  path);
    };
    const auto bytes = files_.read(path, witnessing::kMostStateBytes);
    if (!bytes) return refuse(bytes.error().text);
    auto state = parse_state(*bytes, log.keys, key_);
    if (!state) return refuse(state.error().text);
    if (state->head.origin != origin) return refuse("it is about another log, " + state->head.origin);
    log.state = std::move(*state);
  }
  return files_.sync_folder(folder_);  // what was read is given away; it must not be lost by a crash that comes now
}

WitnessAnswer Witness::add_checkpoint(std::string_view body) {
  Asked asked;
  if (auto refused = understand(body, asked)) return std::move(*refused);
  std::vector<Alarm> alarms;
  WitnessAnswer answer;
  {
    const std::lock_guard lock(mutex_);
    answer = judge(asked);
    alarms.swap(alarms_);
  }
  for (const Alarm& a : alarms) alarm_(a);
  return answer;
}

WitnessAnswer Witness::checkpoint_of(std::string_view origin_hash_hex) {
  const auto log = logs_.find(origin_hash_hex);
  const std::lock_guard lock(mutex_);
  if (log == logs_.end() || !log->second.state) return witnessing::answer(404, "no checkpoint of such a log was cosigned here\n");
  return witnessing::answer(200, log->second.state->bytes);
}

// All that needs no memory, and therefore no lock. Keys of logs do not change.
std::optional<WitnessAnswer> Witness::understand(std::string_view body, Asked& asked) {
  const auto refuse = [](const char* what, const Error& e) { return witnessing::answer(400, fmt::format("the {} {}\n", what, e.text)); };
  auto request = parse_add_checkpoint(body);
  if (!request) return refuse("request", request.error());
  auto note = parse_note(request->checkpoint);
  if (!note) return refuse("checkpoint", note.error());
  auto head = parse_head_with_extensions(note->text);
  if (!head) return refuse("checkpoint", head.error());
  const auto log = logs_.find(witnessing::file_of(head->origin));
  if (log == logs_.end()) return witnessing::answer(404, "this log is not known here\n");
  auto by_log = signatures_of(*note, log->second.keys);
  if (!by_log) return witnessing::answer(403, by_log.error().text + "\n");
  if (request->old_size > head->size) return witnessing::answer(400, "the old size is larger than the checkpoint's\n");
  asked = {std::move(*request), body, std::move(*note), std::move(*head), std::move(*by_log), &log->second};
  return std::nullopt;
}

WitnessAnswer Witness::judge(const Asked& asked) {
  const TreeHead& head = asked.head;
  const std::uint64_t known = asked.log->size();
  const bool empty_proof = asked.request.proof.empty();
  look_for_rollback(asked);
  look_for_other_tree(asked);
  if (asked.request.old_size != known) return {409, "text/x.tlog.size", fmt::format("{}\n", known)};
  if (head.size == 0 && head.root != empty_root()) return witnessing::answer(422, "the root of a tree without entries is the hash of nothing\n");
  if (known == 0) {
    if (!empty_proof) return witnessing::answer(422, "from the empty tree no proof is needed, and none may be there\n");
    return cosign(asked);
  }
  if (head.size == known && head.root != asked.log->state->head.root) {
    return witnessing::answer(422, "another checkpoint of this size was cosigned, with another root\n");
  }
  if (!proves_consistency(asked.request.proof, known, asked.log->state->head.root, head.size, head.root)) {
    look_for_other_past(asked);
    return witnessing::answer(422, "the proof does not lead from what was cosigned to this checkpoint\n");
  }
  return cosign(asked);
}

WitnessAnswer Witness::cosign(const Asked& asked) {
  std::optional<WitnessState>& state = asked.log->state;
  const std::int64_t now = clock_();
  if (now <= 0) return in_trouble(asked, "the clock", {Code::Internal, "it stands before 1970", ""});
  // A cosignature says what was the largest tree at its time. Where the clock was put back, a later one must not claim an earlier time.
  const std::uint64_t time = std::max(static_cast<std::uint64_t>(now), state ? state->time : 0);
  if (time > static_cast<std::uint64_t>(now) + witnessing::kClockSlack && !std::exchange(told_of_clock_, true)) {
    alarms_.push_back({AlarmKind::Trouble, asked.head.origin,
                       "The clock stands more than an hour before the last cosignature. Cosignatures bear its time until that is past; set the clock right.",
                       ""});
  }
  auto signature = signer_.sign(cosigned_message(time, asked.note.text));
  if (!signature) return in_trouble(asked, "the key", signature.error());
  const NoteSignature own = to_signature(key_, {time, std::move(*signature)});
  Note note{asked.note.text, asked.by_log};
  note.signatures.push_back(own);
  const std::string bytes = to_text(note);
  if (bytes.size() > witnessing::kMostStateBytes) return witnessing::answer(400, "the checkpoint is too large to be kept with a cosignature\n");
  if (!state || state->bytes != bytes) {
    auto next = parse_state(bytes, asked.log->keys, key_);  // a signature that does not hold is never given away
    if (!next) return in_trouble(asked, "the key", next.error());
    if (auto ok = replace_file(files_, folder_, witnessing::file_of(asked.head.origin), bytes); !ok) return in_trouble(asked, "the folder", ok.error());
    state = std::move(*next);
  }
  return witnessing::answer(200, signature_line(own));
}

// Two roots of one size need no proof. This is seen even where the old size is stale.
void Witness::look_for_other_tree(const Asked& asked) {
  const auto& state = asked.log->state;
  if (!state || state->head.size != asked.head.size || state->head.root == asked.head.root) return;
  tell(AlarmKind::Fork, asked,
       fmt::format("The log {} signed two different trees of {} entries: one has the root {}, the other {}.", asked.head.origin, asked.head.size,
                   to_base64(view(state->head.root)), to_base64(view(asked.head.root))));
}

void Witness::look_for_other_past(const Asked& asked) {
  const TreeHead& ours = asked.log->state->head;
  const TreeHead& theirs = asked.head;
  if (theirs.size == ours.size) return;  // the same tree with a proof that it does not need
  const auto shown = shown_prefix(asked.request.proof, ours.size, theirs.size, theirs.root);
  if (shown && *shown != ours.root) {
    tell(AlarmKind::Fork, asked,
         fmt::format("The log {} signed a tree of {} entries and one of {} that does not begin with them: its first {} have the root {} instead of {}.",
                     theirs.origin, ours.size, theirs.size, ours.size, to_base64(view(*shown)), to_base64(view(ours.root))));
    return;
  }
  tell(AlarmKind::Unproven, asked,
       fmt::format("The log {} signed a tree of {} entries, and the proof that came with it does not lead there from the {} that are known. Either the log "
                   "changed its past, or somebody sent its checkpoint with a wrong proof; the log can show which by a right one.",
                   theirs.origin, theirs.size, ours.size));
}

void Witness::look_for_rollback(const Asked& asked) {
  if (asked.head.size <= asked.log->size() || !verify_cosignature(asked.note, key_)) return;
  tell(AlarmKind::Rollback, asked,
       fmt::format("This witness cosigned {} entries of the log {} and remembers {}: its folder is an old copy, or somebody else uses its key.",
                   asked.head.size, asked.head.origin, asked.log->size()));
}

void Witness::tell(AlarmKind kind, const Asked& asked, std::string sentence) {
  if (!kept_->is_new(kind, asked.note.text)) return;
  const std::string_view ours = asked.log->state ? std::string_view(asked.log->state->bytes) : std::string_view();
  auto folder = kept_->keep(kind, clock_(), asked.note.text, {ours, asked.request.checkpoint, asked.body});
  if (!folder) sentence += fmt::format(" It could not be kept ({}).", witnessing::said(folder.error()));
  alarms_.push_back({kind, asked.head.origin, std::move(sentence), folder ? std::move(*folder) : std::string()});
}

WitnessAnswer Witness::in_trouble(const Asked& asked, const std::string& what, const Error& error) {
  std::string sentence = fmt::format("A checkpoint of {} entries of the log {} was not cosigned, for {} fails: {}.", asked.head.size, asked.head.origin, what,
                                     witnessing::said(error));
  alarms_.push_back({AlarmKind::Trouble, asked.head.origin, std::move(sentence), ""});
  return witnessing::answer(500, "the witness is in trouble; try again later\n");
}

}  // namespace custos::evidence
