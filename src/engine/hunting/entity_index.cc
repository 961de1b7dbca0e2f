#include "engine/hunting/entity_index.h"

#include <algorithm>
#include <atomic>
#include <map>

#include <fmt/format.h>

#include "base/crypto/secure_random.h"
#include "base/files/lasting.h"
#include "engine/hunting/sealed_events.h"

namespace custos::engine {
namespace entity_indexes {
namespace {

// Collects the events of one thread and writes a part whenever they are many.
class Indexer final : public EventTaker {
 public:
  Indexer(FileSystem& files, const SealedSources& sources, std::string folder, std::uint64_t memory)
      : files_(files), sources_(sources), folder_(std::move(folder)), memory_(memory) {}

  void begin(std::size_t source) override { builder_.source(of(sources_, source)); }
  void take(const Event& event, EventEntities& entities) override {
    const auto keys = entities.keys_of(event);
    if (keys.empty() || failure_) return;
    builder_.add(event.record().offset, event.record().time, entities.kind_of(event), keys);
    if (++taken_ % 4096 == 0 && builder_.bytes() > memory_) flush();
  }
  Result<void> end() {
    if (!builder_.empty() && !failure_) flush();
    return failure_ ? Result<void>(tl::unexpected<Error>(*failure_)) : Result<void>();
  }
  std::vector<store::HuntIndexFile::Part>& parts() { return parts_; }
  static store::HuntSource of(const SealedSources& sources, std::size_t i) {
    const SealedSource& s = sources.sources()[i];
    return {sources.logs()[s.log].number, s.entry};
  }

 private:
  void flush() {
    const std::string name = to_hex(secure_random(8)) + ".part";
    auto done = builder_.write(files_, folder_ + "/" + name);
    if (done) parts_.push_back({name, *done});
    if (!done) failure_ = done.error();
  }

  FileSystem& files_;
  const SealedSources& sources_;
  const std::string folder_;
  const std::uint64_t memory_;
  store::HuntPartBuilder builder_;
  std::vector<store::HuntIndexFile::Part> parts_;
  std::uint64_t taken_ = 0;
  std::optional<Error> failure_;
};

class Opening {
 public:
  Opening(FileSystem& files, const CaseReading& reading, OpenedHunt& hunt, const IndexOptions& options, const std::function<void(const Progress&)>& progress)
      : files_(files), reading_(reading), hunt_(hunt), sources_(*hunt.sources), options_(options), progress_(progress) {
    for (const SealedLog& l : sources_.logs()) deleted_ += l.contents.deleted.size();
  }

  Result<void> run() {
    for (const SealedLog& l : sources_.logs()) {
      const auto encrypted = is_encrypted(files_, l.folder);
      if (!encrypted) return tl::unexpected<Error>(encrypted.error());
      if (*encrypted) return not_beside_encrypted();
    }
    if (!options_.anew && usable() && missing().empty() && open_parts()) return {};
    if (auto ok = make_lasting_folder(files_, folder()); !ok) return ok;
    auto lock = files_.lock(folder() + "/lock");
    if (!lock) {
      if (lock.error().code == Code::Denied) return fail(Code::Denied, "another process makes it just now", folder());
      return tl::unexpected<Error>(lock.error());
    }
    if (options_.anew || !usable()) index_ = {hunt_.view.number, deleted_, {}, {}};
    if (auto ok = add_missing(); !ok) return ok;
    if (open_parts()) return {};
    // What lies there is damaged: all of it anew, once.
    out.said.push_back("the index was damaged, and is made anew");
    index_ = {hunt_.view.number, deleted_, {}, {}};
    if (auto ok = add_missing(); !ok) return ok;
    return open_parts() ? Result<void>() : fail(Code::Unreadable, "what was written can't be read back", folder());
  }

  EntityIndex out;

 private:
  std::string folder() const { return store::hunt_folder(reading_.folder); }

