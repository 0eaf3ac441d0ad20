#include "record/json_check.h"

#include <gtest/gtest.h>

#include <simdjson.h>

#include <string>

#include "record/json_case_testing.h"
#include "record/utf8.h"

namespace sluice {
namespace {

class JsonCheckTest : public testing::Test {
 protected:
  // Checks a copy whose bytes behind the end would complete a text that ends too early.
  JsonVerdict Check(const std::string& text) {
    std::string padded = text + "\"}]}]}]}" + std::string(64, '}');
    JsonVerdict verdict = checker_.Check({padded.data(), text.size()}, fields_);
    seen_.clear();
    for (const JsonField& f : fields_) {
      if (!f.found()) continue;
      seen_ += std::string(f.text) + "|" + std::string(f.value) + "|";
      if (f.previous_end != nullptr) seen_ += std::string(f.previous_end, f.text.data());
      seen_ += "|";
      if (f.next_begin != nullptr)
        seen_ += std::string(f.text.data() + f.text.size(), f.next_begin);
      seen_ += "\n";
    }
    return verdict;
  }
  std::string Reason(const std::string& text) {
    JsonVerdict verdict = Check(text);
    return verdict ? "" : std::string(ToReason(verdict.fault));
  }
  size_t Place(const std::string& text) { return Check(text).at; }

  JsonChecker checker_;
  JsonField fields_[2] = {{"id"}, {"x"}};
  std::string seen_;  // the answers, with what lies between them and their neighbours
};

TEST_F(JsonCheckTest, KnowsEveryCase) {
  for (const JsonCase& c : JsonCases()) {
    EXPECT_EQ(Reason(c.text), c.reason) << c.text.substr(0, 100) << " (" << c.text.size() << ")";
  }
}

TEST_F(JsonCheckTest, AgreesWithAParserOnWhatIsJson) {
  simdjson::dom::parser parser;
  if (parser.allocate(1 << 20, 200'000) != simdjson::SUCCESS) FAIL();
  for (const JsonCase& c : JsonCases()) {
    std::string reason = Reason(c.text);
    auto error = parser.parse(simdjson::padded_string(c.text)).error();
    if (error == simdjson::NUMBER_ERROR) continue;
    if (error != simdjson::SUCCESS) {
      EXPECT_NE(reason, "") << c.text.substr(0, 100) << simdjson::error_message(error);
    } else {
      // What is JSON and yet refused.
      EXPECT_TRUE(reason.empty() || reason == "json-nul" || reason == "json-surrogate" ||
                  reason == "json-depth" || reason == "json-number" ||
                  reason == "json-duplicate-key")
          << c.text.substr(0, 100) << reason;
    }
  }
}

TEST_F(JsonCheckTest, EveryPrefixOfAnObjectIsRefused) {
  std::string text = R"({"a":[1,-2.5e3,"x\u00e9\n",true,false,null],"b":{"c":{}},"d":""})";
  for (size_t size = 0; size < text.size(); ++size) {
    EXPECT_EQ(Reason(text.substr(0, size)), "json-syntax") << size;
  }
  EXPECT_EQ(Reason(text), "");
}

TEST_F(JsonCheckTest, NamesTheByteOfTheFault) {
  EXPECT_EQ(Place("{\"a\":}"), 5u);
  EXPECT_EQ(Place("{} x"), 3u);
  EXPECT_EQ(Place("[\"ab\n\"]"), 4u);
  EXPECT_EQ(Place("[\"ab\\u0000\"]"), 4u);
  EXPECT_EQ(Place("[\"ab\\ud800\"]"), 4u);
  EXPECT_EQ(Place("[\"ab\xff\"]"), 4u);
  EXPECT_EQ(Place("[1, 1e200000]"), 4u);
  EXPECT_EQ(Place("[\"abc"), 5u);
  EXPECT_EQ(Place("{\"a\":1,\"b\":2,\"a\":3}"), 13u);
  std::string many = "{";
  for (int i = 0; i < 40; ++i) many += "\"k" + std::to_string(i) + "\":1,";
  EXPECT_EQ(Place(many + "\"k7\":1,\"k3\":1}"), many.size());
  EXPECT_EQ(Place(many + "\"\\u006b7\":1}"), many.size());
}

TEST_F(JsonCheckTest, FindsTheFieldsAskedFor) {
  EXPECT_TRUE(Check(R"( {"id" : 1 ,"b":{"id":[2]} , "x":"x" } )"));
  EXPECT_EQ(seen_,
            "\"id\" : 1|1|| ,\n"
            "\"x\":\"x\"|\"x\"| , |\n");
  EXPECT_TRUE(Check(R"({"a":{},"x":{"id":[]},"id":[ ]})"));
  EXPECT_EQ(seen_,
            "\"id\":[ ]|[ ]|,|\n"
            "\"x\":{\"id\":[]}|{\"id\":[]}|,|,\n");
  EXPECT_TRUE(Check(R"({"x":1})"));
  EXPECT_EQ(seen_, "\"x\":1|1||\n");
  for (const char* text : {"{}", "{\"ids\":1,\"i\":{\"id\":1}}", "[{\"id\":1}]", "\"id\"", "1"}) {
    EXPECT_TRUE(Check(text));
    EXPECT_EQ(seen_, "");
  }
}

TEST_F(JsonCheckTest, KnowsAFieldByItsUnescapedName) {
  EXPECT_TRUE(Check(R"({"\u0069\u0064":1,"\\x":2})"));
  EXPECT_EQ(seen_, "\"\\u0069\\u0064\":1|1||,\n");
}

TEST_F(JsonCheckTest, KeepsTheFieldsBeforeAFault) {
  EXPECT_FALSE(Check(R"({"id":"a","b":[1,2})"));
  EXPECT_EQ(seen_, "\"id\":\"a\"|\"a\"||,\n");
  EXPECT_FALSE(Check(R"({"id")"));
  EXPECT_EQ(seen_, "");
  EXPECT_FALSE(Check(R"({"id":[1,2})"));
  EXPECT_EQ(seen_, "");
}

TEST_F(JsonCheckTest, AnObjectOfManyNamesTakesNoQuadraticTime) {
  std::string text = "{";
  for (int i = 0; i < 500'000; ++i) text += "\"" + std::to_string(i) + "\":0,";
  EXPECT_EQ(Reason(text + "\"x\":0}"), "");
  EXPECT_EQ(Reason(text + "\"499999\":0}"), "json-duplicate-key");
}

TEST_F(JsonCheckTest, FindsTheFirstByteThatIsNotUtf8) {
  EXPECT_EQ(Utf8FaultAt("abc"), 3u);
  EXPECT_EQ(Utf8FaultAt("a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"), 10u);
  EXPECT_EQ(Utf8FaultAt("a\xc3"), 1u);
  for (const JsonCase& c : JsonCases()) {
    bool sound = simdjson::validate_utf8(c.text.data(), c.text.size());
    EXPECT_EQ(Utf8FaultAt(c.text) == c.text.size(), sound) << c.text.substr(0, 100);
  }
}

TEST_F(JsonCheckTest, HasWordsForEveryFault) {
  for (int i = 1; i <= static_cast<int>(JsonFault::kDuplicateKey); ++i) {
    auto fault = static_cast<JsonFault>(i);
    EXPECT_TRUE(ToReason(fault).starts_with("json-"));
    EXPECT_TRUE(Message(fault, 7).ends_with("(at byte 7 of the record)"));
    EXPECT_TRUE(Remedy(fault).ends_with("."));
  }
}

}  // namespace
}  // namespace sluice
