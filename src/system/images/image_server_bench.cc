// What bench/images calls in place of S3 and of the gateway: a bucket of N images that exist in
// thought only, files of a directory beside them, and a gateway that counts. One thread, no TLS,
// no signatures: as little in the way as can be.
//
//   image_server_bench DIRECTORY IMAGES   prints its port, and serves until its input ends
//
// s3://bench/images/NUMBER.png are the images; their tags are UserId=NUMBER and, once put, Indexed.
// s3://bench/files/PATH are the files of DIRECTORY. POST /prod/register registers; GET /counts
// tells.
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace {

constexpr size_t kPageKeys = 1000;
constexpr size_t kImageBytes = 10'000;
constexpr std::string_view kBucket = "/bench";
constexpr std::string_view kImages = "images/";
constexpr std::string_view kFiles = "files/";

struct Request {
  std::string_view method, path, query, body;
};

class Bench {
 public:
  Bench(std::string directory, size_t images)
      : directory_(std::move(directory)),
        images_(images),
        marked_(images),
        image_("\x89PNG\r\n\x1a\n") {
    image_.resize(kImageBytes, 'x');
  }

  std::string Answer(const Request& request) {
    if (request.path == "/prod/register") return Register(request.body);
    if (request.path == "/counts") {
      return Reply("application/json",
                   fmt::format(R"({{"calls":{},"users":{},"marked":{}}})", calls_, users_.size(),
                               std::count(marked_.begin(), marked_.end(), true)));
    }
    if (!request.path.starts_with(kBucket)) return Missing();
    std::string_view key = request.path.substr(kBucket.size());
    if (key.starts_with('/')) key.remove_prefix(1);
    if (key.empty()) return List(request.query);
    return key.starts_with(kImages) ? Image(request, key.substr(kImages.size()))
                                    : File(request, key);
  }

 private:
  static std::string Reply(std::string_view type, std::string_view body, std::string_view more = "",
                           bool head = false) {
    std::string reply =
        fmt::format("HTTP/1.1 200 OK\r\nContent-Type: {}\r\nContent-Length: {}\r\n{}\r\n", type,
                    body.size(), more);
    if (!head) reply += body;
    return reply;
  }
  static std::string Missing() {
    return "HTTP/1.1 404 Not Found\r\nContent-Type: application/xml\r\nContent-Length: 40\r\n\r\n"
           "<Error><Code>NoSuchKey</Code>   </Error>";
  }
  static std::string Stat(std::string_view etag) {
    return fmt::format("ETag: \"{}\"\r\nLast-Modified: Sat, 31 Jan 2026 23:59:59 GMT\r\n", etag);
  }

  std::string Register(std::string_view body) {
    constexpr std::string_view kUser = R"({"UserId":")";
    size_t end = body.find('"', kUser.size());
    if (!body.starts_with(kUser) || end == body.npos) return Missing();
    ++calls_;
    ++users_[std::string(body.substr(kUser.size(), end - kUser.size()))];
    return Reply("application/json",
                 R"({"executionArn":"arn:x","status":"SUCCEEDED","output":"{\"ImageId\":\"i\"}"})");
  }

  std::string Image(const Request& request, std::string_view name) {
    size_t number = images_;
    auto [end, failed] = std::from_chars(name.begin(), name.end(), number);
    if (failed != std::errc() || number >= images_) return Missing();
    if (request.query.starts_with("tagging")) {
      if (request.method == "PUT") marked_[number] = true;
      return Reply("application/xml", Tags(number));
    }
    return Reply("image/png", image_, Stat("v1"), request.method == "HEAD");
  }

  std::string Tags(size_t number) const {
    return fmt::format(
        "<Tagging><TagSet><Tag><Key>UserId</Key><Value>{}</Value></Tag>{}</TagSet>"
        "</Tagging>",
        number, marked_[number] ? "<Tag><Key>Indexed</Key><Value>True</Value></Tag>" : "");
  }

  std::string File(const Request& request, std::string_view key) {
    if (!key.starts_with(kFiles)) return Missing();
    std::string path = directory_ + "/" + std::string(key.substr(kFiles.size()));
    auto found = files_.find(path);
    if (found == files_.end()) {
      std::ifstream file(path, std::ios::binary);
      if (!file) return Missing();
      std::string bytes{std::istreambuf_iterator<char>(file), {}};
      found = files_.emplace(path, std::move(bytes)).first;
    }
    return Reply("binary/octet-stream", found->second, Stat("f1"), request.method == "HEAD");
  }

  std::string List(std::string_view query) const {
    size_t first = 0;
    size_t token = query.find("continuation-token=");
    if (token != query.npos) {
      token += std::string_view("continuation-token=").size();
      std::from_chars(query.begin() + token, query.end(), first);
    }
    size_t end = std::min(images_, first + kPageKeys);
    std::string body = "<ListBucketResult><Name>bench</Name>";
    for (size_t number = first; number < end; ++number) {
      body += fmt::format(
          "<Contents><Key>images/{:08}.png</Key><LastModified>2026-01-31T23:59:59.000Z"
          "</LastModified><ETag>&quot;v1&quot;</ETag><Size>{}</Size></Contents>",
          number, kImageBytes);
    }
    body += fmt::format("<IsTruncated>{}</IsTruncated>", end < images_);
    if (end < images_)
      body += fmt::format("<NextContinuationToken>{}</NextContinuationToken>", end);
    return Reply("application/xml", body + "</ListBucketResult>");
  }

  const std::string directory_;
  const size_t images_;
  std::vector<bool> marked_;
  std::string image_;
  std::map<std::string, std::string> files_;
  uint64_t calls_ = 0;
  std::unordered_map<std::string, int> users_;
};

