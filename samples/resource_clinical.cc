// What happens at a visit: Encounter, Condition, Procedure, Observation, DiagnosticReport,
// DocumentReference, MedicationRequest, Immunization.
#include <fmt/compile.h>
#include <fmt/format.h>

#include "samples/resource_kinds.h"
#include "samples/template.h"

namespace sluice::samples {
namespace {

Chance ChanceOf(const World& world, Kind kind, const Visit& visit, uint64_t n) {
  return Chance{world.seed, static_cast<uint64_t>(kind), visit.patient, visit.resource(n), 'v'};
}

std::string HeadOf(const World& world, Kind kind, const Visit& visit, uint64_t n) {
  return Head(world, kind, visit.patient, visit.resource(n));
}

std::string Subject(const World& world, const Visit& visit) {
  return Reference(world, Kind::kPatient, visit.patient, 0);
}

std::string EncounterReference(const World& world, const Visit& visit) {
  return Reference(world, Kind::kEncounter, visit.patient, visit.resource(0));
}

std::string Base64(std::string_view bytes) {
  static constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (size_t i = 0; i < bytes.size(); i += 3) {
    uint32_t three = 0;
    for (size_t k = 0; k < 3; ++k) {
      three = three << 8 | (i + k < bytes.size() ? static_cast<uint8_t>(bytes[i + k]) : 0u);
    }
    for (size_t k = 0; k < 4; ++k) {
      out.push_back(i + k > bytes.size() ? '=' : kDigits[three >> (18 - 6 * k) & 63]);
    }
  }
  return out;
}

std::string Tenths(int64_t value) {
  return fmt::format(FMT_COMPILE("{}.{}"), value / 10, value % 10);
}

}  // namespace

void AppendEncounter(const World& world, const Visit& visit, std::string& out) {
  static const Template kText(
      {"head", "id", "type", "subject", "start", "end", "practitioner", "location", "organization"},
      R"json({${head}"identifier":[{"use":"official","system":"https://github.com/synthetichealth/synthea",
      "value":"${id}"}],"status":"finished",
      "class":{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"AMB"},
      "type":[${type}],"subject":${subject},
      "participant":[{"type":[{"coding":[{"system":
      "http://terminology.hl7.org/CodeSystem/v3-ParticipationType","code":"PPRF",
      "display":"primary performer"}],"text":"primary performer"}],
      "period":{"start":"${start}","end":"${end}"},"individual":${practitioner}}],
      "period":{"start":"${start}","end":"${end}"},
      "location":[{"location":${location}}],"serviceProvider":${organization}})json");
  kText.AppendTo(
      out,
      {HeadOf(world, Kind::kEncounter, visit, 0),
       Uuid(world, Kind::kEncounter, visit.patient, visit.resource(0)),
       Concept(kSnomed, visit.reason),
       Reference(world, Kind::kPatient, visit.patient, 0, PatientOf(world, visit.patient).name()),
       Moment(visit.start), Moment(visit.end), PractitionerReference(world, visit.practitioner),
       Reference(world, Kind::kLocation, visit.organization, 0,
                 OrganizationName(world, visit.organization)),
       OrganizationReference(world, visit.organization)});
}

void AppendCondition(const World& world, const Visit& visit, uint64_t n, std::string& out) {
  static const Template kText(
      {"head", "status", "code", "subject", "encounter", "onset", "abatement"},
      R"json({${head}"clinicalStatus":{"coding":[{"system":
      "http://terminology.hl7.org/CodeSystem/condition-clinical","code":"${status}"}]},
      "verificationStatus":{"coding":[{"system":
      "http://terminology.hl7.org/CodeSystem/condition-ver-status","code":"confirmed"}]},
      "category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/condition-category",
      "code":"encounter-diagnosis","display":"Encounter Diagnosis"}]}],
      "code":${code},"subject":${subject},"encounter":${encounter},
      "onsetDateTime":"${onset}",${abatement}"recordedDate":"${onset}"})json");
  Chance chance = ChanceOf(world, Kind::kCondition, visit, n);
  bool resolved = chance.OneIn(2);
  std::string abatement;
  if (resolved) {
    abatement = fmt::format("\"abatementDateTime\":\"{}\",",
                            Moment(visit.start + 86400 * chance.Between(5, 400)));
  }
  kText.AppendTo(out, {HeadOf(world, Kind::kCondition, visit, n), resolved ? "resolved" : "active",
                       Concept(kSnomed, chance.Of(kConditions)), Subject(world, visit),
                       EncounterReference(world, visit), Moment(visit.start), abatement});
}

