#include "system/fhir/fhir_routes.h"

#include <algorithm>
#include <charconv>
#include <memory>
#include <nlohmann/json.hpp>

#include "ledger/object_record.h"
#include "ledger/set_aside_ledger.h"
#include "system/fhir/bucket_loader.h"
#include "system/fhir/disabled_index.h"
#include "system/fhir/loader_file.h"
#include "system/fhir/rpc.h"

namespace sluice {
namespace {

constexpr char kLoad[] = "aidbox.bulk/load-from-bucket";
constexpr char kStatus[] = "aidbox.bulk/load-from-bucket-status";

// ---- /rpc

http::Reply Rpc(BucketLoader& loader, const http::RouteContext& context) {
  RpcMethods methods;
  methods[kLoad] = [&](const Json& params) {
    if (context.caller.role < http::Role::kOperator) {
      throw Fault("forbidden", "loading needs the role of an operator").With(Scope::kRun);
    }
    return loader.Load(ParseLoadFromBucket(params));
  };
  methods[kStatus] = [&](const Json& params) { return loader.Status(ParseBucketStatus(params)); };
  RpcReply answer = AnswerRpc(context.body, methods);
  http::Reply reply;
  reply.status = answer.status;
  reply.body = answer.body + "\n";
  return reply;
}

bool ChangesSomething(const http::RouteContext& context) {
  return std::ranges::count(MethodsOf(context.body), kLoad) != 0;
}

// ---- /LoaderFile

JobId ParseId(const std::string& text) {
  JobId id;
  auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), id.value);
  bool whole = failed == std::errc() && end == text.data() + text.size() && id.value > 0;
  return whole ? id : JobId{};
}

std::optional<ObjectRecord> FindRecord(pg::Connection& ledger, const std::string& text) {
  ObjectRecordFilter filter;
  filter.system = "fhir";
  filter.id = ParseId(text);
  if (!filter.id) return std::nullopt;
  ObjectRecordPage found = FindObjectRecords(ledger, filter, 1, 0);
  if (found.records.empty()) return std::nullopt;
  return found.records.front();
}

http::Reply SearchLoaderFiles(pg::Pool& ledger, const http::RouteContext& context) {
  Search search = ParseSearch(context, "LoaderFile", LoaderFileParameters());
  ObjectRecordPage page =
      FindObjectRecords(*ledger.Take(), LoaderFileFilter(search), search.count, search.offset());
  std::vector<Json> files;
  for (const ObjectRecord& record : page.records) files.push_back(LoaderFile(record));
  return ResourceReply(SearchBundle(search, std::move(files), page.total));
}

http::Reply ReadLoaderFile(pg::Pool& ledger, const http::RouteContext& context) {
  const std::string& id = context.parameter("id");
  std::optional<ObjectRecord> record = FindRecord(*ledger.Take(), id);
  return record ? ResourceReply(LoaderFile(*record)) : NoResource("LoaderFile", id);
}

http::Reply DeleteLoaderFile(pg::Pool& ledger, const http::RouteContext& context) {
  const std::string& id = context.parameter("id");
  auto session = ledger.Take();
  std::optional<ObjectRecord> record = FindRecord(*session, id);
  if (!record) return NoResource("LoaderFile", id);
  if (record->state == JobState::kRunning) {
    throw Fault("object-busy", "the file is being loaded").Remedy("delete it when that is over");
  }
  ForgetRecord(*session, *record);
  http::Reply reply = ResourceReply(LoaderFile(*record));
  reply.subject = "object " + ToString(record->object);
  return reply;
}

// ---- /DisabledIndex

// Indexes alone: foreign keys are put aside too, but are none.
std::vector<Json> DisabledIndexes(pg::Pool& ledger) {
  std::vector<Json> indexes;
  for (const SetAsideRow& row : ListSetAside(*ledger.Take(), /*history=*/true)) {
    if (row.part.has_index()) indexes.push_back(DisabledIndex(row));
  }
  return indexes;
}

