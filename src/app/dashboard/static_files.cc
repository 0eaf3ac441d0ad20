#include "app/dashboard/static_files.h"

#include <algorithm>
#include <array>

#include "app/server/reply.h"
#include "base/check.h"
#include "base/digest.h"

namespace sluice {

// Made from static/ by cmake/embed.cmake.
extern const char kAppJs[];
extern const char kStyleCss[];
extern const char kIconSvg[];

namespace {

struct File {
  std::string_view name, type, bytes;
};

const std::array<File, 3>& Files() {
  static const std::array<File, 3> files = {
      File{"app.js", "text/javascript; charset=utf-8", kAppJs},
      File{"style.css", "text/css; charset=utf-8", kStyleCss},
      File{"icon.svg", "image/svg+xml", kIconSvg},
  };
  return files;
}

}  // namespace

std::string StaticAddress(std::string_view name) {
  auto found = std::ranges::find(Files(), name, &File::name);
  CHECK(found != Files().end());
  return "/static/" + std::string(name) + "?v=" + Hex(Sha256(found->bytes)).substr(0, 12);
}

http::Route StaticRoute() {
  return {.method = "GET",
          .pattern = "/static/{file}",
          .role = http::Role::kAnyone,
          .doc = {.summary = "the dashboard's script, style and picture",
                  .response_type = "application/octet-stream"},
          .handle = [](const http::RouteContext& call) {
            auto found = std::ranges::find(Files(), call.parameter("file"), &File::name);
            if (found == Files().end()) {
              return ErrorReply(Fault("not-found", "there is nothing at this address"));
            }
            http::Reply reply;
            reply.content_type = found->type;
            reply.body = found->bytes;
            // The address changes with the content.
            reply.headers.emplace_back("Cache-Control", "public, max-age=31536000, immutable");
            return reply;
          }};
}

}  // namespace sluice