void AppendProcedure(const World& world, const Visit& visit, uint64_t n, std::string& out) {
  static const Template kText(
      {"head", "code", "subject", "encounter", "start", "end", "location"},
      R"json({${head}"status":"completed","code":${code},"subject":${subject},"encounter":${encounter},
      "performedPeriod":{"start":"${start}","end":"${end}"},"location":${location}})json");
  Chance chance = ChanceOf(world, Kind::kProcedure, visit, n);
  kText.AppendTo(out, {HeadOf(world, Kind::kProcedure, visit, n),
                       Concept(kSnomed, chance.Of(kProcedures)), Subject(world, visit),
                       EncounterReference(world, visit), Moment(visit.start), Moment(visit.end),
                       Reference(world, Kind::kLocation, visit.organization, 0,
                                 OrganizationName(world, visit.organization))});
}

void AppendObservation(const World& world, const Visit& visit, uint64_t n, std::string& out) {
  static const Template kText(
      {"head", "category", "code", "subject", "encounter", "moment", "value"},
      R"json({${head}"status":"final","category":[{"coding":[{"system":
      "http://terminology.hl7.org/CodeSystem/observation-category","code":"${category}",
      "display":"${category}"}]}],"code":${code},"subject":${subject},"encounter":${encounter},
      "effectiveDateTime":"${moment}","issued":"${moment}",${value}})json");
  static const Template kQuantity({"value", "unit"},
                                  R"json("valueQuantity":{"value":${value},"unit":"${unit}",
      "system":"http://unitsofmeasure.org","code":"${unit}"})json");
  static const Template kPressure(
      {"diastolic", "systolic"},
      R"json("component":[{"code":{"coding":[{"system":"http://loinc.org","code":"8462-4",
      "display":"Diastolic Blood Pressure"}],"text":"Diastolic Blood Pressure"},
      "valueQuantity":{"value":${diastolic},"unit":"mm[Hg]","system":"http://unitsofmeasure.org",
      "code":"mm[Hg]"}},{"code":{"coding":[{"system":"http://loinc.org","code":"8480-6",
      "display":"Systolic Blood Pressure"}],"text":"Systolic Blood Pressure"},
      "valueQuantity":{"value":${systolic},"unit":"mm[Hg]","system":"http://unitsofmeasure.org",
      "code":"mm[Hg]"}}])json");
  constexpr Term kBloodPressure = {"85354-9", "Blood pressure panel with all children optional"};
  Chance chance = ChanceOf(world, Kind::kObservation, visit, n);
  const Measure& measure = chance.Of(kMeasures);
  bool pressure = chance.OneIn(7);
  std::string value;
  if (pressure) {
    kPressure.AppendTo(value, {fmt::format_int(chance.Between(60, 100)).str(),
                               fmt::format_int(chance.Between(95, 170)).str()});
  } else {
    kQuantity.AppendTo(value, {Tenths(chance.Between(measure.low, measure.high)), measure.unit});
  }
  kText.AppendTo(out,
                 {HeadOf(world, Kind::kObservation, visit, n),
                  pressure || chance.OneIn(3) ? "vital-signs" : "laboratory",
                  Concept(kLoinc, pressure ? kBloodPressure : measure.term), Subject(world, visit),
                  EncounterReference(world, visit), Moment(visit.start), value});
}

void AppendReport(const World& world, const Visit& visit, uint64_t n, std::string& out) {
  static const Template kText(
      {"head", "code", "subject", "encounter", "moment", "performer", "results"},
      R"json({${head}"status":"final","category":[{"coding":[{"system":
      "http://terminology.hl7.org/CodeSystem/v2-0074","code":"LAB","display":"Laboratory"}]}],
      "code":${code},"subject":${subject},"encounter":${encounter},
      "effectiveDateTime":"${moment}","issued":"${moment}","performer":[${performer}],
      "result":[${results}]})json");
  Chance chance = ChanceOf(world, Kind::kDiagnosticReport, visit, n);
  std::string results;
  for (uint64_t i = 0; i < visit.observations; ++i) {
    if (i > 0) results.push_back(',');
    results += Reference(world, Kind::kObservation, visit.patient, visit.resource(i));
  }
  kText.AppendTo(
      out, {HeadOf(world, Kind::kDiagnosticReport, visit, n), Concept(kLoinc, chance.Of(kPanels)),
            Subject(world, visit), EncounterReference(world, visit), Moment(visit.start),
            OrganizationReference(world, visit.organization), results});
}

