#include "system/terminology/random_script_testing.h"

#include <fmt/format.h>

#include <random>
#include <span>
#include <string_view>

namespace sluice::ocl {
namespace {

class Maker {
 public:
  explicit Maker(uint32_t seed) : random_(seed) {}

  std::string Line() {
    int kind = Below(100);
    if (kind < 5) return Org();
    if (kind < 14) return Repo();
    if (kind < 45) return Concept();
    if (kind < 70) return Mapping();
    if (kind < 90) return Reference();
    if (kind < 97) return Version();
    return Pick(
        {R"({"type": "Nothing"})", R"({"id": "C1"})", "{broken", "[]",
         R"({"type": "Concept", "id": "C1"})",
         R"({"type": "User", "username": "zoe", "name": "Zoe", "email": "z@example.org"})"});
  }

 private:
  int Below(int bound) { return static_cast<int>(random_() % static_cast<uint32_t>(bound)); }
  bool Chance(int percent) { return Below(100) < percent; }
  std::string Pick(std::initializer_list<std::string_view> words) {
    return std::string(words.begin()[Below(static_cast<int>(words.size()))]);
  }

  std::string Action() {
    if (Chance(60)) return "";
    return fmt::format(R"(, "__action": "{}")",
                       Pick({"CREATE", "NEW", "UPDATE", "DELETE", "DELETE_IF_EXISTS", "SKIP",
                             "CREATE_OR_UPDATE", "DELETE", "NONSENSE"}));
  }
  // Deleting what holds much, seldom.
  std::string RareAction() { return Chance(80) ? "" : Action(); }

  std::string OrgName() { return Pick({"A", "A", "B"}); }
  std::string Source() { return Pick({"S", "S", "T", "M"}); }
  std::string Owner() {
    std::string org = OrgName();
    return Chance(50) ? fmt::format(R"("owner": "{}", "owner_type": "Organization")", org)
                      : fmt::format(R"("owner": "{}")", org);
  }
  std::string ConceptName() { return Pick({"C1", "C2", "C3", "C4", "x/y"}); }
  std::string ConceptUrl() {
    std::string name = Pick({"C1", "C2", "C3", "C4", "x%2Fy"});
    return fmt::format("/orgs/{}/sources/{}/concepts/{}/", OrgName(), Source(), name);
  }

