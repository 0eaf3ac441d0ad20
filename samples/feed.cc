#include "samples/feed.h"

#include <array>
#include <ctime>
#include <fstream>
#include <stdexcept>
#include <string_view>

#include <fmt/format.h>

#include "samples/random.h"

namespace sluice::samples {
namespace {

constexpr int64_t kFirstMillis = 1'509'494'400'000;  // 2017-11-01 00:00 UTC
constexpr int64_t kPeriodMillis = 120'000;

constexpr std::array<std::string_view, 8> kStreets = {
    "I-264 E",  "I-65 N",          "Bardstown Rd", "Exit 12: Taylor Blvd",
    "S 3rd St", "Märkische Allee", "Preston Hwy",  "Dixie Hwy"};
constexpr std::array<std::string_view, 4> kCities = {"Louisville, KY", "Shively, KY", "",
                                                     "Jeffersonville, IN"};
struct AlertKind {
  std::string_view type, subtype;
};
constexpr std::array<AlertKind, 8> kAlertKinds = {
    {{"JAM", "JAM_HEAVY_TRAFFIC"},
     {"JAM", ""},
     {"WEATHERHAZARD", "HAZARD_ON_ROAD"},
     {"WEATHERHAZARD", "HAZARD_ON_SHOULDER_CAR_STOPPED"},
     {"HAZARD", "HAZARD_ON_ROAD_CONSTRUCTION"},
     {"ACCIDENT", "ACCIDENT_MINOR"},
     {"ROAD_CLOSED", "ROAD_CLOSED_EVENT"},
     {"ROAD_CLOSED", ""}}};

// Something that goes on for a while, then makes room for another: slot s of a kind is taken anew
// every `period` files, and each time for a part of it.
struct Episode {
  uint64_t id = 0;
  uint64_t began = 0;  // file number
  bool on = false;
};

Episode EpisodeOf(uint64_t seed, uint64_t kind, uint64_t slot, uint64_t number) {
  Chance chance{seed, kind, slot};
  auto period = static_cast<uint64_t>(chance.Between(5, 60));
  auto shift = static_cast<uint64_t>(chance.Between(0, 59));
  uint64_t turn = (number + shift) / period;
  uint64_t within = (number + shift) % period;
  Chance own{seed, kind, slot, turn};
  auto length = static_cast<uint64_t>(own.Between(2, static_cast<int64_t>(period)));
  uint64_t began = number >= within ? number - within : 0;
  return {Mix(seed ^ Mix(kind ^ Mix(slot ^ Mix(turn)))), began, within < length};
}

int64_t MillisOf(uint64_t number) {
  return kFirstMillis + static_cast<int64_t>(number) * kPeriodMillis;
}

std::string TimeText(int64_t millis, const char* format) {
  auto seconds = static_cast<std::time_t>(millis / 1000);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[64];
  return {text, std::strftime(text, sizeof text, format, &parts)};
}

// A decimal with up to `digits` digits behind the point, none of them a trailing zero.
std::string Decimal(int64_t value, int digits) {
  bool negative = value < 0;
  std::string text = fmt::format("{:0{}}", negative ? -value : value, digits + 1);
  std::string fraction = text.substr(text.size() - static_cast<size_t>(digits));
  while (!fraction.empty() && fraction.back() == '0') fraction.pop_back();
  return (negative ? "-" : "") + text.substr(0, text.size() - static_cast<size_t>(digits)) +
         (fraction.empty() ? "" : "." + fraction);
}

std::string Line(Chance& chance, int points) {
  std::string line = "[";
  int64_t x = chance.Between(-85'900'000, -85'500'000), y = chance.Between(38'000'000, 38'400'000);
  for (int i = 0; i < points; ++i) {
    line += fmt::format("{}{{\"x\":{},\"y\":{}}}", i == 0 ? "" : ",", Decimal(x, 6), Decimal(y, 6));
    x += chance.Between(-900, 1100);
    y += chance.Between(-900, 1100);
  }
  return line + "]";
}

void AppendJam(std::string& out, uint64_t seed, uint64_t slot, uint64_t number) {
  Episode episode = EpisodeOf(seed, 1, slot, number);
  if (!episode.on) return;
  Chance own{episode.id};
  Chance now{episode.id, number};
  int64_t speed = now.Between(0, 900);
  std::string line = Line(own, static_cast<int>(own.Between(2, 12)));
  out += fmt::format(
      "{}{{\"country\":\"US\",\"level\":{},\"city\":\"{}\",\"line\":{},\"speedKMH\":{},"
      "\"length\":{},\"turnType\":\"NONE\",\"type\":\"{}\",\"uuid\":{},\"endNode\":\"{}\","
      "\"speed\":{},\"segments\":[",
      out.ends_with('[') ? "" : ",", now.Between(1, 5), own.Of(kCities), line,
      Decimal(speed * 36 / 10, 2), own.Between(100, 4000), own.OneIn(3) ? "Small" : "NONE",
      episode.id % 2'000'000'000, own.Of(kStreets), Decimal(speed, 2));
  auto segments = own.Between(2, 11);
  for (int64_t i = 0; i < segments; ++i) {
    out += fmt::format("{}{{\"fromNode\":{},\"ID\":{},\"toNode\":{},\"isForward\":{}}}",
                       i == 0 ? "" : ",", own.Between(1, 99'999'999), own.Between(1, 99'999'999),
                       own.Between(1, 99'999'999), own.OneIn(2) ? "true" : "false");
  }
  out +=
      fmt::format("],\"roadType\":{},\"delay\":{},\"street\":\"{}\",\"id\":{},\"pubMillis\":{}}}",
                  own.Between(1, 7), own.OneIn(20) ? -1 : now.Between(60, 900), own.Of(kStreets),
                  episode.id % 2'000'000'000, MillisOf(episode.began) - own.Between(0, 119'999));
}

void AppendAlert(std::string& out, uint64_t seed, uint64_t slot, uint64_t number) {
  Episode episode = EpisodeOf(seed, 2, slot, number);
  if (!episode.on) return;
  Chance own{episode.id, 2};
  const AlertKind& kind = own.Of(kAlertKinds);
  out += fmt::format(
      "{}{{\"country\":\"US\",\"nThumbsUp\":{},\"city\":\"{}\",\"reportRating\":{},"
      "\"confidence\":{},\"reliability\":{},\"type\":\"{}\",\"uuid\":\"{:08x}-{:04x}-3{:03x}-{:04x}"
      "-"
      "{:012x}\",\"roadType\":{},\"magvar\":{},\"subtype\":\"{}\",\"street\":\"{}\","
      "\"location\":{{\"x\":{},\"y\":{}}},\"pubMillis\":{}}}",
      out.ends_with('[') ? "" : ",", (number - episode.began) / 8, own.Of(kCities),
      own.Between(0, 5), own.Between(0, 5), own.Between(5, 10), kind.type, own.Next() & 0xffffffff,
      own.Next() & 0xffff, own.Next() & 0xfff, 0x8000 | (own.Next() & 0x3fff),
      own.Next() & 0xffffffffffff, own.Between(1, 7), own.Between(0, 359), kind.subtype,
      own.Of(kStreets), Decimal(own.Between(-85'900'000, -85'500'000), 6),
      Decimal(own.Between(38'000'000, 38'400'000), 6),
      MillisOf(episode.began) - own.Between(0, 119'999));
}

void AppendIrregularity(std::string& out, uint64_t seed, uint64_t slot, uint64_t number) {
  Episode episode = EpisodeOf(seed, 3, slot, number);
  if (!episode.on) return;
  Chance own{episode.id, 3};
  Chance now{episode.id, 3, number};
  int64_t detected = MillisOf(episode.began), updated = MillisOf(number);
  constexpr const char* kDate = "%a %b %d %H:%M:%S +0000 %Y";
  std::string line = Line(own, static_cast<int>(own.Between(5, 30)));
  out += fmt::format(
      "{}{{\"country\":\"US\",\"nComments\":0,\"city\":\"{}\",\"nThumbsUp\":0,\"nImages\":0,"
      "\"detectionDateMillis\":{},\"detectionDate\":\"{}\",\"updateDateMillis\":{},"
      "\"updateDate\":\"{}\",\"type\":\"Small\",\"line\":{},\"id\":{},\"speed\":{},"
      "\"regularSpeed\":{},\"delaySeconds\":{},\"seconds\":{},\"length\":{},\"trend\":{},"
      "\"street\":\"{}\",\"endNode\":\"{}\",\"severity\":{},\"jamLevel\":{},\"driversCount\":{},"
      "\"alertsCount\":0,\"highway\":{},\"alerts\":[]}}",
      out.ends_with('[') ? "" : ",", own.Of(kCities), detected, TimeText(detected, kDate), updated,
      TimeText(updated, kDate), line, episode.id % 100'000'000, Decimal(now.Between(100, 2000), 2),
      Decimal(own.Between(2000, 9000), 2), now.Between(60, 900), now.Between(100, 1500),
      own.Between(500, 9000), now.Between(-1, 1), own.Of(kStreets), own.Of(kStreets),
      own.Between(1, 5), now.Between(1, 4), now.Between(1, 40), own.OneIn(2) ? "true" : "false");
}

}  // namespace

std::string FeedName(uint64_t number) {
  return "wazedata_" + TimeText(MillisOf(number), "%Y_%m_%d_%H_%M_%S") + "_000.json";
}

// By day there is more of everything.
std::string MakeFeed(uint64_t seed, uint64_t number) {
  constexpr uint64_t kFilesADay = 720;
  uint64_t time = number % kFilesADay;
  bool day = time > kFilesADay / 4 && time < kFilesADay * 4 / 5;
  constexpr std::string_view kRootTime = "%Y-%m-%d %H:%M:%S:000";
  int64_t end = MillisOf(number), start = end - 60'000;
  std::string out = fmt::format(
      "{{\"startTimeMillis\":{},\"endTimeMillis\":{},\"startTime\":\"{}\",\"endTime\":\"{}\","
      "\"alerts\":[",
      start, end, TimeText(start, kRootTime.data()), TimeText(end, kRootTime.data()));
  for (uint64_t slot = 0; slot < (day ? 90u : 40u); ++slot) AppendAlert(out, seed, slot, number);
  out += "],\"jams\":[";
  for (uint64_t slot = 0; slot < (day ? 140u : 60u); ++slot) AppendJam(out, seed, slot, number);
  out += "],\"irregularities\":[";
  for (uint64_t slot = 0; slot < 6; ++slot) AppendIrregularity(out, seed, slot, number);
  return out + "]}";
}

uint64_t MakeFeeds(const FeedOptions& options) {
  std::filesystem::create_directories(options.directory);
  if (!std::filesystem::is_empty(options.directory)) {
    throw std::runtime_error(options.directory.string() + " is not empty");
  }
  uint64_t bytes = 0;
  for (uint64_t number = 0; number < options.files; ++number) {
    std::string feed = MakeFeed(options.seed, number);
    std::filesystem::path path = options.directory / FeedName(number);
    std::ofstream file(path, std::ios::binary);
    file << feed;
    if (!file.flush()) throw std::runtime_error(path.string() + " cannot be written");
    bytes += feed.size();
  }
  return bytes;
}

}  // namespace sluice::samples
