#include "http/imposter_testing.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>

#include "base/check.h"
#include "base/stop.h"

namespace sluice::http {
namespace {

std::string_view Trim(std::string_view text) {
  size_t from = text.find_first_not_of(" \r");
  return from == text.npos ? "" : text.substr(from, text.find_last_not_of(" \r") - from + 1);
}

ImposterRequest ParseHead(std::string_view head) {
  ImposterRequest request;
  size_t end = head.find("\r\n");
  std::string_view line = head.substr(0, end);
  size_t first = line.find(' '), second = line.rfind(' ');
  request.method = line.substr(0, first);
  request.target = line.substr(first + 1, second - first - 1);
  while (end != head.npos) {
    head.remove_prefix(end + 2);
    end = head.find("\r\n");
    line = head.substr(0, end);
    size_t colon = line.find(':');
    if (colon == line.npos) continue;
    request.headers.emplace_back(Trim(line.substr(0, colon)), Trim(line.substr(colon + 1)));
  }
  return request;
}

// One accepted connection, in its own thread.
class Connection {
 public:
  Connection(int fd, const Stop& stop) : fd_(fd), stop_(stop) {
    // Head and body are sent apart; together with the peer's delayed acknowledgement that takes 40
    // ms.
    const int on = 1;
    setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }
  ~Connection() {
    if (reset_) {
      linger hard{1, 0};
      setsockopt(fd_, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
    }
    close(fd_);
  }

  // Nothing at the end of the connection.
  std::optional<ImposterRequest> ReadRequest() {
    size_t end;
    while ((end = input_.find("\r\n\r\n")) == input_.npos) {
      if (!Receive()) return std::nullopt;
    }
    ImposterRequest request = ParseHead(std::string_view(input_).substr(0, end + 2));
    input_.erase(0, end + 4);
    std::string length = request.header("Content-Length");
    size_t size = length.empty() ? 0 : std::stoul(length);
    while (input_.size() < size) {
      if (!Receive()) return std::nullopt;
    }
    request.body = input_.substr(0, size);
    input_.erase(0, size);
    return request;
  }

  // False if the connection is to end.
  bool Write(const ImposterReply& reply, bool with_body) {
    if (!reply.raw.empty()) {
      SendAll(reply.raw);
      return false;
    }
    std::string head = fmt::format("HTTP/1.1 {} Imposter\r\n", reply.status);
    bool sized = false;
    for (const auto& [name, value] : reply.headers) {
      head += name + ": " + value + "\r\n";
      sized = sized || strcasecmp(name.c_str(), "Content-Length") == 0;
    }
    if (!sized) head += fmt::format("Content-Length: {}\r\n", reply.body.size());
    if (!SendAll(head + "\r\n")) return false;
    return !with_body || WriteBody(reply);
  }

 private:
  bool WriteBody(const ImposterReply& reply) {
    reset_ = reply.reset;
    size_t end = reply.body.size();
    if (reply.cut_after) end = std::min(end, *reply.cut_after);
    if (reply.stall_after) end = std::min(end, *reply.stall_after);
    std::string_view body = std::string_view(reply.body).substr(0, end);
    if (reply.drip.count() == 0) {
      if (!SendAll(body)) return false;
    } else {
      for (size_t i = 0; i < body.size(); ++i) {
        if (!SendAll(body.substr(i, 1)) || stop_.SleepFor(reply.drip)) return false;
      }
    }
    if (reply.stall_after) Await(POLLRDHUP);
    return !reply.cut_after && !reply.reset && !reply.stall_after;
  }

  // False on stop, or when the peer is gone.
  bool Await(short events) {
    pollfd wait[2] = {{fd_, events, 0}, {stop_.fd(), POLLIN, 0}};
    while (poll(wait, 2, 1000) == 0) {
    }
    return wait[1].revents == 0 && (wait[0].revents & (POLLERR | POLLNVAL)) == 0;
  }

  bool Receive() {
    char piece[4096];
    if (!Await(POLLIN)) return false;
    ssize_t got = recv(fd_, piece, sizeof piece, 0);
    if (got <= 0) return false;
    input_.append(piece, static_cast<size_t>(got));
    return true;
  }

  bool SendAll(std::string_view bytes) {
    while (!bytes.empty()) {
      if (!Await(POLLOUT)) return false;
      ssize_t sent = send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
      if (sent < 0) return false;
      bytes.remove_prefix(static_cast<size_t>(sent));
    }
    return true;
  }

  const int fd_;
  const Stop& stop_;
  std::string input_;
  bool reset_ = false;
};

}  // namespace

struct Imposter::State {
  Handler handler;
  int listener = -1;
  int port = 0;
  Stop stop;
  std::atomic<int> connections{0};
  mutable std::mutex mutex;
  std::vector<ImposterRequest> requests;
  std::vector<std::thread> threads;  // only the accepting one adds to it
  std::thread acceptor;

  void Listen() {
    listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    CHECK(bind(listener, generic, size) == 0 && listen(listener, 64) == 0);
    CHECK(getsockname(listener, generic, &size) == 0);
    port = ntohs(address.sin_port);
    acceptor = std::thread([this] { AcceptAll(); });
  }

  void AcceptAll() {
    for (;;) {
      pollfd wait[2] = {{listener, POLLIN, 0}, {stop.fd(), POLLIN, 0}};
      if (poll(wait, 2, 1000) <= 0) continue;
      if (wait[1].revents != 0) return;
      int fd = accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
      if (fd < 0) continue;
      ++connections;
      threads.emplace_back([this, fd] { Serve(fd); });
    }
  }

  void Serve(int fd) {
    Connection connection(fd, stop);
    while (auto request = connection.ReadRequest()) {
      {
        std::lock_guard lock(mutex);
        requests.push_back(*request);
      }
      if (!connection.Write(handler(*request), request->method != "HEAD")) return;
    }
  }
};

std::string ImposterRequest::header(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (key.size() == name.size() && strncasecmp(key.data(), name.data(), name.size()) == 0) {
      return value;
    }
  }
  return {};
}

Imposter::Imposter(Handler handler) : state_(std::make_unique<State>()) {
  state_->handler = std::move(handler);
  state_->Listen();
}

Imposter::Imposter(std::vector<ImposterReply> script)
    : Imposter([script = std::move(script),
                next = std::make_shared<std::atomic<size_t>>(0)](const ImposterRequest&) {
        return script[std::min(next->fetch_add(1), script.size() - 1)];
      }) {}

Imposter::~Imposter() {
  state_->stop.Request();
  state_->acceptor.join();
  for (std::thread& thread : state_->threads) thread.join();
  close(state_->listener);
}

std::string Imposter::url() const { return fmt::format("http://127.0.0.1:{}", state_->port); }

int Imposter::port() const { return state_->port; }

std::vector<ImposterRequest> Imposter::requests() const {
  std::lock_guard lock(state_->mutex);
  return state_->requests;
}

int Imposter::connections() const { return state_->connections; }

}  // namespace sluice::http
