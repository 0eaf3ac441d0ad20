#include "app/server/import_routes.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "app/as_json.h"
#include "app/call_view.h"
#include "app/explain_object.h"
#include "app/import_view.h"
#include "app/object_name.h"
#include "app/server/call_query.h"
#include "app/server/import_body.h"
#include "app/server/import_streams.h"
#include "app/server/job_query.h"
#include "app/server/limits.h"
#include "app/server/page_query.h"
#include "app/server/replay_upload.h"
#include "app/server/reply.h"
#include "ledger/access.h"
#include "ledger/inspect.h"

namespace sluice {
namespace {

using http::Role;
using http::RouteContext;

constexpr char kImportSchema[] =
    R"({"type":"object","required":["import","state"],)"
    R"("properties":{"import":{"type":"integer"},"state":{"type":"string"}}})";

constexpr char kReplaySchema[] =
    R"({"type":"object","required":["replayed","bad","closed"],"properties":{)"
    R"("replayed":{"type":"integer"},"bad":{"type":"integer"},"closed":{"type":"integer"},)"
    R"("still_bad":{"type":"array","items":{"type":"object"}}}})";

std::string PageSchema(const std::string& name) {
  return fmt::format(R"({{"type":"object","required":["{0}","next"],"properties":{{)"
                     R"("{0}":{{"type":"array","items":{{"type":"object"}}}},)"
                     R"("next":{{"type":"integer","nullable":true}}}}}})",
                     name);
}

ImportId ImportOf(const RouteContext& context) {
  return ParseImportId(context.parameter("import"));
}

class Imports {
 public:
  Imports(const Services& services, StatusBoard& board, const Settings& defaults)
      : ledger_(services.ledger), imports_(services.imports), board_(board), defaults_(defaults) {}

  http::Reply Start(const RouteContext& context) {
    StartRequest request = ReadImportBody(context.body, defaults_);
    std::string key(context.header("Idempotency-Key").value_or(""));
    if (key.empty()) return Begun(imports_.Start(request, ImportStarter::Listing::kInBackground));
    KeyTaken taken;
    {
      auto session = ledger_.Take();
      taken = TakeIdempotencyKey(*session, context.caller.user, key, context.body);
    }
    if (!taken.is_new) return Repeated(taken);
    try {
      Started started = imports_.Start(request, ImportStarter::Listing::kInBackground);
      auto session = ledger_.Take();
      SettleIdempotencyKey(*session, context.caller.user, key, started.import);
      return Begun(started);
    } catch (const Error&) {
      auto session = ledger_.Take();
      DropIdempotencyKey(*session, context.caller.user, key);
      throw;
    }
  }

  http::Reply List(const RouteContext& context) {
    PageQuery page = ReadPageQuery(context);
    std::optional<ImportState> state;
    if (auto word = context.query_value("state")) state = ReadImportState(*word);
    auto session = ledger_.Take();
    std::vector<std::string> items;
    int64_t last = 0;
    for (const Import& import : ListImports(*session, {page.cursor}, state, page.limit)) {
      items.push_back(ImportJson(import));
      last = import.id.value;
    }
    return JsonReply(PageJson("imports", items, page.limit, last));
  }

  http::Reply Show(const RouteContext& context) {
    return JsonReply(board_.Get(ImportOf(context)).json + "\n");
  }

  http::Reply Watch(const RouteContext& context) {
    board_.Get(ImportOf(context));  // an unknown import is an error, not a stream
    http::Reply reply;
    reply.content_type = "text/event-stream";
    reply.stream = StreamStatus(board_, ImportOf(context));
    return reply;
  }

  http::Reply Cancel(const RouteContext& context) {
    ImportId import = ImportOf(context);
    {
      auto session = ledger_.Take();
      FindImportOrThrow(*session, import);
      CancelImport(*session, import);
    }
    return Changed(import, R"({"cancelled":true})");
  }

  http::Reply Retry(const RouteContext& context) {
    ImportId import = ImportOf(context);
    JobFilter filter = ReadJobFilterBody(context.body);
    uint64_t count = 0;
    {
      auto session = ledger_.Take();
      FindImportOrThrow(*session, import);
      count = RetryImport(*session, import, filter);
      if (count != 0) ReopenImport(*session, import);
    }
    return Changed(import, fmt::format(R"({{"retry":{}}})", count));
  }

  http::Reply Objects(const RouteContext& context) {
    PageQuery page = ReadPageQuery(context);
    JobFilter filter = ReadJobFilter(context);
    auto session = ledger_.Take();
    FindImportOrThrow(*session, ImportOf(context));
    std::vector<std::string> items;
    int64_t last = 0;
    for (const JobRow& job :
         FindJobs(*session, ImportOf(context), filter, {page.cursor}, page.limit)) {
      items.push_back(JobJson(job));
      last = job.id.value;
    }
    return JsonReply(PageJson("objects", items, page.limit, last));
  }

