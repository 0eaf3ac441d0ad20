// From a FHIR resource's JSON to a row of its type's table.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "row/mapper.h"

namespace sluice {

// Maps resources of one type, each into one tuple of binary COPY, in this order:
//
//   id             text         the resource's id
//   txid           bigint       `txid`
//   ts             timestamptz  meta.lastUpdated, or else `now_micros`, since 2000-01-01 UTC
//   resource_type  text         `resource_type`
//   status         enum         'created'
//   resource       jsonb        the record's own text, byte for byte, without the members id and
//                               resourceType, and without versionId and lastUpdated of meta
//
// A record that is no sound resource of the type becomes a reject. Its reason is one of the
// json-... of record/json_fault.h, or:
//
//   not-an-object         the JSON is sound, but no object
//   id-missing            there is no id
//   id-invalid            the id is no string of 1 to 64 letters, digits, '-' and '.'
//   type-mismatch         resourceType is there, and is not exactly `resource_type`
//   meta-invalid          meta is there, and is no object
//   last-updated-invalid  meta.lastUpdated is there, and is no FHIR instant
std::unique_ptr<Mapper> NewFhirMapper(std::string resource_type, int64_t txid, int64_t now_micros);

}  // namespace sluice
