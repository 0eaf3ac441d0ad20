#include "record/json_case_testing.h"

#include <string_view>

#include "record/json_fault.h"

namespace sluice {
namespace {

using std::literals::operator""s;

std::string Repeat(std::string_view text, size_t times) {
  std::string all;
  for (size_t i = 0; i < times; ++i) all += text;
  return all;
}

// The words of a text, which spaces separate.
std::vector<std::string> Words(std::string_view text) {
  std::vector<std::string> words(1);
  for (char c : text) {
    if (c == ' ') {
      words.emplace_back();
    } else {
      words.back() += c;
    }
  }
  return words;
}

class Cases {
 public:
  void Good(const std::vector<std::string>& texts) {
    for (const std::string& text : texts) cases_.push_back({text, "", true});
  }
  void Bad(const std::string& reason, const std::vector<std::string>& texts) {
    for (const std::string& text : texts) cases_.push_back({text, reason, false});
  }
  // Where we are stricter.
  void BadHere(const std::string& reason, const std::vector<std::string>& texts) {
    for (const std::string& text : texts) cases_.push_back({text, reason, true});
  }
  std::vector<JsonCase> Take() { return std::move(cases_); }

 private:
  std::vector<JsonCase> cases_;
};

void AddStructure(Cases& cases) {
  cases.Good({"{}", "[]", "0", "\"\"", "true", "false", "null", " {} ", "\t[\n1\r, 2 ]\r\n",
              "{\"a\":1}", "{ \"a\" : 1 , \"b\" : [ ] }", "[[],[[]],{}]", "{\"\":{\"\":{}}}",
              "[{},{\"a\":[{}]}]", "{\"a\":{\"a\":{\"a\":1}}}", "[true,false,null]"});
  cases.Bad(
      "json-syntax",
      Words("{ [ } ] {] [} {\"a\" {\"a\": {\"a\":1 {\"a\":1, {\"a\":1,} [1,] [,1] [,] {,} "
            "{\"a\"::1} {a:1} {1:1} {null:1} {'a':1} ['a'] {\"a\"} {\"a\",\"b\"} [1:2] [[[ [1 "
            "[\"a\" {\"a\":[} {\"a\":} : , tru True TRUE nul nan NaN Infinity -Infinity "
            "undefined \" \"a \"\\ \"\\\" {\"a /**/1 [1;2] {\"a\":1;}"));
  cases.Bad("json-syntax", {"", " ", "[1 2]", "{\"a\" 1}", "{\"a\":1 \"b\":2}", "\xef\xbb\xbf{}",
                            "// c\n1", "\f1", "\v1", "\xc2\xa0[1]", "\0"s, "[\0]"s, "\x7f"});
  cases.Bad(
      "json-trailing",
      Words("{}{} []] {}} {}, \"a\"\"b\" nulll truefalse {}x 1, 01 00 -01 1a 1.2.3 0x10 1e5e5 1- "
            "1+1"));
  cases.Bad("json-trailing", {"{} {}", "1 2", "null null", "{}\0"s});
}

void AddStrings(Cases& cases) {
  cases.Good({"\"a\"", R"("\"\\\/\b\f\n\r\t")", R"("\u0001\u001f\u0020\uFFFF\ufffe")",
              R"("\u00e9\uD7FF\uE000")", R"("\ud83d\ude00")", R"("\uDBFF\uDFFF")", R"("\\u0000")",
              "\"\x7f\"", "\"\xc3\xa9\"", "\"\xe2\x82\xac\"", "\"\xf0\x9f\x98\x80\"",
              "\"\xef\xbf\xbf\"", "\"\xf4\x8f\xbf\xbf\"", "\"\xed\x9f\xbf\"", "\"'\"", "\"/\"",
              "\"" + Repeat("x", 100'000) + "\"", "\"" + Repeat("\\n", 1000) + "\"",
              "{\"\\u0061\":1}"});
  for (size_t length = 1; length <= 40; ++length) {
    cases.Good({"[\"" + Repeat("x", length) + "\",1]"});
  }
  cases.Bad("json-syntax", {
                               R"("\a")",
                               R"("\'")",
                               R"("\x41")",
                               R"("\0")",
                               R"("\u")",
                               R"("\u1")",
                               R"("\u12")",
                               R"("\u123")",
                               R"("\u123g")",
                               R"("\U0041")",
                               R"("\u 041")",
                               R"("\u+041")",
                               "\"\\\n\"",
                               "\"abc",
                               "[\"abc]",
                               R"(["\"])",
                               "{\"a:1}",
                           });
  cases.Bad("json-nul", {R"("\u0000")", R"("a\u0000b")", R"({"\u0000":1})", R"([["\u0000"]])"});
  cases.Bad("json-surrogate",
            {R"("\ud800")", R"("\udc00")", R"("\ud83d\ud83d")", R"("\ud83dx")", R"("\ud83d\n")",
             R"("\ude00\ud83d")", R"({"\ud83d":1})", R"("\ud83d\u0041")", R"("\uDFFF")",
             R"("\ud83d\u0000")", R"("\uD83D)", R"("\ud83d\ude0)"});
  cases.Bad("json-control", {"\"\n\"", "\"\t\"", "\"\x01\"", "\"\x1f\"", "\"a\rb\"", "{\"\n\":1}",
                             "\"0123456789abcde\n\"", "\"0123456789abcdef\n\""});
  cases.Bad("json-utf8", {"\"\x80\"", "\"\xff\"", "\"\xfe\"", "\"\xc3\"", "\"\xc3(\"",
                          "\"\xc0\x80\"", "\"\xc1\xbf\"", "\"\xe2\x82\"", "\"\xe0\x80\xaf\"",
                          "\"\xed\xa0\x80\"", "\"\xed\xbf\xbf\"", "\"\xf0\x80\x80\xaf\"",
                          "\"\xf4\x90\x80\x80\"", "\"\xf8\x88\x80\x80\x80\"", "{\"\xc3\":1}",
                          "\xff", "\"caf\xe9\"", "\"\xf0\x9f\x98\""});
}

void AddNumbers(Cases& cases) {
  cases.Good(
      Words("0 -0 1 -1 10 1.5 -0.0 0.10 1e5 1E5 1e+5 1e-5 1.5e10 0e0 0e-1 1e00005 "
            "9007199254740993 18446744073709551616 123456789012345678901234567890 1e400 "
            "1e-400 -1e400 4.9e-324 0.1234567890123456789012345678901234567890 1e308 1e309 "
            "[1,-2.5e3]"));
  cases.Bad(
      "json-syntax",
      Words("- +1 .5 -.5 1. 1.e5 1e 1e+ 1e- -a --1 [1.] [01] [-] {\"a\":1.} [1.x] 0. [0x1] [1e] "
            "[1_000] [1,000.] e5 [.1]"));
}

void AddLargeNumbers(Cases& cases) {
  cases.Good(
      Words("1e131071 9.99e131071 10e131070 0.001e131074 1e-16383 0.1e-16382 1.5e-16382 "
            "0e131072 0e200000 0.0e16000 0e-16383 12345e-16383 0.00001e131076 "
            "0e1073741822"));
  cases.Good({Repeat("9", 131'072), "-" + Repeat("9", 131'072), "0." + Repeat("1", 16'383),
              Repeat("9", 131'072) + "." + Repeat("9", 16'383), Repeat("9", 100'000) + "e31072",
              "0." + Repeat("0", 16'382) + "1", "0." + Repeat("1", 20'000) + "e5000"});
  cases.Bad("json-number",
            Words("1e131072 -1e131072 1e200000 10e131071 1e-16384 1.5e-16383 0e-16384 0.0e-16383 "
                  "0.001e131075 1e2147483648 1e-2147483648 0e2147483648 1e99999999999999999999 "
                  "1e-99999999999999999999 0e99999999999999999999 1e1073741823 0e1073741823 "
                  "0e-1073741823 [1,1e200000] {\"a\":1e-20000}"));
  cases.Bad("json-number", {Repeat("9", 131'073), "1" + Repeat("0", 131'072),
                            "0." + Repeat("1", 16'384), "0." + Repeat("0", 16'384),
                            Repeat("9", 100'000) + "e31073", "0." + Repeat("1", 20'000) + "e3000"});
}

void AddNames(Cases& cases) {
  std::string many, escaped;
  for (int i = 0; i < 100; ++i) {
    many += "\"k" + std::to_string(i) + "\":" + std::to_string(i) + ",";
    escaped += "\"\\u006b" + std::to_string(i) + "\":0,";
  }
  cases.Good({R"({"a":{"b":1},"b":{"a":1}})", R"([{"a":1},{"a":1}])", R"({"a":1,"A":1})",
              R"({"a":1,"aa":1,"aaa":1})", R"({"":1,"a":1})", R"({"a":{"a":1}})",
              "{" + many + "\"k\":1}", "{" + escaped + "\"k\":1}", R"({"\u0061":1,"\u0062":1})"});
  cases.BadHere(
      "json-duplicate-key",
      {R"({"a":1,"a":1})", R"({"a":1,"b":2,"a":3})", R"({"a":{},"b":[],"a":{}})",
       R"([{"x":{"a":1,"a":1}}])", R"({"":1,"":1})", R"({"a":1,"\u0061":1})",
       R"({"\u0061":1,"a":1})", R"({"\u0061":1,"\u0061":1})", R"({"\n":1,"\u000a":1})",
       "{\"\\ud83d\\ude00\":1,\"\xf0\x9f\x98\x80\":1}", R"({"\/":1,"/":1})",
       "{" + many + "\"k99\":1}", "{" + many + "\"k0\":1}", "{" + many + escaped + "\"k\":1}",
       "{\"k\":1," + many + "\"k\":1}", "[{" + many + "\"a\":{\"a\":1,\"a\":1}}]"});
}

void AddDepth(Cases& cases) {
  size_t most = kJsonDepthMax;
  cases.Good({Repeat("[", most) + Repeat("]", most),
              Repeat("{\"a\":", most) + "1" + Repeat("}", most),
              Repeat("[{\"a\":", most / 2) + "1" + Repeat("}]", most / 2)});
  cases.BadHere("json-depth", {Repeat("[", most + 1) + Repeat("]", most + 1),
                               Repeat("{\"a\":", most + 1) + "1" + Repeat("}", most + 1)});
  cases.Bad("json-depth", {Repeat("[", 100'000), Repeat("[", 100'000) + Repeat("]", 100'000),
                           Repeat("{\"a\":", 50'000)});
}

}  // namespace

std::vector<JsonCase> JsonCases() {
  Cases cases;
  AddStructure(cases);
  AddStrings(cases);
  AddNumbers(cases);
  AddLargeNumbers(cases);
  AddNames(cases);
  AddDepth(cases);
  return cases.Take();
}

}  // namespace sluice
