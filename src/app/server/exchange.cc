#include "app/server/exchange.h"

#include <fmt/format.h>

#include <algorithm>
#include <ctime>

#include "app/server/reply.h"
#include "app/server/router.h"
#include "base/log.h"
#include "base/unit.h"

namespace sluice {
namespace {

std::string_view Reason(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 303:
      return "See Other";
    case 304:
      return "Not Modified";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 409:
      return "Conflict";
    case 413:
      return "Content Too Large";
    case 415:
      return "Unsupported Media Type";
    case 422:
      return "Unprocessable Content";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    default:
      return "Status";
  }
}

// RFC 9110's date: "Sun, 06 Nov 1994 08:49:37 GMT".
std::string HttpDate() {
  std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  char text[64];
  size_t size = std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts);
  return {text, size};
}

Error Internal(const std::exception& error) {
  return Fault("internal", error.what()).Remedy("this is a fault of sluice: please report it");
}

bool Has(const http::Headers& headers, std::string_view name) {
  return std::ranges::find(headers, name, &std::pair<std::string, std::string>::first) !=
         headers.end();
}

}  // namespace

std::optional<http::Reply> Exchange::Begin(std::string method, std::string target,
                                           http::Headers headers, std::string peer) {
  context_.method = std::move(method);
  context_.headers = std::move(headers);
  context_.peer = std::move(peer);
  Router::Match match = router_.Find(context_.method, target);
  route_ = match.route;
  context_.path = std::move(match.path);
  context_.parameters = std::move(match.parameters);
  size_t question = target.find('?');
  if (question != std::string::npos) context_.query = ParseQuery(target.substr(question + 1));
  if (auto refused = guard_.Screen(route_, context_)) return refused;
  if (route_ != nullptr) return std::nullopt;
  if (match.allowed.empty()) {
    return ErrorReply(Fault("not-found", "there is nothing at this address")
                          .Remedy("/openapi.json lists what there is"));
  }
  std::string methods = fmt::format("{}", fmt::join(match.allowed, ", "));
  http::Reply reply = ErrorReply(
      Fault("method-unknown", "this address does not take " + context_.method.substr(0, 20))
          .Remedy("it takes: " + methods));
  reply.headers.emplace_back("Allow", methods);
  return reply;
}

std::optional<http::Reply> Exchange::CheckLength(uint64_t bytes) const {
  if (bytes > route_->body_max) return TooLarge(route_->body_max);
  return std::nullopt;
}

template <class Work>
void Exchange::Try(Work work) {
  try {
    work();
  } catch (const Error& error) {
    Finish(ErrorReply(error));
  } catch (const std::exception& error) {
    Log(LogLevel::kError, context_.method + " " + route_->pattern + ": " + error.what());
    Finish(ErrorReply(Internal(error)));
  }
}

void Exchange::Finish(http::Reply reply) {
  upload_.reset();
  if (number_) {
    int64_t number = *number_;
    number_.reset();
    try {
      guard_.End(number, reply);
    } catch (const Error& error) {
      Log(LogLevel::kWarning, "the audit could not be completed: " + error.message());
    }
  }
  reply_ = std::move(reply);
}

void Exchange::Admit() {
  Try([&] {
    if (auto refused = guard_.Admit(*route_, context_)) {
      reply_ = std::move(*refused);
    } else if (route_->upload) {
      number_ = guard_.Begin(*route_, context_);
      upload_ = route_->upload(context_);
    }
  });
}

void Exchange::Take(std::string_view piece) {
  Try([&] { upload_->Take(piece); });
}

void Exchange::Handle() {
  Try([&] {
    if (upload_) {
      Finish(upload_->Finish());
      return;
    }
    if (!route_->immediate) number_ = guard_.Begin(*route_, context_);
    Finish(route_->handle(context_));
  });
}

http::Reply Exchange::TakeReply() {
  http::Reply reply = std::move(*reply_);
  reply_.reset();
  return reply;
}

http::Reply Exchange::Unreadable(bool too_long) {
  if (!too_long) {
    http::Reply reply = ErrorReply(Fault("request-unreadable", "this is no HTTP/1.1 request"));
    reply.status = 400;
    return reply;
  }
  http::Reply reply = ErrorReply(Fault("head-too-large", "the request's headers are too long"));
  reply.status = 431;
  return reply;
}

http::Reply Exchange::TooLarge(uint64_t bytes_max) {
  return ErrorReply(Fault("body-too-large", "the body is larger than " + FormatBytes(bytes_max)));
}

http::Reply Exchange::Busy() {
  return ErrorReply(Fault("server-busy", "too many requests wait already")
                        .With(Retry::kLater)
                        .Remedy("try again in a moment"));
}

std::string Exchange::Head(const http::Reply& reply, bool keep_alive, bool chunked) const {
  std::string head = fmt::format("HTTP/1.1 {} {}\r\nDate: {}\r\nServer: sluice\r\n", reply.status,
                                 Reason(reply.status), HttpDate());
  auto add = [&](std::string_view name, std::string_view value) {
    head.append(name).append(": ").append(value).append("\r\n");
  };
  bool has_body = reply.status != 204 && reply.status != 304;
  if (has_body) add("Content-Type", reply.content_type);
  if (chunked) {
    add("Transfer-Encoding", "chunked");
  } else if (!reply.stream && has_body) {
    add("Content-Length", std::to_string(reply.body.size()));
  }
  add("Connection", keep_alive ? "keep-alive" : "close");
  add("X-Content-Type-Options", "nosniff");
  if (!Has(reply.headers, "Cache-Control")) add("Cache-Control", "no-store");
  if (!Has(reply.headers, "Content-Security-Policy")) {
    add("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
  }
  for (const auto& [name, value] : reply.headers) add(name, value);
  return head + "\r\n";
}

void Exchange::Next(http::ReplyStream& stream) {
  try {
    piece_ = stream.Next();
  } catch (const std::exception& error) {
    Log(LogLevel::kWarning, context_.method + " " + route_->pattern + ": " + error.what());
    stream_broken_ = true;
  }
}

std::string Exchange::Chunk(bool chunked) const {
  if (!chunked) return piece_.bytes;
  std::string chunk;
  if (!piece_.bytes.empty())
    chunk = fmt::format("{:x}\r\n{}\r\n", piece_.bytes.size(), piece_.bytes);
  if (piece_.last) chunk += "0\r\n\r\n";
  return chunk;
}

}  // namespace sluice
