#include "evidence/witness/request.h"

#include <fmt/format.h>

#include "base/crypto/base64.h"
#include "evidence/notes/lines.h"

namespace custos::evidence {
namespace asking {
namespace {

constexpr std::string_view kOld = "old ";

}  // namespace
}  // namespace asking

std::string to_text(const AddCheckpoint& request) {
  std::string out = fmt::format("{}{}\n", asking::kOld, request.old_size);
  for (const Hash32& h : request.proof) out += to_base64(view(h)) + "\n";
  return out + "\n" + request.checkpoint;
}

Result<AddCheckpoint> parse_add_checkpoint(std::string_view body) {
  const auto wrong = [](const char* why) { return fail(Code::Malformed, fmt::format("is no add-checkpoint request: {}", why)); };
  if (body.size() > kMostAddCheckpointBytes) return wrong("it is larger than 64 KiB");
  AddCheckpoint request;
  std::string_view line;
  if (!take_line(body, line) || !line.starts_with(asking::kOld) || !parse_decimal(line.substr(asking::kOld.size()), request.old_size)) {
    return wrong("its first line is not 'old' and a size");
  }
  while (true) {
    if (!take_line(body, line)) return wrong("no empty line ends the proof");
    if (line.empty()) break;
    Hash32 hash;
    if (!parse_hash(line, hash)) return wrong("a line of its proof is no hash in base64");
    if (request.proof.size() == kMostProofLines) return wrong("its proof has more than 63 lines");
    request.proof.push_back(hash);
  }
  request.checkpoint = body;
  return request;
}

Result<TreeHead> parse_head_with_extensions(std::string_view text) {
  std::string_view rest = text, line;
  for (int i = 0; i < 3; ++i) {
    if (!take_line(rest, line)) return parse_tree_head(text);
  }
  const std::string_view head = text.substr(0, text.size() - rest.size());
  while (!rest.empty()) {
    if (!take_line(rest, line) || line.empty()) return fail(Code::Malformed, "is no checkpoint: an extension line is empty or does not end");
  }
  return parse_tree_head(head);
}

}  // namespace custos::evidence
