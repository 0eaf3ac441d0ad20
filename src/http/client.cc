#include "http/client.h"

#include <strings.h>

#include <array>
#include <utility>

#include "base/error.h"
#include "base/unit.h"
#include "http/transfer.h"
#include "http/wire.h"

namespace sluice::http {
namespace {

class CurlClient final : public Client {
 public:
  CurlClient(const Options& options, const Stop& stop) : options_(options), stop_(stop) {}

  std::unique_ptr<ResponseStream> Open(Request request) override {
    auto transfer = std::make_unique<Transfer>(wires_, options_, stop_, std::move(request));
    transfer->AwaitHead();
    return transfer;
  }

  Response Send(Request request, size_t body_max) override {
    Transfer transfer(wires_, options_, stop_, std::move(request));
    transfer.AwaitHead();
    Response response = transfer.head();
    std::array<char, 16 * kKiB> piece;
    while (size_t got = transfer.Read(piece)) {
      if (response.body.size() + got > body_max) {
        throw Error(
            Origin::kAws, "BodyTooLarge",
            "the reply is larger than " + FormatBytes(body_max) + ", which no such reply is");
      }
      response.body.append(piece.data(), got);
    }
    return response;
  }

 private:
  const Options options_;
  const Stop& stop_;
  WirePool wires_;
};

}  // namespace

std::optional<std::string_view> Response::header(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (key.size() == name.size() && strncasecmp(key.data(), name.data(), name.size()) == 0) {
      return value;
    }
  }
  return std::nullopt;
}

std::unique_ptr<Client> NewClient(const Options& options, const Stop& stop) {
  return std::make_unique<CurlClient>(options, stop);
}

}  // namespace sluice::http
