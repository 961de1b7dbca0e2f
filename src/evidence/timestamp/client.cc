#include "evidence/timestamp/client.h"

#include <fmt/format.h>

#include "base/text.h"

namespace custos::evidence {

Result<std::string> ask_authority(const std::string& url, std::string_view query, const PostOptions& options) {
  auto answer = http_post(url, {query, "application/timestamp-query", "application/timestamp-reply"}, options);
  if (!answer) return tl::unexpected<Error>(answer.error());
  // 408 and 429: too slow, too often.
  if (answer->status >= 500 || answer->status == 408 || answer->status == 429) {
    return fail(Code::Unreadable, fmt::format("it can't answer now (HTTP status {}); try again later", answer->status), shown_url(url));
  }
  if (answer->status != 200) {
    return fail(Code::Denied, fmt::format("it did not take the query (HTTP status {}); is this the address for time stamps?", answer->status), shown_url(url));
  }
  if (!equals_ignore_ascii_case(answer->type, "application/timestamp-reply")) {
    const std::string what = printable(to_valid_utf8(answer->type), 100);
    return fail(Code::Malformed, fmt::format("it answers with \"{}\" and not with a time stamp; is this the address for time stamps?", what), shown_url(url));
  }
  return std::move(answer->body);
}

}  // namespace custos::evidence
