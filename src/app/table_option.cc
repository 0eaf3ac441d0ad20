#include "app/option.h"
#include "app/setting_value.h"

namespace sluice {
namespace {

using Values = std::vector<std::string>;
using Place = Option::Place;

// What `load table` is told of the table and of its files.
constexpr Option kTable[] = {
    {.name = "table",
     .value = "SCHEMA.TABLE",
     .help = "this table: load table: where the rows go; forget: every object loaded into it; "
             "indexes: SCHEMA.* too",
     .apply = [](Settings& s, const Values& v) { s.table = ReadWord(v[0]); },
     .place = Place::kFlagOnly},
    {.name = "columns",
     .value = "A,B,...",
     .help = "table: the columns in the file's order (default: all that can be filled)",
     .apply = [](Settings& s, const Values& v) { s.columns = ReadWord(v[0]); },
     .place = Place::kFlagOnly},
    {.name = "format",
     .value = "text|csv|unload|json|ndjson",
     .help = "table: how the files are written (no default, unless a manifest says so); rejects: "
             "text to read (default), or ndjson with the records' own bytes to mend",
     .apply =
         [](Settings& s, const Values& v) {
           s.format = ReadChoice<std::string>(v[0], {{"text", "text"},
                                                     {"csv", "csv"},
                                                     {"unload", "unload"},
                                                     {"json", "json"},
                                                     {"ndjson", "ndjson"}});
         },
     .place = Place::kFlagOnly},
    {.name = "delimiter",
     .value = "C",
     .help = "table: between fields (default: tab; csv: comma; unload: |); \\t and \\xHH are known",
     .apply = [](Settings& s, const Values& v) { s.delimiter = ReadWord(v[0]); },
     .place = Place::kFlagOnly},
    {.name = "null",
     .value = "TEXT",
     .help = "table: what stands for NULL, as it is in the file (default: \\N; csv, unload: empty)",
     .apply =
         [](Settings& s, const Values& v) {
           s.null = v[0];
           s.null_said = true;
         },
     .place = Place::kFlagOnly},
    {.name = "quote",
     .value = "C|none",
     .help = "table: csv: round fields that need it (default \"); unload: round every field",
     .apply = [](Settings& s, const Values& v) { s.quote = ReadWord(v[0]); },
     .place = Place::kFlagOnly},
    {.name = "escape",
     .value = "C|none",
     .help = "table: csv: before a quote in quotes (default: the quote); unload: must be said",
     .apply = [](Settings& s, const Values& v) { s.escape = ReadWord(v[0]); },
     .place = Place::kFlagOnly},
    {.name = "header",
     .value = "",
     .help = "table: the first line of every file names the columns",
     .apply = [](Settings& s, const Values& v) { s.header = ReadSwitch(v[0]); },
     .place = Place::kFlagOnly},
    {.name = "encoding",
     .value = "NAME",
     .help = "table: the files' encoding, as PostgreSQL calls it (default UTF8)",
     .apply = [](Settings& s, const Values& v) { s.encoding = ReadWord(v[0]); },
     .place = Place::kFlagOnly},
    {.name = "extra-keys",
     .value = "reject|ignore|COLUMN",
     .help = "table: json members that name no column; COLUMN is a jsonb column that keeps them",
     .apply = [](Settings& s, const Values& v) { s.extra_keys = ReadWord(v[0]); },
     .place = Place::kFlagOnly},
    {.name = "key",
     .value = "A,B,...",
     .help = "table: by which columns --upsert merges (default: the primary key)",
     .apply = [](Settings& s, const Values& v) { s.key = ReadWord(v[0]); },
     .place = Place::kFlagOnly},
    {.name = "truncate",
     .value = "",
     .help = "table: empty the table first, once per import; resumed runs go on",
     .apply =
         [](Settings& s, const Values& v) {
           if (ReadSwitch(v[0])) s.renewal = Renewal::kTruncate;
         },
     .place = Place::kFlagOnly},
    {.name = "replace",
     .value = "",
     .help = "table: the same by DELETE, for tables that others refer to",
     .apply =
         [](Settings& s, const Values& v) {
           if (ReadSwitch(v[0])) s.renewal = Renewal::kReplace;
         },
     .place = Place::kFlagOnly},
    {.name = "append",
     .value = "",
     .help = "table: keep the rows that are there (the default)",
     .apply =
         [](Settings& s, const Values& v) {
           if (ReadSwitch(v[0])) s.renewal = Renewal::kKeep;
         },
     .place = Place::kFlagOnly},
    {.name = "atomic",
     .value = "",
     .help = "table: fill a shadow table and swap it in when it is whole: readers never see half",
     .apply = [](Settings& s, const Values& v) { s.atomic = ReadSwitch(v[0]); },
     .place = Place::kFlagOnly},
    {.name = "via",
     .value = "client|server",
     .help = "table: server: aws_s3 in the database reads the objects itself (default client)",
     .apply =
         [](Settings& s, const Values& v) {
           s.via_server = ReadChoice<bool>(v[0], {{"client", false}, {"server", true}});
         },
     .place = Place::kFlagOnly},
    {.name = "create",
     .value = "",
     .help = "table: make the table if it is missing",
     .apply = [](Settings& s, const Values& v) { s.create = ReadSwitch(v[0]); },
     .place = Place::kFlagOnly},
};

}  // namespace

std::span<const Option> TableLoadOptions() { return kTable; }

}  // namespace sluice
