// The options of what follows a load, and of watching: part of the one table in option.cc.
#include "app/option.h"
#include "app/setting_value.h"

namespace sluice {
namespace {

using Values = std::vector<std::string>;

constexpr Option kFollowing[] = {
    {.name = "then",
     .value = "WHAT",
     .help = "after an object's load: leave, move:s3://BUCKET/PREFIX or tag:NAME=VALUE",
     .apply = [](Settings& s, const Values& v) { s.then = ReadWord(v[0]); }},
    {.name = "then-dead",
     .value = "WHAT",
     .help = "after an object is given up on: leave, move:s3://BUCKET/PREFIX or tag:NAME=VALUE",
     .apply = [](Settings& s, const Values& v) { s.then_dead = ReadWord(v[0]); }},
    {.name = "notify",
     .value = "URL",
     .help = "tell this URL of every object that is loaded or given up on, and of an empty queue",
     .apply = [](Settings& s, const Values& v) { s.notify = ReadWord(v[0]); }},
    {.name = "notify-channel",
     .value = "NAME",
     .help = "the same by NOTIFY on a channel of the database",
     .apply = [](Settings& s, const Values& v) { s.notify_channel = ReadWord(v[0]); }},
    {.name = "watch",
     .value = "",
     .help = "go on looking for new objects until stopped",
     .apply = [](Settings& s, const Values& v) { s.watch = ReadSwitch(v[0]); }},
};

}  // namespace

std::span<const Option> FollowingOptions() { return kFollowing; }

}  // namespace sluice
