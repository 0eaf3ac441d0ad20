#include "app/server/raw_client_testing.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace sluice {

RawClient::RawClient(uint16_t port) : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
}

RawClient::~RawClient() { close(socket_); }

void RawClient::Send(std::string_view bytes) const {
  while (!bytes.empty()) {
    ssize_t sent = send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return;  // the server has closed: what it said can still be read
    bytes.remove_prefix(static_cast<size_t>(sent));
  }
}

std::string RawClient::ReadUntil(std::string_view mark) const {
  std::string all;
  char piece[4096];
  for (;;) {
    pollfd wait{socket_, POLLIN, 0};
    if (poll(&wait, 1, 60000) != 1) {
      ADD_FAILURE() << "the server is silent after: " << all;
      return all;
    }
    ssize_t size = recv(socket_, piece, sizeof piece, 0);
    if (size <= 0) return all;
    all.append(piece, static_cast<size_t>(size));
    if (!mark.empty() && all.find(mark) != std::string::npos) return all;
  }
}

}  // namespace sluice
