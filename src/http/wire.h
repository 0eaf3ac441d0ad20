// What one transfer at a time runs on: a curl multi handle, which keeps idle connections, and its
// one easy handle, which keeps TLS sessions. Wires outlive transfers and go from thread to thread,
// so that connections do too; but one wire is never in two threads' hands.
#pragma once

#include <curl/curl.h>

#include <memory>
#include <mutex>
#include <vector>

namespace sluice::http {

class Wire {
 public:
  Wire();
  ~Wire();
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;

  CURLM* multi() const { return multi_; }
  CURL* easy() const { return easy_; }

 private:
  CURLM* multi_;
  CURL* easy_;
};

// The wires nobody uses at the moment. Thread-safe.
class WirePool {
 public:
  // The wire given back last, whose connections are the warmest, or a new one.
  std::unique_ptr<Wire> Take();
  void Give(std::unique_ptr<Wire> wire);

 private:
  std::mutex mutex_;
  std::vector<std::unique_ptr<Wire>> idle_;
};

}  // namespace sluice::http
