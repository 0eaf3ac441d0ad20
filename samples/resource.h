// FHIR R4 resources as text, one per line, in the shape that Synthea exports.
#pragma once

#include <cstdint>
#include <string>

#include "samples/world.h"

namespace sluice::samples {

// How many subjects have resources of this kind: patients, or the places and people that care for
// them.
uint64_t Subjects(Kind kind, const World& world);

// Appends all resources of this kind that belong to one subject, each with its line end; returns
// how many. REQUIRES: subject < Subjects(kind, world)
uint64_t AppendResources(Kind kind, const World& world, uint64_t subject, std::string& out);

}  // namespace sluice::samples
