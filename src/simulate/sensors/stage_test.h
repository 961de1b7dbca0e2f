// A small institution with sensors, whose files are strings: what the tests of sensors/ share.
#pragma once

#include <gtest/gtest.h>
#include <simdjson.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "simulate/scene.h"

namespace custos::simulate::testing {

class Memory final : public Output {
 public:
  class File final : public TextFile {
   public:
    explicit File(std::string& to) : to_(to) {}
    void write(std::string_view bytes) override { to_ += bytes; }

   private:
    std::string& to_;
  };
  std::unique_ptr<TextFile> text(const std::string& path) override { return std::make_unique<File>(files[path]); }
  std::unique_ptr<EvtxFile> evtx(const std::string&) override { return nullptr; }
  bool failed() const override { return false; }

  std::map<std::string, std::string> files;
};

inline Parameters small() {
  constexpr std::string_view kText = R"(
institution:
  name: Court
  domain: court.example.org
  netbios: COURT
  lease_hours: 8
  first_names: [Mercy, Ana, Jan]
  last_names: [Osei, Ruiz, Tanaka, Marsh, Moreau, Adeyemi, Novak, Berg, Silva, Khan, Lind, Rossi, Haas, Costa, Meyer, Popov, Diaz, Wolf, Nagy, Ito]
  unit_folders: [Registry]
  document_words: [Statements, Evidence]
roles:
  - {name: clerk, unit: Registry, share: 0.9, sites: [news]}
  - {name: administrator, unit: IT, share: 0.1, admin: true, sites: [work]}
sites:
  - {domain: news.example.net, kind: news, names: [www, img], out: [3000, 0.5], in: [90000, 1], seconds: [6, 0.7], addresses: 3}
  - {domain: update.example.com, kind: update, out: [1500, 0.5], in: [400000, 1], seconds: [3, 1], direct: true}
faults: {skewed: 0, lost: 0, duplicated: 0, late: 0, delay_seconds: 0, outages: 0}
)";
  auto read = read_parameters(kText, "test");
  EXPECT_TRUE(read.has_value()) << (read ? "" : read.error().text);
  return read ? *read : Parameters{};
}

// Tuesday, 10 November 2026.
inline const Micros kBegin = *from_civil({.year = 2026, .month = 11, .day = 10});
inline const Micros kMorning = kBegin + 9 * kHour + 123'456;

class Stage {
 public:
  explicit Stage(std::uint64_t seed = 7, std::set<std::string, std::less<>> only = {})
      : parameters(small()),
        world(build_world(parameters, seed, 20, kBegin, kBegin + 3 * kDay)),
        files(output, layout(std::move(only))),
        delivery(world, files),
        scene(world, delivery) {}

  Act at(Micros offset = 0) const { return {kMorning + offset, world.people[0].index, nullptr}; }
  Machine& desk() { return world.machines[world.people[0].machine]; }
  const User& who() const { return *world.people[0].user; }
  const Site& news() const { return parameters.sites[0]; }
  const Site& update() const { return parameters.sites[1]; }
  void finish() {
    if (!std::exchange(finished_, true)) delivery.finish();
  }
  // Everything written into files whose path holds `part`, heads included.
  std::string all(std::string_view part) {
    finish();
    std::string out;
    for (const auto& [path, bytes] : output.files) {
      if (path.find(part) != std::string::npos) out += bytes;
    }
    return out;
  }
  // Its lines without heads; empty if nothing was written.
  std::vector<std::string> lines(std::string_view part) {
    std::vector<std::string> out;
    const std::string text = all(part);
    for (std::size_t i = 0; i < text.size();) {
      const std::size_t end = std::min(text.find('\n', i), text.size());
      if (end > i && text[i] != '#') out.push_back(text.substr(i, end - i));
      i = end + 1;
    }
    return out;
  }

  const Parameters parameters;
  World world;
  Memory output;
  Files files;
  Delivery delivery;
  Scene scene;

 private:
  static Layout layout(std::set<std::string, std::less<>> only) {
    Layout l;
    l.only = std::move(only);
    return l;
  }
  bool finished_ = false;
};

inline std::vector<std::string> split(std::string_view s, char by) {
  std::vector<std::string> out(1);
  for (const char c : s) {
    if (c == by) {
      out.emplace_back();
    } else {
      out.back() += c;
    }
  }
  return out;
}

// One JSON record, with members by pointer: get("/flow/pkts_toserver").
class Json {
 public:
  explicit Json(const std::string& line) : parser_(std::make_shared<simdjson::dom::parser>()) {
    const auto error = parser_->parse(line).get(root_);
    EXPECT_EQ(error, simdjson::SUCCESS) << line;
  }
  bool has(std::string_view pointer) const { return root_.at_pointer(pointer).error() == simdjson::SUCCESS; }
  std::string text(std::string_view pointer) const {
    std::string_view out;
    return root_.at_pointer(pointer).get(out) == simdjson::SUCCESS ? std::string(out) : "<none>";
  }
  std::uint64_t number(std::string_view pointer) const {
    std::uint64_t out = 0;
    EXPECT_EQ(root_.at_pointer(pointer).get(out), simdjson::SUCCESS) << pointer;
    return out;
  }
  std::size_t size(std::string_view pointer) const {
    simdjson::dom::array out;
    return root_.at_pointer(pointer).get(out) == simdjson::SUCCESS ? out.size() : 0;
  }
  bool flag(std::string_view pointer) const {
    bool out = false;
    EXPECT_EQ(root_.at_pointer(pointer).get(out), simdjson::SUCCESS) << pointer;
    return out;
  }

 private:
  std::shared_ptr<simdjson::dom::parser> parser_;
  simdjson::dom::element root_;
};

inline std::vector<Json> records(Stage& stage, std::string_view part) {
  std::vector<Json> out;
  for (const std::string& line : stage.lines(part)) out.emplace_back(line);
  return out;
}

}  // namespace custos::simulate::testing
