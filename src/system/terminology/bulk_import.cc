#include "system/terminology/bulk_import.h"

#include <fmt/format.h>

#include <atomic>
#include <memory>
#include <utility>

#include "base/digest.h"
#include "base/error.h"
#include "engine/limits.h"
#include "engine/source.h"
#include "ledger/import_ledger.h"
#include "ledger/spool.h"
#include "pg/transaction.h"
#include "system/terminology/json_text.h"
#include "system/terminology/script_options.h"
#include "system/terminology/script_upload.h"
#include "system/terminology/submission.h"
#include "system/terminology/task_list.h"
#include "system/terminology/task_report.h"

namespace sluice::ocl {
namespace {

using http::Reply;
using http::Role;
using http::RouteContext;

// Reports that are sent at the same time, each with a session of its own.
constexpr int kReportsMax = 8;

Reply Json(int status, std::string body) { return {.status = status, .body = std::move(body)}; }

// As OCL says what is wrong.
Reply Exception(int status, std::string_view why) {
  std::string body;
  ObjectWriter object(body);
  object.Text("exception", why);
  object.End();
  return Json(status, body);
}

std::string TaskJson(const TaskRow& task) {
  std::string body;
  ObjectWriter object(body);
  object.Text("task", task.id)
      .Text("state", task.state)
      .Text("status", task.state)
      .Text("username", task.username)
      .Text("queue", task.queue);
  object.End();
  return body;
}

Reply NotFound(std::string_view task) {
  return Exception(404, fmt::format("task {} not found", task.substr(0, 100)));
}

// An answer in OCL's shape instead of an error in the server's.
struct Refusal {
  Reply reply;
};

// A query parameter or field of a form that is "true" or "false".
bool Flag(const RouteContext& context, const Sent* sent, std::string_view name, bool usual) {
  std::optional<std::string_view> text = context.query_value(name);
  if (!text && sent) {
    if (auto field = sent->fields.find(name); field != sent->fields.end()) text = field->second;
  }
  if (!text) return usual;
  if (*text == "true") return true;
  if (*text == "false") return false;
  throw Refusal{Exception(400, fmt::format("{} must be either 'true' or 'false'", name))};
}

bool IsStaff(const RouteContext& context) { return context.caller.role == Role::kAdmin; }

// Where nobody has to prove who they are, everybody is the local admin.
std::string UserOf(const RouteContext& context) {
  return context.caller.user == 0 ? "admin" : context.caller.name;
}

std::string QueueOf(const RouteContext& context) {
  auto queue = context.parameters.find("queue");
  return queue == context.parameters.end() ? "" : queue->second;
}

// Where the lines are, and what tells them from others.
struct Script {
  StartRequest request;
  std::string source;
  std::string digest;
};

Script ScriptOf(const Sent& sent) {
  Script script;
  LoadOptions& options = script.request.options;
  if (sent.script) {
    script.source = ToString(sent.script->ref);
    script.digest = sent.script->ref.etag;
  } else {
    Source source = ParseSource(sent.file_url);
    if (source.kind != Source::Kind::kHttps) {
      throw Refusal{Exception(400, "file_url must be an http or https URL")};
    }
    script.source = source.Shown();
    script.digest = Hex(Sha256(sent.file_url));
    script.request.urls = {source.url};
  }
  options.system = "terminology";
  options.sources = {script.source};
  options.threads = 1;
  options.attempts = limits::kAttemptsDefault;
  options.lease = limits::kLeaseDefault;
  return script;
}

// A report on its way out; its session is its own, so that a slow client keeps nobody waiting.
class ReportStream final : public http::ReplyStream {
 public:
  ReportStream(pg::Connection connection, const std::string& task, ReportFormat format,
               std::shared_ptr<std::atomic<int>> open)
      : connection_(std::move(connection)),
        report_(connection_, task, format),
        open_(std::move(open)) {}
  ~ReportStream() override { --*open_; }

  Piece Next() override {
    Piece piece{.bytes = report_.Next()};
    piece.last = piece.bytes.empty();
    return piece;
  }

 private:
  pg::Connection connection_;
  TaskReport report_;
  std::shared_ptr<std::atomic<int>> open_;
};

class BulkImport {
 public:
  explicit BulkImport(const Services& services) : services_(services) {}