http::Reply SearchDisabledIndexes(pg::Pool& ledger, const http::RouteContext& context) {
  Search search = ParseSearch(context, "DisabledIndex", DisabledIndexParameters());
  std::vector<Json> all = DisabledIndexes(ledger);
  std::erase_if(all, [&](const Json& index) { return !Matches(search, index); });
  uint64_t total = all.size();
  auto from = std::min(search.offset(), total);
  auto to = std::min(from + search.count, total);
  std::vector<Json> page(all.begin() + static_cast<ptrdiff_t>(from),
                         all.begin() + static_cast<ptrdiff_t>(to));
  return ResourceReply(SearchBundle(search, std::move(page), total));
}

http::Reply ReadDisabledIndex(pg::Pool& ledger, const http::RouteContext& context) {
  const std::string& id = context.parameter("id");
  std::vector<Json> all = DisabledIndexes(ledger);
  auto found = std::ranges::find_if(all, [&](const Json& index) { return index.at("id") == id; });
  return found == all.end() ? NoResource("DisabledIndex", id) : ResourceReply(*found);
}

// ---- what they are to the server

http::RouteDoc SearchDoc(const std::string& summary, std::span<const std::string_view> names) {
  http::RouteDoc doc{.summary = summary, .response = R"({"type":"object"})"};
  for (std::string_view name : names) {
    doc.query.push_back({std::string(name), "values, any of which will do, with commas"});
  }
  doc.query.push_back({"_count", "resources on a page", R"({"type":"integer"})"});
  doc.query.push_back({"_page", "which page, from 1", R"({"type":"integer"})"});
  return doc;
}

http::Route ResourceRoute(const std::string& method, const std::string& pattern, http::RouteDoc doc,
                          http::Reply (*handle)(pg::Pool&, const http::RouteContext&),
                          const Services& services) {
  return {.method = method,
          .pattern = pattern,
          .role = method == "GET" ? http::Role::kViewer : http::Role::kOperator,
          .doc = std::move(doc),
          .handle = [handle, &ledger = services.ledger](
                        const http::RouteContext& context) { return handle(ledger, context); },
          .basic = true};
}

http::Route RpcRoute(const Services& services) {
  auto loader = std::make_shared<BucketLoader>(services);
  http::Route route;
  route.method = "POST";
  route.pattern = "/rpc";
  route.role = http::Role::kViewer;  // of the status; loading asks for more
  route.doc = {
      .summary = "Aidbox's methods: aidbox.bulk/load-from-bucket and -status",
      .query = {{"_m", "the method, as a label; not read"}},
      .request = R"({"oneOf":[{"type":"object"},{"type":"array","items":{"type":"object"}}]})",
      .response = R"({"oneOf":[{"type":"object"},{"type":"array","items":{"type":"object"}}]})"};
  route.handle = [loader](const http::RouteContext& context) { return Rpc(*loader, context); };
  route.basic = true;
  route.yaml = true;
  route.changes = ChangesSomething;
  return route;
}

}  // namespace

std::vector<http::Route> FhirRoutes(const Services& services) {
  http::RouteDoc read_file{.summary = "one file's record"};
  http::RouteDoc forget{.summary = "forget the file, so that the next call loads it again"};
  http::RouteDoc read_index{.summary = "one index's record"};
  std::vector<http::Route> routes;
  routes.push_back(RpcRoute(services));
  routes.push_back(ResourceRoute("GET", "/LoaderFile",
                                 SearchDoc("files of buckets", LoaderFileParameters()),
                                 SearchLoaderFiles, services));
  routes.push_back(ResourceRoute("GET", "/LoaderFile/{id}", read_file, ReadLoaderFile, services));
  routes.push_back(ResourceRoute("DELETE", "/LoaderFile/{id}", forget, DeleteLoaderFile, services));
  routes.push_back(ResourceRoute("GET", "/DisabledIndex",
                                 SearchDoc("indexes put aside", DisabledIndexParameters()),
                                 SearchDisabledIndexes, services));
  routes.push_back(
      ResourceRoute("GET", "/DisabledIndex/{id}", read_index, ReadDisabledIndex, services));
  return routes;
}

}  // namespace sluice
