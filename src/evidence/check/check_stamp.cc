#include "evidence/check/check_stamp.h"

#include <fmt/format.h>

#include "base/text.h"
#include "evidence/timestamp/reply.h"

namespace custos::evidence {

Result<void> check_time_stamp(std::string_view reply, std::string_view stamped, const std::optional<Authorities>& trusted, std::uint64_t size,
                              CheckReport& report) {
  const auto stamp = verify_reply(reply, stamped, trusted ? &*trusted : nullptr);
  if (!stamp) return tl::unexpected<Error>(stamp.error());
  report.checked.push_back(fmt::format("the checkpoint over {} entries was there at {}, says {} (its certificate ends {})", size, to_rfc3339(stamp->time),
                                       printable(stamp->authority, 200), to_rfc3339(stamp->expires)));
  if (!stamp->trusted) report.not_checked.push_back("nobody vouched for the time stamping authority; name its certificates with --tsa");
  return {};
}

}  // namespace custos::evidence