  std::unique_ptr<http::Upload> Receive(const RouteContext& context) {
    return ReceiveScript(services_.spool, context, [this, context](const Sent& sent) {
      try {
        return Submit(context, sent);
      } catch (Refusal& refusal) {
        if (sent.script) Drop(*sent.script);
        return std::move(refusal.reply);
      }
    });
  }

  Reply Get(const RouteContext& context) {
    auto task = context.query_value("task");
    try {
      return task ? Show(context, std::string(*task)) : List(context);
    } catch (Refusal& refusal) {
      return std::move(refusal.reply);
    }
  }

  Reply Cancel(const RouteContext& context) {
    std::string id(
        context.query_value("task").value_or(context.query_value("task_id").value_or("")));
    if (id.empty()) return Exception(400, "name the task: ?task=ID");
    auto session = services_.ledger.Take();
    std::optional<TaskRow> task = FindOwn(*session, context, id);
    if (!task) return NotFound(id);
    bool cancelled = task->import.value != 0 && CancelImport(*session, task->import);
    if (!cancelled) return Exception(400, fmt::format("task {} has ended", id));
    Reply reply{.status = 204, .body = ""};
    reply.subject = "task " + id;
    return reply;
  }

 private:
  Reply Submit(const RouteContext& context, const Sent& sent) {
    if (!sent.script && sent.file_url.empty())
      throw Refusal{Exception(400, "No content to import")};
    if (sent.script && !sent.file_url.empty()) throw Refusal{Exception(400, "Invalid input.")};
    ScriptOptions options{.task = "",
                          .username = "",
                          .queue = QueueOf(context),
                          .update_if_exists = Flag(context, &sent, "update_if_exists", true),
                          .test_mode = Flag(context, &sent, "test_mode", false)};
    CheckQueueName(options.queue);
    Script script = ScriptOf(sent);
    {
      auto session = services_.ledger.Take();
      ActAs(*session, UserOf(context), IsStaff(context), options);
      DropOldTasks(*session);
      Queue(*session, script, options);
    }
    script.request.options.system_options = ToJson(options);
    script.request.options.lane = options.Lane();
    Begin(script.request, options.task);
    Reply reply = Json(200, TaskJson({.id = options.task,
                                      .username = options.username,
                                      .queue = options.ShownQueue(),
                                      .state = "PENDING",
                                      .error = "",
                                      .import = {}}));
    reply.subject = "task " + options.task;
    return reply;
  }

  // The task, unless the same is under way; a trial is never the same.
  static void Queue(pg::Connection& connection, const Script& script, ScriptOptions& options) {
    pg::Transaction tx(connection);
    if (!options.test_mode &&
        IsQueued(connection, options.username, options.update_if_exists, script.digest)) {
      throw Refusal{Exception(409, "The same import has been already queued")};
    }
    AddTask(connection, script.source, script.digest, options);
    tx.Commit();
  }

  // It is put into the queue now, so that what comes after it comes later.
  void Begin(const StartRequest& request, const std::string& task) {
    try {
      Started started = services_.imports.Start(request, ImportStarter::Listing::kNow);
      auto session = services_.ledger.Take();
      BindTask(*session, task, started.import);
    } catch (const Error&) {
      auto session = services_.ledger.Take();
      DropTask(*session, task);
      throw;
    }
  }

  void Drop(const ObjectStat& script) {
    auto session = services_.ledger.Take();
    DropSpoolUpload(*session, script.ref.bucket);
  }

  // Another's task is as if it were not there.
  static std::optional<TaskRow> FindOwn(pg::Connection& session, const RouteContext& context,
                                        const std::string& id) {
    std::optional<TaskRow> task = FindTask(session, id);
    bool own = task && (IsStaff(context) || task->username == UserOf(context));
    return own ? task : std::nullopt;
  }

  Reply List(const RouteContext& context) {
    TaskFilter filter;
    if (auto user = context.query_value("username")) filter.username = std::string(*user);
    if (!IsStaff(context)) {
      if (filter.username && *filter.username != UserOf(context)) {
        return Exception(403, "only root sees the imports of others");
      }
      filter.username = UserOf(context);
    }
    if (std::string queue = QueueOf(context); !queue.empty()) filter.queue = queue;
    auto session = services_.ledger.Take();
    std::string body = "[";
    for (const TaskRow& task : ListTasks(*session, filter)) {
      body += (body.size() > 1 ? ", " : "") + TaskJson(task);
    }
    return Json(200, body + "]");
  }

