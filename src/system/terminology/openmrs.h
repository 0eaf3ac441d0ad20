// What a source's custom_validation_schema "OpenMRS" asks of concepts and mappings.
#pragma once

#include <string>
#include <vector>

#include "system/terminology/concept_name.h"
#include "system/terminology/step.h"

namespace sluice::ocl {

// The names that other concepts of the source may not bear.
Store::ToldNames ToldNamesOf(const ConceptContent& content);

// The first rule that the concept breaks, in OCL's words; empty: none.
std::string CheckOpenMrs(Step& step, const Repo& source, const std::string& mnemonic,
                         const ConceptContent& content);

// The source gets the schema now: every concept that is not retired is checked, and its names are
// told apart from now on. Returns the error body; empty if all concepts pass.
std::string AdoptOpenMrs(Step& step, Repo& source);

}  // namespace sluice::ocl
