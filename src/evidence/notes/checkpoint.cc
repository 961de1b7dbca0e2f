#include "evidence/notes/checkpoint.h"

#include <charconv>

#include <fmt/format.h>

#include "base/crypto/base64.h"
#include "evidence/notes/lines.h"

namespace custos::evidence {
namespace checkpoints {
namespace {

constexpr std::string_view kProofHead = "c2sp.org/tlog-proof@v1\n";

std::string be64(std::uint64_t v) {
  std::string out;
  for (int shift = 56; shift >= 0; shift -= 8) out += static_cast<char>(v >> shift & 255);
  return out;
}

}  // namespace
}  // namespace checkpoints

bool parse_decimal(std::string_view text, std::uint64_t& value) {
  if (text.empty() || (text.size() > 1 && text[0] == '0') || text.find_first_not_of("0123456789") != std::string_view::npos) return false;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size();
}

std::string to_text(const TreeHead& head) { return fmt::format("{}\n{}\n{}\n", head.origin, head.size, to_base64(view(head.root))); }

Result<TreeHead> parse_tree_head(std::string_view text) {
  TreeHead head;
  std::string_view origin, size, root;
  if (!take_line(text, origin) || !take_line(text, size) || !take_line(text, root) || !text.empty() ||
      origin.empty() || !parse_decimal(size, head.size) || !parse_hash(root, head.root)) {
    return fail(Code::Malformed, "is no checkpoint of three lines: origin, size and root");
  }
  head.origin = origin;
  return head;
}

std::string cosigned_message(std::uint64_t time, std::string_view checkpoint_text) { return fmt::format("cosignature/v1\ntime {}\n{}", time, checkpoint_text); }

NoteSignature to_signature(const VerifierKey& witness, const Cosignature& c) { return {witness.name, witness.id, checkpoints::be64(c.time) + c.signature}; }

Result<Cosignature> verify_cosignature(const Note& note, const VerifierKey& witness) {
  for (const NoteSignature& s : note.signatures) {
    if (s.name != witness.name || s.id != witness.id) continue;
    if (s.bytes.size() != 72) return fail(Code::Malformed, fmt::format("the cosignature of {} has a wrong size", witness.name));
    Cosignature c;
    for (std::size_t i = 0; i < 8; ++i) c.time = c.time << 8 | static_cast<unsigned char>(s.bytes[i]);
    c.signature = s.bytes.substr(8);
    if (c.time >> 63 != 0 || !verify_ed25519(witness.public_key, cosigned_message(c.time, note.text), c.signature)) {
      return fail(Code::Malformed, fmt::format("the cosignature of {} does not hold", witness.name));
    }
    return c;
  }
  return fail(Code::NotFound, fmt::format("it is not cosigned by {}", witness.name));
}

std::string stamped_bytes(const Note& note, const VerifierKey& log_key) {
  Note own{note.text, {}};
  for (const NoteSignature& s : note.signatures) {
    if (s.name == log_key.name && s.id == log_key.id) own.signatures.push_back(s);
  }
  return to_text(own);
}

std::string to_text(const TlogProof& p) {
  std::string out = fmt::format("{}index {}\n", checkpoints::kProofHead, p.index);
  for (const Hash32& h : p.proof) out += to_base64(view(h)) + "\n";
  return out + "\n" + p.checkpoint;
}

Result<TlogProof> parse_tlog_proof(std::string_view text) {
  const auto wrong = [] { return fail(Code::Malformed, "is no tlog-proof"); };
  TlogProof p;
  std::string_view line;
  if (!text.starts_with(checkpoints::kProofHead)) return wrong();
  text.remove_prefix(checkpoints::kProofHead.size());
  if (!take_line(text, line)) return wrong();
  if (line.starts_with("extra ")) {  // custos writes none; it is passed over, as nobody vouches for it
    std::string extra;
    if (!from_base64(line.substr(6), extra) || !take_line(text, line)) return wrong();
  }
  if (!line.starts_with("index ") || !parse_decimal(line.substr(6), p.index)) return wrong();
  while (true) {
    if (!take_line(text, line)) return wrong();
    if (line.empty()) break;
    Hash32 h;
    if (p.proof.size() == kMostProofLines || !parse_hash(line, h)) return wrong();
    p.proof.push_back(h);
  }
  p.checkpoint = text;
  return p;
}

}  // namespace custos::evidence