  Result<void> not_beside_encrypted() {
    if (files_.exists(folder() + "/index")) {
      auto removed = store::remove_hunt_index(files_, reading_.folder);
      out.said.push_back(removed ? "the index was removed: evidence of the case is encrypted, and it lay open"
                                 : "an index lies open beside encrypted evidence and could not be removed: " + removed.error().text);
    }
    return fail(Code::Unsupported, "the evidence is encrypted, and an index would lie open");
  }

  // Whether what is indexed is of this case as it is; reads it.
  bool usable() {
    auto read = store::read_hunt_index(files_, reading_.folder);
    if (!read) return false;
    index_ = std::move(*read);
    if (index_.case_number != hunt_.view.number || index_.deleted != deleted_) return false;
    std::map<store::HuntSource, std::string> known;
    for (std::size_t i = 0; i < sources_.sources().size(); ++i) known[Indexer::of(sources_, i)] = sources_.sources()[i].sha256;
    return std::all_of(index_.sources.begin(), index_.sources.end(), [&](const store::IndexedSource& s) {
      const auto it = known.find(s.source);
      return it != known.end() && it->second == s.sha256;
    });
  }

  std::vector<std::size_t> missing() const {
    std::map<store::HuntSource, bool> indexed;
    for (const auto& s : index_.sources) indexed[s.source] = true;
    std::vector<std::size_t> all;
    for (std::size_t i = 0; i < sources_.sources().size(); ++i) {
      if (!indexed.contains(Indexer::of(sources_, i))) all.push_back(i);
    }
    return all;
  }

  Result<void> add_missing() {
    const auto which = missing();
    const unsigned threads = std::max(1u, std::min<unsigned>(options_.threads, static_cast<unsigned>(which.size())));
    std::vector<std::unique_ptr<EventTaker>> takers;
    std::vector<Indexer*> indexers;
    for (unsigned t = 0; t < threads; ++t) {
      auto i = std::make_unique<Indexer>(files_, sources_, folder(), options_.memory / threads);
      indexers.push_back(i.get());
      takers.push_back(std::move(i));
    }
    const auto why = each_sealed_event(sources_, which, takers, progress_);
    for (std::size_t i = 0; i < which.size(); ++i) {
      index_.sources.push_back({Indexer::of(sources_, which[i]), sources_.sources()[which[i]].sha256, why[i]});
    }
    Result<void> ok;
    for (Indexer* i : indexers) {
      if (auto ended = i->end(); !ended && ok) ok = ended;
      index_.parts.insert(index_.parts.end(), i->parts().begin(), i->parts().end());
    }
    if (ok) ok = store::write_hunt_index(files_, reading_.folder, index_);
    return ok;
  }

  // False: something of it is not what the index says.
  bool open_parts() {
    out.parts.clear();
    out.not_whole.clear();
    for (const auto& p : index_.parts) {
      auto part = store::HuntPart::open(folder() + "/" + p.name, p.file);
      if (!part) return false;
      out.parts.push_back(std::move(*part));
    }
    std::map<store::HuntSource, std::string> why;
    for (const auto& s : index_.sources) why[s.source] = s.why;
    for (std::size_t i = 0; i < sources_.sources().size(); ++i) {
      const std::string& w = why[Indexer::of(sources_, i)];
      if (!w.empty()) out.not_whole.emplace_back(sources_.sources()[i].name, w);
    }
    return true;
  }

  FileSystem& files_;
  const CaseReading& reading_;
  OpenedHunt& hunt_;
  SealedSources& sources_;
  const IndexOptions& options_;
  const std::function<void(const Progress&)>& progress_;
  std::uint64_t deleted_ = 0;
  store::HuntIndexFile index_;
};

}  // namespace
}  // namespace entity_indexes

EntityIndex open_entity_index(FileSystem& files, const CaseReading& reading, OpenedHunt& hunt, const IndexOptions& options,
                              const std::function<void(const Progress&)>& progress) {
  entity_indexes::Opening opening(files, reading, hunt, options, progress);
  if (auto ok = opening.run(); !ok) {
    opening.out.why_not = fmt::format("{}{}{}", ok.error().where, ok.error().where.empty() ? "" : ": ", ok.error().text);
  }
  return std::move(opening.out);
}

}  // namespace custos::engine
