#include "engine/evidence/countersign.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/clock.h"
#include "base/files/file.h"
#include "base/files/lasting.h"
#include "base/hash.h"

namespace custos::engine {
namespace countersigning {
namespace {

constexpr std::size_t kMostSmall = 1u << 20;

// The log with a checkpoint that covers all that matters: what vouches for an earlier checkpoint alone needs no new one.
class Ready {
 public:
  static Result<Ready> open(FileSystem& files, const LogAccess& access) {
    Ready r;
    auto opened = open_log(files, access);
    if (!opened) return tl::unexpected<Error>(opened.error());
    r.opened_ = std::move(*opened);
    r.access_ = &access;
    if (auto ok = r.read(files); !ok) return tl::unexpected<Error>(ok.error());
    auto behind = r.reader_->unsigned_entries();
    if (!behind) return tl::unexpected<Error>(behind.error());
    if (std::all_of(behind->begin(), behind->end(), [](const evidence::Frame& f) { return only_vouches(f.stored); })) return r;
    if (auto note = r.opened_.log->checkpoint(); !note) return tl::unexpected<Error>(note.error());
    if (auto ok = r.read(files); !ok) return tl::unexpected<Error>(ok.error());
    return r;
  }

  evidence::Log& log() { return *opened_.log; }
  evidence::LogReader& reader() { return *reader_; }
  const evidence::VerifierKey& key() const { return opened_.key; }
  std::uint64_t size() const { return reader_->size(); }
  std::string path(const char* below) const { return fmt::format("{}/{}/{}", access_->folder, below, size()); }

  Result<void> put_on_record(std::string_view kind, const nlohmann::ordered_json& more) {
    auto entry = evidence::make_entry(kind, wall_clock(), access_->custody, more);
    if (!entry) return tl::unexpected<Error>(entry.error());
    return opened_.log->append(*entry).map([](std::uint64_t) {});
  }

  // The checkpoint as it is known now goes to checkpoints/<size>, and where it is the newest one, into its place.
  Result<void> keep(FileSystem& files, const evidence::Note& note) {
    const std::string text = evidence::to_text(note);
    if (auto ok = replace_file(files, access_->folder + "/checkpoints", std::to_string(size()), text); !ok) return ok;
    return replace_file(files, access_->folder, "checkpoint", text);
  }

 private:
  // These are never encrypted.
  static bool only_vouches(const std::string& entry) {
    const auto e = nlohmann::json::parse(entry, nullptr, false);
    const std::string kind = e.is_object() ? e.value("kind", "") : "";
    return kind == "timestamp" || kind == "witness";
  }

  Result<void> read(FileSystem& files) {
    auto reader = evidence::LogReader::open(files, access_->folder);
    if (!reader) return tl::unexpected<Error>(reader.error());
    reader_ = std::move(*reader);
    return {};
  }

