#include "samples/maker.h"

#include <unistd.h>

#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <stdexcept>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace sluice::samples {
namespace {

using nlohmann::json;

class Samples : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "samplesXXXXXX";
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    root_ = pattern;
  }
  void TearDown() override { std::filesystem::remove_all(root_); }

  Made MakeIn(const std::string& name, MakerOptions options) {
    options.directory = root_ / name;
    return Make(options);
  }

  std::string Bytes(const std::filesystem::path& file) const {
    std::ifstream in(root_ / file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  static MakerOptions Small() {
    MakerOptions options;
    options.patients = 25;
    options.plain = true;
    return options;
  }

  std::filesystem::path root_;
};

void CollectReferences(const json& value, std::set<std::string>& out) {
  if (value.is_object()) {
    for (const auto& [name, member] : value.items()) {
      if (name == "reference" && member.get<std::string>()[0] != '#') out.insert(member);
      CollectReferences(member, out);
    }
  } else if (value.is_array()) {
    for (const json& element : value) CollectReferences(element, out);
  }
}

TEST_F(Samples, AreTheSameBytesOnAnyNumberOfThreads) {
  MakerOptions options = Small();
  options.plain = false;
  options.threads = 1;
  Made one = MakeIn("one", options);
  options.threads = 5;
  Made five = MakeIn("five", options);
  ASSERT_EQ(one.files.size(), five.files.size());
  for (const MadeFile& file : one.files) {
    EXPECT_EQ(Bytes("one/" + file.name), Bytes("five/" + file.name)) << file.name;
  }
  EXPECT_EQ(Bytes("one/COUNTS.json"), Bytes("five/COUNTS.json"));
}

// A change of these sums is a change of every benchmark's data: make it knowingly.
TEST_F(Samples, OfSeedOneStayAsTheyAre) {
  std::map<Kind, uint32_t> sums;
  for (const MadeFile& file : MakeIn("a", Small()).files) sums[file.kind] = file.raw_crc32;
  EXPECT_EQ(sums[Kind::kObservation], 0xac3d1f81);
  EXPECT_EQ(sums[Kind::kExplanationOfBenefit], 0x85b241f7);
}

TEST_F(Samples, OfAnotherSeedAreOthers) {
  MakerOptions options = Small();
  MakeIn("one", options);
  options.seed = 2;
  MakeIn("two", options);
  EXPECT_NE(Bytes("one/Patient.000.ndjson"), Bytes("two/Patient.000.ndjson"));
}

TEST_F(Samples, AreUniqueResourcesThatReferToEachOther) {
  Made made = MakeIn("a", Small());
  std::set<std::string> ids;
  std::set<std::string> references;
  std::set<std::string> types;
  for (const MadeFile& file : made.files) {
    std::ifstream in(root_ / "a" / file.name);
    uint64_t lines = 0;
    for (std::string line; std::getline(in, line); ++lines) {
      json resource = json::parse(line);
      std::string type = resource.at("resourceType");
      EXPECT_EQ(type, ToString(file.kind));
      EXPECT_TRUE(ids.insert(type + "/" + resource.at("id").get<std::string>()).second) << line;
      types.insert(type);
      CollectReferences(resource, references);
    }
    EXPECT_EQ(lines, file.lines) << file.name;
  }
  EXPECT_EQ(types.size(), kKinds);
  for (const std::string& reference : references) EXPECT_TRUE(ids.contains(reference)) << reference;
}

TEST_F(Samples, HaveTheSizesOfSyntheasFiles) {
  MakerOptions options;
  options.raw_bytes = 20'000'000;
  options.file_bytes = 2'000'000;
  Made made = MakeIn("a", options);
  std::map<Kind, std::pair<double, double>> sums;  // bytes, lines
  double raw = 0;
  double stored = 0;
  for (const MadeFile& file : made.files) {
    EXPECT_LT(file.raw_bytes, 2'600'000u) << file.name;
    sums[file.kind].first += static_cast<double>(file.raw_bytes);
    sums[file.kind].second += static_cast<double>(file.lines);
    raw += static_cast<double>(file.raw_bytes);
    stored += static_cast<double>(file.stored_bytes);
  }
  auto mean = [&](Kind kind) { return sums[kind].first / sums[kind].second; };
  EXPECT_NEAR(raw, 20e6, 3e6);
  EXPECT_NEAR(raw / stored, 11, 3);
  EXPECT_NEAR(mean(Kind::kObservation), 900, 150);
  EXPECT_NEAR(mean(Kind::kExplanationOfBenefit), 8000, 2000);
  EXPECT_NEAR(mean(Kind::kDocumentReference), 3000, 700);
}

TEST_F(Samples, CountsAreThoseOfTheFiles) {
  Made made = MakeIn("a", Small());
  json counts = json::parse(Bytes("a/COUNTS.json"));
  uint64_t lines = 0;
  for (const MadeFile& file : made.files) {
    lines += file.lines;
    EXPECT_EQ(counts.at("objects").at(file.name).at("lines"), file.lines);
    EXPECT_EQ(std::filesystem::file_size(root_ / "a" / file.name),
              counts.at("objects").at(file.name).at("stored_bytes"));
  }
  EXPECT_EQ(counts.at("lines"), lines);
  EXPECT_EQ(counts.at("types").at("Patient").at("lines"), 25);
}

TEST_F(Samples, EveryErrorPath) {
  MakeIn("a", Small());
  EXPECT_THROW(MakeIn("a", Small()), std::runtime_error) << "the directory is not empty";
  MakerOptions options = Small();
  options.directory = "/proc/none";
  EXPECT_THROW(Make(options), std::exception) << "the directory cannot be made";
}

}  // namespace
}  // namespace sluice::samples
