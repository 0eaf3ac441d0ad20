#include "engine/checkup.h"

#include "base/error.h"
#include "http/client.h"
#include "object/credentials.h"
#include "object/time_text.h"

namespace sluice {
namespace {

using std::chrono::milliseconds;
using std::chrono::system_clock;

constexpr char kFacts[] = R"sql(
SELECT EXISTS (SELECT FROM pg_settings
               WHERE name = 'default_toast_compression' AND 'lz4' = ANY (enumvals)),
  (to_regnamespace('sluice') IS NOT NULL
     OR has_database_privilege(current_database(), 'CREATE'))
  AND to_regnamespace('public') IS NOT NULL AND has_schema_privilege('public', 'CREATE'),
  (extract(epoch FROM clock_timestamp()) * 1000)::int8)sql";

constexpr size_t kAnswerBytesMax = 1 << 20;

milliseconds SinceEpoch(system_clock::time_point time) {
  return std::chrono::duration_cast<milliseconds>(time.time_since_epoch());
}

// The middle of a question and its answer is when the other side looked at its clock.
milliseconds Middle(system_clock::time_point asked, system_clock::time_point answered) {
  return (SinceEpoch(asked) + SinceEpoch(answered)) / 2;
}

}  // namespace

DatabaseFacts ExamineDatabase(pg::Connection& connection) {
  system_clock::time_point asked = system_clock::now();
  pg::Result row = connection.Exec(kFacts);
  milliseconds here = Middle(asked, system_clock::now());
  return {.version = connection.server_version(),
          .lz4 = row.boolean(0, 0),
          .may_create = row.boolean(0, 1),
          .clock_ahead = here - milliseconds(row.int8(0, 2))};
}

std::string ExamineCredentials(const std::string& profile) {
  CredentialOptions options;
  options.profile = profile;
  ReadCredentials(options, ProcessEnvironment);
  bool by_environment = profile.empty() && ProcessEnvironment("AWS_ACCESS_KEY_ID") &&
                        ProcessEnvironment("AWS_SECRET_ACCESS_KEY");
  if (by_environment) return "the environment";
  return "profile " +
         (profile.empty() ? ProcessEnvironment("AWS_PROFILE").value_or("default") : profile);
}

EndpointFacts ExamineEndpoint(const LoadOptions& options, const Stop& stop) {
  http::Options http;
  http.connect_timeout = options.connect_timeout;
  http.read_timeout = options.read_timeout;
  http.ca_bundle = options.ca_bundle.empty() ? ProcessEnvironment("AWS_CA_BUNDLE").value_or("")
                                             : options.ca_bundle;
  http::Request request;
  request.url = options.s3_endpoint;
  if (!request.url.ends_with('/')) request.url += '/';
  system_clock::time_point asked = system_clock::now();
  http::Response response = http::NewClient(http, stop)->Send(request, kAnswerBytesMax);
  milliseconds here = Middle(asked, system_clock::now());
  EndpointFacts facts{response.status, std::nullopt};
  if (auto date = response.header("Date")) {
    if (auto there = ParseHttpDate(*date)) facts.clock_ahead = here - SinceEpoch(*there);
  }
  return facts;
}

}  // namespace sluice
