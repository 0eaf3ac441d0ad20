#include "samples/term.h"

namespace sluice::samples {

const std::array<Term, 24> kConditions = {{
    {"59621000", "Essential hypertension (disorder)"},
    {"44054006", "Diabetes mellitus type 2 (disorder)"},
    {"15777000", "Prediabetes (finding)"},
    {"162864005", "Body mass index 30+ - obesity (finding)"},
    {"195662009", "Acute viral pharyngitis (disorder)"},
    {"10509002", "Acute bronchitis (disorder)"},
    {"444814009", "Viral sinusitis (disorder)"},
    {"271737000", "Anemia (disorder)"},
    {"40055000", "Chronic sinusitis (disorder)"},
    {"55822004", "Hyperlipidemia (disorder)"},
    {"87433001", "Pulmonary emphysema (disorder)"},
    {"185086009", "Chronic obstructive bronchitis (disorder)"},
    {"53741008", "Coronary arteriosclerosis (disorder)"},
    {"49436004", "Atrial fibrillation (disorder)"},
    {"230690007", "Cerebrovascular accident (disorder)"},
    {"431855005", "Chronic kidney disease stage 1 (disorder)"},
    {"239873007", "Osteoarthritis of knee (disorder)"},
    {"64859006", "Osteoporosis (disorder)"},
    {"370143000", "Major depressive disorder (disorder)"},
    {"73595000", "Stress (finding)"},
    {"160903007", "Full-time employment (finding)"},
    {"423315002", "Limited social contact (finding)"},
    {"314529007", "Medication review due (situation)"},
    {"66383009", "Gingivitis (disorder)"},
}};

const std::array<Term, 20> kProcedures = {{
    {"171207006", "Depression screening (procedure)"},
    {"430193006", "Medication reconciliation (procedure)"},
    {"710824005", "Assessment of health and social care needs (procedure)"},
    {"710841007", "Assessment of anxiety (procedure)"},
    {"428211000124100", "Assessment of substance use (procedure)"},
    {"225158009", "Auscultation of the fetal heart (procedure)"},
    {"117015009", "Throat culture (procedure)"},
    {"23426006", "Measurement of respiratory function (procedure)"},
    {"73761001", "Colonoscopy (procedure)"},
    {"76601001", "Intramuscular injection (procedure)"},
    {"127783003", "Spirometry (procedure)"},
    {"265764009", "Renal dialysis (procedure)"},
    {"40701008", "Echocardiography (procedure)"},
    {"399208008", "Plain X-ray of chest (procedure)"},
    {"34896006", "Incision of skin (procedure)"},
    {"274031008", "Rectal polypectomy (procedure)"},
    {"80146002", "Excision of appendix (procedure)"},
    {"232717009", "Coronary artery bypass grafting (procedure)"},
    {"454711000124102",
     "Depression screening using Patient Health Questionnaire Two-Item score "
     "(procedure)"},
    {"34043003", "Dental consultation and report (procedure)"},
}};

const std::array<Term, 10> kEncounters = {{
    {"162673000", "General examination of patient (procedure)"},
    {"185345009", "Encounter for symptom (procedure)"},
    {"185349003", "Encounter for check up (procedure)"},
    {"50849002", "Emergency room admission (procedure)"},
    {"390906007", "Follow-up encounter (procedure)"},
    {"410620009", "Well child visit (procedure)"},
    {"424441002", "Prenatal initial visit (regime/therapy)"},
    {"702927004", "Urgent care clinic (environment)"},
    {"308335008", "Patient encounter procedure (procedure)"},
    {"185347001", "Encounter for problem (procedure)"},
}};

const std::array<Term, 10> kAllergens = {{
    {"264287008", "Animal dander (substance)"},
    {"260147004", "House dust mite (organism)"},
    {"256277009", "Grass pollen (substance)"},
    {"442571000124108", "Tree nut (substance)"},
    {"3718001", "Cow's milk (substance)"},
    {"102263004", "Eggs (edible) (substance)"},
    {"735029006", "Shellfish (substance)"},
    {"288328004", "Bee venom (substance)"},
    {"7982", "Penicillin V"},
    {"84489001", "Mold (organism)"},
}};

const std::array<Term, 6> kReactions = {{
    {"247472004", "Wheal (finding)"},
    {"267036007", "Dyspnea (finding)"},
    {"271807003", "Eruption of skin (disorder)"},
    {"300359004", "Finding of vomiting (finding)"},
    {"39579001", "Anaphylaxis (disorder)"},
    {"418290006", "Itching (finding)"},
}};

const std::array<Term, 6> kDevices = {{
    {"228869008", "Manual wheelchair (physical object)"},
    {"706004007", "Implantable cardiac pacemaker (physical object)"},
    {"337414009", "Blood glucose meter (physical object)"},
    {"701077002", "Respiratory apnea monitoring unit (physical object)"},
    {"720252003", "Orthopedic hip implant (physical object)"},
    {"705643001", "Intravascular stent (physical object)"},
}};

const std::array<Measure, 18> kMeasures = {{
    {{"8302-2", "Body Height"}, "cm", 1450, 1990},
    {{"29463-7", "Body Weight"}, "kg", 450, 1290},
    {{"39156-5", "Body mass index (BMI) [Ratio]"}, "kg/m2", 180, 410},
    {{"8867-4", "Heart rate"}, "/min", 550, 1100},
    {{"9279-1", "Respiratory rate"}, "/min", 110, 240},
    {{"8310-5", "Body temperature"}, "Cel", 362, 399},
    {{"72514-3", "Pain severity - 0-10 verbal numeric rating [Score] - Reported"},
     "{score}",
     0,
     100},
    {{"2339-0", "Glucose [Mass/volume] in Blood"}, "mg/dL", 650, 2200},
    {{"4548-4", "Hemoglobin A1c/Hemoglobin.total in Blood"}, "%", 35, 95},
    {{"2093-3", "Cholesterol [Mass/volume] in Serum or Plasma"}, "mg/dL", 1500, 2900},
    {{"2571-8", "Triglycerides"}, "mg/dL", 900, 2500},
    {{"18262-6", "Low Density Lipoprotein Cholesterol"}, "mg/dL", 600, 1900},
    {{"2085-9", "High Density Lipoprotein Cholesterol"}, "mg/dL", 300, 800},
    {{"6299-2", "Urea nitrogen [Mass/volume] in Blood"}, "mg/dL", 70, 240},
    {{"38483-4", "Creatinine [Mass/volume] in Blood"}, "mg/dL", 5, 29},
    {{"2947-0", "Sodium [Moles/volume] in Blood"}, "mmol/L", 1360, 1440},
    {{"6298-4", "Potassium [Moles/volume] in Blood"}, "mmol/L", 37, 52},
    {{"718-7", "Hemoglobin [Mass/volume] in Blood"}, "g/dL", 110, 175},
}};

const std::array<Term, 6> kPanels = {{
    {"51990-0", "Basic metabolic panel - Blood"},
    {"57698-3", "Lipid panel with direct LDL - Serum or Plasma"},
    {"58410-2", "CBC panel - Blood by Automated count"},
    {"24323-8", "Comprehensive metabolic 2000 panel - Serum or Plasma"},
    {"85354-9", "Blood pressure panel with all children optional"},
    {"34117-2", "History and physical note"},
}};

const std::array<Term, 18> kMedications = {{
    {"314076", "lisinopril 10 MG Oral Tablet"},
    {"860975", "24 HR Metformin hydrochloride 500 MG Extended Release Oral Tablet"},
    {"310798", "Hydrochlorothiazide 25 MG Oral Tablet"},
    {"308136", "amLODIPine 2.5 MG Oral Tablet"},
    {"312961", "Simvastatin 20 MG Oral Tablet"},
    {"198405", "Ibuprofen 100 MG Oral Tablet"},
    {"313782", "Acetaminophen 325 MG Oral Tablet"},
    {"308182", "Amoxicillin 250 MG Oral Capsule"},
    {"562251", "Amoxicillin 250 MG / Clavulanate 125 MG Oral Tablet"},
    {"106892",
     "insulin isophane, human 70 UNT/ML / insulin, regular, human 30 UNT/ML Injectable "
     "Suspension [Humulin]"},
    {"205923", "1 ML Epoetin Alfa 4000 UNT/ML Injection [Epogen]"},
    {"855332", "Warfarin Sodium 5 MG Oral Tablet"},
    {"197604", "Digoxin 0.125 MG Oral Tablet"},
    {"866412", "24 HR metoprolol succinate 100 MG Extended Release Oral Tablet"},
    {"895994", "120 ACTUAT Fluticasone propionate 0.044 MG/ACTUAT Metered Dose Inhaler"},
    {"245314", "albuterol 5 MG/ML Inhalation Solution"},
    {"243670", "aspirin 81 MG Oral Tablet"},
    {"1049221", "Acetaminophen 325 MG / oxyCODONE Hydrochloride 5 MG Oral Tablet"},
}};

const std::array<Term, 10> kVaccines = {{
    {"140", "Influenza, seasonal, injectable, preservative free"},
    {"113", "Td (adult), 5 Lf tetanus toxoid, preservative free, adsorbed"},
    {"121", "zoster vaccine, live"},
    {"133", "Pneumococcal conjugate PCV 13"},
    {"33", "pneumococcal polysaccharide vaccine, 23 valent"},
    {"43", "Hep B, adult"},
    {"52", "Hep A, adult"},
    {"62", "HPV, quadrivalent"},
    {"208",
     "SARS-COV-2 (COVID-19) vaccine, mRNA, spike protein, LNP, preservative free, 30 mcg/0.3mL "
     "dose"},
    {"115", "Tdap"},
}};

const std::array<std::string_view, 24> kGivenNames = {
    "Adela",  "Barrett", "Chelsey", "Devin",    "Elizbeth", "Francisco", "Gwenda", "Hilario",
    "Imelda", "José",    "Karin",   "Leopoldo", "Marine",   "Norris",    "Océane", "Pablo",
    "Quyen",  "Renée",   "Shirley", "Tomás",    "Ursula",   "Vicente",   "Willa",  "Yolanda"};

const std::array<std::string_view, 24> kFamilyNames = {
    "Aufderhar",  "Bechtelar", "Cole",    "D'Amore", "Eichmann", "Fritsch", "Gutmann",  "Hintz",
    "Jakubowski", "Kulas",     "Lebsack", "Muñoz",   "Nikolaus", "O'Keefe", "Prohaska", "Quigley",
    "Reichert",   "Schütz",    "Tromp",   "Upton",   "Veum",     "Wolf",    "Yundt",    "Ziemann"};

const std::array<std::string_view, 12> kStreets = {
    "Hahn Dam",       "Lockman Crossroad", "Wuckert Viaduct",   "Nolan Neck",
    "Pagac Mission",  "Reilly Mall",       "Stroman Highlands", "Turcotte Ramp",
    "Vandervort Way", "Zboncak Union",     "Boehm Alley",       "Cremin Estate"};

const std::array<City, 10> kCities = {{
    {"Haysville", "KS", "67216", 37.5645, -97.3523},
    {"Boston", "MA", "02118", 42.3388, -71.0726},
    {"Worcester", "MA", "01605", 42.2891, -71.7887},
    {"Topeka", "KS", "66614", 39.0150, -95.7660},
    {"Las Cruces", "NM", "88001", 32.3004, -106.7720},
    {"Española", "NM", "87532", 35.9911, -106.0806},
    {"Portland", "OR", "97209", 45.5311, -122.6847},
    {"Burlington", "VT", "05401", 44.4759, -73.2121},
    {"Cañon City", "CO", "81212", 38.4410, -105.2424},
    {"Springfield", "IL", "62704", 39.7711, -89.6856},
}};

const std::array<std::string_view, 12> kHospitals = {
    "UK ST FRANCIS URGENT CARE",     "NEWMAN MEMORIAL COUNTY HOSPITAL",
    "PHILLIPS COUNTY HOSPITAL",      "SUNFLOWER HOME HEALTH AND HOSPICE",
    "RIVERSIDE FAMILY MEDICINE LLC", "LAHEY HOSPITAL & MEDICAL CENTER, BURLINGTON",
    "BOSTON MEDICAL CENTER",         "MOUNTAIN VIEW REGIONAL MEDICAL CENTER",
    "ST. JOSEPH REHABILITATION INC", "VALLEY PEDIATRICS PC",
    "PCP27352 OUTPATIENT CLINIC",    "VA NORTHERN HEALTH CARE SYSTEM"};

const std::array<std::string_view, 6> kPayers = {"Medicare", "Medicaid",      "Humana",
                                                 "Aetna",    "Dual Eligible", "NO_INSURANCE"};

const std::array<std::string_view, 12> kNoteSentences = {
    "Patient is presenting with limited social contact and stress. ",
    "The patient was prescribed the medications listed below and advised to return in two weeks. ",
    "Patient has a documented history of body mass index 30+ - obesity (finding). ",
    "Patient comes from a middle socioeconomic background and completed some college courses. ",
    "No complaints beyond those recorded at the previous visit. ",
    "Patient has never smoked and currently has Medicare. ",
    "The following procedures were conducted: medication reconciliation, depression screening. ",
    "Blood pressure was measured twice, seated, with five minutes of rest between readings. ",
    "A follow-up laboratory panel is ordered; results are expected within three days. ",
    "Patient quit smoking at age 34 and reports occasional use of alcohol. ",
    "Allergies were reviewed with the patient and no known allergies were added. ",
    "Care plan discussed; the patient agrees with the goals set for weight and diet. "};

}  // namespace sluice::samples
