// Pipelines from anywhere, applied to rules that hold something for every transformation: no crash, no hang, no endless
// growth.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "rules/parse/document.h"
#include "rules/pipeline/pipeline.h"

namespace {

constexpr std::string_view kRules = R"(title: a
id: 11111111-2222-4333-8444-555555555555
level: high
tags: [attack.t1059]
fields: [Image, User]
logsource: {product: windows, category: process_creation}
detection:
  sel:
    Image|endswith: ['\cmd.exe', '\a\\*b?']
    User|expand: '%Admins%'
    Hashes|contains: ['SHA1=aabb', 'MD5=*']
    EventID: [1, 0x10, true]
    Empty: null
    Name|re|i: 'a.*%x%'
    Other|fieldref: Image
    TargetObject|contains|all: ['\Run\X', 'HKLM\*']
  keys: [foo, 'b*r']
  list:
  - {a|cased|neq: B}
  - {b|windash|contains: ' -x '}
  condition: sel and not 1 of key* or all of list*
---
title: b
name: c
correlation:
  type: value_count
  rules: [a]
  group-by: [Image, who]
  timespan: 5m
  aliases: {who: {a: User}}
  condition: {gte: 2, field: User}
)";

std::size_t weigh(const custos::rules::Detection& detection) {
  std::size_t sum = 1 + detection.item.values.size();
  for (const auto& child : detection.children) sum += weigh(child);
  return sum;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const auto rules = custos::rules::parse_documents("fuzz.yml", kRules);
  const auto pipeline =
      custos::rules::parse_pipeline("fuzz.yml", std::string_view(reinterpret_cast<const char*>(data), size));
  if (!pipeline) return 0;
  for (const auto& document : rules) {
    if (!document.rule) std::abort();
    custos::rules::Rule rule = *document.rule;
    if (!pipeline->apply(rule, {{"Admins", {"root", "adm*"}}})) continue;
    std::size_t sum = 0;
    for (const auto& [name, detection] : rule.detections) sum += weigh(detection);
    if (sum > 400'000) std::abort();
  }
  return 0;
}
