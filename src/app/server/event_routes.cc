#include "app/server/event_routes.h"

#include <nlohmann/json.hpp>

#include "app/server/gate.h"
#include "app/server/reply.h"
#include "app/server/sns_topics.h"
#include "base/error.h"
#include "base/log.h"
#include "base/unit.h"
#include "http/client.h"

namespace sluice {
namespace {

using http::Role;
using http::RouteContext;
using nlohmann::json;

constexpr char kKey[] = "key";
// A certificate is some KiB; what answers a confirmation is less.
constexpr size_t kAnswerBytesMax = 64 * kKiB;

constexpr char kReportSchema[] =
    R"({"type":"object","properties":{"enqueued":{"type":"integer"},"known":{"type":"integer"},)"
    R"("gone":{"type":"integer"},"unwanted":{"type":"integer"},"others":{"type":"integer"},)"
    R"("test":{"type":"boolean"},"subscribed":{"type":"string"}}})";

class Events {
 public:
  Events(const Services& services, SystemMaker make_system,
         const std::vector<std::string>& sns_topics)
      : client_(NewClient(HttpOptions(services.endpoints), services.stop)),
        topics_(sns_topics,
                [this](const std::string& url) {
                  return client_->Send({.method = "GET", .url = url, .headers = {}, .body = {}},
                                       kAnswerBytesMax);
                }),
        intake_(services.database, services.ledger, std::move(make_system), services.stop) {}

  http::Reply Take(const RouteContext& context) {
    if (std::optional<SnsMessage> message = ParseSnsMessage(context.body)) {
      return TakeMessage(*message);
    }
    if (!IsProven(context)) {
      throw Fault("unauthenticated", "events that SNS did not sign need a valid key")
          .Remedy(
              "send Authorization: Bearer KEY, or post to /events/s3/KEY where no header can "
              "be set; `sluice tokens create` makes one");
    }
    return TakeRecords(context.body);
  }

 private:
  static http::Options HttpOptions(const http::EndpointRules& rules) {
    http::Options options;
    options.may_connect = [&rules](std::string_view address) {
      return rules.AllowsAddress(address);
    };
    return options;
  }

  // By a key of the caller's own; a browser's cookie alone proves nothing here, because the types
  // that senders give their bodies are those that any page may send.
  static bool IsProven(const RouteContext& context) {
    if (context.caller.role < Role::kViewer) return false;
    return context.parameters.contains(kKey) || context.header("Authorization") ||
           SessionCookie(context).empty();
  }

  http::Reply TakeMessage(const SnsMessage& message) {
    topics_.Check(message);
    switch (message.kind) {
      case SnsMessage::Kind::kNotification:
        return TakeRecords(message.message);
      case SnsMessage::Kind::kSubscription:
        topics_.Confirm(message);
        Log(LogLevel::kInfo, "subscribed to " + message.topic);
        return JsonReply(json{{"subscribed", message.topic}}.dump() + "\n");
      case SnsMessage::Kind::kUnsubscription:
        Log(LogLevel::kWarning, "the subscription to " + message.topic + " was ended");
        return JsonReply("{}\n");
    }
    return JsonReply("{}\n");
  }

  http::Reply TakeRecords(std::string_view text) {
    S3EventBody body = ParseS3Events(text);
    if (body.is_test) return JsonReply("{\"test\":true}\n");
    EventReport report = intake_.Take(body.created);
    http::Reply reply = JsonReply(json{{"enqueued", report.enqueued},
                                       {"known", report.known},
                                       {"gone", report.gone},
                                       {"unwanted", report.unwanted},
                                       {"others", body.others}}
                                      .dump() +
                                  "\n");
    reply.subject = std::to_string(body.created.size()) + " objects";
    return reply;
  }

  const std::unique_ptr<http::Client> client_;
  SnsTopics topics_;
  EventIntake intake_;
};

}  // namespace

std::vector<http::Route> EventRoutes(const Services& services, SystemMaker make_system,
                                     const std::vector<std::string>& sns_topics) {
  auto events = std::make_shared<Events>(services, std::move(make_system), sns_topics);
  auto take = [events](const RouteContext& context) { return events->Take(context); };
  std::vector<http::Route> routes;
  routes.push_back(
      {.method = "POST",
       .pattern = "/events/s3",
       .role = Role::kAnyone,
       .doc = {.summary = "new objects in a bucket that is watched: S3 event records with a key, "
                          "or in a message that SNS signed",
               .request = R"({"type":"object"})",
               .response = kReportSchema},
       .handle = take,
       .content_types = {"application/json", "text/plain"}});
  routes.push_back(
      {.method = "POST",
       .pattern = "/events/s3/{key}",
       .role = Role::kViewer,
       .doc = {.summary = "the same for senders that can set no header (MinIO, Ceph)",
               .request = R"({"type":"object"})",
               .response = kReportSchema},
       .handle = take,
       .content_types = {"application/json", "text/plain", "application/x-www-form-urlencoded", ""},
       .key_parameter = kKey});
  return routes;
}

}  // namespace sluice
