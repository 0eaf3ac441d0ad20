#include "app/server/upload_routes.h"

#include <charconv>
#include <nlohmann/json.hpp>

#include "app/server/page_query.h"
#include "app/server/reply.h"
#include "base/error.h"
#include "engine/limits.h"
#include "ledger/spool.h"
#include "object/spool_name.h"

namespace sluice {
namespace {

using http::RouteContext;
using nlohmann::json;

constexpr char kUploadSchema[] =
    R"({"type":"object","required":["source","upload","name","bytes","sha256"],"properties":{)"
    R"("source":{"type":"string"},"upload":{"type":"string"},"name":{"type":"string"},)"
    R"("bytes":{"type":"integer"},"sha256":{"type":"string"}}})";

constexpr char kUploadsSchema[] = R"({"type":"object","required":["uploads","next"],"properties":{)"
                                  R"("uploads":{"type":"array","items":{"type":"object"}},)"
                                  R"("next":{"type":"integer","nullable":true}}})";

std::string UploadJson(const ObjectStat& stat) {
  return json{{"source", ToString(stat.ref)},
              {"upload", stat.ref.bucket},
              {"name", stat.ref.key},
              {"bytes", stat.size_bytes},
              {"sha256", stat.ref.etag}}
      .dump();
}

// 0 where the client does not say.
uint64_t BytesExpected(const RouteContext& context) {
  std::string_view text = context.header("Content-Length").value_or("");
  uint64_t bytes = 0;
  std::from_chars(text.data(), text.data() + text.size(), bytes);
  return bytes;
}

std::unique_ptr<http::Upload> Receive(const RouteContext& context, Spool& spool) {
  return ReceiveIntoSpool(spool,
                          {.upload = std::string(context.query_value("upload").value_or("")),
                           .name = context.parameter("name"),
                           .user = context.caller.user,
                           .bytes_expected = BytesExpected(context)},
                          [](const ObjectStat& body) {
                            http::Reply reply = JsonReply(UploadJson(body) + "\n", 201);
                            reply.subject = ToString(body.ref);
                            return reply;
                          });
}

http::Reply List(const RouteContext& context, pg::Pool& ledger) {
  PageQuery page = ReadPageQuery(context);
  auto session = ledger.Take();
  std::vector<std::string> items;
  int64_t last = 0;
  for (const SpoolRow& row : AllSpoolObjects(*session, page.cursor, page.limit)) {
    items.push_back(UploadJson(row.stat));
    last = row.id;
  }
  return JsonReply(PageJson("uploads", items, page.limit, last));
}

http::Reply Drop(const RouteContext& context, pg::Pool& ledger) {
  const std::string upload(context.query_value("upload").value_or(""));
  auto session = ledger.Take();
  bool known = IsUploadId(upload) && !ListSpoolObjects(*session, upload, "", "", 1).empty();
  if (!known) {
    throw Fault("upload-unknown", "there is no upload " + upload.substr(0, 50))
        .With(Scope::kRun)
        .Remedy("GET /uploads lists what waits");
  }
  uint64_t dropped = DropSpoolUpload(*session, upload);
  if (dropped == 0) {
    throw Fault("upload-busy", "an import needs the upload " + upload)
        .With(Scope::kRun)
        .Remedy("cancel the import, and the upload goes with it");
  }
  http::Reply reply = JsonReply(json{{"removed", dropped}}.dump() + "\n");
  reply.subject = "spool://" + upload + "/";
  return reply;
}

}  // namespace

std::vector<http::Route> UploadRoutes(const Services& services) {
  std::vector<http::Route> routes;
  routes.push_back(
      {.method = "POST",
       .pattern = "/uploads/{name...}",
       .role = http::Role::kOperator,
       .doc = {.summary = "keep a body for an import, which names it spool://UPLOAD/NAME",
               .query = {{.name = "upload",
                          .help = "one that an earlier answer named: its objects are one source"}},
               .request = R"({"type":"string","format":"binary"})",
               .response = kUploadSchema},
       .upload = [&spool = services.spool](
                     const RouteContext& context) { return Receive(context, spool); },
       .body_max = limits::kSpoolObjectBytesMax,
       .content_types = {"application/octet-stream", "application/x-ndjson", "application/ndjson",
                         "application/fhir+ndjson", "application/json", "application/gzip",
                         "application/zstd", "application/x-bzip2", "text/csv"}});
  routes.push_back({.method = "GET",
                    .pattern = "/uploads",
                    .role = http::Role::kOperator,
                    .doc = {.summary = "the bodies that are kept, oldest first",
                            .query = PageParameters(),
                            .response = kUploadsSchema},
                    .handle = [&ledger = services.ledger](const RouteContext& context) {
                      return List(context, ledger);
                    }});
  routes.push_back(
      {.method = "DELETE",
       .pattern = "/uploads",
       .role = http::Role::kOperator,
       .doc = {.summary = "remove an upload that no import needs",
               .query = {{.name = "upload", .help = "as an answer named it", .required = true}}},
       .handle = [&ledger = services.ledger](const RouteContext& context) {
         return Drop(context, ledger);
       }});
  return routes;
}

}  // namespace sluice
