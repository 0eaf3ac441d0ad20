#include "http/transfer.h"

#include <netdb.h>
#include <strings.h>
#include <sys/socket.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <utility>

#include "base/check.h"
#include "base/unit.h"
#include "http/curl_error.h"
#include "http/endpoint_rules.h"
#include "http/sigpipe_guard.h"
#include "http/url.h"

namespace sluice::http {
namespace {

// Read from the socket at once: fewer system calls than curl's 16 KiB, and it stays in L2.
constexpr long kSocketBufferBytes = 256 * kKiB;
// Kept for a reader that asks for less than arrives; beyond it the connection waits.
constexpr size_t kAheadBytesMax = 256 * kKiB;
// S3 allows 8 KiB of headers; a server that sends more than this is none.
constexpr size_t kHeadBytesMax = 64 * kKiB;
// A dead peer is noticed on a connection whose reader pauses.
constexpr long kKeepaliveIdleSeconds = 30;
constexpr long kKeepaliveIntervalSeconds = 15;
// The longest sleep between two looks at the clock.
constexpr std::chrono::milliseconds kWaitMax{1000};

bool ReadStatus(std::string_view status_line, int* status) {
  size_t at = status_line.find(' ');
  if (at == status_line.npos) return false;
  const char* begin = status_line.data() + at + 1;
  return std::from_chars(begin, status_line.data() + status_line.size(), *status).ec == std::errc();
}

std::string_view Trim(std::string_view text) {
  size_t from = text.find_first_not_of(" \t\r\n");
  if (from == text.npos) return {};
  return text.substr(from, text.find_last_not_of(" \t\r\n") - from + 1);
}

}  // namespace

Transfer::Transfer(WirePool& pool, const Options& options, const Stop& stop, Request request)
    : pool_(pool),
      options_(options),
      stop_(stop),
      request_(std::move(request)),
      wire_(pool.Take()),
      easy_(wire_->easy()),
      headers_(nullptr, curl_slist_free_all),
      active_at_(Deadline::Clock::now()) {
  SetTarget();
  SetLimits();
  SetBody();
  SetHeaders();
  SetCallbacks();
  CHECK(curl_multi_add_handle(wire_->multi(), easy_) == CURLM_OK);
}

Transfer::~Transfer() {
  SigpipeGuard guard;
  // A name lookup that hangs would be joined here; whoever stops shall not wait for it.
  if (stop_.requested()) curl_easy_setopt(easy_, CURLOPT_QUICK_EXIT, 1L);
  // A Read that threw may have left its place, which is no longer its caller's to write to.
  into_ = {};
  // Whoever knows the length has no reason to read past it, and curl may not have looked at the
  // end.
  int running = 0;
  if (!done_ && !paused_) curl_multi_perform(wire_->multi(), &running);
  curl_multi_remove_handle(wire_->multi(), easy_);
  curl_easy_reset(easy_);
  pool_.Give(std::move(wire_));
}

void Transfer::SetTarget() {
  curl_easy_setopt(easy_, CURLOPT_URL, request_.url.c_str());
  curl_easy_setopt(easy_, CURLOPT_PATH_AS_IS, 1L);
  curl_easy_setopt(easy_, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy_, CURLOPT_HTTP_VERSION, long{CURL_HTTP_VERSION_1_1});
  curl_easy_setopt(easy_, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(easy_, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  // The environment's proxy cannot reach this machine's own servers.
  auto url = ParseUrl(request_.url);
  if (url && url->is_loopback()) curl_easy_setopt(easy_, CURLOPT_PROXY, "");
  curl_easy_setopt(easy_, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(easy_, CURLOPT_SSL_VERIFYHOST, 2L);
  if (!options_.ca_bundle.empty()) {
    curl_easy_setopt(easy_, CURLOPT_CAINFO, options_.ca_bundle.c_str());
  }
  curl_easy_setopt(easy_, CURLOPT_USERAGENT, options_.user_agent.c_str());
}

void Transfer::SetLimits() {
  curl_easy_setopt(easy_, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy_, CURLOPT_CONNECTTIMEOUT_MS,
                   static_cast<long>(options_.connect_timeout.count()));
  curl_easy_setopt(easy_, CURLOPT_TCP_KEEPALIVE, 1L);
  curl_easy_setopt(easy_, CURLOPT_TCP_KEEPIDLE, kKeepaliveIdleSeconds);
  curl_easy_setopt(easy_, CURLOPT_TCP_KEEPINTVL, kKeepaliveIntervalSeconds);
  curl_easy_setopt(easy_, CURLOPT_BUFFERSIZE, kSocketBufferBytes);
}

void Transfer::SetBody() {
  if (request_.method == "HEAD") {
    curl_easy_setopt(easy_, CURLOPT_NOBODY, 1L);
    return;
  }
  if (request_.method == "PUT" || request_.method == "POST") {
    curl_easy_setopt(easy_, CURLOPT_POSTFIELDSIZE_LARGE,
                     static_cast<curl_off_t>(request_.body.size()));
    curl_easy_setopt(easy_, CURLOPT_POSTFIELDS, request_.body.data());
  }
  if (request_.method != "GET" && request_.method != "POST") {
    curl_easy_setopt(easy_, CURLOPT_CUSTOMREQUEST, request_.method.c_str());
  }
}

void Transfer::SetHeaders() {
  auto add = [this](const std::string& line) {
    curl_slist* longer = curl_slist_append(headers_.get(), line.c_str());
    CHECK(longer != nullptr);
    static_cast<void>(headers_.release());
    headers_.reset(longer);
  };
  // Curl's own: "Expect: 100-continue" costs a round trip, and the form's content type is never
  // meant.
  add("Expect:");
  bool typed = false;
  for (const auto& [name, value] : request_.headers) {
    typed = typed || strcasecmp(name.c_str(), "Content-Type") == 0;
    // "Name;" is how curl is told to send a header without a value.
    std::string line = name;
    line.append(value.empty() ? ";" : ": ").append(value);
    add(line);
  }
  if (!typed) add("Content-Type:");
  curl_easy_setopt(easy_, CURLOPT_HTTPHEADER, headers_.get());
}

void Transfer::SetCallbacks() {
  using Self = Transfer;
  curl_easy_setopt(easy_, CURLOPT_ERRORBUFFER, curl_message_);
  curl_easy_setopt(easy_, CURLOPT_HEADERDATA, this);
  curl_easy_setopt(
      easy_, CURLOPT_HEADERFUNCTION, +[](char* line, size_t, size_t size, void* self) {
        return static_cast<Self*>(self)->OnHeader({line, size});
      });
  curl_easy_setopt(easy_, CURLOPT_WRITEDATA, this);
  curl_easy_setopt(
      easy_, CURLOPT_WRITEFUNCTION, +[](char* piece, size_t, size_t size, void* self) {
        return static_cast<Self*>(self)->OnBody({piece, size});
      });
  curl_easy_setopt(easy_, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(easy_, CURLOPT_XFERINFODATA, this);
  curl_easy_setopt(
      easy_, CURLOPT_XFERINFOFUNCTION,
      +[](void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t sent) {
        return static_cast<Self*>(self)->OnUpload(sent);
      });
  curl_easy_setopt(easy_, CURLOPT_PREREQDATA, this);
  curl_easy_setopt(
      easy_, CURLOPT_PREREQFUNCTION, +[](void* self, char*, char*, int, int) {
        static_cast<Self*>(self)->connected_ = true;
        static_cast<Self*>(self)->Touch();
        return CURL_PREREQFUNC_OK;
      });
  if (!options_.may_connect) return;
  // A proxy would connect for us, to wherever the name leads it.
  curl_easy_setopt(easy_, CURLOPT_PROXY, "");
  curl_easy_setopt(easy_, CURLOPT_OPENSOCKETDATA, this);
  curl_easy_setopt(
      easy_, CURLOPT_OPENSOCKETFUNCTION, +[](void* self, curlsocktype, curl_sockaddr* to) {
        return static_cast<Self*>(self)->OnOpen(*to);
      });
}

// As curl does it by itself, but for the question whether it may.
curl_socket_t Transfer::OnOpen(const curl_sockaddr& to) {
  char text[NI_MAXHOST] = "";
  getnameinfo(&to.addr, to.addrlen, text, sizeof text, nullptr, 0, NI_NUMERICHOST);
  if (!options_.may_connect(text)) {
    refused_ = true;
    return CURL_SOCKET_BAD;
  }
  return socket(to.family, to.socktype | SOCK_CLOEXEC, to.protocol);
}

void Transfer::AwaitHead() {
  while (!head_complete_ && !done_) Step();
  if (done_ && outcome_ != CURLE_OK && !head_complete_) {
    ThrowOutcome();
  }
}

void Transfer::ThrowOutcome() const {
  if (refused_) {
    auto url = ParseUrl(request_.url);
    ThrowEndpointRefused((url ? url->host : "the endpoint") +
                         " leads to an address that requests may not make this server call");
  }
  throw ErrorOfCurl(outcome_, curl_message_, request_.url);
}

size_t Transfer::Read(std::span<char> into) {
  if (ahead_at_ < ahead_.size()) {
    size_t size = std::min(into.size(), ahead_.size() - ahead_at_);
    std::memcpy(into.data(), ahead_.data() + ahead_at_, size);
    ahead_at_ += size;
    return size;
  }
  ahead_.clear();
  ahead_at_ = 0;
  into_ = into;
  // The time since the last Read was the reader's, not the server's.
  Touch();
  if (paused_) {
    paused_ = false;
    SigpipeGuard guard;
    // Its result is that of the callbacks it makes, which Step sees as the outcome.
    curl_easy_pause(easy_, CURLPAUSE_CONT);
  }
  while (into_.size() == into.size() && !done_) Step();
  size_t got = into.size() - into_.size();
  into_ = {};
  if (got == 0 && outcome_ != CURLE_OK) {
    ThrowOutcome();
  }
  return got;
}

void Transfer::Step() {
  stop_.ThrowIfRequested();
  auto before = active_at_;
  int running = 0;
  {
    SigpipeGuard guard;
    CHECK(curl_multi_perform(wire_->multi(), &running) == CURLM_OK);
  }
  TakeOutcome();
  if (!done_ && active_at_ == before) Wait();
}

void Transfer::TakeOutcome() {
  int left = 0;
  while (CURLMsg* message = curl_multi_info_read(wire_->multi(), &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    done_ = true;
    outcome_ = message->data.result;
  }
}

std::chrono::milliseconds Transfer::idle_max() const {
  // Until it stands, the connection has curl's connect timeout.
  if (!connected_ || options_.read_timeout.count() == 0) return options_.stall_max;
  return std::min(options_.read_timeout, options_.stall_max);
}

void Transfer::Wait() {
  using std::chrono::milliseconds;
  auto idle = std::chrono::floor<milliseconds>(Deadline::Clock::now() - active_at_);
  if (idle >= idle_max()) throw StalledError(request_.url, idle_max(), connected_);
  auto time = std::min(idle_max() - idle, kWaitMax);
  curl_waitfd stop{stop_.fd(), CURL_WAIT_POLLIN, 0};
  SigpipeGuard guard;
  CHECK(curl_multi_poll(wire_->multi(), &stop, 1, static_cast<int>(time.count()), nullptr) ==
        CURLM_OK);
}

size_t Transfer::OnHeader(std::string_view line) {
  Touch();
  if (head_complete_) return line.size();  // a trailer
  head_bytes_ += line.size();
  if (head_bytes_ > kHeadBytesMax) return 0;
  if (line.substr(0, 5) == "HTTP/") {
    head_.headers.clear();
    return ReadStatus(line, &head_.status) ? line.size() : 0;
  }
  if (Trim(line).empty()) {
    head_complete_ = head_.status >= 200;
    return line.size();
  }
  size_t colon = line.find(':');
  if (colon != line.npos) {
    head_.headers.emplace_back(Trim(line.substr(0, colon)), Trim(line.substr(colon + 1)));
  }
  return line.size();
}

size_t Transfer::OnBody(std::string_view piece) {
  Touch();
  size_t direct = std::min(piece.size(), into_.size());
  if (ahead_.size() + piece.size() - direct > kAheadBytesMax) {
    paused_ = true;
    return CURL_WRITEFUNC_PAUSE;
  }
  if (direct > 0) {
    std::memcpy(into_.data(), piece.data(), direct);
    into_ = into_.subspan(direct);
  }
  ahead_.append(piece.substr(direct));
  return piece.size();
}

int Transfer::OnUpload(curl_off_t sent) {
  if (sent != sent_) Touch();
  sent_ = sent;
  return 0;
}

}  // namespace sluice::http
