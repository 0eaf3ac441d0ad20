// The options of `load images` and of what is asked about registrations: part of the one table in
// option.cc.
#include "app/option.h"
#include "app/setting_value.h"

namespace sluice {
namespace {

using Values = std::vector<std::string>;
using Place = Option::Place;

constexpr Option kImages[] = {
    {.name = "gateway",
     .value = "URL",
     .help = "images: the gateway that registers them; /register is below it",
     .apply = [](Settings& s, const Values& v) { s.gateway = ReadWord(v[0]); }},
    {.name = "gateway-key",
     .value = "KEY",
     .help = "images: what the gateway is sent as x-api-key",
     .apply = [](Settings& s, const Values& v) { s.gateway_key = v[0]; },
     .place = Place::kFileOnly},
    {.name = "gateway-idempotent",
     .value = "",
     .help = "images: the gateway knows a call that comes twice by its Idempotency-Key",
     .apply = [](Settings& s, const Values& v) { s.gateway_idempotent = ReadSwitch(v[0]); }},
    {.name = "check-user",
     .value = "URL",
     .help = "images: tells whether a user is registered, where a call's outcome is not known",
     .apply = [](Settings& s, const Values& v) { s.check_user = ReadWord(v[0]); }},
    {.name = "uncertain",
     .value = "hold|retry",
     .help = "images: a call whose outcome is not known waits for a person, or is made again "
             "(default hold)",
     .apply =
         [](Settings& s, const Values& v) {
           s.uncertain = ReadChoice<std::string>(v[0], {{"hold", "hold"}, {"retry", "retry"}});
         }},
    {.name = "gateway-timeout",
     .value = "MS",
     .help = "images: how long the gateway may be silent (default 35000)",
     .apply = [](Settings& s, const Values& v) { s.gateway_timeout = ReadMilliseconds(v[0], 1); }},
    {.name = "user",
     .value = "USER",
     .help = "only registrations of this user",
     .apply = [](Settings& s, const Values& v) { s.user = ReadWord(v[0]); },
     .place = Place::kFlagOnly},
};

}  // namespace

std::span<const Option> ImageOptionTable() { return kImages; }

}  // namespace sluice
