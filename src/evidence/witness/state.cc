#include "evidence/witness/state.h"

#include <fmt/format.h>

#include "evidence/witness/request.h"

namespace custos::evidence {
namespace witness_state {
namespace {

std::string unfinished(const std::string& folder, const std::string& name) { return folder + "/" + name + ".new"; }

std::string folder_above(const std::string& folder) {
  const std::size_t slash = folder.find_last_of('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : folder.substr(0, slash);
}

}  // namespace
}  // namespace witness_state

Result<std::vector<NoteSignature>> signatures_of(const Note& note, const std::vector<VerifierKey>& keys) {
  std::vector<NoteSignature> good;
  for (const NoteSignature& s : note.signatures) {
    for (const VerifierKey& key : keys) {
      if (s.name != key.name || s.id != key.id) continue;
      if (!verify_ed25519(key.public_key, note.text, s.bytes)) {
        return fail(Code::Malformed, fmt::format("the signature of {} with key {} does not hold", key.name, id_text(key)));
      }
      good.push_back(s);
    }
  }
  if (good.empty()) return fail(Code::Denied, "no key that is known for this log signed it");
  return good;
}

Result<WitnessState> parse_state(std::string_view bytes, const std::vector<VerifierKey>& log_keys, const VerifierKey& witness) {
  const auto note = parse_note(bytes);
  if (!note) return tl::unexpected<Error>(note.error());
  auto head = parse_head_with_extensions(note->text);
  if (!head) return tl::unexpected<Error>(head.error());
  const auto by_log = signatures_of(*note, log_keys);
  if (!by_log) return tl::unexpected<Error>(by_log.error());
  const auto own = verify_cosignature(*note, witness);
  if (!own) return tl::unexpected<Error>(own.error());
  Note checked{note->text, *by_log};  // a signature of a log's key that is not known any more is passed over
  checked.signatures.push_back(to_signature(witness, *own));
  return WitnessState{std::move(*head), own->time, to_text(checked)};
}

Result<void> replace_file(FileSystem& files, const std::string& folder, const std::string& name, std::string_view bytes) {
  const std::string path = folder + "/" + name, next = witness_state::unfinished(folder, name);
  if (auto ok = remove_unfinished(files, folder, name); !ok) return ok;
  auto ok = write_whole(files, next, bytes, true);
  if (ok) ok = files.rename(next, path);
  if (!ok) {
    (void)files.remove(next);  // what is left of it is removed before the next one, too
    return ok;
  }
  return files.sync_folder(folder);
}

Result<void> remove_unfinished(FileSystem& files, const std::string& folder, const std::string& name) {
  const std::string path = witness_state::unfinished(folder, name);
  return files.exists(path) ? files.remove(path) : Result<void>();
}

Result<void> make_lasting_folder(FileSystem& files, const std::string& folder) {
  std::vector<std::string> above;  // of those that are not there yet
  for (std::string f = folder; !files.exists(f) && f != "." && f != "/"; f = above.back()) above.push_back(witness_state::folder_above(f));
  if (auto ok = files.make_folder(folder); !ok) return ok;
  for (const std::string& f : above) {
    if (auto ok = files.sync_folder(f); !ok) return ok;
  }
  return {};
}

}  // namespace custos::evidence
