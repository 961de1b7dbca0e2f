#include <filesystem>
#include <fstream>
#include <sstream>

#include "rules/pipeline/test_rule.h"
#include "rules/pipeline/values.h"

namespace custos::rules::pipeline::test {
namespace pipeline_test {
namespace {

namespace fs = std::filesystem;

std::string refusal(const std::string& text) {
  const auto read = parse_pipeline("dir/p.yml", text);
  if (read) return "read";
  EXPECT_EQ(read.error().where, "dir/p.yml");
  return read.error().text;
}

std::string step_refusal(const std::string& step) { return refusal("transformations:\n- " + step + "\n"); }

TEST(Pipeline, HeadAndTelemetry) {
  const auto p = parse_pipeline("dir/my.yml",
                                "priority: 30\nallowed_backends: [x]\ncustos: {log_source: {product: windows, service: "
                                "security, category: c}}\n");
  ASSERT_TRUE(p);
  EXPECT_EQ(p->name, "my");
  EXPECT_EQ(p->priority, 30);
  EXPECT_EQ(p->telemetry, (LogSourceRef{"windows", "c", "security"}));
  EXPECT_FALSE(parse_pipeline("p.yml", "name: x\n")->telemetry);
}

TEST(Pipeline, NamesWhatItDoesNotKnow) {
  EXPECT_EQ(refusal("nam: x\n"), "line 1: the pipeline has the key 'nam', which it does not know");
  EXPECT_EQ(refusal("a: 1\n---\nb: 1\n"), "a pipeline is one YAML document; here are 2");
  EXPECT_EQ(refusal("- a\n"), "line 1: the pipeline must be a map of keys and values");
  EXPECT_EQ(refusal("priority: high\n"), "line 1: the pipeline wants a whole number in 'priority'");
  EXPECT_EQ(
      refusal("finalizers: [{type: concat}]\n"),
      "line 1: the pipeline has 'finalizers', which changes query texts; custos matches events itself and makes none");
  EXPECT_EQ(refusal("postprocessing: []\n"), "read");
  EXPECT_EQ(refusal("custos: {log_source: {produkt: x}}\n"),
            "line 1: 'log_source' wants a product, a category or a service");
  EXPECT_EQ(step_refusal("{type: replace}"),
            "line 2: transformation 1 (replace): there is no transformation 'replace'");
  EXPECT_TRUE(step_refusal("{type: query_expression_placeholders, expression: x}").find("no query language") !=
              std::string::npos);
  EXPECT_TRUE(step_refusal("{type: command_placeholders}").find("runs commands") != std::string::npos);
  EXPECT_EQ(step_refusal("{mapping: {a: b}}"), "line 2: transformation 1 (no type) needs a 'type'");
  EXPECT_EQ(step_refusal("{type: field_name_prefix, prefix: a, sufix: b}"),
            "line 2: transformation 1 (field_name_prefix) has the key 'sufix', which it does not know");
  EXPECT_EQ(step_refusal("{type: field_name_prefix}"),
            "line 2: transformation 1 (field_name_prefix) needs the key 'prefix'");
  EXPECT_EQ(step_refusal("{type: field_name_mapping, mapping: {a: {b: c}}}"),
            "line 2: transformation 1 (field_name_mapping) wants a text or a list of texts for 'a' in 'mapping'");
  EXPECT_EQ(step_refusal("{type: case, method: title}"),
            "line 2: transformation 1 (case) has 'title' in 'method'; it can be: lower, upper, snake_case");
}

TEST(Pipeline, NamesWrongConditionsAndExpressions) {
  EXPECT_TRUE(
      step_refusal("{type: case, rule_conditions: [{type: weather}]}").find("there is no rule condition 'weather'") !=
      std::string::npos);
  EXPECT_TRUE(step_refusal("{type: case, rule_conditions: [{type: logsource}]}").find("wants a product") !=
              std::string::npos);
  EXPECT_TRUE(step_refusal("{type: case, detection_item_conditions: [{type: is_null}]}").find("'cond'") !=
              std::string::npos);
  EXPECT_TRUE(step_refusal("{type: case, rule_conditions: [{type: rule_attribute, attribute: date, value: x}]}")
                  .find("not kept") != std::string::npos);
  EXPECT_TRUE(step_refusal("{type: case, field_name_conditions: [{type: include_fields, fields: ['('], mode: re}]}")
                  .find("wrong at character") != std::string::npos);
  EXPECT_TRUE(step_refusal("{type: case, rule_cond_op: xor}").find("it can be: and, or") != std::string::npos);
  const std::string named = "rule_conditions: {a: {type: is_sigma_rule}, b: {type: is_sigma_rule}}";
  EXPECT_TRUE(step_refusal("{type: case, rule_cond_expr: a and, " + named + "}").find("ends too early") !=
              std::string::npos);
  EXPECT_TRUE(step_refusal("{type: case, rule_cond_expr: a and c, " + named + "}").find("'c', which is not there") !=
              std::string::npos);
  EXPECT_TRUE(step_refusal("{type: case, rule_cond_expr: a, " + named + "}").find("'b' is not used") !=
              std::string::npos);
  EXPECT_TRUE(
      step_refusal("{type: case, rule_cond_expr: a or b, rule_cond_op: or, " + named + "}").find("one of them") !=
      std::string::npos);
  EXPECT_TRUE(step_refusal("{type: replace_string, regex: a, replacement: '\\2'}").find("a group '2'") !=
              std::string::npos);
  EXPECT_TRUE(step_refusal("{type: replace_string, regex: '[', replacement: x}").find("regular expression") !=
              std::string::npos);
  std::string deep = "a";
  for (int i = 0; i < 200; ++i) deep = "(" + deep + ")";
  EXPECT_TRUE(step_refusal("{type: case, rule_cond_expr: '" + deep + "', rule_conditions: {a: {type: is_sigma_rule}}}")
                  .find("too deeply") != std::string::npos);
  std::string nest = "{type: case}";
  for (int i = 0; i < 20; ++i) nest = "{type: nest, items: [" + nest + "]}";
  EXPECT_TRUE(step_refusal(nest).find("nested too deeply") != std::string::npos);
}

TEST(Pipeline, SeveralRunByPriorityAndShareTheirState) {
  const std::vector<Pipeline> both = {
      pipeline_of(
          "- {type: field_name_suffix, suffix: .late, rule_conditions: [{type: processing_state, key: k, val: 1}]}\n"
          "- {type: value_placeholders}\n",
          "name: late\npriority: 20\nvars: {V: second}\n"),
      pipeline_of("- {id: e, type: field_name_suffix, suffix: .early}\n- {type: set_state, key: k, val: 1}\n",
                  "name: early\npriority: 10\nvars: {V: first}\n"),
      pipeline_of("- {type: case, rule_conditions: [{type: contains_field, field: none}]}\n", "name: idle\n")};
  Rule r = one("{a|expand: '%V%'}");
  ASSERT_TRUE(apply_pipelines(both, r));
  EXPECT_EQ(show(r.detections[0].second), "(a.early.late=second #e)");
  EXPECT_EQ(r.pipeline, (std::vector<std::string>{"early", "late"}));
}

TEST(Pipeline, AnAliasBombIsRefused) {
  std::string bomb = "vars:\n  a: &n0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 8; ++i) {
    bomb += "  v" + std::to_string(i) + ": &n" + std::to_string(i) + " [";
    for (int j = 0; j < 10; ++j) bomb += "*n" + std::to_string(i - 1) + ",";
    bomb += "]\n";
  }
  EXPECT_EQ(refusal(bomb), "the pipeline is too large");
}

TEST(Pipeline, NoTruncationBreaksIt) {
  const std::string text =
      "name: p\nvars: {a: [1, b]}\ntransformations:\n- id: x\n  type: replace_string\n  regex: '(a)(?P<n>b)?'\n  "
      "replacement: '\\1\\g<n>'\n"
      "  rule_cond_expr: not (a or b)\n  rule_conditions:\n    a: {type: logsource, product: x}\n    b: {type: tag, "
      "tag: a.b}\n"
      "- type: nest\n  items: [{type: hashes_fields, valid_hash_algos: [MD5]}]\n";
  ASSERT_EQ(refusal(text), "read");
  for (std::size_t i = 0; i <= text.size(); ++i) {
    const auto read = parse_pipeline("p.yml", std::string_view(text).substr(0, i));
    Rule r = one("{Hashes: MD5=1, b: ab}");
    if (read) (void)read->apply(r);
  }
}

// ---- content/pipelines ----

Pipeline shipped(const std::string& name) {
  const fs::path path = fs::path(CUSTOS_SOURCE_DIR) / "content" / "pipelines" / (name + ".yml");
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  auto read = parse_pipeline(path.string(), text.str());
  EXPECT_TRUE(read) << name << ": " << (read ? "" : read.error().text);
  return read ? std::move(*read) : Pipeline();
}

std::string through(const std::string& name, const std::string& log_source, const std::string& map) {
  Rule r = document("title: t\nlogsource: " + log_source + "\ndetection:\n  s: " + map + "\n  condition: s\n");
  const auto ok = shipped(name).apply(r);
  return ok ? show(r.detections[0].second) : "refused: " + ok.error().text;
}

TEST(Shipped, AllParseAndDoSomething) {
  std::size_t count = 0;
  for (const auto& entry : fs::directory_iterator(fs::path(CUSTOS_SOURCE_DIR) / "content" / "pipelines")) {
    if (entry.path().extension() != ".yml") continue;
    const Pipeline p = shipped(entry.path().stem().string());
    EXPECT_EQ(p.name, entry.path().stem().string());
    EXPECT_FALSE(p.steps.empty());
    ++count;
  }
  EXPECT_GE(count, 12u);
}

TEST(Shipped, WindowsAuditProcess) {
  const std::string source = "{product: windows, category: process_creation}";
  EXPECT_EQ(shipped("windows-audit-process").telemetry, (LogSourceRef{"windows", "process_creation", "security"}));
  EXPECT_EQ(through("windows-audit-process", source,
                    "{Image|endswith: '\\a.exe', ParentImage: p, CommandLine|contains: x, OriginalFileName: o, "
                    "LogonId: '0x3e7'}"),
            "(NewProcessName|endswith=\\a.exe & ParentProcessName=p & CommandLine|contains=x & OriginalFileName=o & "
            "SubjectLogonId=0x3e7)");
  EXPECT_EQ(through("windows-audit-process", source,
                    "{IntegrityLevel: [High, S-1-16-16384], ParentProcessId: 4, ProcessId: 5}"),
            "(MandatoryLabel=S-1-16-12288,S-1-16-16384 & ProcessId=4 & NewProcessId=5)");
  EXPECT_EQ(through("windows-audit-process", source, "{User|contains: [AUTHORI, AUTORI]}").substr(0, 36),
            "(SubjectUserSid=S-1-5-18,S-1-5-19,S-");
  EXPECT_EQ(through("windows-audit-process", source, "{User|endswith: bob}"),
            "((SubjectUserName|endswith=bob / TargetUserName|endswith=bob))");
}

TEST(Shipped, WindowsAuditRegistry) {
  const std::string source = "{product: windows, category: registry_set}";
  const auto set = [&](const std::string& map) { return through("windows-audit-registry-set", source, map); };
  EXPECT_EQ(shipped("windows-audit-registry-set").telemetry, (LogSourceRef{"windows", "registry_set", "security"}));
  EXPECT_EQ(shipped("windows-audit-registry-event").telemetry, (LogSourceRef{"windows", "registry_event", "security"}));
  EXPECT_EQ(set("{TargetObject: 'HKLM\\System\\CurrentControlSet\\Control\\Lsa\\RunAsPPL', Details: DWORD "
                "(0x0000000a), Image: i}"),
            "((ObjectName=\\REGISTRY\\MACHINE\\System\\ControlSet00?\\Control\\Lsa & ObjectValueName=RunAsPPL) & "
            "NewValue=10 & ProcessName=i)");
  EXPECT_EQ(
      set("{TargetObject|startswith: 'HKCU\\Software\\X\\'}"),
      "((ObjectName=\\REGISTRY\\USER\\S-1-*\\Software\\X\\\\* / ObjectName=\\REGISTRY\\USER\\S-1-*\\Software\\X))");
  EXPECT_EQ(set("{TargetObject|contains: '\\CurrentVersion\\Run', Details|contains: cmd}"),
            "((ObjectName=*\\CurrentVersion\\Run* / (ObjectName=*\\CurrentVersion & ObjectValueName=Run*)) & "
            "NewValue|contains=cmd)");
  EXPECT_TRUE(set("{Details: DWORD (0x12345678)}").starts_with("refused: ")) << set("{Details: DWORD (0x12345678)}");
  EXPECT_TRUE(set("{Details: Binary Data}").starts_with("refused: "));
  EXPECT_EQ(through("windows-audit-registry-event", source, "{EventType: SetValue, Details: (Empty), User: u}"),
            "(OperationType=%%1904,%%1905 & NewValue= & SubjectUserName=u)");
}

TEST(Shipped, NetworkSensors) {
  EXPECT_EQ(through("zeek-dns", "{category: dns}", "{query|endswith: .x, record_type: TXT, answer: a}"),
            "(query|endswith=.x & qtype_name=TXT & answers=a)");
  EXPECT_EQ(through("zeek-proxy", "{category: proxy}",
                    "{c-uri|contains: /x, c-useragent: u, cs-host: h, cs-method: GET, sc-status: 200, c-uri-extension: "
                    "[exe, 'd*']}"),
            "(uri|contains=/x & user_agent=u & host=h & method=GET & status_code=200 & uri=*.exe,d* #extension)");
  EXPECT_EQ(
      through("zeek-firewall", "{category: firewall}", "{dst_ip: 10.0.0.1, dst_port: 53, src_ip|cidr: 10.0.0.0/8}"),
      "(id.resp_h=10.0.0.1 & id.resp_p=53 & id.orig_h|cidr=10.0.0.0/8)");
  EXPECT_EQ(through("suricata-dns", "{category: dns}", "{query: x, answer: y}"),
            "((dns.rrname=x / dns.query.rrname=x / dns.queries.rrname=x) & (dns.rdata=y / dns.answers.rdata=y))");
  EXPECT_EQ(through("suricata-proxy", "{category: proxy}", "{c-uri: /x, c-useragent: u, cs-host: h, dst_ip: 1.1.1.1}"),
            "(http.url=/x & http.http_user_agent=u & http.hostname=h & dest_ip=1.1.1.1)");
  EXPECT_EQ(through("suricata-firewall", "{category: firewall}", "{dst_port: 53, src_ip: 1.1.1.1}"),
            "(dest_port=53 & src_ip=1.1.1.1)");
  EXPECT_EQ(through("kubernetes", "{product: kubernetes, category: application, service: audit}",
                    "{verb: create, hostPath: '*'}"),
            "(verb=create & requestObject.spec.volumes.hostPath.path=*)");
}

TEST(Shipped, ElasticNames) {
  const std::string windows = "{product: windows, category: process_creation}";
  EXPECT_EQ(through("winlogbeat", windows, "{EventID: 1, Image: i}"),
            "(winlog.event_id=1 #header & winlog.event_data.Image=i)");
  EXPECT_EQ(through("winlogbeat", "{product: linux}", "{Image: i}"), "(Image=i)");
  EXPECT_EQ(
      through("ecs", windows, "{Image: i, LogonId: l, User: u}"),
      "(process.executable=i #known & winlog.event_data.LogonId=l & (user.name=u #known / user.domain=u #known))");
  EXPECT_EQ(through("ecs", windows, "{Hashes|contains: IMPHASH=ab}"),
            "((process.pe.imphash=ab #known / file.pe.imphash=ab #known / dll.pe.imphash=ab #known))");
  EXPECT_EQ(through("ecs", "{product: linux, category: process_creation}", "{Image: i, LogonId: l}"),
            "(process.executable=i & LogonId=l)");
  EXPECT_EQ(through("ecs", "{category: proxy}", "{c-uri: i}"), "(url.original=i)");
  EXPECT_EQ(through("ecs", "{product: aws, service: cloudtrail}", "{eventName: i, errorCode: e}"),
            "(event.action=i & aws.cloudtrail.error_code=e)");
  EXPECT_EQ(through("ecs", "{product: m365, service: audit}", "{Operation: i, Parameters: p}"),
            "(event.action=i #office & o365.audit.Parameters=p)");
  EXPECT_EQ(through("ecs", "{product: okta, service: okta}", "{eventType: i, outcome.result: p}"),
            "(event.action=i & okta.outcome.result=p)");
  EXPECT_EQ(through("ecs", "{product: azure, service: auditlogs}", "{properties.message: i}"),
            "(azure.auditlogs.operation_name=i)");
  EXPECT_EQ(through("ecs", "{product: gcp, service: gcp.audit}", "{gcp.audit.method_name: i}"), "(event.action=i)");
  EXPECT_EQ(through("ecs", "{product: github, service: audit}", "{action: i}"), "(event.action=i)");
  EXPECT_EQ(through("ecs", "{product: kubernetes, service: audit}", "{verb: i}"), "(kubernetes.audit.verb=i)");
}

// Over every public rule: a pipeline either fits a rule or says why not, and none of them loses a rule's condition.
TEST(Shipped, EveryPublicRuleGoesThrough) {
  const char* const env = std::getenv("CUSTOS_CORPORA");
  const fs::path corpora = env != nullptr ? fs::path(env) : fs::path(CUSTOS_SOURCE_DIR) / ".." / "shared" / "corpora";
  if (!fs::is_directory(corpora / "sigma" / "rules" / "windows")) GTEST_SKIP() << "no public rules at " << corpora;
  std::vector<Pipeline> all;
  for (const char* name : {"ecs", "windows-audit-process", "windows-audit-registry-set", "zeek-proxy"})
    all.push_back(shipped(name));
  std::size_t rules = 0, refused = 0;
  for (const auto& entry : fs::recursive_directory_iterator(corpora / "sigma" / "rules" / "windows")) {
    if (entry.path().extension() != ".yml") continue;
    std::ifstream file(entry.path(), std::ios::binary);
    std::stringstream text;
    text << file.rdbuf();
    for (const auto& parsed : parse_documents(entry.path().string(), text.str())) {
      if (!parsed.rule) continue;
      for (const Pipeline& p : all) {
        Rule r = *parsed.rule;
        const auto ok = p.apply(r);
        ++rules;
        refused += ok ? 0 : 1;
        if (ok) {
          EXPECT_NE(r.condition.kind, Condition::Kind::True) << entry.path();
        } else {
          EXPECT_FALSE(ok.error().text.empty());
        }
      }
    }
  }
  EXPECT_GT(rules, 8'000u);
  EXPECT_LT(refused, rules / 100);
}

}  // namespace
}  // namespace pipeline_test
}  // namespace custos::rules::pipeline::test
