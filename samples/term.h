// The vocabulary of the samples: codes and displays of public terminologies, names and places.
#pragma once

#include <array>
#include <string_view>

namespace sluice::samples {

struct Term {
  std::string_view code;
  std::string_view display;
};

// A measurement: LOINC term, unit, and the range of its values in tenths.
struct Measure {
  Term term;
  std::string_view unit;
  int low;
  int high;
};

struct City {
  std::string_view name;
  std::string_view state;
  std::string_view postal_code;
  double latitude;
  double longitude;
};

extern const std::array<Term, 24> kConditions;   // SNOMED CT
extern const std::array<Term, 20> kProcedures;   // SNOMED CT
extern const std::array<Term, 10> kEncounters;   // SNOMED CT
extern const std::array<Term, 10> kAllergens;    // SNOMED CT
extern const std::array<Term, 6> kReactions;     // SNOMED CT
extern const std::array<Term, 6> kDevices;       // SNOMED CT
extern const std::array<Measure, 18> kMeasures;  // LOINC
extern const std::array<Term, 6> kPanels;        // LOINC
extern const std::array<Term, 18> kMedications;  // RxNorm
extern const std::array<Term, 10> kVaccines;     // CVX
extern const std::array<std::string_view, 24> kGivenNames;
extern const std::array<std::string_view, 24> kFamilyNames;
extern const std::array<std::string_view, 12> kStreets;
extern const std::array<City, 10> kCities;
extern const std::array<std::string_view, 12> kHospitals;
extern const std::array<std::string_view, 6> kPayers;
extern const std::array<std::string_view, 12> kNoteSentences;

}  // namespace sluice::samples
