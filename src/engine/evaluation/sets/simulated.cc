// What `custos simulate` wrote: logs of an institution, and beside them the truth about every event of a campaign.
#include <algorithm>
#include <set>
#include <unordered_map>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/file.h"
#include "base/text.h"
#include "engine/attribution/entities.h"
#include "engine/evaluation/folders.h"
#include "engine/evaluation/scene_reader.h"
#include "engine/evaluation/set.h"

namespace custos::engine::simulated {
namespace {

constexpr std::size_t kMostTruth = 512u << 20;  // bytes of truth.ndjson
constexpr std::size_t kEntitiesOfAnEvent = 6;
constexpr double kLearnShare = 0.4, kCalibrateShare = 0.2;

struct Labelled {
  std::uint32_t row;  // of Truth::rows
  bool seen = false;
};

// What the truth file says, by file and record.
struct Truth {
  struct Row {
    std::string campaign, stage;
    bool background = false;
  };
  std::vector<Row> rows;  // distinct ones
  std::map<std::string, std::unordered_multimap<std::uint64_t, Labelled>> files;
  std::size_t damaged = 0;
};

std::string text_of(const nlohmann::json& o, const char* key) {
  const auto it = o.find(key);
  return it != o.end() && it->is_string() ? it->get<std::string>() : std::string();
}

bool add_row(Truth& truth, std::map<std::tuple<std::string, std::string, bool>, std::uint32_t>& numbers, const nlohmann::json& o) {
  if (!o.is_object() || text_of(o, "campaign").empty()) return false;
  const auto events = o.find("events");
  if (events == o.end() || !events->is_array()) return false;
  const Truth::Row row{text_of(o, "campaign"), text_of(o, "stage"), text_of(o, "kind") == "background"};
  const auto [number, fresh] = numbers.emplace(std::tuple(row.campaign, row.stage, row.background), static_cast<std::uint32_t>(truth.rows.size()));
  if (fresh) truth.rows.push_back(row);
  bool whole = true;
  for (const auto& e : *events) {
    const auto record = e.is_object() ? e.find("record") : e.end();
    if (!e.is_object() || record == e.end() || !record->is_number_unsigned() || text_of(e, "file").empty()) {
      whole = false;
      continue;
    }
    truth.files[text_of(e, "file")].emplace(record->get<std::uint64_t>(), Labelled{number->second});
  }
  return whole;
}

Result<Truth> read_truth(const std::string& path) {
  auto text = read_file(path, kMostTruth);
  if (!text) return tl::unexpected<Error>(text.error());
  Truth truth;
  std::map<std::tuple<std::string, std::string, bool>, std::uint32_t> numbers;
  for (std::string_view rest = *text; !rest.empty();) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    if (trim(line).empty()) continue;
    const auto o = nlohmann::json::parse(line, nullptr, false);
    if (o.is_discarded() || !add_row(truth, numbers, o)) ++truth.damaged;
  }
  if (truth.rows.empty()) return fail(Code::Malformed, "holds no row of truth: one JSON object a line with campaign, stage and events", path);
  return truth;
}

// The labels of the file, under the name it has without archive or packing.
std::unordered_multimap<std::uint64_t, Labelled>* labels_of(Truth& truth, const std::string& logs, const std::string& stream) {
  std::string_view name = stream;
  if (name.starts_with(logs)) name.remove_prefix(logs.size());
  while (name.starts_with('/')) name.remove_prefix(1);
  for (const std::string& candidate : {std::string(name), std::string(name.substr(0, name.find('!'))), without_packing(name)}) {
    if (const auto it = truth.files.find(candidate); it != truth.files.end()) return &it->second;
  }
  return nullptr;
}

void mark(SceneBuilder& builder, Truth& truth, std::unordered_multimap<std::uint64_t, Labelled>& labels, std::uint64_t record) {
  const auto [from, to] = labels.equal_range(record);
  std::string label = "ordinary";
  std::set<std::uint32_t> rows;
  for (auto it = from; it != to; ++it) {
    it->second.seen = true;
    rows.insert(it->second.row);
  }
  for (const std::uint32_t r : rows) {
    const Truth::Row& row = truth.rows[r];
    if (label == "ordinary" || !row.background) label = row.background ? "background" : row.campaign;
    if (row.background) {
      builder.mark_ignored();
      continue;
    }
    const auto campaign = builder.campaign(row.campaign);
    builder.mark(campaign, builder.phase(campaign, row.stage));
  }
  builder.event(label);
}

double first_number(const Event& e, std::initializer_list<std::string_view> fields) {
  for (const std::string_view f : fields) {
    if (const double x = number_of(e, f); x > 0) return x;
  }
  return 0;
}

// An observation for every host, user and address of the event; the peer is the next of them that is not the entity itself.
void observe(SceneBuilder& builder, const Event& e, Micros time) {
  std::vector<Entity> who;
  std::string domain, file;
  for (Entity& entity : entities_of(e)) {
    if (entity.kind == "domain" && domain.empty()) domain = entity.value;
    if (entity.kind == "file" && file.empty()) file = entity.value;
    if ((entity.kind == "host" || entity.kind == "user" || entity.kind == "address") && who.size() < kEntitiesOfAnEvent) who.push_back(std::move(entity));
  }
  const std::string kind = fmt::format("{} {}", e.batch().sources().at(e.record().log_source).text(), value_of(e, "EventID"));
  evaluate::Observation o;
  o.time = time;
  o.kind = builder.text(trim(kind));
  o.detail = builder.text(domain);
  o.sent = first_number(e, {"orig_ip_bytes", "orig_bytes", "flow.bytes_toserver", "cs-bytes", "bytes_out"});
  o.received = first_number(e, {"resp_ip_bytes", "resp_bytes", "flow.bytes_toclient", "sc-bytes", "bytes_in"});
  for (std::size_t i = 0; i < who.size(); ++i) {
    o.entity = o.unit = builder.text(fmt::format("{}:{}", who[i].kind, fold(who[i].value)));
    const std::string& next = who.size() > 1 ? who[(i + 1) % who.size()].value : domain.empty() ? file : domain;
    o.peer = builder.text(fold(next));
    builder.observe(o);
  }
}

evaluate::Periods split(const EvaluationOptions& options, Micros first, Micros last) {
  const Micros begin = evaluate::bucket_of(first, kDay);
  const auto days = static_cast<double>((evaluate::bucket_of(last, kDay) - begin) / kDay + 1);
  const auto learn = static_cast<Micros>(options.learn_days ? *options.learn_days : static_cast<unsigned>(days * kLearnShare));
  const auto calibrate = static_cast<Micros>(options.calibrate_days ? *options.calibrate_days : static_cast<unsigned>(days * kCalibrateShare));
  return {begin, begin + learn * kDay, begin + (learn + calibrate) * kDay, last + 1};
}

void add_remarks(Joining& joining, const Truth& truth, std::uint64_t unobserved) {
  std::uint64_t missing = 0;
  for (const auto& [file, labels] : truth.files) {
    missing += static_cast<std::uint64_t>(std::count_if(labels.begin(), labels.end(), [](const auto& l) { return !l.second.seen; }));
  }
  if (missing > 0) joining.problem("truth.ndjson", fmt::format("{} of its events were not found in the logs", missing));
  if (truth.damaged > 0) joining.problem("truth.ndjson", fmt::format("{} rows are not understood, or not in full", truth.damaged));
  if (unobserved > 0) joining.remark(fmt::format("{} events name no host, user or address, or have no time: no source sees them", unobserved));
  joining.remark("all of it is simulated: no figure here says anything about a real institution, it compares sources");
  joining.remark("an alarm is about an entity's whole day and is true if one event of it is an attack's: see what chance finds in the row of random");
}

Result<void> read(Joining& joining) {
  const std::string folder = joining.options().data, logs = folder + "/logs";
  joining.tell("reading the truth");
  auto truth = read_truth(folder + "/truth.ndjson");
  if (!truth) return tl::unexpected<Error>(truth.error());
  const auto files = files_below(joining, logs);
  if (!files) return tl::unexpected<Error>(files.error());
  auto builder = joining.begin("simulated");
  SceneReader reader(joining, *builder);
  std::string last_file;
  std::unordered_multimap<std::uint64_t, Labelled>* labels = nullptr;
  std::uint64_t unobserved = 0;
  joining.tell("reading the logs");
  auto ok = reader.read(*files, [&](const std::string& file, const Event& e, Shown& shown) {
    if (file != last_file) labels = labels_of(*truth, logs, last_file = file);
    if (labels != nullptr) mark(*builder, *truth, *labels, e.record().number);
    if (labels == nullptr) builder->event("ordinary");
    const std::uint64_t before = builder->recording().observations().size();
    if (shown.time != kNoTime) observe(*builder, e, shown.time);
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
  joining.run(*builder, periods, kDay);
  return {};
}

}  // namespace

extern const Set set;
const Set set{"simulated", "a directory that `custos simulate` wrote", "a host, user or address and a day", "a stage of a campaign", false, true, read};

}  // namespace custos::engine::simulated
