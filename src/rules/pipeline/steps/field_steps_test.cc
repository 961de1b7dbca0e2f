#include "rules/pipeline/test_rule.h"

namespace custos::rules::pipeline::test {
namespace field_steps_test {
namespace {

const std::string kMap = "- {id: m, type: field_name_mapping, mapping: {Image: proc, User: [u1, u2], Other: o}}\n";

TEST(FieldSteps, MapsOneToOneAndOneToMany) {
  EXPECT_EQ(item_after(kMap, "{Image|endswith: '\\a.exe', Free: 1}"), "(proc|endswith=\\a.exe #m & Free=1)");
  EXPECT_EQ(item_after(kMap, "{User|contains|all: [a, b]}"), "((u1|contains|all=a,b #m / u2|contains|all=a,b #m))");
  EXPECT_EQ(item_after(kMap, "[{Image: a}, {User: b}]"), "((proc=a #m) / ((u1=b #m / u2=b #m)))");
}

TEST(FieldSteps, SeveralCopiesForgetEarlierSteps) {
  const std::string twice =
      "- {id: a, type: field_name_suffix, suffix: .x}\n- {id: b, type: field_name_mapping, mapping: {User.x: [u, v], "
      "Image.x: i}}\n";
  EXPECT_EQ(item_after(twice, "{User: n, Image: m}"), "((u=n #b / v=n #b) & i=m #a #b)");
}

TEST(FieldSteps, PrefixesAndSuffixesLeaveKeywordsAlone) {
  const std::string both = "- {type: field_name_prefix, prefix: p.}\n- {type: field_name_suffix, suffix: .s}\n";
  EXPECT_EQ(item_after(both, "{a: 1}"), "(p.a.s=1)");
  EXPECT_EQ(item_after(both, "[k1, k2]"), "=k1,k2");
  const std::string mapping = "- {type: field_name_prefix_mapping, mapping: {Target: [T., U.], Par: P.}}\n";
  EXPECT_EQ(item_after(mapping, "{TargetX: 1, ParentY: 2, Z: 3}"), "((T.X=1 / U.X=1) & P.entY=2 & Z=3)");
}

TEST(FieldSteps, AKeywordInAFieldIsSomewhereInIt) {
  EXPECT_EQ(item_after("- {type: field_name_mapping, mapping: {null: msg}}\n", "[k1, 'x*', 5]"), "msg=*k1*,*x*,5");
  EXPECT_EQ(item_after("- {type: field_name_mapping, mapping: {null: msg}}\n", "{'|all': ['C:\\a\\', b]}"),
            "(msg|all=*C:\\a\\\\*,*b*)");
}

TEST(FieldSteps, FieldReferencesAreRenamedToo) {
  EXPECT_EQ(item_after(kMap, "{Free|fieldref: Image}"), "(Free|fieldref=proc #m)");
  EXPECT_EQ(item_after(kMap, "{Image|fieldref|startswith: User}"), "(proc|fieldref|startswith=u1,u2 #m)");
  const std::string only =
      "- {type: field_name_mapping, mapping: {Image: p, User: u}, field_name_conditions: [{type: include_fields, "
      "fields: [User]}]}\n";
  EXPECT_EQ(item_after(only, "{Image|fieldref: User}"), "(Image|fieldref=u)");
}

TEST(FieldSteps, ConditionsOnNames) {
  const auto with = [](const std::string& conditions) {
    return "- {type: field_name_prefix, prefix: p., " + conditions + "}\n";
  };
  const std::string map = "{Image: 1, User: 2, Img2: 3}";
  EXPECT_EQ(item_after(with("field_name_conditions: [{type: include_fields, fields: [Im.g, '.*2'], mode: re}]"), map),
            "(p.Image=1 & User=2 & p.Img2=3)");
  EXPECT_EQ(item_after(with("field_name_conditions: [{type: exclude_fields, fields: [Image]}]"), map),
            "(Image=1 & p.User=2 & p.Img2=3)");
  EXPECT_EQ(
      item_after(with("field_name_cond_not: true, field_name_conditions: [{type: include_fields, fields: [Image]}]"),
                 map),
      "(Image=1 & p.User=2 & p.Img2=3)");
  EXPECT_EQ(item_after(with("field_name_cond_op: or, field_name_conditions: [{type: include_fields, fields: [Image]}, "
                            "{type: include_fields, fields: [User]}]"),
                       map),
            "(p.Image=1 & p.User=2 & Img2=3)");
  EXPECT_EQ(item_after(with("field_name_cond_expr: 'not (a or b)', field_name_conditions: {a: {type: include_fields, "
                            "fields: [Image]}, b: {type: include_fields, fields: [User]}}"),
                       map),
            "(Image=1 & User=2 & p.Img2=3)");
}

TEST(FieldSteps, ListsOfFieldsFollowAndRememberTheirSteps) {
  Rule r = one("{Image: a}", "fields: [Image, User, Free]\n");
  ASSERT_TRUE(pipeline_of(kMap + "- {type: field_name_suffix, suffix: .k, field_name_conditions: [{type: "
                                 "processing_item_applied, processing_item_id: m}]}\n")
                  .apply(r));
  EXPECT_EQ(r.fields, (std::vector<std::string>{"proc.k", "u1.k", "u2.k", "Free"}));
  Rule s = one("{a: b}", "fields: [x, y, x]\n");
  ASSERT_TRUE(pipeline_of("- {type: add_field, field: [n, m]}\n- {type: remove_field, field: x}\n").apply(s));
  EXPECT_EQ(s.fields, (std::vector<std::string>{"y", "x", "n", "m"}));
  ASSERT_TRUE(pipeline_of("- {type: set_field, fields: [z]}\n").apply(s));
  EXPECT_EQ(s.fields, (std::vector<std::string>{"z"}));
}

TEST(FieldSteps, AnEmptyListDropsTheField) {
  const std::string drop = "- {type: field_name_mapping, mapping: {Image: []}}\n";
  EXPECT_EQ(item_after(drop, "{Image: a, User: b}"), "(User=b)");
  EXPECT_TRUE(after(drop, one("{Image: a}")).starts_with("refused: ")) << after(drop, one("{Image: a}"));
}

Rule correlation() {
  return document(
      "title: c\nname: c\ncorrelation:\n  type: value_count\n  rules: [r]\n  group-by: [Image, who]\n  timespan: 5m\n  "
      "aliases:\n"
      "    who: {r: Other}\n  condition: {gte: 3, field: Free}\n");
}

TEST(FieldSteps, CorrelationsOfReferredRules) {
  const std::string map =
      "- type: field_name_mapping\n  mapping: {Image: [p, q], Other: o, Free: f, who: never}\n  rule_conditions:\n  - "
      "{type: logsource, product: windows}\n";
  const Rule referred = one("{a: b}");
  const Rule* const list[] = {&referred};
  const Pipeline p = pipeline_of(map);
  Rule c = correlation();
  ASSERT_TRUE(apply_to_correlation(std::span(&p, 1), c, list));
  EXPECT_EQ(c.correlation.group_by, (std::vector<std::string>{"p", "q", "who"}));
  EXPECT_EQ(c.correlation.aliases.at("who").at("r"), "o");
  EXPECT_EQ(c.correlation.fields, (std::vector<std::string>{"f"}));
  Rule untouched = correlation();
  ASSERT_TRUE(apply_to_correlation(std::span(&p, 1), untouched, {}));
  EXPECT_EQ(untouched.correlation.group_by, (std::vector<std::string>{"Image", "who"}));
  Rule refused = correlation();
  const auto ok = pipeline_of("- {type: field_name_mapping, mapping: {Free: [f, g]}}\n").apply(refused);
  ASSERT_FALSE(ok);
  EXPECT_EQ(ok.error().text,
            "the pipeline maps 'Free' in the condition of a correlation to 2 fields; there it can be one only");
}

}  // namespace
}  // namespace field_steps_test
}  // namespace custos::rules::pipeline::test
