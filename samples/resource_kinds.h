// What the resource_*.cc files share: one writer per kind, and the elements that many kinds hold.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "samples/world.h"

namespace sluice::samples {

inline constexpr std::string_view kSnomed = "http://snomed.info/sct";
inline constexpr std::string_view kLoinc = "http://loinc.org";
inline constexpr std::string_view kRxNorm = "http://www.nlm.nih.gov/research/umls/rxnorm";
inline constexpr std::string_view kCvx = "http://hl7.org/fhir/sid/cvx";

// `"resourceType":...,"id":...,"meta":{...},` for the resource's beginning. One in four has been
// stored by a server before: its meta has a version and a moment.
std::string Head(const World& world, Kind kind, uint64_t subject, uint64_t index);
// `{"coding":[{"system","code","display"}],"text"}`.
std::string Concept(std::string_view system, const Term& term);
// `{"reference":"Patient/<id>"}`, with a display where there is one.
std::string Reference(const World& world, Kind kind, uint64_t subject, uint64_t index,
                      std::string_view display = "");
// Organizations, practitioners and locations are referred to by kind and number alone.
std::string OrganizationReference(const World& world, uint64_t organization);
std::string PractitionerReference(const World& world, uint64_t practitioner);

// Each writes the `n`th resource of its kind, without the line end.
void AppendPatient(const World& world, uint64_t patient, std::string& out);
void AppendCareTeam(const World& world, uint64_t patient, std::string& out);
void AppendDevice(const World& world, uint64_t patient, uint64_t n, std::string& out);
void AppendAllergy(const World& world, uint64_t patient, uint64_t n, std::string& out);
void AppendOrganization(const World& world, uint64_t organization, std::string& out);
void AppendLocation(const World& world, uint64_t organization, std::string& out);
void AppendPractitioner(const World& world, uint64_t practitioner, std::string& out);
void AppendEncounter(const World& world, const Visit& visit, std::string& out);
void AppendCondition(const World& world, const Visit& visit, uint64_t n, std::string& out);
void AppendProcedure(const World& world, const Visit& visit, uint64_t n, std::string& out);
void AppendObservation(const World& world, const Visit& visit, uint64_t n, std::string& out);
void AppendReport(const World& world, const Visit& visit, uint64_t n, std::string& out);
void AppendDocument(const World& world, const Visit& visit, std::string& out);
void AppendMedicationRequest(const World& world, const Visit& visit, uint64_t n, std::string& out);
void AppendImmunization(const World& world, const Visit& visit, uint64_t n, std::string& out);
void AppendClaim(const World& world, const Visit& visit, uint64_t n, std::string& out);
void AppendExplanation(const World& world, const Visit& visit, std::string& out);

}  // namespace sluice::samples
