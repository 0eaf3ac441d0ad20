// One import's bad records, or one object's: where, why, what to do, and the raw line.
#include <fmt/format.h>

#include "app/dashboard/page.h"
#include "app/dashboard/pages.h"
#include "app/import_view.h"
#include "app/object_name.h"
#include "app/server/page_query.h"
#include "ledger/reject_ledger.h"

namespace sluice {
namespace {

// A record may be 32 MiB long; a browser need not see more of it than this.
constexpr size_t kRawShownBytes = 4096;
constexpr int kRejectsPerPage = 20;

Html Fact(std::string_view name, const std::string& text) {
  return text.empty() ? Html() : Tag("dt", Text(name)) + Tag("dd", Text(text));
}

Html Card(const OpenReject& open) {
  const Reject& reject = open.reject;
  Html card = Tag("h2", Text(fmt::format("Line {}", reject.position.line)));
  card += Tag("p", {{"class", "name"}}, Text(ToString(open.object)));
  card += Tag("p", Tag("strong", Text(reject.message)));
  card += Tag("dl", {{"class", "facts"}},
              Fact("What to do", reject.remedy) + Fact("Reason", reject.reason) +
                  Fact("SQLSTATE", reject.sqlstate) + Fact("Detail", reject.detail) +
                  Fact("Record", reject.record_id) +
                  Fact("Byte", std::to_string(reject.position.byte_offset)));
  std::string_view raw = std::string_view(reject.raw).substr(0, kRawShownBytes);
  card += Tag("pre", {{"class", "raw"}, {"tabindex", "0"}, {"aria-label", "The record as read"}},
              Text(raw));
  if (raw.size() < reject.raw.size()) {
    card += Tag("p", {{"class", "quiet"}},
                Text(fmt::format("The first {} of {} bytes; the download has all.", raw.size(),
                                 reject.raw.size())));
  }
  return Tag("article", {{"class", "card"}}, card);
}

}  // namespace

http::Reply RejectsPage(const http::RouteContext& call, const Services& services) {
  ImportId id = ParseImportId(call.parameter("import"));
  PageQuery query = ReadPageQuery(call);
  std::string object(call.query_value("object").value_or(""));
  std::string filter = object.empty() ? "" : "?object=" + UrlPart(object);
  auto session = services.ledger.Take();
  FindImportOrThrow(*session, id);
  std::optional<std::string> bucket, key;
  if (!object.empty()) {
    ObjectName name = FindObjectOrThrow(*session, object);
    if (!name.bucket.empty()) bucket = name.bucket;
    key = name.key;
  }
  std::vector<OpenReject> rejects =
      ListOpenRejects(*session, id, bucket, key, query.cursor, kRejectsPerPage);

  std::string api = fmt::format("/imports/{}", id.value);
  Html content = Tag("p", Text(object.empty() ? "" : object + ", ") +
                              Link("/ui" + api, Text(fmt::format("import {}", id.value))));
  if (rejects.empty()) {
    content += Paragraph("There is no open bad record.");
  } else {
    content += Tag("p", Tag("a", {{"href", api + "/rejects" + filter}, {"download", ""}},
                            Text("Download as NDJSON")) +
                            Text(" – mend the raw lines and give the file to ") +
                            Tag("code", Text("sluice replay")) + Text("."));
  }
  for (const OpenReject& reject : rejects) content += Card(reject);
  if (static_cast<int>(rejects.size()) == kRejectsPerPage) {
    content += Tag("p", Link(fmt::format("/ui{}/rejects{}{}cursor={}", api, filter,
                                         filter.empty() ? "?" : "&", rejects.back().id),
                             Text("More bad records")));
  }
  Page page{.title = "Bad records", .place = "/", .content = content};
  return PageReply(call, page);
}

}  // namespace sluice
