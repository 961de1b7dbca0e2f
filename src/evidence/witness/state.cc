#include "evidence/witness/state.h"

#include <fmt/format.h>

#include "evidence/witness/request.h"

namespace custos::evidence {
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

}  // namespace custos::evidence
