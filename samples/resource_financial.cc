// What a visit costs: Claim and ExplanationOfBenefit, the largest resources of all.
#include <fmt/compile.h>
#include <fmt/format.h>

#include "samples/resource_kinds.h"
#include "samples/template.h"

namespace sluice::samples {
namespace {

// Six cent amounts of one item are judged under these codes.
constexpr Term kAdjudications[] = {
    {"https://bluebutton.cms.gov/resources/variables/line_coinsrnc_amt",
     "Line Beneficiary Coinsurance Amount"},
    {"https://bluebutton.cms.gov/resources/variables/line_prvdr_pmt_amt",
     "Line Provider Payment Amount"},
    {"https://bluebutton.cms.gov/resources/variables/line_sbmtd_chrg_amt",
     "Line Submitted Charge Amount"},
    {"https://bluebutton.cms.gov/resources/variables/line_alowd_chrg_amt",
     "Line Allowed Charge Amount"},
    {"https://bluebutton.cms.gov/resources/variables/line_bene_ptb_ddctbl_amt",
     "Line Beneficiary Part B Deductible Amount"},
    {"https://bluebutton.cms.gov/resources/variables/line_prcsg_ind_cd",
     "Line Processing Indicator Code"},
};

std::string Cents(int64_t cents) {
  return fmt::format(FMT_COMPILE("{}.{:02}"), cents / 100, cents % 100);
}

std::string Payer(Chance& chance) {
  return fmt::format(FMT_COMPILE("{{\"display\":\"{}\"}}"), chance.Of(kPayers));
}

Chance ChanceOf(const World& world, Kind kind, const Visit& visit, uint64_t n) {
  return Chance{world.seed, static_cast<uint64_t>(kind), visit.patient, visit.resource(n), 'f'};
}

std::string Adjudications(Chance& chance) {
  static const Template kText({"code", "display", "amount"},
                              R"json({"category":{"coding":[{"system":
      "https://bluebutton.cms.gov/resources/codesystem/adjudication","code":"${code}",
      "display":"${display}"}]},"amount":{"value":${amount},"currency":"USD"}})json");
  std::string out;
  for (const Term& term : kAdjudications) {
    if (!out.empty()) out.push_back(',');
    kText.AppendTo(out, {term.code, term.display, Cents(chance.Between(0, 60000))});
  }
  return out;
}

std::string Diagnoses(const World& world, const Visit& visit) {
  static const Template kText(
      {"sequence", "condition"},
      R"json({"sequence":${sequence},"diagnosisReference":${condition},"type":[{"coding":[{"system":
      "http://terminology.hl7.org/CodeSystem/ex-diagnosistype","code":"principal"}]}]})json");
  std::string out;
  for (uint64_t n = 0; n < visit.conditions; ++n) {
    if (n > 0) out.push_back(',');
    kText.AppendTo(out, {fmt::format_int(n + 1).str(),
                         Reference(world, Kind::kCondition, visit.patient, visit.resource(n))});
  }
  return out;
}

}  // namespace

void AppendClaim(const World& world, const Visit& visit, uint64_t n, std::string& out) {
  static const Template kText({"head", "use", "patient", "start", "end", "provider", "payer",
                               "diagnosis", "service", "encounter", "item", "total", "facility"},
                              R"json({${head}"status":"active","type":{"coding":[{"system":
      "http://terminology.hl7.org/CodeSystem/claim-type","code":"${use}"}]},"use":"claim",
      "patient":${patient},"billablePeriod":{"start":"${start}","end":"${end}"},
      "created":"${end}","provider":${provider},
      "priority":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/processpriority",
      "code":"normal"}]},"facility":${facility},"diagnosis":[${diagnosis}],
      "insurance":[{"sequence":1,"focal":true,"coverage":${payer}}],
      "item":[{"sequence":1,"productOrService":${service},"encounter":[${encounter}]},
      {"sequence":2,"productOrService":${item},"net":{"value":${total},"currency":"USD"}}],
      "total":{"value":${total},"currency":"USD"}})json");
  Chance chance = ChanceOf(world, Kind::kClaim, visit, n);
  kText.AppendTo(
      out,
      {Head(world, Kind::kClaim, visit.patient, visit.resource(n)),
       n == 0 ? "professional" : "pharmacy",
       Reference(world, Kind::kPatient, visit.patient, 0, PatientOf(world, visit.patient).name()),
       Moment(visit.start), Moment(visit.end), OrganizationReference(world, visit.organization),
       Payer(chance), Diagnoses(world, visit), Concept(kSnomed, visit.reason),
       Reference(world, Kind::kEncounter, visit.patient, visit.resource(0)),
       Concept(kSnomed, chance.Of(kProcedures)), Cents(chance.Between(5000, 250000)),
       Reference(world, Kind::kLocation, visit.organization, 0,
                 OrganizationName(world, visit.organization))});
}

