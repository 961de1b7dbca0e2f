#include "engine/evaluation/scene_reader.h"

#include <map>

#include <gtest/gtest.h>

#include "engine/evaluation/folders.h"

namespace custos::engine {
namespace {

// What a source was shown, by event number.
struct SceneSight {
  std::map<std::uint32_t, std::map<std::string, std::string>> fields;
  std::map<std::uint32_t, std::string> raw;
  std::map<std::uint32_t, Micros> times;
  std::vector<evaluate::Observation> observations;
  std::size_t hits = 0;
};

SceneSight* shown_to = nullptr;

class Looking final : public evaluate::SourceRun {
 public:
  void event(const Event& e, std::uint32_t number) override {
    for (const Field& f : e.fields()) shown_to->fields[number][std::string(e.batch().names().text(f.name))] = f.text();
    shown_to->raw[number] = e.record().raw;
    shown_to->times[number] = e.record().time;
  }
  std::vector<evaluate::Alarm> alarms(const evaluate::Recording& r) override {
    shown_to->observations.assign(r.observations().begin(), r.observations().end());
    shown_to->hits = r.hits().size();
    return {};
  }
};

const evaluate::Source kLooking{
    "looking", "t", "f", false, {}, false, [](std::uint64_t) -> std::unique_ptr<evaluate::SourceRun> { return std::make_unique<Looking>(); }};

constexpr std::string_view kLog =
    "time,name,host,event_label\n"
    "1642213952,first,mail,dirb\n"
    "1642213953,second,mail,-\n"
    "1642213954,third,mail,dirb\n";

class SceneReaderTest : public ::testing::Test {
 protected:
  SceneSight run(const std::vector<std::string>& hidden, const SceneReader::Each& each, std::shared_ptr<const rules::Program> program = nullptr) {
    SceneSight seen;
    shown_to = &seen;
    const Joining::Tell tell;
    Joining joining(options_, std::move(program), {&kLooking}, tell);
    auto builder = joining.begin("scene");
    SceneReader reader(joining, *builder, hidden);
    reader.read_text("alerts.csv", kLog, [&](const std::string& file, const Event& e, Shown& shown) {
      builder_ = builder.get();
      each(file, e, shown);
    });
    EXPECT_TRUE(reader.finish());
    joining.run(*builder, {0, 0, 0, builder->last() + 1}, kDay);
    report_ = joining.finish();
    return seen;
  }
  void observe(const Event& e) {
    evaluate::Observation o;
    o.time = e.record().time;
    o.unit = o.entity = builder_->text(value_of(e, "host"));
    builder_->observe(o);
  }
  EvaluationOptions options_;
  SceneBuilder* builder_ = nullptr;
  evaluate::Report report_;
};

TEST_F(SceneReaderTest, SourcesNeverSeeALabel) {
  std::vector<std::string> labels;
  const SceneSight seen = run({"event_label"}, [&](const std::string&, const Event& e, Shown&) {
    labels.emplace_back(value_of(e, "event_label"));
    builder_->event(labels.back());
    observe(e);
  });
  EXPECT_EQ(labels, (std::vector<std::string>{"dirb", "-", "dirb"}));  // the set itself does
  ASSERT_EQ(seen.fields.size(), 3u);
  for (const auto& [number, fields] : seen.fields) {
    EXPECT_FALSE(fields.contains("event_label"));
    EXPECT_TRUE(fields.contains("name"));
    EXPECT_EQ(seen.raw.at(number), "");  // it holds the label too
  }
  EXPECT_EQ(report_.counts.at("dirb"), 2u);
}

TEST_F(SceneReaderTest, ShowsTheEventsThatTheSetKeepsAsItShowsThem) {
  const SceneSight seen = run({}, [&](const std::string&, const Event& e, Shown& shown) {
    if (value_of(e, "name") == "first") {
      shown.part = false;
      builder_->mark_ignored();  // must not stick to the next event
      return;
    }
    if (value_of(e, "name") == "third") {
      shown.time = 77 * kSecond;
      shown.replaced.emplace_back("host", "elsewhere");
    }
    observe(e);
  });
  ASSERT_EQ(seen.fields.size(), 2u);
  EXPECT_EQ(seen.fields.at(0).at("name"), "second");
  EXPECT_NE(seen.raw.at(0), "");  // unchanged, so it has its record
  EXPECT_EQ(seen.fields.at(1).at("host"), "elsewhere");
  EXPECT_EQ(seen.times.at(1), 77 * kSecond);
  EXPECT_EQ(seen.raw.at(1), "");
}

TEST_F(SceneReaderTest, RulesDoNotSeeLabelsEither) {
  const std::vector<rules::RuleText> texts{
      {"a.yml", "title: label\nid: 7c0f6b0a-3a38-4b8e-8b3b-2f5d6d1b0c11\nlogsource: {category: any}\ndetection: {k: [dirb], condition: k}\nlevel: low\n"},
      {"b.yml",
       "title: name\nid: 7c0f6b0a-3a38-4b8e-8b3b-2f5d6d1b0c12\nlogsource: {category: any}\ndetection: {s: {name: second}, condition: s}\nlevel: low\n"}};
  const auto loaded = rules::load(texts, {});
  ASSERT_TRUE(loaded);
  const auto each = [&](const std::string&, const Event& e, Shown&) { observe(e); };
  EXPECT_EQ(run({"event_label"}, each, loaded->program).hits, 1u);
  EXPECT_EQ(run({}, each, loaded->program).hits, 3u);  // what the label would have given away
}

TEST(Folders, NamesWithoutTheirPacking) {
  EXPECT_EQ(without_packing("a/b.json.zst!b.json"), "a/b.json");
  EXPECT_EQ(without_packing("b.json.gz"), "b.json");
  EXPECT_EQ(without_packing("b.json"), "b.json");
}

}  // namespace
}  // namespace custos::engine
