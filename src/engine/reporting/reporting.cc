#include "engine/reporting/reporting.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/files/file.h"
#include "base/files/spared.h"
#include "base/hash.h"
#include "engine/casework/case_writer.h"
#include "engine/casework/rules.h"
#include "institution/institution.h"

namespace custos::engine {
namespace reporting {
namespace {

constexpr std::size_t kMostNames = 3'000;  // keyed hashes that fit into an entry

Result<void> put_on_record(CaseWriter& writer, const ReportRequest& request, const share::Pseudonyms::Kept& fresh, ReportDone& done) {
  std::size_t count = 0;
  for (const auto& [kind, hashes] : fresh) count += hashes.size();
  if (count > kMostNames)
    return fail(Code::Limit, fmt::format("the report withholds {} names, the most is {}; ask for an earlier part of the case", count, kMostNames));
  auto entry = writer.put({{{"act", "export"},
                            {"to", request.out},
                            {"sha256", done.sha256},
                            {"size", done.bytes},
                            {"form", "report"},
                            {"audience", share::audience_name(request.view.audience)},
                            {"lang", request.view.lang == share::Lang::Fr ? "fr" : "en"},
                            {"tlp", request.view.tlp},
                            {"names", fresh}}});
  if (!entry) return tl::unexpected<Error>(entry.error());
  done.entry = *entry;
  return {};
}

}  // namespace
}  // namespace reporting

ReleasedReport release_report(const Gathered& gathered, const Institution& institution, const share::ReportView& view, bool mask) {
  const share::Finder finder(share::terms_of(institution, view.audience));
  share::Pseudonyms names(gathered.pseudonym_key, gathered.pseudonyms);
  share::Masker masker(finder, names, share::pseudonym_words(view.lang), mask);
  share::RenderedReport page = share::render_report(gathered.report, view, masker);
  ReleasedReport released{std::move(page.html), {}, names.fresh()};
  if (view.audience != share::Audience::Technical) released.leaks = share::Gate(finder, share::report_skeleton(view)).look(released.html, page.texts);
  return released;
}

Result<ReportDone> report_case(FileSystem& files, const CaseAccess& access, const ReportRequest& request) {
  if (lies_in(request.out, access.folder)) return fail(Code::Usage, "lies in the case itself; name another place", request.out);
  auto institution = institution::usable_institution(request.institution);
  if (!institution) return tl::unexpected<Error>(institution.error());
  auto writer = CaseWriter::open(files, access);
  if (!writer) return tl::unexpected<Error>(writer.error());
  CaseState* state = (*writer)->state();
  if (state == nullptr) return tl::unexpected<Error>((*writer)->unreadable());
  if (state->view.number.empty()) return fail(Code::NotFound, "is evidence without a case; `custos case new` makes one of it", access.folder);
  ReportDone done;
  done.said = state->said;
  done.refused = refusal(state->view, access.folder, access.log.custody.who, Need::Work);
  if (!done.refused.empty()) return done;
  auto gathered = gather_report(files, {access.folder, access.identity}, state->view);
  if (!gathered) return tl::unexpected<Error>(gathered.error());
  if (request.view.audience != share::Audience::Technical && gathered->scans_had_institution && request.institution.empty()) {
    return fail(Code::Usage,
                fmt::format("the scans of this case had an institution file; a report for {} needs --institution FILE, to know which names to withhold",
                            request.view.audience == share::Audience::Leadership ? "leadership" : "an authority"));
  }
  gathered->report.institution = institution->name;
  gathered->report.institution_given = !request.institution.empty();
  auto out = OutputFile::create(request.out);
  if (!out) return tl::unexpected<Error>(out.error());
  ReleasedReport released = release_report(*gathered, *institution, request.view);
  done.said.insert(done.said.end(), gathered->report.said.begin(), gathered->report.said.end());
  done.told = gathered->report.told.size();
  done.incidents = done.told + gathered->report.further.size();
  done.leaks = std::move(released.leaks);
  if (!done.leaks.empty()) return done;
  done.sha256 = sha256_hex(released.html);
  done.bytes = released.html.size();
  (*out)->write(released.html);
  // Before anybody can take it away.
  if (auto ok = (*out)->failed() ? (*out)->commit() : reporting::put_on_record(**writer, request, released.fresh, done); !ok)
    return tl::unexpected<Error>(ok.error());
  if (auto ok = (*out)->commit(); !ok) return tl::unexpected<Error>(ok.error());
  return done;
}

}  // namespace custos::engine
