// One request and its reply on one wire, driven by the thread that reads it: nothing moves unless
// somebody waits in here, so a slow reader is felt by the server and memory stays bounded.
#pragma once

#include <curl/curl.h>

#include <chrono>
#include <memory>
#include <string>

#include "base/deadline.h"
#include "http/client.h"
#include "http/wire.h"

namespace sluice::http {

class Transfer final : public ResponseStream {
 public:
  // Starts the request. `pool`, `options` and `stop` must outlive the transfer.
  Transfer(WirePool& pool, const Options& options, const Stop& stop, Request request);
  // Closes the connection if the reply was not read to its end; otherwise it can be used again.
  ~Transfer() override;
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  // Waits until head() is complete. Errors: as Client.
  void AwaitHead();
  const Response& head() const override { return head_; }
  size_t Read(std::span<char> into) override;

 private:
  void SetTarget();
  void SetLimits();
  void SetBody();
  void SetHeaders();
  void SetCallbacks();

  // Lets curl work once, then waits for the network or the stop. Errors: as Client.
  void Step();
  void TakeOutcome();
  void Wait();
  void Touch() { active_at_ = Deadline::Clock::now(); }
  std::chrono::milliseconds idle_max() const;

  size_t OnHeader(std::string_view line);
  size_t OnBody(std::string_view piece);
  int OnUpload(curl_off_t sent);
  curl_socket_t OnOpen(const curl_sockaddr& address);
  // What the outcome means. REQUIRES: it is no success.
  [[noreturn]] void ThrowOutcome() const;

  WirePool& pool_;
  const Options& options_;
  const Stop& stop_;
  const Request request_;  // curl refers to it while it sends
  std::unique_ptr<Wire> wire_;
  CURL* const easy_;
  std::unique_ptr<curl_slist, void (*)(curl_slist*)> headers_;
  char curl_message_[CURL_ERROR_SIZE] = {};

  Response head_;
  size_t head_bytes_ = 0;
  bool head_complete_ = false;
  bool connected_ = false;
  bool done_ = false;
  CURLcode outcome_ = CURLE_OK;
  bool refused_ = false;  // by options_.may_connect
  Deadline::Clock::time_point active_at_;
  curl_off_t sent_ = 0;

  std::span<char> into_;  // what the waiting Read has left to fill; empty while nobody reads
  std::string ahead_;     // bytes that came beyond it
  size_t ahead_at_ = 0;   // how many of those have been read
  bool paused_ = false;
};

}  // namespace sluice::http