// One connection: what has come and is not answered yet.
struct Client {
  int fd;
  std::string in;
};

// The next whole request of the client's bytes, and how many it takes; 0: not whole yet.
size_t NextRequest(std::string_view in, Request& request) {
  size_t head_end = in.find("\r\n\r\n");
  if (head_end == in.npos) return 0;
  std::string_view head = in.substr(0, head_end);
  size_t length = 0;
  for (std::string_view name : {"\r\nContent-Length: ", "\r\ncontent-length: "}) {
    size_t at = head.find(name);
    if (at != head.npos) {
      std::from_chars(head.begin() + at + name.size(), head.end(), length);
      break;
    }
  }
  size_t size = head_end + 4 + length;
  if (in.size() < size) return 0;
  request.method = head.substr(0, head.find(' '));
  std::string_view target = head.substr(request.method.size() + 1);
  target = target.substr(0, target.find(' '));
  size_t question = target.find('?');
  request.path = target.substr(0, question);
  request.query = question == target.npos ? "" : target.substr(question + 1);
  request.body = in.substr(head_end + 4, length);
  return size;
}

bool WriteAll(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    ssize_t sent = send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(sent));
  }
  return true;
}

// False: the connection is over.
bool Serve(Bench& bench, Client& client) {
  char piece[65536];
  ssize_t got = recv(client.fd, piece, sizeof piece, 0);
  if (got <= 0) return false;
  client.in.append(piece, static_cast<size_t>(got));
  Request request;
  while (size_t size = NextRequest(client.in, request)) {
    if (!WriteAll(client.fd, bench.Answer(request))) return false;
    client.in.erase(0, size);
  }
  return true;
}

int Listen() {
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
      listen(fd, 512) != 0) {
    std::perror("listen");
    std::exit(1);
  }
  socklen_t size = sizeof address;
  getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
  fmt::print("{}\n", ntohs(address.sin_port));
  std::fflush(stdout);
  return fd;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    fmt::print(stderr, "usage: image_server_bench DIRECTORY IMAGES\n");
    return 2;
  }
  Bench bench(argv[1], std::strtoull(argv[2], nullptr, 10));
  int listener = Listen();
  std::vector<Client> clients;
  for (;;) {
    std::vector<pollfd> waits = {{STDIN_FILENO, POLLIN, 0}, {listener, POLLIN, 0}};
    for (const Client& client : clients) waits.push_back({client.fd, POLLIN, 0});
    if (poll(waits.data(), waits.size(), -1) < 0) return 1;
    if (waits[0].revents != 0) return 0;
    for (size_t i = clients.size(); i-- > 0;) {
      if (waits[i + 2].revents == 0 || Serve(bench, clients[i])) continue;
      close(clients[i].fd);
      clients.erase(clients.begin() + static_cast<std::ptrdiff_t>(i));
    }
    if (waits[1].revents != 0) {
      int fd = accept(listener, nullptr, nullptr);
      int on = 1;
      setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      if (fd >= 0) clients.push_back({fd, ""});
    }
  }
}
