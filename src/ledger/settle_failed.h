// Settling a job that failed inside a transaction of the caller's; settle.h has the whole deed.
#pragma once

#include <chrono>
#include <optional>

#include "ledger/settle.h"
#include "pg/transaction.h"

namespace sluice {

// False if the lease is lost: then the transaction is to be rolled back.
bool SettleFailedWithin(pg::Transaction& tx, const Job& job, const Failure& failure,
                        std::optional<std::chrono::milliseconds> pause);

}  // namespace sluice
