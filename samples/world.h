// The small world the samples tell of: patients, their visits, and the places and people that care
// for them. All of it follows from the seed and the number of patients, by place and not by order.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "samples/random.h"
#include "samples/term.h"

namespace sluice::samples {

enum class Kind : uint64_t {
  kAllergyIntolerance,
  kCareTeam,
  kClaim,
  kCondition,
  kDevice,
  kDiagnosticReport,
  kDocumentReference,
  kEncounter,
  kExplanationOfBenefit,
  kImmunization,
  kLocation,
  kMedicationRequest,
  kObservation,
  kOrganization,
  kPatient,
  kPractitioner,
  kProcedure,
};
inline constexpr size_t kKinds = 17;

// The FHIR resource type's name.
std::string_view ToString(Kind kind);

struct World {
  uint64_t seed;
  uint64_t patients;

  uint64_t organizations() const { return patients / 20 + 1; }
  uint64_t practitioners() const { return patients / 8 + 1; }
};

// A version 4 UUID in its text form.
class Uuid {
 public:
  // The id of the `index`th resource of this kind that belongs to `subject`.
  Uuid(const World& world, Kind kind, uint64_t subject, uint64_t index);
  // Implicit, because a Uuid is written wherever text is.
  // NOLINTNEXTLINE(google-explicit-constructor)
  operator std::string_view() const { return {text_.data(), text_.size()}; }

 private:
  std::array<char, 36> text_;
};

// A moment as FHIR writes it, "2014-05-18T01:06:23-04:00", or only its date.
std::string Moment(int64_t unix_seconds);
std::string Date(int64_t unix_seconds);

struct Person {
  std::string_view given;
  std::string_view family;
  int64_t number;  // Synthea numbers its names: Cole117
  bool female;
  int64_t born;  // unix seconds
  City city;
  uint64_t visits;  // of a patient

  std::string name() const;
};

Person PatientOf(const World& world, uint64_t patient);
Person PractitionerOf(const World& world, uint64_t practitioner);
std::string OrganizationName(const World& world, uint64_t organization);

// One encounter, and how many resources of each kind came out of it.
struct Visit {
  uint64_t patient;
  uint64_t index;
  int64_t start;  // unix seconds
  int64_t end;
  Term reason;
  uint64_t practitioner;
  uint64_t organization;
  uint64_t observations;
  uint64_t conditions;
  uint64_t procedures;
  uint64_t medications;
  uint64_t immunizations;
  uint64_t reports;

  uint64_t claims() const { return 1 + medications / 2; }
  // The index of this visit's `n`th resource of some kind. REQUIRES: n < kPerVisitMax
  uint64_t resource(uint64_t n) const { return index * kPerVisitMax + n; }
  static constexpr uint64_t kPerVisitMax = 64;
};

Visit VisitOf(const World& world, uint64_t patient, uint64_t visit);

}  // namespace sluice::samples
