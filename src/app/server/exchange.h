// One request and its reply, without the socket: from the head to the route, the guard, the handler
// and the bytes that answer.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "app/server/server.h"
#include "http/route.h"

namespace sluice {

class Router;

class Exchange {
 public:
  Exchange(const Router& router, Guard& guard) : router_(router), guard_(guard) {}

  // What the head alone refuses. Otherwise route() is the one that was asked for.
  std::optional<http::Reply> Begin(std::string method, std::string target, http::Headers headers,
                                   std::string peer);
  std::optional<http::Reply> CheckLength(uint64_t bytes) const;
  const http::Route& route() const { return *route_; }
  bool is_upload() const { return upload_ != nullptr; }
  bool is_head() const { return context_.method == "HEAD"; }

  // In a handler's thread; each leaves a reply if it comes to one.
  void Admit();
  void Take(std::string_view piece);
  void Handle();  // always

  bool has_reply() const { return reply_.has_value(); }
  http::Reply TakeReply();
  void Append(std::string_view piece) { context_.body += piece; }
  size_t piece_bytes() const { return is_upload() ? http::kUploadPieceBytes : 64 << 10; }

  // The replies that no handler gives.
  static http::Reply Unreadable(bool too_long);
  static http::Reply TooLarge(uint64_t bytes_max);
  static http::Reply Busy();

  // The reply's status line and headers.
  std::string Head(const http::Reply& reply, bool keep_alive, bool chunked) const;

  // In a handler's thread: the stream's next piece, then how it goes over the wire.
  void Next(http::ReplyStream& stream);
  bool stream_broken() const { return stream_broken_; }
  const http::ReplyStream::Piece& piece() const { return piece_; }
  std::string Chunk(bool chunked) const;

 private:
  // Runs `work`; its Error is the reply.
  template <class Work>
  void Try(Work work);
  void Finish(http::Reply reply);

  const Router& router_;
  Guard& guard_;
  const http::Route* route_ = nullptr;
  http::RouteContext context_;
  std::unique_ptr<http::Upload> upload_;
  std::optional<int64_t> number_;  // the guard's
  std::optional<http::Reply> reply_;
  http::ReplyStream::Piece piece_;
  bool stream_broken_ = false;
};

}  // namespace sluice
