#include "samples/world.h"

#include <chrono>

#include <fmt/compile.h>
#include <fmt/format.h>

namespace sluice::samples {
namespace {

constexpr int64_t kYear = 31556952;            // seconds of a mean Gregorian year
constexpr int64_t kNow = 1704067200;           // 2024-01-01: the samples' present
constexpr int64_t kEasternOffset = -5 * 3600;  // one zone is enough

// Subjects of Chance that are no resources; far from every Kind.
enum Subject : uint64_t {
  kPersonOfPatient = 1000,
  kPersonOfPractitioner,
  kNameOfOrganization,
  kVisit
};

Person PersonOf(Chance chance) {
  Person person;
  person.given = chance.Of(kGivenNames);
  person.family = chance.Of(kFamilyNames);
  person.number = chance.Between(1, 999);
  person.female = chance.OneIn(2);
  person.born = kNow - chance.Between(0, 95 * kYear);
  person.city = chance.Of(kCities);
  person.visits = static_cast<uint64_t>(chance.Between(3, 33));
  return person;
}

}  // namespace

std::string_view ToString(Kind kind) {
  static constexpr std::array<std::string_view, kKinds> kNames = {
      "AllergyIntolerance", "CareTeam",     "Claim",
      "Condition",          "Device",       "DiagnosticReport",
      "DocumentReference",  "Encounter",    "ExplanationOfBenefit",
      "Immunization",       "Location",     "MedicationRequest",
      "Observation",        "Organization", "Patient",
      "Practitioner",       "Procedure"};
  return kNames[static_cast<size_t>(kind)];
}

Uuid::Uuid(const World& world, Kind kind, uint64_t subject, uint64_t index) {
  Chance chance{world.seed, static_cast<uint64_t>(kind), subject, index};
  const std::array<uint64_t, 2> halves = {(chance.Next() & ~0xf000ull) | 0x4000u,
                                          (chance.Next() & ~(3ull << 62)) | (2ull << 62)};
  size_t at = 0;
  for (int nibble = 0; nibble < 32; ++nibble) {
    if (nibble == 8 || nibble == 12 || nibble == 16 || nibble == 20) text_[at++] = '-';
    uint64_t half = halves[static_cast<size_t>(nibble / 16)];
    text_[at++] = "0123456789abcdef"[half >> (60 - 4 * (nibble % 16)) & 15];
  }
}

std::string Date(int64_t unix_seconds) {
  namespace chr = std::chrono;
  auto days = chr::floor<chr::days>(chr::sys_seconds(chr::seconds(unix_seconds + kEasternOffset)));
  chr::year_month_day date(days);
  return fmt::format(FMT_COMPILE("{:04}-{:02}-{:02}"), static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

std::string Moment(int64_t unix_seconds) {
  int64_t local = unix_seconds + kEasternOffset;
  int64_t second = ((local % 86400) + 86400) % 86400;
  return fmt::format(FMT_COMPILE("{}T{:02}:{:02}:{:02}-05:00"), Date(unix_seconds), second / 3600,
                     second / 60 % 60, second % 60);
}

std::string Person::name() const { return fmt::format("{} {}{}", given, family, number); }

Person PatientOf(const World& world, uint64_t patient) {
  return PersonOf(Chance{world.seed, kPersonOfPatient, patient});
}

Person PractitionerOf(const World& world, uint64_t practitioner) {
  return PersonOf(Chance{world.seed, kPersonOfPractitioner, practitioner});
}

std::string OrganizationName(const World& world, uint64_t organization) {
  return std::string(Chance{world.seed, kNameOfOrganization, organization}.Of(kHospitals));
}

Visit VisitOf(const World& world, uint64_t patient, uint64_t visit) {
  Chance chance{world.seed, kVisit, patient, visit};
  Person person = PatientOf(world, patient);
  Visit out;
  out.patient = patient;
  out.index = visit;
  // Visits follow each other through the patient's life.
  auto life = (kNow - person.born) / static_cast<int64_t>(person.visits);
  out.start = person.born + static_cast<int64_t>(visit) * life + chance.Between(0, life);
  out.end = out.start + 60 * chance.Between(15, 75);
  out.reason = chance.Of(kEncounters);
  out.organization = chance.Next() % world.organizations();
  out.practitioner = chance.Next() % world.practitioners();
  out.observations = static_cast<uint64_t>(chance.Between(2, 13));
  out.conditions = static_cast<uint64_t>(chance.Between(0, 2));
  out.procedures = static_cast<uint64_t>(chance.Between(0, 5));
  out.medications = static_cast<uint64_t>(chance.Between(0, 3));
  out.immunizations = chance.OneIn(4) ? 1 : 0;
  out.reports = chance.OneIn(5) ? 2 : chance.OneIn(2) ? 1 : 0;
  return out;
}

}  // namespace sluice::samples