  Reply Show(const RouteContext& context, const std::string& id) {
    std::string format(context.query_value("result").value_or("summary"));
    auto session = services_.ledger.Take();
    std::optional<TaskRow> task = FindOwn(*session, context, id);
    if (!task) return NotFound(id);
    if (task->state == "FAILURE") return Exception(400, task->error);
    if (task->state != "SUCCESS") return Json(200, TaskJson(*task));
    if (format == "summary") {
      return {.status = 200,
              .body = SummaryLine(ReadHead(*session, id)),
              .content_type = "text/plain; charset=utf-8"};
    }
    if (format == "report") return Report(id, ReportFormat::kReport, "text/plain; charset=utf-8");
    if (format == "json") return Report(id, ReportFormat::kJson, "application/json");
    return Exception(400, "result must be summary, report or json");
  }

  Reply Report(const std::string& task, ReportFormat format, const std::string& type) {
    if (++*reports_ > kReportsMax) {
      --*reports_;
      Reply reply = Exception(503, "too many reports are being sent: ask again soon");
      reply.headers.emplace_back("Retry-After", "1");
      return reply;
    }
    Reply reply;
    reply.content_type = type;
    try {
      reply.stream = std::make_unique<ReportStream>(
          services_.database.Connect(Database::Use::kControl), task, format, reports_);
    } catch (const Error&) {
      --*reports_;
      throw;
    }
    return reply;
  }

  const Services services_;
  const std::shared_ptr<std::atomic<int>> reports_ = std::make_shared<std::atomic<int>>(0);
};

constexpr char kTaskSchema[] =
    R"({"type":"object","required":["task","state","status","username","queue"],"properties":{)"
    R"("task":{"type":"string"},"state":{"type":"string"},"status":{"type":"string"},)"
    R"("username":{"type":"string"},"queue":{"type":"string"}}})";
constexpr char kFlagSchema[] = R"({"type":"string","enum":["true","false"]})";

http::RouteDoc SubmitDoc() {
  return {.summary = "submit a script of OCL's bulk import",
          .query = {{.name = "update_if_exists",
                     .help = "false: what is there already is passed over",
                     .schema = kFlagSchema},
                    {.name = "test_mode",
                     .help = "true: a trial, with every result and nothing that stays",
                     .schema = kFlagSchema},
                    {.name = "file_url", .help = "where the script is, instead of a body"}},
          .request = R"({"type":"string","format":"binary"})",
          .response = kTaskSchema};
}

http::RouteDoc GetDoc() {
  return {.summary = "imports of the caller, or one's state or results",
          .query = {{.name = "task", .help = "one import; absent: a list"},
                    {.name = "result",
                     .help = "of one that has ended",
                     .schema = R"({"type":"string","enum":["summary","report","json"]})"},
                    {.name = "username", .help = "of whom; admins only"}}};
}

}  // namespace

std::vector<http::Route> BulkImportRoutes(const Services& services) {
  auto door = std::make_shared<BulkImport>(services);
  std::vector<http::Route> routes;
  for (const char* pattern : {"/manage/bulkimport/", "/manage/bulkimport",
                              "/manage/bulkimport/{queue}/", "/manage/bulkimport/{queue}"}) {
    routes.push_back(
        {.method = "POST",
         .pattern = pattern,
         .role = Role::kOperator,
         .doc = SubmitDoc(),
         .upload = [door](const RouteContext& context) { return door->Receive(context); },
         .body_max = limits::kSpoolObjectBytesMax,
         // The last two are what requests and curl send with a body unless they are told.
         .content_types = {"application/json", "application/x-ndjson", "application/gzip",
                           "application/octet-stream", "multipart/form-data", "text/plain", "",
                           "application/x-www-form-urlencoded"}});
    routes.push_back(
        {.method = "GET",
         .pattern = pattern,
         .role = Role::kViewer,
         .doc = GetDoc(),
         .handle = [door](const RouteContext& context) { return door->Get(context); }});
    routes.push_back(
        {.method = "DELETE",
         .pattern = pattern,
         .role = Role::kOperator,
         .doc = {.summary = "cancel an import: what is applied stays, the rest is not applied",
                 .query = {{.name = "task", .help = "which", .required = true}}},
         .handle = [door](const RouteContext& context) { return door->Cancel(context); }});
  }
  return routes;
}

}  // namespace sluice::ocl
