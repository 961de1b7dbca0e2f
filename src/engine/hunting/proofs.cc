#include "engine/hunting/proofs.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/crypto/base64.h"

namespace custos::engine {
namespace hunting_proofs {
namespace {

constexpr std::size_t kMostBytes = 1u << 20;  // of a record that is shown; of others the hash alone

void write_line(const nlohmann::ordered_json& j, share::Output& out) {
  out.write(j.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n");
}

// All full nodes of a segment's tree: proofs of many records cost one hashing.
class Tree {
 public:
  explicit Tree(std::vector<Hash32> leaves) : size_(leaves.size()) {
    levels_.push_back(std::move(leaves));
    while (levels_.back().size() > 1) {
      std::vector<Hash32> above;
      const auto& below = levels_.back();
      for (std::size_t i = 0; i + 1 < below.size(); i += 2) above.push_back(evidence::node_hash(below[i], below[i + 1]));
      levels_.push_back(std::move(above));
    }
  }
  evidence::NodeSource nodes() const {
    return [this](unsigned level, std::uint64_t index) -> Result<Hash32> { return levels_.at(level).at(index); };
  }
  Result<Hash32> root() const { return evidence::root_of(nodes(), size_); }
  const Hash32& leaf(std::uint32_t i) const { return levels_[0][i]; }
  Result<evidence::Proof> proof(std::uint32_t leaf) const { return evidence::inclusion_proof(nodes(), leaf, size_); }

 private:
  std::vector<std::vector<Hash32>> levels_;
  std::uint64_t size_;
};

// The entry that names the segment, its bytes and the proof that it is in the log.
Result<void> write_entry(const SealedLog& log, const evidence::SegmentClaim& claim, share::Output& out) {
  auto bytes = log.reader->entry(claim.index);
  if (!bytes) return tl::unexpected<Error>(bytes.error());
  auto proof = log.reader->tlog_proof(claim.index);
  if (!proof) return tl::unexpected<Error>(proof.error());
  const evidence::TreeHead& head = log.reader->head();
  if (!evidence::proves_inclusion(proof->proof, evidence::leaf_hash(*bytes), claim.index, head.size, head.root)) {
    return fail(Code::Malformed, fmt::format("the checkpoint does not cover entry {} as it stands there", claim.index), log.folder);
  }
  write_line({{"type", "segment"},
              {"case", log.number},
              {"entry", claim.index},
              {"key", evidence::to_text(log.reader->settings().key)},
              {"json", std::move(*bytes)},
              {"proof", evidence::to_text(*proof)}},
             out);
  return {};
}

Result<void> write_segment(SealedSources& sources, const std::vector<SealedPlace>& places, share::Output& out) {
  const SealedPlace& first = places.front();
  const SealedLog& log = sources.logs()[first.log];
  const evidence::SegmentClaim& claim = sources.segment(first);
  const auto segment = sources.read(first.log, first.segment);
  if (!segment) return tl::unexpected<Error>(segment.error());
  const Tree tree((*segment)->leaves());
  if (const auto root = tree.root(); !root || *root != claim.root) {
    return fail(Code::Malformed, fmt::format("its records are not those of entry {}", claim.index), log.folder + "/" + evidence::segment_path(claim.file));
  }
  if (auto ok = write_entry(log, claim, out); !ok) return ok;
  for (const SealedPlace& p : places) {
    const auto proof = tree.proof(p.leaf);
    if (!proof) return tl::unexpected<Error>(proof.error());
    nlohmann::ordered_json path = nlohmann::ordered_json::array();
    for (const Hash32& h : *proof) path.push_back(to_base64(view(h)));
    const std::string_view record = (*segment)->record(p.leaf);
    const bool shown = record.size() <= kMostBytes;
    write_line({{"type", "record"},
                {"case", log.number},
                {"entry", claim.index},
                {"leaf", p.leaf},
                {"salt", shown ? to_hex((*segment)->salt(p.leaf)) : ""},
                {"hash", to_base64(view(tree.leaf(p.leaf)))},
                {"proof", std::move(path)},
                {"bytes", shown ? nlohmann::ordered_json(to_base64(record)) : nlohmann::ordered_json()}},
               out);
  }
  return {};
}

}  // namespace
}  // namespace hunting_proofs

void write_title(const std::string& case_number, const std::string& what, const std::string& query, std::optional<std::uint64_t> recorded, share::Output& out) {
  hunting_proofs::write_line({{"type", "hunt"},
                              {"case", case_number},
                              {"what", what},
                              {"query", query},
                              {"on_record", recorded ? nlohmann::ordered_json(*recorded) : nlohmann::ordered_json()}},
                             out);
}

nlohmann::ordered_json pointer_json(const SealedSources& sources, const SealedSource& source, const SealedPlace& place) {
  return {{"case", sources.logs()[place.log].number}, {"exhibit", source.exhibit}, {"entry", sources.segment(place).index}, {"leaf", place.leaf}};
}

Result<void> write_proofs(SealedSources& sources, const std::set<SealedPlace>& places, share::Output& out) {
  Result<void> all;
  for (auto p = places.begin(); p != places.end();) {
    std::vector<SealedPlace> of_segment;
    for (const SealedPlace first = *p; p != places.end() && p->log == first.log && p->segment == first.segment; ++p) of_segment.push_back(*p);
    if (auto ok = hunting_proofs::write_segment(sources, of_segment, out); !ok && all) all = ok;
  }
  return all;
}

}  // namespace custos::engine
