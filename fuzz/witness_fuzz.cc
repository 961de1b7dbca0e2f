// Any bytes as what a log sends to a witness: read or refused; what is read is written the same; the checkpoint in it and the state of a witness, too.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "evidence/witness/request.h"
#include "evidence/witness/state.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace custos::evidence;
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  const VerifierKey key = verifier_key("example.com/behind-the-sofa", SignatureType::Ed25519, std::string(32, 'k'));
  const VerifierKey own = verifier_key("witness.example/w", SignatureType::Cosignature, std::string(32, 'w'));
  if (parse_state(body, {key}, own)) std::abort();  // nobody can sign for these
  const auto request = parse_add_checkpoint(body);
  if (!request) {
    if (request.error().text.empty()) std::abort();
    return 0;
  }
  if (to_text(*request) != body || request->proof.size() > 63) std::abort();
  const auto note = parse_note(request->checkpoint);
  if (!note) return 0;
  if (to_text(*note) != request->checkpoint) std::abort();
  const auto head = parse_head_with_extensions(note->text);
  if (head && !note->text.starts_with(to_text(*head))) std::abort();
  return 0;
}
