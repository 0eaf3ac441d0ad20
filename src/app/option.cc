#include "app/option.h"

#include <algorithm>
#include <cctype>

#include "app/setting_value.h"

namespace sluice {
namespace {

using Values = std::vector<std::string>;
using Place = Option::Place;

// Where and how an import goes.
constexpr Option kLoading[] = {
    {.name = "into",
     .value = "URL",
     .help = "database to load into (default: a private PostgreSQL)",
     .apply = [](Settings& s, const Values& v) { s.into = ReadWord(v[0]); }},
    {.name = "threads",
     .value = "N",
     .help = "objects in flight in this process (default 4)",
     .apply =
         [](Settings& s, const Values& v) {
           s.threads = static_cast<int>(ReadNumber(v[0], 0, limits::kThreadsMax));
         }},
    {.name = "changed",
     .value = "error|skip|reload",
     .help = "an object whose etag differs from the one loaded (default error)",
     .apply =
         [](Settings& s, const Values& v) {
           s.changed = ReadChoice<ChangedPolicy>(v[0], {{"error", ChangedPolicy::kError},
                                                        {"skip", ChangedPolicy::kSkip},
                                                        {"reload", ChangedPolicy::kReload}});
         }},
    {.name = "upsert",
     .value = "",
     .help = "merge by key: a record whose key is in the table updates that row",
     .apply = [](Settings& s, const Values& v) { s.policy.upsert = ReadSwitch(v[0]); }},
    {.name = "history",
     .value = "on|off",
     .help = "upsert: keep the replaced rows in the history table (default on)",
     .apply =
         [](Settings& s, const Values& v) {
           s.policy.history = ReadChoice<bool>(v[0], {{"on", true}, {"off", false}});
         }},
    {.name = "conflict",
     .value = "override|newer|ignore|error",
     .help = "upsert: what a record does whose key is in the table (default override)",
     .apply =
         [](Settings& s, const Values& v) {
           s.policy.conflict =
               ReadChoice<ConflictPolicy>(v[0], {{"override", ConflictPolicy::kOverride},
                                                 {"newer", ConflictPolicy::kNewer},
                                                 {"ignore", ConflictPolicy::kIgnore},
                                                 {"error", ConflictPolicy::kError}});
         }},
    {.name = "on-duplicate",
     .value = "fail|keep-first|keep-last",
     .help = "records that share a key, in an upsert's object or when a key comes back (default "
             "fail)",
     .apply =
         [](Settings& s, const Values& v) {
           s.policy.on_duplicate =
               ReadChoice<KeepPolicy>(v[0], {{"fail", KeepPolicy::kFail},
                                             {"keep-first", KeepPolicy::kKeepFirst},
                                             {"keep-last", KeepPolicy::kKeepLast}});
         }},
    {.name = "on-reject",
     .value = "fail|quarantine",
     .help = "a bad record fails its object, or is kept aside while the others load (default fail)",
     .apply =
         [](Settings& s, const Values& v) {
           s.policy.on_reject = ReadChoice<RejectPolicy>(
               v[0], {{"fail", RejectPolicy::kFail}, {"quarantine", RejectPolicy::kQuarantine}});
         }},
    {.name = "rejects-max",
     .value = "LIMIT",
     .help =
         "quarantine: bad records of one object beyond which it fails, as N or P% (default 1000)",
     .apply =
         [](Settings& s, const Values& v) {
           std::optional<RejectsMax> max = ParseRejectsMax(v[0]);
           if (!max) throw BadValue{"must be a number or a percentage like 2%, not '" + v[0] + "'"};
           s.policy.rejects_max = *max;
         }},
    {.name = "attempts",
     .value = "N",
     .help = "tries of an object before it is given up on (default 5)",
     .apply = [](Settings& s,
                 const Values& v) { s.attempts = static_cast<int>(ReadNumber(v[0], 1, 1000)); }},
    {.name = "order",
     .value = "optimal|by-last-modified",
     .help =
         "which object comes next (default optimal; by-last-modified is strict with one thread)",
     .apply =
         [](Settings& s, const Values& v) {
           s.order = ReadChoice<Order>(
               v[0], {{"optimal", Order::kOptimal}, {"by-last-modified", Order::kByLastModified}});
         }},
    {.name = "lane",
     .value = "NAME",
     .help = "a queue with a width that all imports in it share",
     .apply = [](Settings& s, const Values& v) { s.lane = ReadWord(v[0]); }},
    {.name = "set-aside-indexes",
     .value = "always|auto|off",
     .help = "drop the tables' indexes for the load and restore them after it (default off; auto: "
             "where it pays)",
     .apply =
         [](Settings& s, const Values& v) {
           using Indexes = AsideOptions::Indexes;
           s.aside.indexes = ReadChoice<Indexes>(
               v[0],
               {{"always", Indexes::kAlways}, {"auto", Indexes::kAuto}, {"off", Indexes::kOff}});
         },
     .alone = "always"},
    {.name = "set-aside-primary-key",
     .value = "",
     .help = "the same with the primary keys",
     .apply = [](Settings& s, const Values& v) { s.aside.primary_key = ReadSwitch(v[0]); }},
    {.name = "set-aside-foreign-keys",
     .value = "",
     .help = "the same with foreign keys, also of other tables that refer to what is dropped",
     .apply = [](Settings& s, const Values& v) { s.aside.foreign_keys = ReadSwitch(v[0]); }},
    {.name = "rate",
     .value = "RATE",
     .help =
         "at most so much, like 5000rows/s, 20MB/s or 2objects/s, over all processes of the import",
     .apply = [](Settings& s, const Values& v) { s.rate = ReadRate(v[0]); }},
    {.name = "max-pressure",
     .value = "PERCENT",
     .help = "pause so that others lose at most so much of their speed (alone: 10)",
     .apply =
         [](Settings& s, const Values& v) {
           s.max_pressure = static_cast<double>(ReadNumber(v[0], 1, 100));
         },
     .alone = "10"},
    {.name = "background",
     .value = "",
     .help = "only put the objects into the queue; `sluice work` loads them",
     .apply = [](Settings& s, const Values& v) { s.background = ReadSwitch(v[0]); },
     .place = Place::kFlagOnly},
    {.name = "dry-run",
     .value = "",
     .help = "the same as `sluice plan`",
     .apply = [](Settings& s, const Values& v) { s.dry_run = ReadSwitch(v[0]); },
     .place = Place::kFlagOnly},
    {.name = "lease",
     .value = "MS",
     .help = "how long a vanished worker's object stays reserved (default 60000)",
     .apply = [](Settings& s, const Values& v) { s.lease = ReadMilliseconds(v[0], 1000); },
     .place = Place::kFileOnly},
    {.name = "database-silence",
     .value = "MS",
     .help = "how long the database may stay silent before it counts as lost (default 300000)",
     .apply = [](Settings& s,
                 const Values& v) { s.database_silence = ReadMilliseconds(v[0], 1000); },
     .place = Place::kFileOnly},
};

// Which objects.
constexpr Option kSelection[] = {
    {.name = "prefix",
     .value = "P",
     .help = "only keys that start so, counted from the bucket's root (repeatable)",
     .apply = [](Settings& s, const Values& v) { s.prefixes = v; },
     .repeatable = true},
    {.name = "include",
     .value = "GLOB",
     .help = "only keys that match (repeatable)",
     .apply = [](Settings& s, const Values& v) { s.include = v; },
     .repeatable = true},
    {.name = "exclude",
     .value = "GLOB",
     .help = "no keys that match (repeatable)",
     .apply = [](Settings& s, const Values& v) { s.exclude = v; },
     .repeatable = true},
    {.name = "after",
     .value = "TIME",
     .help = "only objects that were put there later: 2024-05-31 or 2024-05-31T12:00:00Z (UTC)",
     .apply = [](Settings& s, const Values& v) { s.after = ReadTime(v[0]); }},
    {.name = "limit",
     .value = "N",
     .help = "at most so many objects",
     .apply = [](Settings& s, const Values& v) { s.limit = ReadNumber(v[0], 1, UINT64_MAX); }},
    {.name = "types",
     .value = "TYPE,...",
     .help = "fhir: the resource types to recognise (default: all that STU3, R4 and R5 know)",
     .apply = [](Settings& s, const Values& v) { s.types = ReadCommaLists(v); },
     .repeatable = true},
    {.name = "legacy-rewrite",
     .value = "",
     .help = "traffic: write content that is in under the same name once more",
     .apply = [](Settings& s, const Values& v) { s.legacy_rewrite = ReadSwitch(v[0]); }},
};

// How its store is reached.
constexpr Option kStore[] = {
    {.name = "s3-endpoint",
     .value = "URL",
     .help = "S3 server (default: AWS, by region)",
     .apply = [](Settings& s, const Values& v) { s.s3_endpoint = ReadWord(v[0]); },
     .variables = {"AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"}},
    {.name = "s3-path-style",
     .value = "",
     .help = "address buckets as /BUCKET/KEY instead of by host name",
     .apply = [](Settings& s, const Values& v) { s.s3_path_style = ReadSwitch(v[0]); }},
    {.name = "region",
     .value = "NAME",
     .help = "region of the bucket",
     .apply = [](Settings& s, const Values& v) { s.region = ReadWord(v[0]); },
     .variables = {"AWS_REGION", "AWS_DEFAULT_REGION"}},
    {.name = "profile",
     .value = "NAME",
     .help = "profile of the AWS config and credentials files",
     .apply = [](Settings& s, const Values& v) { s.profile = v[0]; },
     .stores_own = "AWS_PROFILE"},
    {.name = "ca-bundle",
     .value = "FILE",
     .help = "certificate authorities to trust, as PEM (default: the system's)",
     .apply = [](Settings& s, const Values& v) { s.ca_bundle = v[0]; },
     .stores_own = "AWS_CA_BUNDLE"},
    {.name = "connect-timeout",
     .value = "MS",
     .help = "per connection to the source (default 10000; 0: the system's own)",
     .apply = [](Settings& s, const Values& v) { s.connect_timeout = ReadMilliseconds(v[0], 0); }},
    {.name = "read-timeout",
     .value = "MS",
     .help = "silence of the source (default 30000; 0: the stall limit only)",
     .apply = [](Settings& s, const Values& v) { s.read_timeout = ReadMilliseconds(v[0], 0); }},
};

// What is said, and the options of single commands.
constexpr Option kSaying[] = {
    {.name = "progress",
     .value = "auto|bar|plain|json|none",
     .help = "how progress is shown on stderr (default auto)",
     .apply =
         [](Settings& s, const Values& v) {
           s.progress = ReadChoice<ProgressStyle>(v[0], {{"auto", ProgressStyle::kAuto},
                                                         {"bar", ProgressStyle::kBar},
                                                         {"plain", ProgressStyle::kPlain},
                                                         {"json", ProgressStyle::kJson},
                                                         {"none", ProgressStyle::kNone}});
         }},
    {.name = "json",
     .value = "",
     .help = "one JSON object per result on stdout; errors as JSON on stderr",
     .apply = [](Settings& s, const Values& v) { s.json = ReadSwitch(v[0]); }},
    {.name = "quiet",
     .value = "",
     .help = "say nothing but errors",
     .apply = [](Settings& s, const Values& v) { s.quiet = ReadSwitch(v[0]); },
     .letter = 'q'},
    {.name = "verbose",
     .value = "",
     .help = "say more; twice: still more",
     .apply =
         [](Settings& s, const Values& v) {
           s.verbose = v[0] == "true" ? static_cast<int>(v.size()) : ReadSwitch(v[0]);
         },
     .letter = 'v',
     .repeatable = true},
    {.name = "config",
     .value = "FILE",
     .help = "config file instead of ./sluice.yaml",
     .apply = [](Settings&, const Values& v) { ReadWord(v[0]); },
     .place = Place::kFlagOnly},
    {.name = "object",
     .value = "OBJECT",
     .help = "only of this object",
     .apply = [](Settings& s, const Values& v) { s.object = ReadWord(v[0]); },
     .place = Place::kFlagOnly},
    {.name = "state",
     .value = "pending|running|done|skipped|dead|cancelled|sent|later|refused|uncertain|absent|"
              "repeated",
     .help = "only what is in this state: objects (pending to cancelled), calls (done, and sent to "
             "repeated)",
     .apply =
         [](Settings& s, const Values& v) {
           s.state = ReadChoice<std::string>(v[0], {{"pending", "pending"},
                                                    {"running", "running"},
                                                    {"done", "done"},
                                                    {"skipped", "skipped"},
                                                    {"dead", "dead"},
                                                    {"cancelled", "cancelled"},
                                                    {"sent", "sent"},
                                                    {"later", "later"},
                                                    {"refused", "refused"},
                                                    {"uncertain", "uncertain"},
                                                    {"absent", "absent"},
                                                    {"repeated", "repeated"}});
         },
     .place = Place::kFlagOnly},
    {.name = "primary-key",
     .value = "",
     .help = "aside: the primary key too",
     .apply = [](Settings& s, const Values& v) { s.aside.primary_key = ReadSwitch(v[0]); },
     .place = Place::kFlagOnly},
    {.name = "foreign-keys",
     .value = "",
     .help = "aside: the foreign keys; without --primary-key, nothing but them",
     .apply = [](Settings& s, const Values& v) { s.aside.foreign_keys = ReadSwitch(v[0]); },
     .place = Place::kFlagOnly},
    {.name = "until-idle",
     .value = "",
     .help = "end when nothing is left to load",
     .apply = [](Settings& s, const Values& v) { s.until_idle = ReadSwitch(v[0]); },
     .place = Place::kFlagOnly},
    {.name = "immediate",
     .value = "",
     .help = "stop as a crash does; the next start recovers",
     .apply = [](Settings& s, const Values& v) { s.immediate = ReadSwitch(v[0]); },
     .place = Place::kFlagOnly},
};

}  // namespace

std::vector<std::string_view> Option::choices() const {
  std::vector<std::string_view> words;
  if (value.find('|') == std::string_view::npos) return words;
  for (std::string_view rest = value; !rest.empty();) {
    words.push_back(rest.substr(0, rest.find('|')));
    rest.remove_prefix(std::min(rest.size(), words.back().size() + 1));
  }
  return words;
}

std::string Option::variable() const {
  if (name == "into") return "SLUICE_DATABASE_URL";
  std::string variable = "SLUICE_";
  for (char c : name) {
    variable += c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  return variable;
}

std::span<const Option> AllOptions() {
  static const std::vector<Option> all = [] {
    std::vector<Option> options;
    for (std::span<const Option> part :
         {std::span<const Option>(kLoading), std::span<const Option>(kSelection),
          TableLoadOptions(), ScriptOptions(), ExtractOptions(), ImageOptionTable(),
          std::span<const Option>(kStore), FollowingOptions(), ServingOptions(),
          std::span<const Option>(kSaying)}) {
      options.insert(options.end(), part.begin(), part.end());
    }
    return options;
  }();
  return all;
}

const Option* FindOption(std::string_view name) {
  auto found = std::ranges::find(AllOptions(), name, &Option::name);
  return found == AllOptions().end() ? nullptr : &*found;
}

}  // namespace sluice
