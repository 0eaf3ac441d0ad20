// One connection: reads a request's head, asks the guard, reads the body, runs the handler, sends
// the reply; and again. Every step has its time, and no step reads what nobody asked for.
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <type_traits>

#include "app/server/core.h"
#include "app/server/exchange.h"
#include "app/server/limits.h"

namespace sluice {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace wire = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;

template <class Stream>
class Connection final : public Session, public std::enable_shared_from_this<Connection<Stream>> {
  static constexpr bool kTls = !std::is_same_v<Stream, beast::tcp_stream>;

 public:
  template <class... Arguments>
  Connection(ServerCore& core, std::string peer, Arguments&&... stream)
      : core_(core), peer_(std::move(peer)), stream_(std::forward<Arguments>(stream)...) {
    core_.Enter(this);
  }
  ~Connection() override { core_.Leave(this); }

  void Start() override {
    if constexpr (kTls) {
      Allow(server_limits::kHandshakeTime);
      stream_.async_handshake(asio::ssl::stream_base::server, [self = Self()](error_code failed) {
        if (!failed) self->ReadHead();
      });
    } else {
      ReadHead();
    }
  }

  void Drain() override {
    if (waiting_for_client_) beast::get_lowest_layer(stream_).close();
    pause_.cancel();
  }

 private:
  std::shared_ptr<Connection> Self() { return this->shared_from_this(); }
  void Allow(std::chrono::milliseconds time) {
    beast::get_lowest_layer(stream_).expires_after(time);
  }

  void ReadHead() {
    if (core_.draining()) return;
    exchange_.reset();
    parser_.emplace();
    parser_->header_limit(server_limits::kHeadBytesMax);
    parser_->body_limit(boost::none);  // the route's, once it is known
    waiting_for_client_ = true;
    Allow(server_limits::kHeadTime);
    wire::async_read_header(stream_, buffer_, *parser_,
                            [self = Self()](error_code failed, size_t) { self->OnHead(failed); });
  }

  void OnHead(error_code failed) {
    waiting_for_client_ = false;
    if (failed) {
      bool is_http = failed.category() == wire::make_error_code(wire::error::bad_value).category();
      if (!is_http || failed == wire::error::end_of_stream) return;
      if (failed == wire::error::partial_message) return;
      exchange_.emplace(core_.router(), core_.guard());
      keep_alive_ = false;
      Answer(Exchange::Unreadable(failed == wire::error::header_limit));
      return;
    }
    const auto& head = parser_->get();
    http::Headers headers;
    for (const auto& field : head) {
      headers.emplace_back(std::string(field.name_string()), std::string(field.value()));
    }
    keep_alive_ = parser_->keep_alive();
    is_old_ = head.version() < 11;
    exchange_.emplace(core_.router(), core_.guard());
    auto refused = exchange_->Begin(std::string(head.method_string()), std::string(head.target()),
                                    std::move(headers), peer_);
    if (!refused && parser_->content_length_remaining()) {
      refused = exchange_->CheckLength(*parser_->content_length_remaining());
    }
    if (refused) {
      Answer(std::move(*refused));
    } else if (exchange_->route().immediate) {
      keep_alive_ = keep_alive_ && parser_->is_done();
      exchange_->Handle();
      Answer(exchange_->TakeReply());
    } else {
      Work([this] { exchange_->Admit(); }, &Connection::OnAdmitted);
    }
  }

  // Runs `work` in a handler's thread, then `next` here.
  template <class Function>
  void Work(Function work, void (Connection::*next)()) {
    beast::get_lowest_layer(stream_).expires_never();
    bool taken = core_.Post([self = Self(), work = std::move(work)] { work(); },
                            [self = Self(), next] { (self.get()->*next)(); });
    if (!taken) Answer(Exchange::Busy());
  }

  void OnAdmitted() {
    if (exchange_->has_reply()) {
      Answer(exchange_->TakeReply());
      return;
    }
    parser_->body_limit(exchange_->route().body_max);
    bool expects = beast::iequals(parser_->get()[wire::field::expect], "100-continue");
    if (!expects || parser_->is_done()) {
      ReadPiece();
      return;
    }
    static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
    Allow(server_limits::kSendTime);
    asio::async_write(stream_, asio::buffer(kContinue), [self = Self()](error_code failed, size_t) {
      if (!failed) self->ReadPiece();
    });
  }

  void ReadPiece() {
    if (parser_->is_done()) {
      Work([this] { exchange_->Handle(); }, &Connection::OnHandled);
      return;
    }
    // Bodies that are kept whole share one time; an upload has it anew for each piece.
    if (exchange_->is_upload() || piece_.empty()) Allow(server_limits::kBodyTime);
    piece_.resize(exchange_->piece_bytes());
    auto& body = parser_->get().body();
    body.data = piece_.data();
    body.size = piece_.size();
    body.more = true;
    wire::async_read(stream_, buffer_, *parser_,
                     [self = Self()](error_code failed, size_t) { self->OnPiece(failed); });
  }