void AppendDocument(const World& world, const Visit& visit, std::string& out) {
  static const Template kText(
      {"head", "id", "subject", "moment", "author", "custodian", "data", "encounter", "start",
       "end"},
      R"json({${head}"identifier":[{"system":"urn:ietf:rfc:3986","value":"urn:uuid:${id}"}],
      "status":"current","type":{"coding":[{"system":"http://loinc.org","code":"34117-2",
      "display":"History and physical note"},{"system":"http://loinc.org","code":"51847-2",
      "display":"Evaluation + Plan note"}]},
      "category":[{"coding":[{"system":
      "http://hl7.org/fhir/us/core/CodeSystem/us-core-documentreference-category",
      "code":"clinical-note","display":"Clinical Note"}]}],
      "subject":${subject},"date":"${moment}","author":[${author}],"custodian":${custodian},
      "content":[{"attachment":{"contentType":"text/plain; charset=utf-8","data":"${data}"},
      "format":{"system":"http://ihe.net/fhir/ihe.formatcode.fhir/CodeSystem/formatcode",
      "code":"urn:ihe:iti:xds:2017:mimeTypeSufficient","display":"mimeType Sufficient"}}],
      "context":{"encounter":[${encounter}],"period":{"start":"${start}","end":"${end}"}}})json");
  Chance chance = ChanceOf(world, Kind::kDocumentReference, visit, 0);
  std::string note = fmt::format(
      "\n{}\n\n# Chief Complaint\n- {}\n\n# History of Present Illness\n{} ", Date(visit.start),
      chance.Of(kConditions).display, PatientOf(world, visit.patient).name());
  for (int64_t sentences = chance.Between(4, 14); sentences > 0; --sentences) {
    note += chance.Of(kNoteSentences);
  }
  note += "\n\n# Medications\n";
  for (int64_t lines = chance.Between(0, 6); lines > 0; --lines) {
    note.append("- ").append(chance.Of(kMedications).display).append("; ");
  }
  note += "\n\n# Assessment and Plan\n";
  kText.AppendTo(out, {HeadOf(world, Kind::kDocumentReference, visit, 0),
                       Uuid(world, Kind::kDocumentReference, visit.patient, visit.resource(1)),
                       Subject(world, visit), Moment(visit.start),
                       PractitionerReference(world, visit.practitioner),
                       OrganizationReference(world, visit.organization), Base64(note),
                       EncounterReference(world, visit), Moment(visit.start), Moment(visit.end)});
}

void AppendMedicationRequest(const World& world, const Visit& visit, uint64_t n, std::string& out) {
  static const Template kText(
      {"head", "status", "medication", "subject", "encounter", "moment", "practitioner", "times"},
      R"json({${head}"status":"${status}","intent":"order",
      "category":[{"coding":[{"system":
      "http://terminology.hl7.org/CodeSystem/medicationrequest-category","code":"community",
      "display":"Community"}],"text":"Community"}],
      "medicationCodeableConcept":${medication},"subject":${subject},"encounter":${encounter},
      "authoredOn":"${moment}","requester":${practitioner},
      "dosageInstruction":[{"sequence":1,"timing":{"repeat":{"frequency":${times},"period":1.0,
      "periodUnit":"d"}},"asNeededBoolean":false,"doseAndRate":[{"type":{"coding":[{"system":
      "http://terminology.hl7.org/CodeSystem/dose-rate-type","code":"ordered",
      "display":"Ordered"}]},"doseQuantity":{"value":1.0}}]}]})json");
  Chance chance = ChanceOf(world, Kind::kMedicationRequest, visit, n);
  kText.AppendTo(out,
                 {HeadOf(world, Kind::kMedicationRequest, visit, n),
                  chance.OneIn(3) ? "active" : "stopped", Concept(kRxNorm, chance.Of(kMedications)),
                  Subject(world, visit), EncounterReference(world, visit), Moment(visit.start),
                  PractitionerReference(world, visit.practitioner),
                  fmt::format_int(chance.Between(1, 4)).str()});
}

void AppendImmunization(const World& world, const Visit& visit, uint64_t n, std::string& out) {
  static const Template kText(
      {"head", "vaccine", "subject", "encounter", "moment", "location"},
      R"json({${head}"status":"completed","vaccineCode":${vaccine},"patient":${subject},
      "encounter":${encounter},"occurrenceDateTime":"${moment}","primarySource":true,
      "location":${location}})json");
  Chance chance = ChanceOf(world, Kind::kImmunization, visit, n);
  kText.AppendTo(out,
                 {HeadOf(world, Kind::kImmunization, visit, n), Concept(kCvx, chance.Of(kVaccines)),
                  Subject(world, visit), EncounterReference(world, visit), Moment(visit.start),
                  Reference(world, Kind::kLocation, visit.organization, 0,
                            OrganizationName(world, visit.organization))});
}

}  // namespace sluice::samples
