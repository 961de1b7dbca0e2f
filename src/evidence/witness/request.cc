#include "evidence/witness/request.h"

#include <fmt/format.h>

#include "base/crypto/base64.h"

namespace custos::evidence {
namespace asking {
namespace {

constexpr std::string_view kOld = "old ";
constexpr std::size_t kMostHashes = 63;

// Takes a line and its newline off the front.
bool take_line(std::string_view& text, std::string_view& line) {
  const std::size_t end = text.find('\n');
  if (end == std::string_view::npos) return false;
  line = text.substr(0, end);
  text.remove_prefix(end + 1);
  return true;
}

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
  if (!asking::take_line(body, line) || !line.starts_with(asking::kOld) || !parse_decimal(line.substr(asking::kOld.size()), request.old_size)) {
    return wrong("its first line is not 'old' and a size");
  }
  while (true) {
    if (!asking::take_line(body, line)) return wrong("no empty line ends the proof");
    if (line.empty()) break;
    std::string bytes;
    if (!from_base64(line, bytes) || bytes.size() != 32) return wrong("a line of its proof is no hash in base64");
    if (request.proof.size() == asking::kMostHashes) return wrong("its proof has more than 63 lines");
    request.proof.push_back(hash_from(bytes));
  }
  request.checkpoint = body;
  return request;
}

Result<TreeHead> parse_head_with_extensions(std::string_view text) {
  std::string_view rest = text, line;
  for (int i = 0; i < 3; ++i) {
    if (!asking::take_line(rest, line)) return parse_tree_head(text);
  }
  const std::string_view head = text.substr(0, text.size() - rest.size());
  while (!rest.empty()) {
    if (!asking::take_line(rest, line) || line.empty()) return fail(Code::Malformed, "is no checkpoint: an extension line is empty or does not end");
  }
  return parse_tree_head(head);
}

}  // namespace custos::evidence
