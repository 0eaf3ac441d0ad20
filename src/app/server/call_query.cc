#include "app/server/call_query.h"

#include "app/import_view.h"
#include "app/object_name.h"
#include "base/error.h"

namespace sluice {

CallFilter ReadCallFilter(const http::RouteContext& context, pg::Connection& ledger) {
  CallFilter filter;
  filter.import = ParseImportId(context.parameter("import"));
  if (auto user = context.query_value("user")) filter.subject = *user;
  if (auto state = context.query_value("state"); state && !state->empty()) {
    filter.state = *state;
    if (!IsCallState(filter.state)) {
      throw Fault("usage", "no call is ever in the state '" + filter.state + "'")
          .With(Scope::kRun)
          .Remedy("it is sent, done, later, refused, uncertain, absent or repeated");
    }
  }
  if (auto object = context.query_value("object"); object && !object->empty()) {
    filter.object = FindObjectOrThrow(ledger, std::string(*object));
  }
  return filter;
}

std::vector<http::RouteDoc::Parameter> CallFilterParameters() {
  return {{.name = "user", .help = "only calls about this user"},
          {.name = "object", .help = "only calls about this object: s3://BUCKET/KEY"},
          {.name = "state", .help = "only calls in this state"}};
}

}  // namespace sluice