  http::Reply History(const RouteContext& context) {
    PageQuery page = ReadPageQuery(context);
    auto session = ledger_.Take();
    FindImportOrThrow(*session, ImportOf(context));
    CallFilter filter = ReadCallFilter(context, *session);
    std::vector<std::string> items;
    int64_t last = 0;
    for (const CallRow& call : ListCalls(*session, filter, {page.cursor}, page.limit)) {
      items.push_back(CallJson(call));
      last = call.id.value;
    }
    return JsonReply(PageJson("calls", items, page.limit, last));
  }

  http::Reply Rejects(const RouteContext& context) {
    std::optional<std::string> bucket, key;
    {
      auto session = ledger_.Take();
      FindImportOrThrow(*session, ImportOf(context));
      if (auto object = context.query_value("object")) {
        ObjectName name = FindObjectOrThrow(*session, std::string(*object));
        if (!name.bucket.empty()) bucket = name.bucket;
        key = name.key;
      }
    }
    http::Reply reply;
    reply.content_type = "application/x-ndjson";
    reply.headers.emplace_back(
        "Content-Disposition",
        fmt::format("attachment; filename=\"rejects-{}.ndjson\"", ImportOf(context).value));
    reply.stream = StreamRejects(ledger_, ImportOf(context), bucket, key);
    return reply;
  }

  http::Reply Explain(const RouteContext& context) {
    auto object = context.query_value("object");
    if (!object || object->empty()) {
      throw Fault("usage", "the query names no object")
          .With(Scope::kRun)
          .Remedy("ask for /objects/explain?object=s3://BUCKET/KEY");
    }
    auto session = ledger_.Take();
    return JsonReply(ExplanationJson(ExplainObject(&*session, std::string(*object), defaults_)) +
                     "\n");
  }

  std::unique_ptr<http::Upload> Replay(const RouteContext& context) {
    ImportId import = ImportOf(context);
    {
      auto session = ledger_.Take();
      FindImportOrThrow(*session, import);
    }
    return ReplayUpload(ledger_, import, [this, import] { board_.Forget(import); });
  }

  // `verb`: retry or forget, of the object that the body names.
  http::Reply Mend(const RouteContext& context, const std::string& verb) {
    auto body = nlohmann::json::parse(context.body, nullptr, false);
    if (!body.is_object() || !body.contains("object") || !body["object"].is_string()) {
      throw Fault("usage", "the request's body must be {\"object\": \"s3://BUCKET/KEY\"}")
          .With(Scope::kRun);
    }
    auto session = ledger_.Take();
    ObjectName name = FindObjectOrThrow(*session, body["object"]);
    uint64_t count = 0;
    if (verb == "forget") {
      count = ForgetObject(*session, name);
    } else {
      std::vector<JobRow> jobs = JobsOfObject(*session, name);
      count = RetryObject(*session, name);
      for (const JobRow& job : jobs) {
        if (job.state != JobState::kDead) continue;
        ReopenImport(*session, job.import);
        board_.Forget(job.import);
      }
    }
    http::Reply reply = JsonReply(fmt::format("{{\"{}\":{}}}\n", verb, count));
    reply.subject = "object " + name.bucket + "/" + name.key;
    return reply;
  }

 private:
  http::Reply Begun(const Started& started) {
    board_.Forget(started.import);
    http::Reply reply = JsonReply(board_.Get(started.import).json + "\n", 202);
    reply.headers.emplace_back("Location", fmt::format("/imports/{}", started.import.value));
    reply.subject = fmt::format("import {}", started.import.value);
    return reply;
  }

  http::Reply Repeated(const KeyTaken& taken) {
    if (!taken.same_request) {
      throw Fault("key-reused", "this Idempotency-Key was used for another request")
          .Remedy("take a new key for each request");
    }
    if (!taken.import) {
      throw Fault("key-in-use", "the request with this Idempotency-Key is still running")
          .With(Retry::kLater)
          .Remedy("ask again in a moment");
    }
    return Begun({.import = taken.import});
  }

  http::Reply Changed(ImportId import, const std::string& json) {
    board_.Forget(import);
    http::Reply reply = JsonReply(json + "\n");
    reply.subject = fmt::format("import {}", import.value);
    return reply;
  }

