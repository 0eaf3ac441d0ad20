// LoaderFile: Aidbox's record of a file loaded from a bucket
// (https://docs.aidbox.app, core module resources), made of the ledger's record of the object.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string_view>

#include "ledger/object_record.h"
#include "system/fhir/search.h"

namespace sluice {

// Their word for a state: `skiped` is spelled so. A cancelled file counts as an error.
std::string_view LoaderFileStatus(JobState state);

Json LoaderFile(const ObjectRecord& record);

// {"total": 6, "pending": 2, "done": 4}, then what else there is.
Json LoaderFileProgress(const std::map<JobState, uint64_t>& counts);

// The records of FHIR files in `bucket`, as users name it: with or without s3://; files that were
// loaded from a directory have the bucket "local".
ObjectRecordFilter FilesOfBucket(std::string_view bucket);

// Parameters: bucket, status, type, file (which begins so).
std::span<const std::string_view> LoaderFileParameters();
// Errors (kNever): "search-invalid".
ObjectRecordFilter LoaderFileFilter(const Search& search);

}  // namespace sluice