  const LogAccess* access_ = nullptr;
  OpenedLog opened_;
  std::unique_ptr<evidence::LogReader> reader_;
};

// Whether this checkpoint needs a time stamp, or the newest one is about to end.
bool is_due(const evidence::LogReader& reader, FileSystem& files, const std::string& folder, const evidence::VerifierKey& key, int days) {
  const std::string name = std::to_string(reader.size());
  auto reply = files.read(fmt::format("{}/timestamps/{}.tsr", folder, name), kMostSmall);
  if (!reply) return true;
  const auto stamp = evidence::verify_reply(*reply, evidence::stamped_bytes(reader.note(), key), nullptr);
  return !stamp || stamp->expires - wall_clock() < static_cast<Micros>(days) * 86'400'000'000;
}

Result<evidence::TimeStamp> check(const std::string& reply, const std::string& query, const std::string& stamped, const std::string& authorities_file) {
  if (auto ok = evidence::fits_query(reply, query); !ok) return tl::unexpected<Error>(ok.error());
  if (authorities_file.empty()) return evidence::verify_reply(reply, stamped, nullptr);
  auto pem = read_file(authorities_file, kMostSmall);
  if (!pem) return tl::unexpected<Error>(pem.error());
  auto authorities = evidence::parse_authorities(*pem);
  if (!authorities) return tl::unexpected<Error>(authorities.error());
  return evidence::verify_reply(reply, stamped, &*authorities);
}

Result<void> write_file(const std::string& path, std::string_view bytes) {
  auto out = OutputFile::create(path);
  if (!out) return tl::unexpected<Error>(out.error());
  (*out)->write(bytes);
  return (*out)->commit();
}

}  // namespace
}  // namespace countersigning

Result<Stamped> stamp(const StampOptions& o) {
  using namespace countersigning;
  const auto files = real_files();
  auto ready = Ready::open(*files, o.log);
  if (!ready) return tl::unexpected<Error>(ready.error());
  const evidence::Note& note = ready->reader().note();
  Stamped done;
  done.size = ready->size();
  if (o.if_due_days >= 0 && !is_due(ready->reader(), *files, o.log.folder, ready->key(), o.if_due_days)) return done;
  const std::string stamped = evidence::stamped_bytes(note, ready->key());
  std::string query = evidence::make_query(stamped);
  if (o.url.empty() && o.reply.empty()) {
    if (auto ok = write_file(o.query, query); !ok) return tl::unexpected<Error>(ok.error());
    done.what = Stamped::What::QueryWritten;
    return done;
  }
  if (!o.reply.empty()) {
    auto asked = read_file(o.query, kMostSmall);
    if (!asked) return tl::unexpected<Error>(asked.error());
    query = std::move(*asked);
  }
  auto reply = o.reply.empty() ? evidence::ask_authority(o.url, query) : read_file(o.reply, kMostSmall);
  if (!reply) return tl::unexpected<Error>(reply.error());
  auto seen = check(*reply, query, stamped, o.authorities);
  if (!seen) return tl::unexpected<Error>(seen.error());
  if (auto ok = ready->keep(*files, note); !ok) return tl::unexpected<Error>(ok.error());
  if (auto ok = replace_file(*files, o.log.folder + "/timestamps", fmt::format("{}.tsr", done.size), *reply); !ok) return tl::unexpected<Error>(ok.error());
  auto ok = ready->put_on_record("timestamp", {{"size", done.size},
                                               {"authority", seen->authority},
                                               {"stamped", to_rfc3339(seen->time)},
                                               {"expires", to_rfc3339(seen->expires)},
                                               {"sha256", sha256_hex(*reply)}});
  if (!ok) return tl::unexpected<Error>(ok.error());
  return Stamped{Stamped::What::Stamped, done.size, seen->time, seen->expires, seen->authority, seen->trusted};
}

namespace countersigning {
namespace {

// Asks once from an old size; a witness that knows another answers with that.
Result<evidence::HttpAnswer> ask(Ready& ready, const std::string& url, std::uint64_t known) {
  evidence::AddCheckpoint request{known, {}, evidence::to_text(ready.reader().note())};
  if (known > 0) {
    auto proof = ready.reader().consistency(known);
    if (!proof)
      return fail(Code::Malformed,
                  fmt::format("the witness has seen {} entries of this log, which has {}: it was cut short, or the witness errs", known, ready.size()), url);
    request.proof = std::move(*proof);
  }
  return evidence::http_post(url, {evidence::to_text(request), "text/plain; charset=utf-8", {}});
}

Result<evidence::HttpAnswer> ask_twice(Ready& ready, const std::string& url) {
  auto answer = ask(ready, url, 0);
  if (!answer || answer->status != 409) return answer;
  std::uint64_t known = 0;
  if (!answer->body.ends_with('\n') || !evidence::parse_decimal(answer->body.substr(0, answer->body.size() - 1), known)) {
    return fail(Code::Malformed, "its answer is no witness's", url);
  }
  return ask(ready, url, known);
}

Result<void> refused(const evidence::HttpAnswer& a, const std::string& url) {
  if (a.status == 200) return {};
  if (a.status == 404 || a.status == 403)
    return fail(Code::Denied, fmt::format("the witness does not know this log or its key (HTTP status {}); its keeper must add it", a.status), url);
  if (a.status == 422)
    return fail(Code::Malformed,
                "the witness REFUSED this checkpoint: it does not go on from what it cosigned before. One of both histories is not the true one", url);
  return fail(Code::Unreadable, fmt::format("the witness can't answer now (HTTP status {}); try again later", a.status), url);
}

}  // namespace
}  // namespace countersigning

Result<Cosigned> ask_witness(const AskWitnessOptions& o) {
  using namespace countersigning;
  auto witness = evidence::parse_verifier_key(o.witness);
  if (!witness) return tl::unexpected<Error>(witness.error());
  if (witness->type != evidence::SignatureType::Cosignature) return fail(Code::Usage, "is not the key of a witness", o.witness);
  const auto files = real_files();
  auto ready = Ready::open(*files, o.log);
  if (!ready) return tl::unexpected<Error>(ready.error());
  std::string url = o.url;
  while (url.ends_with('/')) url.pop_back();
  url += "/add-checkpoint";
  auto answer = ask_twice(*ready, url);
  if (!answer) return tl::unexpected<Error>(answer.error());
  if (auto ok = refused(*answer, url); !ok) return tl::unexpected<Error>(ok.error());
  evidence::Note note = ready->reader().note();
  std::erase_if(note.signatures, [&](const evidence::NoteSignature& s) { return s.name == witness->name && s.id == witness->id; });
  auto cosigned = evidence::parse_note(evidence::to_text(note) + answer->body);
  if (!cosigned) return fail(Code::Malformed, "its answer is no witness's", url);
  const auto seen = evidence::verify_cosignature(*cosigned, *witness);
  if (!seen) return fail(seen.error().code, seen.error().text, url);
  note.signatures.push_back(evidence::to_signature(*witness, *seen));  // lines of others are nothing we asked for
  if (auto ok = ready->keep(*files, note); !ok) return tl::unexpected<Error>(ok.error());
  const std::string line = evidence::signature_line(note.signatures.back());
  auto ok = ready->put_on_record("witness", {{"size", ready->size()}, {"witness", evidence::to_text(*witness)}, {"line", line.substr(0, line.size() - 1)}});
  if (!ok) return tl::unexpected<Error>(ok.error());
  return Cosigned{ready->size(), witness->name, static_cast<Micros>(seen->time) * 1'000'000};
}

}  // namespace custos::engine
