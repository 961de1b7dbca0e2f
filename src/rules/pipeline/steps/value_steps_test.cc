#include "rules/pipeline/test_rule.h"

namespace custos::rules::pipeline::test {
namespace value_steps_test {
namespace {

std::string replaced(const std::string& regex, const std::string& with, const std::string& map,
                     const std::string& more = "") {
  return item_after("- {type: replace_string, regex: '" + regex + "', replacement: '" + with + "'" + more + "}\n", map);
}

TEST(ReplaceString, SeesTheTextThatTheModifiersMake) {
  EXPECT_EQ(replaced("^\\*foo", "X", "{a|contains: foo}"), "(a=X*)");
  EXPECT_EQ(replaced("foo$", "X", "{a|endswith: [foo, bar]}"), "(a=*X,*bar)");
  EXPECT_EQ(replaced("o", "0", "{a|contains|all: [foo, moo]}"), "(a|all=*f00*,*m00*)");
  EXPECT_EQ(replaced("o", "0", "{a|cased: foo}"), "(a|cased=f00)");
  EXPECT_EQ(replaced("o", "0", "{a|neq: foo}"), "(a|neq=f00)");
}

TEST(ReplaceString, KeepsEscapesAndWildcardsItDoesNotTouch) {
  // `C:\a\\*` is a backslash and a wildcard; shown as C:\a\*, which would read as an escaped star.
  EXPECT_EQ(replaced("C:", "D:", "{a: 'C:\\a\\\\*'}"), "(a=D:\\a\\\\*)");
  EXPECT_EQ(replaced("x", "y", "{a: 'x\\*?x'}"), "(a=y\\*?y)");
  EXPECT_EQ(replaced("\\\\", "/", "{a|startswith: 'C:\\b\\'}"), "(a=C:/b/*)");
  EXPECT_EQ(replaced("b", "\\\\", "{a: 'a\\\\b'}"), "(a=a\\\\\\)");
}

TEST(ReplaceString, GroupsAndEmptyMatchesAsPythonHasThem) {
  EXPECT_EQ(replaced("(?P<x>a)(b)?", "[\\g<x>\\2\\g<0>]", "{f: 'abaX'}"), "(f=[abab][aa]X)");
  EXPECT_EQ(replaced("x*", "-", "{f: 'axb'}"), "(f=-a--b-)");
  EXPECT_EQ(replaced("a", "*", "{f: 'bab'}"), "(f=b*b)");
}

TEST(ReplaceString, CanLeaveWildcardsAlone) {
  EXPECT_EQ(replaced("o*$", "!", "{f|contains: 'fo*oo'}", ", skip_special: true"), "(f=*f!!*!!*)");
  EXPECT_EQ(replaced("o", "*", "{f: 'fo'}", ", skip_special: true"), "(f=f\\*)");
  EXPECT_EQ(replaced("o", "*", "{f: 'fo'}", ", skip_special: true, interpret_special: true"), "(f=f*)");
}

TEST(ReplaceString, PassesByWhatIsNoText) {
  EXPECT_EQ(replaced("a", "b", "{f|re: 'a.*'}"), "(f|re=a.*)");
  EXPECT_EQ(replaced("a", "b", "{f|cidr: '10.0.0.0/8', g: true, h: null, i|windash: '-a'}"),
            "(f|cidr=10.0.0.0/8 & g=true & h=null & i|windash=-a)");
  EXPECT_EQ(replaced("4", "5", "{f: 4624, g: 0x10}"), "(f=5625 & g=16)");
}

TEST(ReplaceString, GivesUpOnExpressionsWithoutEnd) {
  EXPECT_TRUE(
      replaced("(a+)+$", "b", "{f: '" + std::string(60, 'a') + "b'}").starts_with("refused: the regular expression"));
}

TEST(MapString, OneToManyByTheWholeText) {
  const std::string map = "- {type: map_string, mapping: {'*foo*': [x, 'y*'], 'foo': z}}\n";
  EXPECT_EQ(item_after(map, "{f|contains: [foo, bar]}"), "(f=x,y*,*bar*)");
  EXPECT_EQ(item_after(map, "{f: [foo, Foo]}"), "(f=z,Foo)");
  EXPECT_EQ(item_after(map, "{f|contains|all: [foo, bar]}"), "(f|all=x,y*,*bar*)");
  EXPECT_EQ(item_after(map, "{f|contains: bar}"), "(f|contains=bar)");
}

TEST(SetValue, ReplacesEveryValueOfAnyKind) {
  EXPECT_EQ(item_after("- {type: set_value, value: 7}\n", "{f|contains: [a, b]}"), "(f=7,7)");
  EXPECT_EQ(item_after("- {type: set_value, value: null}\n", "{f|re: a}"), "(f=null)");
  EXPECT_EQ(item_after("- {type: set_value, value: '7', force_type: num}\n- {type: convert_type, target_type: str}\n",
                       "{f: a}"),
            "(f=7)");
}

TEST(ConvertType, NumbersAndTexts) {
  Rule r = one("{f: [4688, '4689'], g: '007'}");
  ASSERT_TRUE(pipeline_of("- {type: convert_type, target_type: num}\n").apply(r));
  for (const Scalar& value : r.detections[0].second.children[0].item.values) EXPECT_EQ(value.kind, Scalar::Kind::Int);
  EXPECT_EQ(r.detections[0].second.children[1].item.values[0], (Scalar{Scalar::Kind::Int, "7"}));
  ASSERT_TRUE(pipeline_of("- {type: convert_type, target_type: str}\n").apply(r));
  for (const Scalar& value : r.detections[0].second.children[0].item.values) EXPECT_EQ(value.kind, Scalar::Kind::Text);
  EXPECT_EQ(item_after("- {type: convert_type, target_type: num}\n", "{f: x1}"),
            "refused: the value 'x1' cannot be converted to a number");
}

TEST(Case, LowerUpperSnake) {
  EXPECT_EQ(item_after("- {type: case}\n", "{f|contains: 'FooÄ'}"), "(f=*fooä*)");
  EXPECT_EQ(item_after("- {type: case, method: upper}\n", "{f: 'fo*ä'}"), "(f=FO*Ä)");
  EXPECT_EQ(item_after("- {type: case, method: snake_case}\n", "{f: 'FooBarX'}"), "(f=foo_bar_x)");
}

TEST(Regex, MatchesTheSameAsTheText) {
  EXPECT_EQ(item_after("- {type: regex, method: plain}\n", "{f|endswith: '\\a.b', g: ''}"),
            "(f|re|s=^.*\\\\a\\.b$ & g=)");
  EXPECT_EQ(item_after("- {type: regex, method: ignore_case_flag}\n", "{f: [a?, 5]}"), "((f|re|s|i=^a.$ / f=5))");
  EXPECT_EQ(item_after("- {type: regex}\n", "{f|all: ['a1', 'b']}"), "(f|re|s|all=^[aA]1$,^[bB]$)");
}

TEST(Placeholders, ValuesComeFromVarsThenFromOutside) {
  const std::string vars = "name: p\nvars: {Admins: [adm*, root], N: 5}\n";
  const std::string step = "- {type: value_placeholders}\n";
  EXPECT_EQ(item_after(step, "{f|expand: '%Admins%'}", vars), "(f=adm*,root)");
  EXPECT_EQ(item_after(step, "{f|contains|expand: '%Admins%-%N%'}", vars), "(f=*adm*-5*,*root-5*)");
  EXPECT_EQ(item_after(step, "{f: '%Admins%'}", vars), "(f=%Admins%)");
  EXPECT_EQ(item_after(step, "{f|re|expand: 'a%N%.*'}", vars), "(f|re=a5.*)");
  EXPECT_EQ(item_after(step, "{f|expand: '%Who%'}", vars),
            "refused: the placeholder %Who% has no value; give it one as variable 'Who'");
  Rule r = one("{f|expand: '%Who%'}");
  ASSERT_TRUE(pipeline_of(step, vars).apply(r, {{"Who", {"a", "b"}}, {"Admins", {"no"}}}));
  EXPECT_EQ(show(r.detections[0].second), "(f=a,b)");
}

TEST(Placeholders, SomeOnlyAndWildcards) {
  const std::string vars = "name: p\nvars: {A: x, B: y}\n";
  EXPECT_EQ(item_after("- {type: value_placeholders, include: [A]}\n", "{f|expand: '%A%%B%'}", vars),
            "(f|expand=x%B%)");
  EXPECT_EQ(item_after("- {type: value_placeholders, exclude: [A]}\n- {type: wildcard_placeholders}\n",
                       "{f|expand: '%A%/%B%'}", vars),
            "(f=*/y)");
  std::string many = "name: p\nvars:\n  A: [";
  for (int i = 0; i < 15; ++i) many += "v" + std::to_string(i) + ", ";
  EXPECT_TRUE(item_after("- {type: value_placeholders}\n", "{f|expand: '%A%%A%'}", many + "]\n")
                  .starts_with("refused: the placeholder"));
}

// A pipeline that doubles a value again and again must not fill the memory.
TEST(ValueSteps, GrowthHasAnEnd) {
  std::string steps;
  for (int i = 0; i < 40; ++i) steps += "- {type: replace_string, regex: '^(.*)$', replacement: '\\1\\1'}\n";
  EXPECT_EQ(item_after(steps, "{f: abc}"), "refused: the pipeline makes a value longer than 64 KiB");
  steps.clear();
  for (int i = 0; i < 40; ++i) steps += "- {type: map_string, mapping: {a: [a, a]}}\n";
  EXPECT_EQ(item_after(steps, "{f: a}"), "refused: the pipeline makes the rule too large");
  steps.clear();
  for (int i = 0; i < 40; ++i) steps += "- {type: field_name_mapping, mapping: {f: [f, f]}}\n";
  EXPECT_EQ(item_after(steps, "{f: a}"), "refused: the pipeline makes the rule too large");
}

}  // namespace
}  // namespace value_steps_test
}  // namespace custos::rules::pipeline::test
