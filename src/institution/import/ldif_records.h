// LDIF as records: lines unfolded, comments and change records set aside, base64 decoded (RFC 2849).
// Called by ldif.cc; nothing else knows the syntax.
// A record's texts are owned and live until the next one.
// One thread.
// Refuses values that must be fetched (`:<`), broken base64 and over-long values: a remark each, and the record goes on without them.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "institution/import/import.h"

namespace custos::institution {

struct LdifRecord {
  std::string dn;
  std::size_t line = 0;
  std::map<std::string, std::vector<std::string>, std::less<>> values;  // by attribute in lower case, without options

  // The first value; empty where there is none.
  std::string_view one(std::string_view attribute) const;
  const std::vector<std::string>& all(std::string_view attribute) const;
  bool has(std::string_view attribute, std::string_view value) const;  // case does not matter
};

class LdifReader {
 public:
  // Attributes that nobody wants are passed over undecoded, however long (photographs, certificates).
  using Wanted = std::function<bool(std::string_view attribute)>;

  LdifReader(std::string_view text, Remarks& remarks, const ImportLimits& limits, Wanted wanted)
      : text_(text), remarks_(remarks), limits_(limits), wanted_(std::move(wanted)) {}

  // The next entry; false at the end.
  bool next(LdifRecord& record);

 private:
  struct Line {
    std::string_view first;              // as it stands, up to the line end
    std::vector<std::string_view> more;  // continuations, without their blank
    std::size_t number = 0;
    std::string joined() const;
  };
  bool line(Line& to);  // logical, comments passed over; empty at the border of records
  std::string_view physical();
  bool attribute(const Line& l, LdifRecord& record);

  std::string_view text_;
  std::size_t at_ = 0, number_ = 0;
  Remarks& remarks_;
  const ImportLimits& limits_;
  Wanted wanted_;
  bool skip_ = false;  // the record in hand is no entry
};

// Nothing where it is not base64.
std::optional<std::string> base64_decoded(std::string_view s);

}  // namespace custos::institution
