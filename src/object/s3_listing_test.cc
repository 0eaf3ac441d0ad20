#include "object/s3_listing.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace sluice {
namespace {

std::string Listing(const std::string& inside) {
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"
         "<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">" +
         inside + "</ListBucketResult>";
}

std::string Contents(const std::string& key, const std::string& size = "5") {
  return "<Contents><Key>" + key + "</Key><LastModified>2026-01-31T23:59:59.000Z</LastModified>" +
         "<ETag>&quot;abc-2&quot;</ETag><Size>" + size + "</Size></Contents>";
}

const std::string kUrl = "<EncodingType>url</EncodingType>";
const std::string kLast = "<IsTruncated>false</IsTruncated>";

ObjectPage Read(const std::string& inside) {
  return ReadListing(Listing(inside), "https://store", "bucket");
}

TEST(S3Listing, HasEverythingOfAnObject) {
  ObjectPage page = Read(kUrl + kLast + Contents("a/b"));
  ASSERT_EQ(page.objects.size(), 1u);
  const ObjectStat& stat = page.objects[0];
  EXPECT_EQ(stat.ref.store, "https://store");
  EXPECT_EQ(stat.ref.bucket, "bucket");
  EXPECT_EQ(stat.ref.key, "a/b");
  EXPECT_EQ(stat.ref.etag, "abc-2");
  EXPECT_EQ(stat.size_bytes, 5u);
  EXPECT_EQ(std::chrono::system_clock::to_time_t(stat.last_modified), 1769903999);
  EXPECT_EQ(page.next, "");
}

TEST(S3Listing, DecodesKeysOnlyWhereTheReplySaysSo) {
  EXPECT_EQ(Read(kUrl + kLast + Contents("a+b%2Bc%0A%F0%9F%98%80")).objects[0].ref.key,
            "a b+c\n\xf0\x9f\x98\x80");
  EXPECT_EQ(Read(kLast + Contents("a+b%2Bc")).objects[0].ref.key, "a+b%2Bc");
  EXPECT_EQ(Read(kLast + Contents(" ")).objects[0].ref.key, " ");
}

TEST(S3Listing, SaysHowToGoOn) {
  ObjectPage page = Read(
      "<IsTruncated>true</IsTruncated>"
      "<NextContinuationToken>a b/+=</NextContinuationToken>");
  EXPECT_TRUE(page.objects.empty());
  EXPECT_EQ(page.next, "a b/+=");
}

TEST(S3Tags, AreWrittenAndReadBack) {
  ObjectTags tags = {{"a", "1"}, {"b & <c>", "\xc3\xbc"}, {"empty", ""}};
  EXPECT_EQ(ReadTags(WriteTags(tags)), tags);
  EXPECT_EQ(ReadTags("<Tagging><TagSet/></Tagging>"), ObjectTags());
}

TEST(Etag, LosesItsQuotesAndIsNothingWhenWeak) {
  EXPECT_EQ(BareEtag("\"abc\""), "abc");
  EXPECT_EQ(BareEtag("abc"), "abc");
  EXPECT_EQ(BareEtag("W/\"abc\""), "");
  EXPECT_EQ(BareEtag("\""), "\"");
  EXPECT_EQ(BareEtag(""), "");
}

TEST(S3Copy, AnswersWithAnEtag) {
  EXPECT_EQ(ReadCopyEtag("<CopyObjectResult><ETag>\"e\"</ETag></CopyObjectResult>"), "e");
  EXPECT_EQ(ReadCopyEtag("<Error><Code>InternalError</Code></Error>"), "");
}

TEST(S3Listing, EveryErrorPath) {
  const std::string bad[] = {
      "<html>login</html>",
      "",
      "<ListBucketResult><IsTruncated>fal",
      Listing(""),
      Listing("<IsTruncated>true</IsTruncated>"),
      Listing(kLast + Contents("k", "")),
      Listing(kLast + Contents("k", "-1")),
      Listing(kLast + Contents("k", "99999999999999999999999")),
      Listing(kLast + Contents("")),
  };
  for (const std::string& xml : bad) {
    try {
      ReadListing(xml, "s", "b");
      FAIL() << xml;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), "BadListing");
      EXPECT_EQ(error.retry(), Retry::kLater);
      EXPECT_EQ(error.scope(), Scope::kRun);
    }
  }
}

}  // namespace
}  // namespace sluice
