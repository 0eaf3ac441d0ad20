// The options of `load terminology`: part of the one table in option.cc.
#include "app/option.h"
#include "app/setting_value.h"

namespace sluice {
namespace {

using Values = std::vector<std::string>;
using Place = Option::Place;

constexpr Option kScript[] = {
    {.name = "as",
     .value = "USER",
     .help = "terminology: on whose behalf (default admin, who may do everything)",
     .apply = [](Settings& s, const Values& v) { s.as = ReadWord(v[0]); },
     .place = Place::kFlagOnly},
    {.name = "queue",
     .value = "NAME",
     .help = "terminology: a queue of the user's, whose scripts are applied one after the other",
     .apply = [](Settings& s, const Values& v) { s.queue = ReadWord(v[0]); },
     .place = Place::kFlagOnly},
    {.name = "test-mode",
     .value = "",
     .help = "terminology: a trial, with every result and nothing that stays",
     .apply = [](Settings& s, const Values& v) { s.test_mode = ReadSwitch(v[0]); },
     .place = Place::kFlagOnly},
    {.name = "update-if-exists",
     .value = "on|off",
     .help = "terminology: whether what is there already is updated or passed over (default on)",
     .apply =
         [](Settings& s, const Values& v) {
           s.update_if_exists = ReadChoice<bool>(v[0], {{"on", true}, {"off", false}});
         },
     .place = Place::kFlagOnly},
    {.name = "result",
     .value = "summary|report|json",
     .help = "terminology: how the lines' results are printed (default summary)",
     .apply =
         [](Settings& s, const Values& v) {
           s.result = ReadChoice<std::string>(
               v[0], {{"summary", "summary"}, {"report", "report"}, {"json", "json"}});
         },
     .place = Place::kFlagOnly},
};

}  // namespace

std::span<const Option> ScriptOptions() { return kScript; }

}  // namespace sluice
