#include "system/fhir/fhir_type.h"

#include <gtest/gtest.h>

namespace sluice {
namespace {

std::string TypeOf(std::string_view key) {
  std::vector<std::string> types(KnownFhirTypes().begin(), KnownFhirTypes().end());
  FhirFileName name = ClassifyFhirFile(key, types);
  EXPECT_EQ(name.type.empty(), !name.why_not.empty()) << key;
  return name.type;
}

TEST(FhirTypeTest, TheSpecificationsValidNamesAreTaken) {
  EXPECT_EQ(TypeOf("fhir/1/Patient.ndjson.gz"), "Patient");
  EXPECT_EQ(TypeOf("fhir/1/patient-01.ndjson.gz"), "Patient");
  EXPECT_EQ(TypeOf("Observation.ndjson.gz"), "Observation");
}

TEST(FhirTypeTest, TheSpecificationsInvalidNamesAreIgnored) {
  EXPECT_EQ(TypeOf("import.ndjson"), "");
  EXPECT_EQ(TypeOf("01-patient.ndjson.gz"), "");
  EXPECT_EQ(TypeOf("fhir/Patient"), "");
}

TEST(FhirTypeTest, TheLongestNameWins) {
  EXPECT_EQ(TypeOf("PractitionerRole.000.ndjson"), "PractitionerRole");
  EXPECT_EQ(TypeOf("Practitioner.000.ndjson"), "Practitioner");
  EXPECT_EQ(TypeOf("medicationrequest_7.ndjson"), "MedicationRequest");
}

TEST(FhirTypeTest, ALetterAfterTheNameMakesItAnotherName) {
  EXPECT_EQ(TypeOf("users.ndjson"), "");
  EXPECT_EQ(TypeOf("Patients.ndjson"), "");
  EXPECT_EQ(TypeOf("Listing.ndjson"), "");
  EXPECT_EQ(TypeOf("List2.ndjson"), "List");
}

TEST(FhirTypeTest, CompressionIsAnOptionalSuffix) {
  for (const char* key : {"Goal.ndjson", "Goal.ndjson.gz", "Goal.ndjson.zst", "Goal.ndjson.bz2"}) {
    EXPECT_EQ(TypeOf(key), "Goal") << key;
  }
}

TEST(FhirTypeTest, EveryErrorPath) {
  for (const char* key : {"", "/", "Patient", "Patient.json", "Patient.ndjson.zip", "log.ndjson",
                          "Patient.ndjson/", ".ndjson", "Patient.ndjson.gz.gz"}) {
    EXPECT_EQ(TypeOf(key), "") << key;
  }
}

}  // namespace
}  // namespace sluice
