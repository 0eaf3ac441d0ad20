// What an HTTP server is asked and what it answers, as plain values. A route says who may call it
// and what runs; which server mounts it, how a caller proves who they are and how bytes reach the
// socket is room `app`'s.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/client.h"

namespace sluice::http {

// What a caller may do; each includes the rights of those before it.
enum class Role { kAnyone, kViewer, kOperator, kAdmin };
std::string_view ToString(Role role);
std::optional<Role> ParseRole(std::string_view word);

struct Caller {
  int64_t user = 0;  // 0: nobody who proved to be somebody
  std::string name;
  Role role = Role::kAnyone;
  int64_t token = 0;  // the key it was proved with
};

// One call of a route.
struct RouteContext {
  std::string method;
  std::string path;                                            // decoded, without the query
  std::map<std::string, std::string, std::less<>> parameters;  // the pattern's, decoded
  std::vector<std::pair<std::string, std::string>> query;      // decoded, in the order given
  Headers headers;
  std::string body;  // whole; empty for a route that takes an upload
  std::string peer;  // the address the connection comes from
  Caller caller;

  // A header's value, names compared without case; nothing if absent.
  std::optional<std::string_view> header(std::string_view name) const;
  // The first value of a query parameter; nothing if absent.
  std::optional<std::string_view> query_value(std::string_view name) const;
  // REQUIRES: the route's pattern names it.
  const std::string& parameter(std::string_view name) const;
};

// A reply's body that is made while it is sent: a long download, server-sent events. It lives until
// the client has it all or has gone.
class ReplyStream {
 public:
  struct Piece {
    std::string bytes;                   // may be empty: nothing new
    std::chrono::milliseconds pause{0};  // until the next piece is worth asking for
    bool last = false;
  };
  virtual ~ReplyStream() = default;
  // Called again when the piece before has gone out and its pause has passed; never from two
  // threads at once. Keep pieces near 64 KiB. An Error cuts the connection, so that no client takes
  // half a body for a whole one.
  virtual Piece Next() = 0;
};

struct Reply {
  int status = 200;
  std::string body;
  std::string content_type = "application/json";
  Headers headers = {};
  std::unique_ptr<ReplyStream> stream = nullptr;  // instead of the body
  std::string subject = {};                       // what was changed, for the audit: "import 42"
};

// A request's body taken piece by piece. Destroyed without Finish when the client breaks off or the
// body is too large.
class Upload {
 public:
  virtual ~Upload() = default;
  // The next bytes, at most kUploadPieceBytes, only whole pieces but for the last. The client waits
  // while this runs.
  virtual void Take(std::string_view piece) = 0;
  virtual Reply Finish() = 0;
};
inline constexpr size_t kUploadPieceBytes = 1 << 20;

// How a route is described to programs (/openapi.json). Schemas are JSON texts.
struct RouteDoc {
  struct Parameter {
    std::string name;
    std::string help;
    std::string schema = R"({"type":"string"})";
    bool required = false;
  };
  std::string summary;
  std::vector<Parameter> query = {};
  std::string request = {};   // schema of the body; empty: none
  std::string response = {};  // schema of the successful reply; empty: anything
  std::string response_type = "application/json";
};

struct Route {
  std::string method;   // "GET" serves HEAD too
  std::string pattern;  // "/imports/{import}": a {name} is one segment, {name...} all that follow
  Role role = Role::kAdmin;
  RouteDoc doc = {};
  // Runs in a thread that may block, for as long as a database question takes. Errors become JSON
  // with the status that fits them.
  std::function<Reply(const RouteContext&)> handle = nullptr;
  // Instead of `handle`: the body is streamed.
  std::function<std::unique_ptr<Upload>(const RouteContext&)> upload = nullptr;
  uint64_t body_max = 1 << 20;  // bytes
  // What a body may be called. Types that a browser sends from a form without asking (RFC 6454's
  // "simple" ones) are left out but where a sender knows no other.
  std::vector<std::string> content_types = {"application/json"};
  bool basic = false;  // Basic is taken too: user name and key (Aidbox's doors)
  // The part of the pattern that may be the caller's key, where senders can set no header; the
  // audit then has the pattern in place of the path.
  std::string key_parameter = {};
  // Bodies and replies may be YAML too: the server translates, and the handler sees only JSON.
  bool yaml = false;
  // Answers at once, in the thread that serves all sockets: it must not wait for anything.
  bool immediate = false;
  // For people: whoever is not logged in is sent to /login, and errors are pages, too.
  bool page = false;
  // True if the call may change something, so that it is written to the audit; absent: every method
  // but GET and HEAD does.
  std::function<bool(const RouteContext&)> changes = nullptr;
};

}  // namespace sluice::http
