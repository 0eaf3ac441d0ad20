// The options of the server and of those who may call it.
#include "app/option.h"
#include "app/setting_value.h"

namespace sluice {
namespace {

using Values = std::vector<std::string>;
using Place = Option::Place;

constexpr Option kServing[] = {
    {.name = "listen",
     .value = "ADDRESS:PORT",
     .help = "where to listen (default 127.0.0.1:8060; port 0: any that is free)",
     .apply = [](Settings& s, const Values& v) { s.listen = ReadWord(v[0]); }},
    {.name = "no-auth",
     .value = "",
     .help = "whoever reaches the server is an admin; on loopback only",
     .apply = [](Settings& s, const Values& v) { s.no_auth = ReadSwitch(v[0]); }},
    {.name = "behind-proxy",
     .value = "",
     .help = "plain HTTP beyond loopback: a proxy in front does TLS",
     .apply = [](Settings& s, const Values& v) { s.behind_proxy = ReadSwitch(v[0]); }},
    {.name = "tls-cert",
     .value = "FILE",
     .help = "the server's certificate and its chain, as PEM",
     .apply = [](Settings& s, const Values& v) { s.tls_certificate = ReadWord(v[0]); }},
    {.name = "tls-key",
     .value = "FILE",
     .help = "the certificate's key, as PEM",
     .apply = [](Settings& s, const Values& v) { s.tls_key = ReadWord(v[0]); }},
    {.name = "host",
     .value = "NAME",
     .help = "a name by which requests may address the server (repeatable; default: the address)",
     .apply = [](Settings& s, const Values& v) { s.hosts = v; },
     .repeatable = true},
    {.name = "allow",
     .value = "HOST[:PORT]|*.DOMAIN|CIDR",
     .help = "an endpoint that requests may name; private addresses only as CIDR (repeatable)",
     .apply = [](Settings& s, const Values& v) { s.allowed = v; },
     .repeatable = true},
    {.name = "role",
     .value = "viewer|operator|admin",
     .help = "what the user or the key may do",
     .apply =
         [](Settings& s, const Values& v) {
           s.role = ReadChoice<std::string>(
               v[0], {{"viewer", "viewer"}, {"operator", "operator"}, {"admin", "admin"}});
         },
     .place = Place::kFlagOnly},
    {.name = "note",
     .value = "TEXT",
     .help = "what the key is for",
     .apply = [](Settings& s, const Values& v) { s.note = v[0]; },
     .place = Place::kFlagOnly},
    {.name = "expires",
     .value = "DAYS",
     .help = "how long the key is valid (default: until it is revoked)",
     .apply = [](Settings& s, const Values& v) { s.expires_days = ReadNumber(v[0], 1, 36500); },
     .place = Place::kFlagOnly},
    {.name = "sns-topic",
     .value = "ARN",
     .help = "a topic of Amazon SNS whose events are taken (repeatable)",
     .apply = [](Settings& s, const Values& v) { s.sns_topics = v; },
     .repeatable = true},
    {.name = "spool-max",
     .value = "SIZE",
     .help = "how much posted bodies may take in the ledger, all together (default 256GiB)",
     .apply = [](Settings& s, const Values& v) { s.spool_bytes_max = ReadSize(v[0]); }},
    {.name = "grace",
     .value = "MS",
     .help = "how long what runs may take to end after SIGTERM (default 30000)",
     .apply = [](Settings& s, const Values& v) { s.grace = ReadMilliseconds(v[0], 0); }},
};

}  // namespace

std::span<const Option> ServingOptions() { return kServing; }

}  // namespace sluice