  std::string Org() {
    return fmt::format(R"({{"type": "Organization", "id": "{}", "name": "{}", )"
                       R"("public_access": "{}"{}}})",
                       OrgName(), Pick({"one", "two", ""}), Pick({"View", "Edit", "None"}),
                       RareAction());
  }
  std::string Repo() {
    if (Chance(50)) {
      return fmt::format(R"({{"type": "Collection", "id": "K", "name": "K{}", {}{}}})", Below(3),
                         Owner(), RareAction());
    }
    std::string id = Source();
    std::string schema = id == "M" && Chance(80) ? "OpenMRS" : "None";
    return fmt::format(R"({{"type": "Source", "id": "{}", "name": "{}{}", {}, )"
                       R"("custom_validation_schema": "{}", "public_access": "{}"{}}})",
                       id, id, Below(3), Owner(), schema, Pick({"View", "Edit", "None"}),
                       RareAction());
  }
  std::string Name() {
    return fmt::format(R"({{"name": "n{}", "locale": "{}", "locale_preferred": {}, )"
                       R"("name_type": {}}})",
                       Below(5), Pick({"en", "fr"}), Pick({"true", "false", "\"True\""}),
                       Pick({R"("Fully Specified")", R"("FULLY_SPECIFIED")", R"("Short")", "null",
                             R"("Index Term")"}));
  }
  std::string Concept() {
    std::string names;
    for (int i = Below(3); i >= 0; --i) names += (names.empty() ? "" : ", ") + Name();
    if (Chance(5)) names.clear();
    std::string more;
    if (Chance(20)) more += Pick({R"(, "retired": true)", R"(, "retired": false)"});
    if (Chance(20)) more += fmt::format(R"(, "extras": {{"b": {}, "a": [1.5, null]}})", Below(3));
    if (Chance(20)) more += R"(, "descriptions": [{"description": "d", "locale": "en"}])";
    if (Chance(80)) more += fmt::format(R"(, "names": [{}])", names);
    return fmt::format(R"({{"type": "Concept", "id": "{}", "source": "{}", {}, )"
                       R"("concept_class": "{}", "datatype": "N/A"{}{}}})",
                       ConceptName(), Source(), Owner(), Pick({"Misc", "Misc", "Odd"}), more,
                       Action());
  }
  std::string Mapping() {
    std::string more;
    if (Chance(40)) more += fmt::format(R"(, "id": "M{}")", Below(4));
    if (Chance(70)) {
      more += fmt::format(R"(, "to_concept_url": "{}")", ConceptUrl());
    } else {
      more += fmt::format(R"(, "to_source_url": "/orgs/B/sources/T/", "to_concept_code": "q{}")",
                          Below(2));
    }
    if (Chance(20)) more += Pick({R"(, "retired": true)", R"(, "retired": false)"});
    if (Chance(20)) more += fmt::format(R"(, "sort_weight": {})", Below(3));
    return fmt::format(R"({{"type": "Mapping", "source": "{}", {}, "map_type": "{}", )"
                       R"("from_concept_url": "{}"{}{}}})",
                       Source(), Owner(), Pick({"Same As", "Narrower", "Odd"}), ConceptUrl(), more,
                       Action());
  }
  std::string Expression() {
    switch (Below(6)) {
      case 0:
        return fmt::format("/orgs/{}/sources/{}/mappings/M{}/", OrgName(), Source(), Below(4));
      case 1:
        return fmt::format("{}{}/", ConceptUrl(), Below(4));
      case 2:
        return "/nonsense/";
      default:
        return ConceptUrl();
    }
  }
  std::string Reference() {
    std::string list;
    for (int i = Below(4); i >= 0; --i) {
      list += fmt::format(R"({}"{}")", list.empty() ? "" : ", ", Expression());
    }
    std::string action = Chance(70) ? "" : Action();
    if (!action.empty() && Chance(10)) list = R"("*")";
    return fmt::format(R"({{"type": "Reference", "collection_url": "/orgs/{}/collections/K/", )"
                       R"("data": {{"expressions": [{}]}}{}{}}})",
                       OrgName(), list, Chance(40) ? R"(, "__cascade": "sourcemappings")" : "",
                       action);
  }
  std::string Version() {
    bool collection = Chance(50);
    return fmt::format(R"({{"type": "{} Version", "id": "v{}", "{}": "{}", {}, )"
                       R"("description": "{}", "released": true{}}})",
                       collection ? "Collection" : "Source", Below(4),
                       collection ? "collection" : "source", collection ? "K" : Source(), Owner(),
                       Below(2), RareAction());
  }

  std::mt19937 random_;
};

std::string Lookups() {
  std::string script = R"({"type": "Organization", "id": "OCL", "name": "OCL"})"
                       "\n";
  struct Lookup {
    const char* source;
    std::initializer_list<const char*> names;
  };
  for (const Lookup& lookup :
       {Lookup{"Classes", {"Misc"}}, Lookup{"Datatypes", {"N/A"}},
        Lookup{"NameTypes", {"Fully Specified", "Short", "Index Term", "None"}},
        Lookup{"DescriptionTypes", {"None"}}, Lookup{"Locales", {"en", "fr"}},
        Lookup{"MapTypes", {"Same As", "Narrower"}}}) {
    script += fmt::format(R"({{"type": "Source", "id": "{0}", "name": "{0}", "owner": "OCL"}})",
                          lookup.source) +
              "\n";
    for (const char* name : lookup.names) {
      script += fmt::format(R"({{"type": "Concept", "id": "{1}", "source": "{0}", "owner": "OCL", )"
                            R"("concept_class": "Locale", "datatype": "N/A", )"
                            R"("names": [{{"name": "{1}", "locale": "en"}}]}})",
                            lookup.source, name) +
                "\n";
    }
  }
  return script;
}

}  // namespace

std::string RandomScript(uint32_t seed, int lines) {
  Maker maker(seed);
  std::string script = Lookups();
  // So that there is something to stumble over.
  for (const char* org : {"A", "B"}) {
    script +=
        fmt::format(R"({{"type": "Organization", "id": "{}", "name": "{}"}})", org, org) + "\n";
    for (const char* source : {"S", "T"}) {
      script += fmt::format(R"({{"type": "Source", "id": "{0}", "name": "{0}", "owner": "{1}"}})",
                            source, org) +
                "\n";
    }
    script +=
        fmt::format(R"({{"type": "Collection", "id": "K", "name": "K", "owner": "{}"}})", org) +
        "\n";
  }
  for (int i = 0; i < lines; ++i) script += maker.Line() + "\n";
  return script;
}

}  // namespace sluice::ocl