  void OnPiece(error_code failed) {
    if (failed == wire::error::need_buffer) failed = {};
    if (failed == wire::error::body_limit) {
      Answer(Exchange::TooLarge(exchange_->route().body_max));
      return;
    }
    if (failed) return;  // the client has gone, or is too slow
    piece_.resize(piece_.size() - parser_->get().body().size);
    if (exchange_->is_upload()) {
      Work([this] { exchange_->Take(piece_); }, &Connection::OnTaken);
    } else {
      exchange_->Append(piece_);
      ReadPiece();
    }
  }

  void OnTaken() {
    if (exchange_->has_reply()) {
      Answer(exchange_->TakeReply());
    } else {
      ReadPiece();
    }
  }

  void OnHandled() { Answer(exchange_->TakeReply()); }

  void Answer(http::Reply reply) {
    std::string().swap(piece_);
    if (core_.draining() || !parser_->is_done()) keep_alive_ = false;
    reply_ = std::move(reply);
    bool chunked = reply_.stream && !is_old_;
    if (reply_.stream && is_old_) keep_alive_ = false;
    head_ = exchange_->Head(reply_, keep_alive_, chunked);
    std::vector<asio::const_buffer> all{asio::buffer(head_)};
    if (!reply_.stream && !exchange_->is_head()) all.push_back(asio::buffer(reply_.body));
    Allow(server_limits::kSendTime);
    asio::async_write(stream_, all, [self = Self()](error_code failed, size_t) {
      if (failed) return;
      if (self->reply_.stream && !self->exchange_->is_head()) {
        self->NextPiece();
      } else {
        self->Done();
      }
    });
  }

  void NextPiece() {
    Work([this] { exchange_->Next(*reply_.stream); }, &Connection::SendPiece);
  }

  void SendPiece() {
    if (exchange_->stream_broken()) return;  // the connection ends, and the client sees it
    const http::ReplyStream::Piece& piece = exchange_->piece();
    chunk_ = exchange_->Chunk(!is_old_);
    Allow(server_limits::kSendTime);
    bool last = piece.last;
    asio::async_write(stream_, asio::buffer(chunk_),
                      [self = Self(), last](error_code failed, size_t) {
                        if (failed) return;
                        if (last) {
                          self->Done();
                        } else {
                          self->Pause();
                        }
                      });
  }

  void Pause() {
    std::chrono::milliseconds pause = exchange_->piece().pause;
    if (pause.count() == 0) {
      NextPiece();
      return;
    }
    // What streams without end ends with the server.
    if (core_.draining()) return;
    beast::get_lowest_layer(stream_).expires_never();
    pause_.expires_after(pause);
    pause_.async_wait([self = Self()](error_code failed) {
      if (!failed) self->NextPiece();
    });
  }

  void Done() {
    reply_ = {};
    if (keep_alive_) {
      ReadHead();
    } else if constexpr (kTls) {
      Allow(server_limits::kLingerTime);
      stream_.async_shutdown([self = Self()](error_code) {});
    } else {
      error_code ignored;
      stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
      Allow(server_limits::kLingerTime);
      Linger(0);
    }
  }

  // Closing while the client still sends would make its side drop the answer (RFC 9112, 9.6).
  void Linger(size_t so_far) {
    if (so_far >= server_limits::kLingerBytes) return;
    if (so_far == 0) piece_.resize(64 * kKiB);
    stream_.async_read_some(asio::buffer(piece_),
                            [self = Self(), so_far](error_code failed, size_t size) {
                              if (!failed) self->Linger(so_far + size);
                            });
  }

  ServerCore& core_;
  const std::string peer_;
  Stream stream_;
  beast::flat_buffer buffer_{server_limits::kHeadBytesMax + 64 * kKiB};
  std::optional<wire::request_parser<wire::buffer_body>> parser_;
  std::optional<Exchange> exchange_;
  asio::steady_timer pause_{stream_.get_executor()};
  std::string piece_, head_, chunk_;
  http::Reply reply_;
  bool keep_alive_ = false;
  bool is_old_ = false;  // HTTP/1.0
  bool waiting_for_client_ = false;
};

}  // namespace

std::shared_ptr<Session> NewSession(ServerCore& core, tcp::socket socket, asio::ssl::context* tls) {
  error_code failed;
  tcp::endpoint peer = socket.remote_endpoint(failed);
  std::string address = failed ? "" : peer.address().to_string();
  socket.set_option(tcp::no_delay(true), failed);
  if (tls == nullptr) {
    return std::make_shared<Connection<beast::tcp_stream>>(core, address, std::move(socket));
  }
  return std::make_shared<Connection<beast::ssl_stream<beast::tcp_stream>>>(
      core, address, std::move(socket), *tls);
}

}  // namespace sluice