void AppendExplanation(const World& world, const Visit& visit, std::string& out) {
  static const Template kText(
      {"head", "patient", "practitioner", "payer", "claim", "group", "start", "end", "provider",
       "facility", "diagnosis", "items", "total", "paid"},
      R"json({${head}"contained":[{"resourceType":"ServiceRequest","id":"referral","status":"completed",
      "intent":"order","subject":${patient},"requester":${practitioner},
      "performer":[${practitioner}]},{"resourceType":"Coverage","id":"coverage","status":"active",
      "type":{"text":"Commercial"},"beneficiary":${patient},"payor":[${payer}]}],
      "identifier":[{"system":"https://bluebutton.cms.gov/resources/variables/clm_id",
      "value":"${claim}"},{"system":"https://bluebutton.cms.gov/resources/identifier/claim-group",
      "value":"${group}"}],"status":"active",
      "type":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/claim-type",
      "code":"professional"}]},"use":"claim","patient":${patient},
      "billablePeriod":{"start":"${start}","end":"${end}"},"created":"${end}",
      "insurer":${payer},"provider":${provider},"referral":{"reference":"#referral"},
      "facility":${facility},"claim":{"reference":"Claim/${claim}"},"outcome":"complete",
      "careTeam":[{"sequence":1,"provider":${practitioner},"role":{"coding":[{"system":
      "http://terminology.hl7.org/CodeSystem/claimcareteamrole","code":"primary",
      "display":"Primary provider"}]}}],"diagnosis":[${diagnosis}],
      "insurance":[{"focal":true,"coverage":{"reference":"#coverage","display":"Commercial"}}],
      "item":[${items}],
      "total":[{"category":{"coding":[{"system":
      "http://terminology.hl7.org/CodeSystem/adjudication","code":"submitted",
      "display":"Submitted Amount"}],"text":"Submitted Amount"},
      "amount":{"value":${total},"currency":"USD"}}],
      "payment":{"amount":{"value":${paid},"currency":"USD"}}})json");
  static const Template kItem(
      {"sequence", "service", "start", "end", "encounter", "net", "adjudications"},
      R"json({"sequence":${sequence},"category":{"coding":[{"system":
      "https://bluebutton.cms.gov/resources/variables/line_cms_type_srvc_cd","code":"1",
      "display":"Medical care"}]},"productOrService":${service},
      "servicedPeriod":{"start":"${start}","end":"${end}"},
      "locationCodeableConcept":{"coding":[{"system":
      "http://terminology.hl7.org/CodeSystem/ex-serviceplace","code":"19",
      "display":"Off Campus-Outpatient Hospital"}]},"encounter":[${encounter}],
      "net":{"value":${net},"currency":"USD"},"adjudication":[${adjudications}]})json");
  Chance chance = ChanceOf(world, Kind::kExplanationOfBenefit, visit, 0);
  std::string items;
  std::string start = Moment(visit.start);
  std::string end = Moment(visit.end);
  int64_t count = chance.Between(1, 4);
  for (int64_t n = 1; n <= count; ++n) {
    if (n > 1) items.push_back(',');
    kItem.AppendTo(items,
                   {fmt::format_int(n).str(), Concept(kSnomed, chance.Of(kProcedures)), start, end,
                    Reference(world, Kind::kEncounter, visit.patient, visit.resource(0)),
                    Cents(chance.Between(1000, 90000)), Adjudications(chance)});
  }
  kText.AppendTo(out, {Head(world, Kind::kExplanationOfBenefit, visit.patient, visit.resource(0)),
                       Reference(world, Kind::kPatient, visit.patient, 0),
                       PractitionerReference(world, visit.practitioner), Payer(chance),
                       Uuid(world, Kind::kClaim, visit.patient, visit.resource(0)),
                       fmt::format_int(chance.Between(10000000000, 99999999999)).str(), start, end,
                       OrganizationReference(world, visit.organization),
                       Reference(world, Kind::kLocation, visit.organization, 0,
                                 OrganizationName(world, visit.organization)),
                       Diagnoses(world, visit), items, Cents(chance.Between(5000, 250000)),
                       Cents(chance.Between(0, 200000))});
}

}  // namespace sluice::samples
