// What `custos simulate` wrote: logs of an institution, and beside them the truth about every event of a campaign.
#include <algorithm>
#include <array>
#include <span>

#include <fmt/format.h>

#include "base/text.h"
#include "engine/attribution/entities.h"
#include "engine/evaluation/folders.h"
#include "engine/evaluation/scene_reader.h"
#include "engine/evaluation/set.h"
#include "engine/evaluation/truth_file.h"
#include "engine/reading/twins.h"

namespace custos::engine::simulated {
namespace {

constexpr std::size_t kEntitiesOfAnEvent = 6;
constexpr double kLearnShare = 0.4, kCalibrateShare = 0.2;

// The labels of the file, under the name it has without archive or packing.
LabelCursor labels_of(TruthFile& truth, const std::string& logs, const std::string& stream) {
  std::string_view name = stream;
  if (name.starts_with(logs)) name.remove_prefix(logs.size());
  while (name.starts_with('/')) name.remove_prefix(1);
  for (const std::string& candidate : {std::string(name), std::string(name.substr(0, name.find('!'))), without_packing(name)}) {
    if (const auto it = truth.files.find(candidate); it != truth.files.end()) return LabelCursor(it->second);
  }
  return {};
}

void mark(SceneBuilder& builder, const TruthFile& truth, std::span<const TruthFile::Label> labels) {
  std::string_view label = "ordinary";
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (i > 0 && labels[i].row == labels[i - 1].row) continue;
    const TruthFile::Row& row = truth.rows[labels[i].row];
    if (label == "ordinary" || !row.background) label = row.background ? std::string_view("background") : std::string_view(row.campaign);
    if (row.background) {
      builder.mark_ignored();
      continue;
    }
    const auto campaign = builder.campaign(row.campaign);
    builder.mark(campaign, builder.phase(campaign, row.stage));
  }
  builder.event(label);
}

void append_folded(std::string& to, std::string_view s) {
  const bool ascii = std::all_of(s.begin(), s.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  if (!ascii) {
    to += fold(s);
    return;
  }
  for (const char c : s) to += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// "windows security", "zeek conn": the kind of telemetry.
std::string log_name(const LogSource& s) {
  if (s.unknown()) return "unknown";
  const std::string& what = !s.service.empty() || s.categories.empty() ? s.service : s.categories.front();
  return trim(s.product + " " + what).empty() ? "unknown" : std::string(trim(s.product + " " + what));
}

// An observation for every host, user and address of an event; the peer is the next of them that is not the entity itself.
class Observer {
 public:
  explicit Observer(SceneBuilder& builder) : builder_(builder) {}

  void observe(const Event& e, Micros time) {
    who_.clear();
    std::string_view domain, file;
    for (const EntityLook::Seen& s : look_.of(e)) {
      if (s.kind == "domain" && domain.empty()) domain = s.value;
      if (s.kind == "file" && file.empty()) file = s.value;
      if ((s.kind == "host" || s.kind == "user" || s.kind == "address") && who_.size() < kEntitiesOfAnEvent) who_.push_back(s);
    }
    if (who_.empty()) return;
    evaluate::Observation o;
    o.time = time;
    kind_of(e, o);
    o.detail = builder_.text(domain);
    o.sent = first_number(e, kSent);
    o.received = first_number(e, kReceived);
    for (std::size_t i = 0; i < who_.size(); ++i) {
      text_.assign(who_[i].kind).append(1, ':');
      append_folded(text_, who_[i].value);
      o.entity = o.unit = builder_.text(text_);
      text_.clear();
      append_folded(text_, who_.size() > 1 ? who_[(i + 1) % who_.size()].value : domain.empty() ? file : domain);
      o.peer = builder_.text(text_);
      builder_.observe(o);
    }
  }

 private:
  static constexpr std::array<std::string_view, 5> kSent{"orig_ip_bytes", "orig_bytes", "flow.bytes_toserver", "cs-bytes", "bytes_out"};
  static constexpr std::array<std::string_view, 5> kReceived{"resp_ip_bytes", "resp_bytes", "flow.bytes_toclient", "sc-bytes", "bytes_in"};

  static double first_number(const Event& e, std::span<const std::string_view> fields) {
    for (const std::string_view f : fields) {
      if (const double x = number_of(e, f); x > 0) return x;
    }
    return 0;
  }
  void kind_of(const Event& e, evaluate::Observation& o) {
    const LogSourceId id = e.record().log_source;
    if (id >= sources_.size()) sources_.resize(std::size_t{id} + 1);
    Source& s = sources_[id];
    if (s.text.empty()) {
      s.text = e.batch().sources().at(id).text();
      s.log = log_name(e.batch().sources().at(id));
    }
    text_.assign(s.text);
    if (const std::string_view number = value_of(e, "EventID"); !number.empty()) text_.append(1, ' ').append(number);
    o.kind = builder_.text(trim(text_));
    o.log = builder_.text(s.log);
  }

  struct Source {
    std::string text, log;
  };
  SceneBuilder& builder_;
  EntityLook look_;
  std::vector<EntityLook::Seen> who_;
  std::vector<Source> sources_;  // by id
  std::string text_;
};

evaluate::Periods split(const EvaluationOptions& options, Micros first, Micros last) {
  const Micros begin = evaluate::bucket_of(first, kDay);
  const auto days = static_cast<double>((evaluate::bucket_of(last, kDay) - begin) / kDay + 1);
  const auto learn = static_cast<Micros>(options.learn_days ? *options.learn_days : static_cast<unsigned>(days * kLearnShare));
  const auto calibrate = static_cast<Micros>(options.calibrate_days ? *options.calibrate_days : static_cast<unsigned>(days * kCalibrateShare));
  return {begin, begin + learn * kDay, begin + (learn + calibrate) * kDay, last + 1};
}

void add_remarks(Joining& joining, const TruthFile& truth, std::uint64_t unobserved) {
  if (const auto missing = truth.unseen(); missing > 0) joining.problem("truth.ndjson", fmt::format("{} of its events were not found in the logs", missing));
  if (truth.damaged > 0) joining.problem("truth.ndjson", fmt::format("{} rows are not understood, or not in full", truth.damaged));
  if (unobserved > 0) joining.remark(fmt::format("{} events name no host, user or address, or have no time: no source sees them", unobserved));
  joining.remark("all of it is simulated: no figure here says anything about a real institution, it compares sources");
  joining.remark("an alarm is about an entity's whole day and is true if one event of it is an attack's: see what chance finds in the row of random");
}

Result<void> read(Joining& joining) {
  const std::string folder = joining.options().data, logs = folder + "/logs";
  joining.tell("reading the truth");
  auto truth = read_truth_file(folder + "/truth.ndjson", joining.memory_of_a_scene());
  if (!truth) return tl::unexpected<Error>(truth.error());
  auto files = files_below(joining, logs);
  if (!files) return tl::unexpected<Error>(files.error());
  if (const std::size_t twins = leave_out_twins(*files); twins > 0) joining.remark(twins_text(twins));
  auto builder = joining.begin("simulated");
  builder->recording().limit(joining.memory_of_a_scene(truth->bytes()));
  SceneReader reader(joining, *builder);
  Observer observer(*builder);
  std::string last_file;
  LabelCursor labels;
  std::uint64_t unobserved = 0;
  auto ok = reader.read(*files, [&](const std::string& file, const Event& e, Shown& shown) {
    if (file != last_file) {
      labels = labels_of(*truth, logs, last_file = file);
      joining.tell("reading " + file);
    }
    mark(*builder, *truth, labels.at(e.record().number));
    const std::uint64_t before = builder->recording().observations().size();
    if (shown.time != kNoTime) observer.observe(e, shown.time);
    if (builder->recording().observations().size() == before && !builder->truncated()) ++unobserved;
  });
  if (!ok) return ok;
  if (builder->first() == kNoTime) return fail(Code::Malformed, "holds no event with a time and an entity", logs);
  if (ok = reader.finish(); !ok) return ok;
  const evaluate::Periods periods = split(joining.options(), builder->first(), builder->last());
  if (periods.test >= periods.end) return fail(Code::Usage, "the days to learn from and to calibrate on leave no day to test", folder);
  joining.report().splits.push_back(fmt::format("learn from {}, calibrate from {}, test {} to {}", date_text(periods.begin), date_text(periods.calibrate),
                                                date_text(periods.test), date_text(builder->last())));
  add_remarks(joining, *truth, unobserved);
  *truth = {};  // the sources' alarms need the room
  joining.run(*builder, periods, kDay);
  return {};
}

}  // namespace

extern const Set set;
const Set set{"simulated", "a directory that `custos simulate` wrote", "a host, user or address and a day", "a stage of a campaign", false, true, read};

}  // namespace custos::engine::simulated
