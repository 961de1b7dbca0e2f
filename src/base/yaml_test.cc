#include "base/yaml.h"

#include <gtest/gtest.h>

namespace custos {
namespace yaml_test {
namespace {

using Kind = Scalar::Kind;

std::vector<YamlDocument> read(std::string_view text) {
  auto documents = parse_yaml(text);
  EXPECT_TRUE(documents) << (documents ? "" : documents.error().text);
  return documents ? std::move(*documents) : std::vector<YamlDocument>();
}

Error refused(std::string_view text) {
  const auto documents = parse_yaml(text);
  EXPECT_FALSE(documents) << text.substr(0, 80);
  return documents ? Error() : documents.error();
}

// The tree as one line, for comparing.
std::string show(const Yaml& y) {
  std::string out;
  switch (y.kind) {
    case Yaml::Kind::Scalar:
      return (y.quoted ? "'" : "") + y.scalar.text + (y.quoted ? "'" : "") + ":" +
             "tifbn"[static_cast<int>(y.scalar.kind)];
    case Yaml::Kind::List:
      for (const auto& child : y.list) out += (out.empty() ? "" : " ") + show(*child);
      return "[" + out + "]";
    case Yaml::Kind::Map:
      for (const auto& [key, value] : y.map) out += (out.empty() ? "" : " ") + key + "=" + show(*value);
      return "{" + out + "}";
  }
  return out;
}

std::string show_one(std::string_view text) {
  const auto documents = read(text);
  return documents.size() == 1 ? show(*documents[0].root) : "documents: " + std::to_string(documents.size());
}

TEST(Yaml, TypesPlainScalarsByTheCoreSchema) {
  const std::vector<std::pair<std::string, Kind>> cases = {
      {"true", Kind::Bool},       {"False", Kind::Bool},   {"TRUE", Kind::Bool},  {"tRUE", Kind::Text},
      {"yes", Kind::Text},        {"no", Kind::Text},      {"on", Kind::Text},    {"off", Kind::Text},
      {"y", Kind::Text},          {"null", Kind::Null},    {"~", Kind::Null},     {"", Kind::Null},
      {"NULL", Kind::Null},       {"nULL", Kind::Text},    {"0", Kind::Int},      {"-7", Kind::Int},
      {"+7", Kind::Int},          {"4688", Kind::Int},     {"0x1F", Kind::Int},   {"0x", Kind::Text},
      {"-0x1F", Kind::Text},      {"0o17", Kind::Int},     {"0o18", Kind::Text},  {"017", Kind::Text},
      {"00050429", Kind::Text},   {"00.5", Kind::Text},    {"0.5", Kind::Float},  {".5", Kind::Float},
      {"5.", Kind::Float},        {"1e3", Kind::Float},    {"1e", Kind::Text},    {"-1.5E-3", Kind::Float},
      {".inf", Kind::Float},      {"-.INF", Kind::Float},  {".nan", Kind::Float}, {"-.nan", Kind::Text},
      {".", Kind::Text},          {"-", Kind::Text},       {"+", Kind::Text},     {"1_000", Kind::Text},
      {"2024-03-15", Kind::Text}, {"1.2.3.4", Kind::Text}, {"12:30", Kind::Text}, {"4 ", Kind::Text},
      {"e5", Kind::Text},
  };
  for (const auto& [text, kind] : cases) {
    const Scalar scalar = type_scalar(text, false);
    EXPECT_EQ(scalar.kind, kind) << text;
    EXPECT_EQ(scalar.text, kind == Kind::Null ? "null" : text);
    EXPECT_EQ(type_scalar(text, true), (Scalar{Kind::Text, text}));
  }
}

TEST(Yaml, KeepsOrderQuotingAndLines) {
  const auto documents = read("b: 1\na:\n  - '1'\n  - |\n    two\n  - \"x\"\n  -\nc: {d: ~}\n");
  ASSERT_EQ(documents.size(), 1u);
  const Yaml& root = *documents[0].root;
  EXPECT_EQ(show(root), "{b=1:i a=['1':t 'two\n':t 'x':t null:n] c={d=null:n}}");
  EXPECT_EQ(root.line, 1u);
  EXPECT_EQ(root.find("a")->list[1]->line, 4u);
  EXPECT_EQ(root.find("c")->find("d")->line, 8u);
  EXPECT_EQ(root.find("nothing"), nullptr);
  EXPECT_EQ(root.text("b"), "1");
  EXPECT_EQ(root.text("a"), "");
  EXPECT_EQ(root.find("c")->text("d"), "");
}

TEST(Yaml, CutsDocumentsIntoTheirBytes) {
  const std::string text = "# \xC3\xA4\na: 1\n---\r\nb: \xF0\x9F\x98\x80\n...\n# between\n%YAML 1.1\n---\nc: 3\n---\n";
  const auto documents = read(text);
  ASSERT_EQ(documents.size(), 3u);
  EXPECT_EQ(documents[0].bytes, "# \xC3\xA4\na: 1\n");
  EXPECT_EQ(documents[1].bytes, "---\r\nb: \xF0\x9F\x98\x80\n...\n# between\n");
  EXPECT_EQ(documents[2].bytes, "%YAML 1.1\n---\nc: 3\n");
  const std::string one = "\xEF\xBB\xBF---\na: 1\n...\n\n";
  EXPECT_EQ(read(one)[0].bytes, one);
  EXPECT_TRUE(read("").empty());
  EXPECT_TRUE(read("# only words\n").empty());
}

TEST(Yaml, AnAliasIsTheSameNode) {
  const auto documents = read("a: &x [1, 2]\nb: *x\nc: &k key\n? *k\n: v\n");
  const Yaml& root = *documents[0].root;
  EXPECT_EQ(root.find("a"), root.find("b"));
  EXPECT_EQ(root.text("key"), "v");
  EXPECT_EQ(show_one("- &a 1\n- &a 2\n- *a\n"), "[1:i 2:i 2:i]");
  EXPECT_EQ(refused("a: 1\nb: *x\n").text, "line 2: the alias *x has no anchor");
  EXPECT_EQ(refused("a: &x\n  b: *x\n").text, "line 2: the alias *x contains itself");
  EXPECT_EQ(refused("- &x 1\n- &x [*x]\n").text, "line 2: the alias *x contains itself");
  // Anchors end with their document.
  EXPECT_EQ(refused("a: &x 1\n---\nb: *x\n").text, "line 3: the alias *x has no anchor");
}

TEST(Yaml, MergeKeysGiveWayToOwnKeys) {
  EXPECT_EQ(show_one("- &a {x: 1, y: 2}\n- &b {y: 3, z: 4}\n- {y: 0, <<: *a}\n- <<: [*a, *b]\n  w: 9\n- {'<<': 5}\n"),
            "[{x=1:i y=2:i} {y=3:i z=4:i} {y=0:i x=1:i} {w=9:i x=1:i y=2:i z=4:i} {<<=5:i}]");
  EXPECT_EQ(refused("a:\n  <<: 5\n").text, "line 2: '<<' wants a map, or a list of maps");
  EXPECT_EQ(refused("a:\n  <<: {x: 1}\n  <<: {y: 1}\n").text, "line 3: the key '<<' stands here twice");
}

TEST(Yaml, RefusesDuplicateKeysInSmallAndLargeMaps) {
  EXPECT_EQ(refused("a: 1\nb: 2\na: 3\n").text, "line 3: the key 'a' stands here twice");
  std::string large;
  for (int i = 0; i < 100; ++i) large += "k" + std::to_string(i) + ": 1\n";
  EXPECT_EQ(read(large)[0].root->map.size(), 100u);
  EXPECT_EQ(refused(large + "k3: 1\n").text, "line 101: the key 'k3' stands here twice");
  EXPECT_EQ(refused(large + "k99: 1\n").text, "line 101: the key 'k99' stands here twice");
  EXPECT_EQ(refused("? [a]\n: 1\n").text, "line 1: a key must be text, not a list or a map");
}

TEST(Yaml, SaysWhatIsWrongAndWhere) {
  EXPECT_EQ(refused("a:\n\tb: 1\n").text, "line 2: a tab where YAML wants spaces");
  EXPECT_EQ(refused(std::string_view("a: 1\nb: \0\n", 10)).text, "line 2: a NUL byte; this is no text file");
  EXPECT_EQ(refused("a: 1\nb: \xC3\n").text, "line 2: byte 0xC3 is not valid UTF-8");
  EXPECT_EQ(refused("a: \xED\xA0\x80\n").text, "line 1: byte 0xED is not valid UTF-8");
  EXPECT_EQ(refused("\xFF\xFE"
                    "a")
                .text,
            "line 1: this is UTF-16 text; save it as UTF-8");
  EXPECT_EQ(refused("a: 1\nb: \x01\n").code, Code::Malformed);
  EXPECT_TRUE(refused("a: 1\nb: \x01\n").text.starts_with("line 2: ")) << refused("a: 1\nb: \x01\n").text;
  EXPECT_TRUE(refused("a: [1\nb: 2\n").text.starts_with("line 2: ")) << refused("a: [1\nb: 2\n").text;
  EXPECT_EQ(refused("a: !!python/object:os.system x\n").code, Code::Malformed);
  EXPECT_EQ(refused("a: !!binary aGk=\n").code, Code::Malformed);
  EXPECT_EQ(refused("a: !!int x\n").code, Code::Malformed);
  EXPECT_EQ(show_one("- !!str 5\n- ! 5\n- !!int 5\n- !!float 5\n- !!null ~\n- !!seq []\n- !!map {}\n"),
            "['5':t '5':t 5:i 5:i null:n [] {}]");
}

TEST(Yaml, KeepsItsBounds) {
  EXPECT_EQ(show_one(std::string(100, '[') + std::string(100, ']')), std::string(100, '[') + std::string(100, ']'));
  EXPECT_EQ(refused(std::string(101, '[') + std::string(101, ']')).code, Code::Limit);
  EXPECT_EQ(refused(std::string(200'000, '[')).code, Code::Limit);
  EXPECT_EQ(refused("a: " + std::string((8u << 20) + 1, 'x')).code, Code::Limit);
  EXPECT_EQ(read("a: " + std::string(5u << 20, 'x') + "\n---\nb: " + std::string(5u << 20, 'x')).size(), 2u);
  std::string many = "[";
  for (int i = 0; i < 1'000'001; ++i) many += "1,";
  EXPECT_EQ(refused(many + "]").code, Code::Limit);
  std::string tags;
  for (int i = 0; i < 2'000; ++i) tags += "%TAG !t" + std::to_string(i) + "! x\n";
  EXPECT_EQ(refused(tags + "---\na: 1\n").code, Code::Limit);
}

// Each level is an alias of the one before: nested deeper than any text shows.
TEST(Yaml, CountsDepthThroughAliases) {
  std::string text = "- &n0 [x]\n";
  for (int i = 1; i < 98; ++i) text += "- &n" + std::to_string(i) + " [*n" + std::to_string(i - 1) + "]\n";
  EXPECT_EQ(read(text).size(), 1u);
  EXPECT_EQ(refused(text + "- &n98 [*n97]\n- [*n98]\n").code, Code::Limit);
}

TEST(Yaml, ABombIsSmallAndCounted) {
  std::string text = "- &n0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 60; ++i) {
    text += "- &n" + std::to_string(i) + " [";
    for (int j = 0; j < 10; ++j) text += "*n" + std::to_string(i - 1) + ",";
    text += "]\n";
  }
  const auto documents = read(text);
  ASSERT_EQ(documents.size(), 1u);
  EXPECT_EQ(unfolded_size(*documents[0].root, 1'000'000), 1'000'000u);
  EXPECT_EQ(unfolded_size(*documents[0].root->list[1], 1'000'000), 111u);
  EXPECT_EQ(unfolded_size(*documents[0].root->list[1], 50), 50u);
  EXPECT_EQ(unfolded_size(*documents[0].root->list[0]->list[0], 50), 1u);
}

TEST(Yaml, NoTruncationOrDamageBreaksIt) {
  const std::string text =
      "\xEF\xBB\xBF"
      "a: &x\n  - 'q''q'\n  - \"\\x41\\u263a\"\n  - |-\n    block\n  - {k: *x2, <<: {y: 1}}\nb: *x\n---\n# c\n? k\n: "
      ">+\n v\n...\n";
  for (std::size_t i = 0; i <= text.size(); ++i) (void)parse_yaml(std::string_view(text).substr(0, i));
  for (std::size_t i = 0; i < text.size(); ++i) {
    for (const char c : {'\0', '\t', '\xFF', '*', '&', '[', '}', ':', '!'}) {
      std::string damaged = text;
      damaged[i] = c;
      (void)parse_yaml(damaged);
    }
  }
}

}  // namespace
}  // namespace yaml_test
}  // namespace custos