  pg::Pool& ledger_;
  ImportStarter& imports_;
  StatusBoard& board_;
  const Settings& defaults_;
};

}  // namespace

std::vector<http::Route> ImportRoutes(const Services& services, StatusBoard& board,
                                      const Settings& defaults) {
  auto imports = std::make_shared<Imports>(services, board, defaults);
  auto call = [imports](http::Reply (Imports::*handle)(const RouteContext&)) {
    return [imports, handle](const RouteContext& context) { return (*imports.*handle)(context); };
  };
  auto mend = [imports](std::string verb) {
    return [imports, verb](const RouteContext& context) { return imports->Mend(context, verb); };
  };
  std::vector<http::RouteDoc::Parameter> page = PageParameters();
  std::vector<http::RouteDoc::Parameter> with_state = page;
  with_state.push_back({.name = "state", .help = "only those in this state"});
  std::vector<http::RouteDoc::Parameter> filtered = page;
  for (auto& parameter : JobFilterParameters()) filtered.push_back(parameter);
  const std::string retry =
      R"({"type":"object","additionalProperties":false,"properties":{"code":{"type":"string"},)"
      R"("label":{"type":"string"},"key":{"type":"string"}}})";
  const std::string object = R"({"type":"object","required":["object"],)"
                             R"("properties":{"object":{"type":"string"}}})";

  std::vector<http::Route> routes;
  auto add = [&](std::string method, std::string pattern, Role role, http::RouteDoc doc,
                 std::function<http::Reply(const RouteContext&)> handle) {
    routes.push_back({.method = std::move(method),
                      .pattern = std::move(pattern),
                      .role = role,
                      .doc = std::move(doc),
                      .handle = std::move(handle)});
  };
  add("POST", "/imports", Role::kOperator,
      {.summary = "start an import, or resume the one that was asked for before",
       .request = ImportBodySchema(),
       .response = kImportSchema},
      call(&Imports::Start));
  add("GET", "/imports", Role::kViewer,
      {.summary = "the imports, newest first",
       .query = with_state,
       .response = PageSchema("imports")},
      call(&Imports::List));
  add("GET", "/imports/{import}", Role::kViewer,
      {.summary = "one import, as `sluice status --json` says it", .response = kImportSchema},
      call(&Imports::Show));
  std::vector<http::RouteDoc::Parameter> of_calls = page;
  for (auto& parameter : CallFilterParameters()) of_calls.push_back(parameter);
  add("GET", "/imports/{import}/history", Role::kViewer,
      {.summary =
           "what another system was told of its objects, one call for each try, newest first",
       .query = of_calls,
       .response = PageSchema("calls")},
      call(&Imports::History));
  add("GET", "/imports/{import}/events", Role::kViewer,
      {.summary = "its progress, as server-sent events", .response_type = "text/event-stream"},
      call(&Imports::Watch));
  add("POST", "/imports/{import}/cancel", Role::kOperator,
      {.summary = "end it for good; what it loaded stays"}, call(&Imports::Cancel));
  add("POST", "/imports/{import}/retry", Role::kOperator,
      {.summary = "its dead objects, or those that the body names, wait again with fresh attempts",
       .request = retry},
      call(&Imports::Retry));
  add("GET", "/imports/{import}/objects", Role::kViewer,
      {.summary = "its objects, oldest first",
       .query = filtered,
       .response = PageSchema("objects")},
      call(&Imports::Objects));
  add("GET", "/imports/{import}/rejects", Role::kOperator,
      {.summary = "its bad records, as `sluice rejects --format ndjson` prints them",
       .query = {{.name = "object", .help = "only those of this object"}},
       .response_type = "application/x-ndjson"},
      call(&Imports::Rejects));
  routes.push_back(
      {.method = "POST",
       .pattern = "/imports/{import}/replay",
       .role = Role::kOperator,
       .doc = {.summary =
                   "its bad records, mended: lines as GET .../rejects gives them go into the "
                   "tables of their objects",
               .request = R"({"type":"string"})",
               .response = kReplaySchema},
       .upload = [imports](const RouteContext& context) { return imports->Replay(context); },
       .body_max = server_limits::kReplayBytesMax,
       .content_types = {"application/x-ndjson", "application/ndjson"}});
  add("GET", "/objects/explain", Role::kViewer,
      {.summary = "why an object is loaded or not, as `sluice explain --json` says it",
       .query = {{.name = "object",
                  .help = "s3://BUCKET/KEY, spool://UPLOAD/NAME, a path, a URL, or a bare key",
                  .required = true}},
       .response = R"({"type":"object"})"},
      call(&Imports::Explain));
  add("POST", "/objects/retry", Role::kOperator,
      {.summary = "a dead object waits again with fresh attempts", .request = object},
      mend("retry"));
  add("POST", "/objects/forget", Role::kOperator,
      {.summary = "a loaded object loads again at the next import", .request = object},
      mend("forget"));
  return routes;
}

}  // namespace sluice
