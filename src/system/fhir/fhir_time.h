// FHIR's `instant` (https://hl7.org/fhir/R5/datatypes.html#instant).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace sluice {

// Microseconds since 2000-01-01 00:00:00 UTC, as PostgreSQL counts; digits beyond are rounded, a 5
// upwards. Nothing if `text` is no instant: date, time with seconds, any number
// of fraction digits, zone Z or an offset of hours and minutes up to 14:00 are all required but the
// fraction. Second 60 is allowed, and is the next minute's first.
std::optional<int64_t> ParseFhirInstant(std::string_view text);

}  // namespace sluice
