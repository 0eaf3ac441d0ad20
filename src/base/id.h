// Strong identifiers: an ImportId is not a JobId, though both are a bigint in the ledger.
#pragma once

#include <compare>
#include <cstdint>

namespace sluice {

template <class Tag>
struct Id {
  int64_t value = 0;  // 0: not yet assigned
  auto operator<=>(const Id&) const = default;
  explicit operator bool() const { return value != 0; }
};

using ImportId = Id<struct ImportTag>;
using JobId = Id<struct JobTag>;
using ReceiptId = Id<struct ReceiptTag>;
using WorkerId = Id<struct WorkerTag>;
using OutboxId = Id<struct OutboxTag>;

}  // namespace sluice
