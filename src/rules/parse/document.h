// Sigma documents: the YAML tree to Rule, Correlation or filter, with every mistake named by line.
// Called by load.cc; feeds pipeline/ and lower.cc.
// Owned values.
// Any thread.
// Refuses one document at a time; the others of the file stand.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "rules/rule.h"
#include "base/yaml.h"

namespace custos::rules {

struct ParsedDocument {
  std::string id, title, kind;  // as far as they could be read
  Result<Rule> rule;
};

// The documents of one file; `action: global|reset|repeat` documents are merged into the others. A file whose YAML does not
// parse is one refused document.
std::vector<ParsedDocument> parse_documents(const std::string& path, std::string_view text);

// "5m" -> 300,000,000. s, m, h, d.
Result<std::int64_t> parse_timespan(std::string_view text);

}  // namespace custos::rules
