// An inventory's manifest, its rows, and the rows of a Batch Operations manifest.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/digest.h"
#include "base/error.h"
#include "record/delimited_parser.h"
#include "system/images/inventory_manifest.h"
#include "system/images/inventory_row.h"

namespace sluice {
namespace {

using testing::HasSubstr;

std::string Manifest(const std::string& format = "CSV",
                     const std::string& schema =
                         "Bucket, Key, VersionId, IsLatest, "
                         "IsDeleteMarker, Size, LastModifiedDate, ETag") {
  return R"({"sourceBucket":"images","destinationBucket":"arn:aws:s3:::reports",)"
         R"("version":"2016-11-30","creationTimestamp":"1514944800000","fileFormat":")" +
         format + R"(","fileSchema":")" + schema +
         R"(","files":[{"key":"inventory/data/1.csv.gz","size":2147483647,)"
         R"("MD5checksum":"f11166069f1990abeb9c97ace9cdfabc"}]})";
}

ReadRow Row(const std::string& line) {
  DelimitedParser parser(Dialect::Csv());
  EXPECT_TRUE(parser.Parse(line)) << line;
  return ReadInventoryRow(parser.fields(), ParseInventoryManifest(Manifest()).columns, "store");
}

ReadRow BatchRow(const std::string& line) {
  DelimitedParser parser(Dialect::Csv());
  EXPECT_TRUE(parser.Parse(line)) << line;
  return ReadBatchRow(parser.fields(), "store");
}

std::string CodeOf(const std::string& manifest) {
  try {
    ParseInventoryManifest(manifest);
    return "";
  } catch (const Error& error) {
    EXPECT_EQ(error.scope(), Scope::kRun);
    return error.code();
  }
}

TEST(InventoryTest, TheManifestNamesFilesAndColumns) {
  InventoryManifest manifest = ParseInventoryManifest(Manifest());
  EXPECT_EQ(manifest.source_bucket, "images");
  EXPECT_EQ(manifest.bucket, "reports");
  ASSERT_EQ(manifest.files.size(), 1u);
  EXPECT_EQ(manifest.files[0].size_bytes, 2147483647u);
  EXPECT_EQ(manifest.columns.count, 8u);
  EXPECT_EQ(manifest.columns.etag, 7u);
  EXPECT_FALSE(ParseInventoryManifest(Manifest("CSV", "Bucket, Key")).columns.size);
  EXPECT_EQ(ParseInventoryManifest(Manifest("CSV", "Key,Size,Bucket")).columns.bucket, 2u);
}

TEST(InventoryTest, ARowIsAnObjectAsTheBucketHadIt) {
  ReadRow row = Row(R"("images","a%2Bb/c+d/%C3%BC%3D1.png","v","true","false","1511723",)"
                    R"("2022-12-12T13:20:39.000Z","627c47efe292876b91978324485cd2ec")");
  EXPECT_EQ(row.fault, "");
  EXPECT_EQ(row.listed.object.ref.bucket, "images");
  EXPECT_EQ(row.listed.object.ref.key, "a+b/c d/ü=1.png");
  EXPECT_EQ(row.listed.object.ref.etag, "627c47efe292876b91978324485cd2ec");
  EXPECT_EQ(row.listed.object.size_bytes, 1511723u);
  EXPECT_EQ(row.listed.object.version, "v");
  EXPECT_EQ(row.listed.why_not, "");
}

TEST(InventoryTest, DeleteMarkersAndOlderVersionsAreNothingToLoad) {
  EXPECT_EQ(Row(R"("b","k.png","v","true","true","","2022-12-11T17:55:08.000Z","")").listed.why_not,
            "is a delete marker");
  EXPECT_EQ(
      Row(R"("b","k.png","v","false","false","1","2022-12-11T17:55:08.000Z","e")").listed.why_not,
      "is not the newest version");
}

TEST(InventoryTest, ABatchManifestsKeysHaveASingleEncoding) {
  EXPECT_EQ(BatchRow("b,object%20key%20with%20spaces,9HkP").listed.object.ref.key,
            "object key with spaces");
  EXPECT_EQ(BatchRow("b,a+b%2520c").listed.object.ref.key, "a+b%20c");
  for (const char* key : {"a b", "ü/ö", "100%", "a+b", "plain/key_1.~-", "\x01\n"}) {
    EXPECT_EQ(DecodeKey(EncodeKey(key), false), key);
  }
  EXPECT_EQ(EncodeKey("a b/ü+"), "a%20b/%C3%BC%2B");
}

TEST(InventoryTest, EveryErrorPath) {
  EXPECT_EQ(CodeOf("{"), "inventory-invalid");
  EXPECT_EQ(CodeOf("[]"), "inventory-invalid");
  EXPECT_EQ(CodeOf(R"({"Format":"Report_CSV_20180820","Results":[]})"), "inventory-invalid");
  EXPECT_EQ(CodeOf(Manifest("TSV")), "inventory-invalid");
  EXPECT_EQ(CodeOf(Manifest("CSV", "Key, Size")), "inventory-invalid");
  EXPECT_EQ(CodeOf(Manifest("ORC", "struct<bucket:string>")), "inventory-format");
  try {
    ParseInventoryManifest(Manifest("Parquet", "message s3.inventory {}"));
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.remedy(), HasSubstr("output format to CSV"));
  }
  EXPECT_NO_THROW(CheckManifest("text", Hex(Md5("text")) + "\n"));
  EXPECT_THROW(CheckManifest("text", Hex(Md5("other"))), Error);
  EXPECT_THROW(CheckManifest("text", ""), Error);
  EXPECT_THAT(Row(R"("b","k")").fault, HasSubstr("2 fields"));
  for (const char* key : {"%", "%4", "a%zz", "%C3%"}) {
    EXPECT_FALSE(DecodeKey(key, true)) << key;
    EXPECT_THAT(BatchRow(std::string("b,") + key).fault, HasSubstr("URL-encoded"));
  }
  EXPECT_THAT(BatchRow("b").fault, HasSubstr("1 fields"));
  EXPECT_THAT(BatchRow(",k").fault, HasSubstr("no bucket"));
}

}  // namespace
}  // namespace sluice
