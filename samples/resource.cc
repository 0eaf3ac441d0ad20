#include "samples/resource.h"

#include <fmt/compile.h>
#include <fmt/format.h>

#include "samples/resource_kinds.h"

namespace sluice::samples {
namespace {

constexpr uint64_t kDeviceOneIn = 6;  // patients with a device, and the like

// Calls `append` `count` times, each resource on its line.
template <class Append>
uint64_t Lines(uint64_t count, std::string& out, Append append) {
  for (uint64_t n = 0; n < count; ++n) {
    append(n);
    out.push_back('\n');
  }
  return count;
}

uint64_t AppendOfVisit(Kind kind, const World& world, const Visit& visit, std::string& out) {
  switch (kind) {
    case Kind::kEncounter:
      return Lines(1, out, [&](uint64_t) { AppendEncounter(world, visit, out); });
    case Kind::kDocumentReference:
      return Lines(1, out, [&](uint64_t) { AppendDocument(world, visit, out); });
    case Kind::kExplanationOfBenefit:
      return Lines(1, out, [&](uint64_t) { AppendExplanation(world, visit, out); });
    case Kind::kObservation:
      return Lines(visit.observations, out,
                   [&](uint64_t n) { AppendObservation(world, visit, n, out); });
    case Kind::kCondition:
      return Lines(visit.conditions, out,
                   [&](uint64_t n) { AppendCondition(world, visit, n, out); });
    case Kind::kProcedure:
      return Lines(visit.procedures, out,
                   [&](uint64_t n) { AppendProcedure(world, visit, n, out); });
    case Kind::kMedicationRequest:
      return Lines(visit.medications, out,
                   [&](uint64_t n) { AppendMedicationRequest(world, visit, n, out); });
    case Kind::kImmunization:
      return Lines(visit.immunizations, out,
                   [&](uint64_t n) { AppendImmunization(world, visit, n, out); });
    case Kind::kDiagnosticReport:
      return Lines(visit.reports, out, [&](uint64_t n) { AppendReport(world, visit, n, out); });
    case Kind::kClaim:
      return Lines(visit.claims(), out, [&](uint64_t n) { AppendClaim(world, visit, n, out); });
    default:
      return 0;
  }
}

}  // namespace

uint64_t Subjects(Kind kind, const World& world) {
  switch (kind) {
    case Kind::kOrganization:
    case Kind::kLocation:
      return world.organizations();
    case Kind::kPractitioner:
      return world.practitioners();
    default:
      return world.patients;
  }
}

uint64_t AppendResources(Kind kind, const World& world, uint64_t subject, std::string& out) {
  Chance chance{world.seed, static_cast<uint64_t>(kind), subject};
  switch (kind) {
    case Kind::kOrganization:
      return Lines(1, out, [&](uint64_t) { AppendOrganization(world, subject, out); });
    case Kind::kLocation:
      return Lines(1, out, [&](uint64_t) { AppendLocation(world, subject, out); });
    case Kind::kPractitioner:
      return Lines(1, out, [&](uint64_t) { AppendPractitioner(world, subject, out); });
    case Kind::kPatient:
      return Lines(1, out, [&](uint64_t) { AppendPatient(world, subject, out); });
    case Kind::kCareTeam:
      return Lines(1, out, [&](uint64_t) { AppendCareTeam(world, subject, out); });
    case Kind::kDevice:
      return Lines(chance.OneIn(kDeviceOneIn) ? 1 : 0, out,
                   [&](uint64_t n) { AppendDevice(world, subject, n, out); });
    case Kind::kAllergyIntolerance:
      return Lines(chance.OneIn(kDeviceOneIn) ? 3 : 0, out,
                   [&](uint64_t n) { AppendAllergy(world, subject, n, out); });
    default:
      break;
  }
  uint64_t lines = 0;
  uint64_t visits = PatientOf(world, subject).visits;
  for (uint64_t v = 0; v < visits; ++v) {
    lines += AppendOfVisit(kind, world, VisitOf(world, subject, v), out);
  }
  return lines;
}

std::string Head(const World& world, Kind kind, uint64_t subject, uint64_t index) {
  constexpr int64_t kStoredFrom = 1640995200;  // 2022-01-01
  constexpr int64_t kStoredDays = 700;
  Chance chance{world.seed, static_cast<uint64_t>(kind), subject, index, 'm'};
  std::string stored;
  if (chance.OneIn(4)) {
    stored = fmt::format(FMT_COMPILE("\"versionId\":\"{}\",\"lastUpdated\":\"{}\","),
                         chance.Between(1, 5),
                         Moment(kStoredFrom + chance.Between(0, kStoredDays * 86400)));
  }
  return fmt::format(
      FMT_COMPILE(
          "\"resourceType\":\"{}\",\"id\":\"{}\",\"meta\":{{{}\"profile\":[\"http://hl7.org/"
          "fhir/us/core/StructureDefinition/us-core-{}\"]}},"),
      ToString(kind), std::string_view(Uuid(world, kind, subject, index)), stored, [&] {
        std::string name(ToString(kind));
        for (char& c : name) c = static_cast<char>(c | 0x20);
        return name;
      }());
}

std::string Concept(std::string_view system, const Term& term) {
  return fmt::format(
      FMT_COMPILE("{{\"coding\":[{{\"system\":\"{0}\",\"code\":\"{1}\",\"display\":\"{2}\"}}],"
                  "\"text\":\"{2}\"}}"),
      system, term.code, term.display);
}

std::string Reference(const World& world, Kind kind, uint64_t subject, uint64_t index,
                      std::string_view display) {
  std::string out = fmt::format(FMT_COMPILE("{{\"reference\":\"{}/{}\""), ToString(kind),
                                std::string_view(Uuid(world, kind, subject, index)));
  if (!display.empty())
    fmt::format_to(std::back_inserter(out), FMT_COMPILE(",\"display\":\"{}\""), display);
  out.push_back('}');
  return out;
}

std::string OrganizationReference(const World& world, uint64_t organization) {
  return Reference(world, Kind::kOrganization, organization, 0,
                   OrganizationName(world, organization));
}

std::string PractitionerReference(const World& world, uint64_t practitioner) {
  return Reference(world, Kind::kPractitioner, practitioner, 0,
                   "Dr. " + PractitionerOf(world, practitioner).name());
}

}  // namespace sluice::samples
