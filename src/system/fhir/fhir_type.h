// FHIR's resource types, and which of them a file name speaks of.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sluice {

// The resource types of STU3, R4, R4B and R5 together (https://hl7.org/fhir/R5/resourcelist.html
// and its predecessors).
std::span<const std::string_view> KnownFhirTypes();

struct FhirFileName {
  std::string type;     // as the specification writes it; empty: ignored
  std::string why_not;  // why it is ignored
};

// By the rule of load-from-bucket: the last part of the key is the longest type name of `types`,
// compared without case, followed by a character that is not a letter; and ends in ".ndjson",
// optionally compressed (.gz, .zst, .bz2).
FhirFileName ClassifyFhirFile(std::string_view key, const std::vector<std::string>& types);

}  // namespace sluice
