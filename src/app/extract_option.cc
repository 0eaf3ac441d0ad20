#include "app/option.h"
#include "app/setting_value.h"

namespace sluice {
namespace {

using Values = std::vector<std::string>;
using Place = Option::Place;

// What `extract` and `transfer` are told of the source and of what they write.
constexpr Option kExtract[] = {
    {.name = "from",
     .value = "URL",
     .help = "database to read: postgresql://... or redshift://...",
     .apply = [](Settings& s, const Values& v) { s.from = ReadWord(v[0]); }},
    {.name = "to",
     .value = "PREFIX",
     .help = "extract: where the parts go: s3://BUCKET/PREFIX or a directory",
     .apply = [](Settings& s, const Values& v) { s.to = ReadWord(v[0]); },
     .place = Place::kFlagOnly},
    {.name = "query",
     .value = "SELECT",
     .help = "extract: what is read, instead of a whole table",
     .apply = [](Settings& s, const Values& v) { s.query = ReadWord(v[0]); },
     .place = Place::kFlagOnly},
    {.name = "compress",
     .value = "gzip|zstd|bzip2|none",
     .help = "extract: how the parts are packed (default gzip; bzip2: by Redshift only)",
     .apply =
         [](Settings& s, const Values& v) {
           s.compress = ReadChoice<std::string>(
               v[0], {{"gzip", "gzip"}, {"zstd", "zstd"}, {"bzip2", "bzip2"}, {"none", "none"}});
         }},
    {.name = "existing",
     .value = "refuse|overwrite|clean",
     .help = "extract: where an earlier extract lies: overwrite its parts (those beyond stay, "
             "unlisted), or remove it (default refuse)",
     .apply =
         [](Settings& s, const Values& v) {
           s.existing = ReadChoice<std::string>(
               v[0], {{"refuse", "refuse"}, {"overwrite", "overwrite"}, {"clean", "clean"}});
         },
     .place = Place::kFlagOnly},
    {.name = "part-size",
     .value = "MIB",
     .help = "extract: packed size after which the next part begins (default 64; Redshift: at "
             "least 5, and its own)",
     .apply = [](Settings& s, const Values& v) { s.part_mib = ReadNumber(v[0], 1, 6200); }},
    {.name = "iam-role",
     .value = "ARN|default",
     .help = "redshift: the role with which UNLOAD writes (default: the S3 keys of this process)",
     .apply = [](Settings& s, const Values& v) { s.iam_role = ReadWord(v[0]); }},
    {.name = "tables",
     .value = "A,B,...",
     .help = "transfer: only these tables of the mapping",
     .apply = [](Settings& s, const Values& v) { s.tables = ReadCommaLists(v); },
     .place = Place::kFlagOnly},
    {.name = "date",
     .value = "YYYY-MM-DD",
     .help = "transfer: the day for {YYYY}, {MM} and {DD} in paths (default today, "
             "UTC)",
     .apply =
         [](Settings& s, const Values& v) {
           if (v[0].size() != 10) throw BadValue{"must be YYYY-MM-DD, not '" + v[0] + "'"};
           ReadTime(v[0]);
           s.date = v[0];
         },
     .place = Place::kFlagOnly},
};

}  // namespace

std::span<const Option> ExtractOptions() { return kExtract; }

}  // namespace sluice
