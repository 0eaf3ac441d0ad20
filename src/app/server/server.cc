#include "app/server/server.h"

#include <sys/resource.h>
#include <unistd.h>

#include <boost/asio/post.hpp>

#include "app/server/core.h"
#include "app/server/limits.h"
#include "base/error.h"
#include "base/log.h"

namespace sluice {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

Error ListenFailed(const ServerOptions& options, const std::string& why) {
  return Fault("listen-failed", "cannot listen on " + options.address + " port " +
                                    std::to_string(options.port) + ": " + why)
      .With(Scope::kRun)
      .Remedy("choose another address or port with --listen");
}

// As many descriptors as the system allows: each connection needs one.
void RaiseDescriptorLimit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

asio::ssl::context LoadTls(const ServerOptions& options) {
  asio::ssl::context tls(asio::ssl::context::tls_server);
  try {
    tls.set_options(asio::ssl::context::default_workarounds | asio::ssl::context::no_tlsv1 |
                    asio::ssl::context::no_tlsv1_1);
    tls.use_certificate_chain_file(options.tls_certificate_file);
    tls.use_private_key_file(options.tls_key_file, asio::ssl::context::pem);
  } catch (const boost::system::system_error& error) {
    throw Fault("tls-unusable", "the certificate " + options.tls_certificate_file + " and key " +
                                    options.tls_key_file +
                                    " cannot be used: " + error.code().message())
        .With(Scope::kRun)
        .Remedy("give a PEM certificate chain and its unencrypted PEM key");
  }
  return tls;
}

}  // namespace

ServerCore::ServerCore(const ServerOptions& options, std::vector<http::Route> routes, Guard& guard)
    : options_(options),
      router_(std::move(routes)),
      guard_(guard),
      handlers_(server_limits::kHandlerThreads) {
  RaiseDescriptorLimit();
  if (!options.tls_certificate_file.empty()) tls_ = LoadTls(options);
  error_code failed;
  asio::ip::address address = asio::ip::make_address(options.address, failed);
  if (failed) throw ListenFailed(options, "no IP address");
  tcp::endpoint place(address, options.port);
  auto check = [&] {
    if (failed) throw ListenFailed(options, failed.message());
  };
  acceptor_.open(place.protocol(), failed);
  check();
  acceptor_.set_option(asio::socket_base::reuse_address(true), failed);
  acceptor_.bind(place, failed);
  check();
  acceptor_.listen(asio::socket_base::max_listen_connections, failed);
  check();
}

ServerCore::~ServerCore() {
  gone_ = true;
  handlers_.stop();
  handlers_.join();
}

bool ServerCore::Post(std::function<void()> work, std::function<void()> then) {
  if (waiting_.fetch_add(1) >= server_limits::kCallsWaitingMax) {
    waiting_.fetch_sub(1);
    return false;
  }
  asio::post(handlers_, [this, work = std::move(work), then = std::move(then)]() mutable {
    waiting_.fetch_sub(1);
    work();
    work = nullptr;  // what it holds belongs to the thread of the sockets again
    asio::post(io_, std::move(then));
  });
  return true;
}

void ServerCore::Leave(Session* session) {
  if (gone_) return;
  bool was_full = sessions_.size() >= server_limits::kConnectionsMax;
  sessions_.erase(session);
  if (draining_ && sessions_.empty()) {
    grace_.cancel();
  } else if (was_full && !draining_) {
    Accept();
  }
}

void ServerCore::Accept() {
  acceptor_.async_accept([this](error_code failed, tcp::socket socket) {
    if (draining_ || failed == asio::error::operation_aborted) return;
    if (!failed) {
      OnAccept(std::move(socket));
      return;
    }
    // Out of descriptors, or a client that has gone again: others may end meanwhile.
    accept_pause_.expires_after(std::chrono::milliseconds(50));
    accept_pause_.async_wait([this](error_code) {
      if (!draining_) Accept();
    });
  });
}

void ServerCore::OnAccept(tcp::socket socket) {
  NewSession(*this, std::move(socket), tls_ ? &*tls_ : nullptr)->Start();
  // With all places taken, clients wait in the kernel's queue until one is free.
  if (sessions_.size() < server_limits::kConnectionsMax) Accept();
}

void ServerCore::BeginDrain(Stop& overtime) {
  draining_ = true;
  error_code ignored;
  acceptor_.close(ignored);
  accept_pause_.cancel();
  std::set<Session*> sessions = sessions_;
  for (Session* session : sessions) {
    if (sessions_.contains(session)) session->Drain();
  }
  grace_.expires_after(sessions_.empty() ? std::chrono::milliseconds(0) : options_.grace);
  grace_.async_wait([this, &overtime](error_code) {
    overtime.Request();
    io_.stop();
  });
}

void ServerCore::Run(const Stop& stop, Stop& overtime) {
  asio::posix::stream_descriptor stopped(io_, dup(stop.fd()));
  stopped.async_wait(asio::posix::stream_descriptor::wait_read, [&](error_code failed) {
    if (!failed) BeginDrain(overtime);
  });
  Accept();
  io_.run();
  overtime.Request();
  handlers_.stop();
  handlers_.join();
}

Server::Server(const ServerOptions& options, std::vector<http::Route> routes, Guard& guard)
    : core_(std::make_unique<ServerCore>(options, std::move(routes), guard)) {}

Server::~Server() = default;

void Server::Mount(std::vector<http::Route> routes) { core_->Mount(std::move(routes)); }

uint16_t Server::port() const { return core_->port(); }

void Server::Run(const Stop& stop, Stop& overtime) { core_->Run(stop, overtime); }

}  // namespace sluice
