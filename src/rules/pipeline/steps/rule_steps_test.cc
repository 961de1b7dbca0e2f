#include "rules/pipeline/test_rule.h"

namespace custos::rules::pipeline::test {
namespace rule_steps_test {
namespace {

std::string when(const std::string& conditions, const Rule& r) {
  Rule copy = r;
  const auto ok = pipeline_of("- {type: add_field, field: hit, " + conditions + "}\n").apply(copy);
  if (!ok) return "refused: " + ok.error().text;
  return copy.fields == r.fields ? "no" : "yes";
}

std::string when_one(const std::string& condition) {
  return when("rule_conditions: [" + condition + "]", one("{EventID: 4688, Image|endswith: '\\a.exe', c|cased: x}",
                                                          "level: high\nstatus: test\ntags: [attack.t1059]\n"));
}

TEST(RuleConditions, OnWhatTheRuleIs) {
  EXPECT_EQ(when_one("{type: logsource, product: windows}"), "yes");
  EXPECT_EQ(when_one("{type: logsource, product: windows, category: process_creation}"), "yes");
  EXPECT_EQ(when_one("{type: logsource, product: windows, service: sysmon}"), "no");
  EXPECT_EQ(when_one("{type: contains_field, field: Image}"), "yes");
  EXPECT_EQ(when_one("{type: contains_field, field: image}"), "no");
  EXPECT_EQ(when_one("{type: contains_detection_item, field: EventID, value: 4688}"), "yes");
  EXPECT_EQ(when_one("{type: contains_detection_item, field: EventID, value: '4688'}"), "no");
  EXPECT_EQ(when_one("{type: contains_detection_item, field: Image, value: '*\\a.exe'}"), "yes");
  EXPECT_EQ(when_one("{type: contains_detection_item, field: c, value: x}"), "no");
  EXPECT_EQ(when_one("{type: is_sigma_rule}"), "yes");
  EXPECT_EQ(when_one("{type: is_sigma_correlation_rule}"), "no");
  EXPECT_EQ(when_one("{type: tag, tag: attack.t1059}"), "yes");
  EXPECT_EQ(when_one("{type: tag, tag: attack.t1060}"), "no");
}

TEST(RuleConditions, OnAttributes) {
  EXPECT_EQ(when_one("{type: rule_attribute, attribute: title, value: t}"), "yes");
  EXPECT_EQ(when_one("{type: rule_attribute, attribute: level, value: medium, op: gt}"), "yes");
  EXPECT_EQ(when_one("{type: rule_attribute, attribute: level, value: critical, op: gte}"), "no");
  EXPECT_EQ(when_one("{type: rule_attribute, attribute: status, value: stable, op: lt}"), "yes");
  EXPECT_EQ(when_one("{type: rule_attribute, attribute: tags, value: attack.t1059, op: in}"), "yes");
  EXPECT_EQ(when_one("{type: rule_attribute, attribute: tags, value: attack.t1059, op: not_in}"), "no");
  EXPECT_EQ(when_one("{type: rule_attribute, attribute: nothing, value: x}"), "no");
  EXPECT_EQ(when_one("{type: rule_attribute, attribute: title, value: x, op: lt}"),
            "refused: rule_attribute cannot compare 'title' with 'lt'");
  Rule r = one("{a: b}");
  ASSERT_TRUE(pipeline_of("- {type: set_custom_attribute, attribute: rank, value: 7}\n").apply(r));
  EXPECT_EQ(r.custom.at("rank"), "7");
  EXPECT_EQ(when("rule_conditions: [{type: rule_attribute, attribute: rank, value: 10, op: lt}]", r), "yes");
}

TEST(RuleConditions, Joined) {
  const Rule r = one("{a: b}");
  const std::string yes = "{type: is_sigma_rule}", no = "{type: contains_field, field: z}";
  EXPECT_EQ(when("rule_conditions: [" + yes + ", " + no + "]", r), "no");
  EXPECT_EQ(when("rule_cond_op: or, rule_conditions: [" + yes + ", " + no + "]", r), "yes");
  EXPECT_EQ(when("rule_cond_not: true, rule_conditions: [" + yes + ", " + no + "]", r), "yes");
  EXPECT_EQ(when("rule_cond_not: true", r), "yes");
  EXPECT_EQ(when("rule_cond_expr: 'y and not (n or n)', rule_conditions: {y: " + yes + ", n: " + no + "}", r), "yes");
  EXPECT_EQ(when("rule_cond_expr: 'n or n and y', rule_conditions: {y: " + yes + ", n: " + no + "}", r), "no");
}

TEST(State, IsSetAndComparedWithinOneRule) {
  const std::string steps =
      "- {id: s, type: set_state, key: k, val: 3, rule_conditions: [{type: contains_field, field: a}]}\n"
      "- {type: field_name_suffix, suffix: .x, rule_conditions: [{type: processing_state, key: k, val: 2, op: gt}]}\n"
      "- {type: field_name_prefix, prefix: p., field_name_conditions: [{type: processing_state, key: k, val: '3'}]}\n"
      "- {type: case, method: upper, detection_item_conditions: [{type: processing_state, key: k, val: 4, op: ne}]}\n"
      "- {type: add_field, field: done, rule_conditions: [{type: processing_item_applied, processing_item_id: s}]}\n";
  EXPECT_EQ(item_after(steps, "{a: v}"), "(a.x=V)");
  EXPECT_EQ(item_after(steps, "{b: v}"), "(b=v)");
  EXPECT_EQ(item_after("- {type: set_state, key: k, val: x}\n- {type: case, rule_conditions: [{type: processing_state, "
                       "key: k, val: 1, op: lt}]}\n",
                       "{a: v}"),
            "refused: the state 'k' cannot be compared by size with '1'");
}

TEST(ItemConditions, OnValues) {
  const auto with = [](const std::string& condition, const std::string& map) {
    return item_after("- {type: field_name_suffix, suffix: .x, detection_item_conditions: [" + condition + "]}\n", map);
  };
  // field_name steps look at field conditions for the name, at item conditions for the item.
  EXPECT_EQ(with("{type: match_string, cond: any, pattern: '\\*ab'}", "{f|contains: [xx, abc], g: abc}"),
            "(f.x|contains=xx,abc & g=abc)");
  EXPECT_EQ(with("{type: match_string, cond: all, pattern: '.*a'}", "{f: [xa, bc], g: [a, xa]}"),
            "(f=xa,bc & g.x=a,xa)");
  EXPECT_EQ(with("{type: match_string, cond: all, pattern: a, negate: true}", "{f: [b, 5], g: a}"), "(f.x=b,5 & g=a)");
  EXPECT_EQ(with("{type: match_value, cond: any, value: 5}", "{f: 5, g: '5', h: 0x5}"), "(f.x=5 & g=5 & h.x=0x5)");
  EXPECT_EQ(with("{type: contains_wildcard, cond: any}", "{f: a*, g: 'a\\*', h|startswith: a}"),
            "(f.x=a* & g=a\\* & h.x|startswith=a)");
  EXPECT_EQ(with("{type: is_null, cond: any}", "{f: null, g: ''}"), "(f.x=null & g=)");
}

TEST(AddCondition, StandsBeforeTheRulesOwn) {
  const std::string rule_text = "  s: {a: b}\n  condition: s\n";
  EXPECT_EQ(after("- {id: i, type: add_condition, conditions: {EventID: [1, 2], 'C|contains': x}}\n", rule(rule_text)),
            "s: (a=b) ; _cond_1: (EventID=1,2 #i & C|contains=x #i) ; and(_cond_1 s)");
  EXPECT_EQ(after("- {type: add_condition, negated: true, name: own, conditions: {E: 1}}\n", rule(rule_text)),
            "s: (a=b) ; own: (E=1) ; and(not(own) s)");
  EXPECT_EQ(
      after("- {type: add_condition, template: true, conditions: {E: '$product/${category}/$service $$ $x ${y'}}\n",
            rule(rule_text)),
      "s: (a=b) ; _cond_1: (E=windows/process_creation/None $ $x ${y) ; and(_cond_1 s)");
  EXPECT_EQ(after("- {type: add_condition, conditions: {E: 1}}\n- {type: add_condition, conditions: {F: 1}}\n",
                  rule(rule_text)),
            "s: (a=b) ; _cond_1: (E=1) ; _cond_2: (F=1) ; and(_cond_2 and(_cond_1 s))");
}

TEST(DropDetectionItem, TakesWhatIsEmptyOutOfTheCondition) {
  const std::string drop =
      "- {type: drop_detection_item, field_name_conditions: [{type: include_fields, fields: [x]}]}\n";
  EXPECT_EQ(after(drop, rule("  s1: {x: 1}\n  s2: {a: 1, x: 2}\n  s3: [{x: 1}, {b: 1}]\n  condition: (s1 or s2) and "
                             "not s1 and s3 and 1 of s*\n")),
            "s2: (a=1) ; s3: ((b=1)) ; and(s2 s3 one(s*))");
  EXPECT_EQ(after(drop, rule("  s1: {x: 1}\n  t1: {x: 2}\n  t2: {a: 1}\n  condition: 1 of s* or all of t*\n")),
            "t2: (a=1) ; all(t*)");
  EXPECT_EQ(after(drop, one("{x: 1}")),
            "refused: the pipeline drops every item of the rule, so nothing is left to match");
}

TEST(HashesFields, SplitsByAlgorithm) {
  const auto hashes = [](const std::string& more, const std::string& map) {
    return item_after("- {id: h, type: hashes_fields, valid_hash_algos: [MD5, SHA1]" + more + "}\n", map);
  };
  EXPECT_EQ(hashes("", "{Hashes|contains: ['SHA1=ab', 'MD5=cd', 'sha1=ef', 'SHA256=no'], x: 1}"),
            "((SHA1=ab,ef #h / MD5=cd #h) & x=1)");
  EXPECT_EQ(hashes(", field_prefix: F_", "{Hash: '" + std::string(32, 'a') + "'}"),
            "(F_MD5=" + std::string(32, 'a') + " #h)");
  EXPECT_EQ(hashes(", field_prefix: F, drop_algo_prefix: true", "{Hashes: ['SHA1|ab', 'MD5=cd']}"), "(F=ab,cd #h)");
  EXPECT_EQ(hashes("", "{Hashes|neq: ['SHA1=ab', 'MD5=cd']}"), "((SHA1|neq=ab #h & MD5|neq=cd #h))");
  EXPECT_EQ(hashes("", "{Hashes|re: a}"), "(Hashes|re=a)");
  EXPECT_EQ(hashes("", "{Hashes: 'x=1'}"), "refused: 'Hashes' holds no hash of a kind the pipeline knows");
}

TEST(SplitPath, FindsTheLastPartInItsOwnField) {
  const auto split = [](const std::string& map) {
    return item_after("- {type: custos_split_path, field: T, head: K, tail: V}\n", map);
  };
  EXPECT_EQ(split("{T|endswith: '\\Run\\Foo'}"), "((K=*\\Run & V=Foo))");
  EXPECT_EQ(split("{T|contains: '\\Run\\'}"), "((K=*\\Run\\\\* / K=*\\Run))");
  EXPECT_EQ(split("{T: 'A\\B*c'}"), "(((K=A & V=B*c) / (K=A\\B* & V=*c)))");
  EXPECT_EQ(split("{T|endswith: name}"), "(V=*name)");
  EXPECT_EQ(split("{T|re: a}"), "refused: 'T' is asked for in a way that cannot be split in two fields");
  EXPECT_EQ(split("{T|endswith|neq: '\\Run\\Foo'}"), "((K|neq=*\\Run / V|neq=Foo))");
}

TEST(RuleSteps, LogSourceFailureAndNest) {
  Rule r = one("{a: b}");
  ASSERT_TRUE(pipeline_of("- {type: change_logsource, product: x, service: y}\n").apply(r));
  EXPECT_EQ(r.log_source, (LogSourceRef{"x", "", "y"}));
  EXPECT_EQ(item_after("- {type: rule_failure, message: not here}\n", "{a: b}"), "refused: not here");
  const std::string failure =
      "- {type: detection_item_failure, message: no a, field_name_conditions: [{type: include_fields, fields: [a]}]}\n";
  EXPECT_EQ(item_after(failure, "{a: b}"), "refused: no a");
  EXPECT_EQ(item_after(failure, "{c: b}"), "(c=b)");
  const std::string nest =
      "- {type: set_state, key: outer, val: 1}\n"
      "- type: nest\n  items:\n"
      "  - {id: n, type: field_name_suffix, suffix: .n, rule_conditions: [{type: contains_field, field: a}]}\n"
      "  - {type: set_state, key: inner, val: 1}\n"
      "  - {type: case, method: upper, rule_conditions: [{type: processing_state, key: outer, val: 1}]}\n"
      "- {type: case, method: upper, rule_conditions: [{type: processing_state, key: inner, val: 1}, {type: "
      "processing_item_applied, processing_item_id: n}]}\n";
  EXPECT_EQ(item_after(nest, "{a: b}"), "(a.n=B #n)");
  EXPECT_EQ(item_after(nest, "{c: b}"), "(c=b)");
}

}  // namespace
}  // namespace rule_steps_test
}  // namespace custos::rules::pipeline::test
