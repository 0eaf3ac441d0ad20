#include "system/terminology/multipart.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace sluice::ocl {
namespace {

// A form read in pieces of this size.
struct Form {
  std::string script;
  std::map<std::string, std::string, std::less<>> fields;
};

Form Read(std::string_view text, size_t piece, const std::string& boundary = "B") {
  Form form;
  MultipartReader reader(boundary, [&](std::string_view bytes) { form.script += bytes; });
  for (size_t at = 0; at < text.size(); at += piece) reader.Take(text.substr(at, piece));
  reader.Finish();
  form.fields = reader.fields();
  return form;
}

std::string Part(const std::string& name, const std::string& value) {
  return "--B\r\nContent-Disposition: form-data; name=\"" + name + "\"; filename=\"x\"\r\n\r\n" +
         value + "\r\n";
}

TEST(MultipartTest, ReadsFieldsAndTheScriptHoweverTheBytesCome) {
  std::string script = "{\"a\": 1}\n\r\n--C not the end --B\r\n-\r\n--";
  std::string text = "preamble\r\n" + Part("file_url", "u") + Part("file", script) +
                     Part("empty", "") + "--B--\r\n";
  for (size_t piece : {1, 2, 3, 7, 4096}) {
    Form form = Read(text, piece);
    EXPECT_EQ(form.script, script) << piece;
    EXPECT_EQ(form.fields.at("file_url"), "u");
    EXPECT_EQ(form.fields.at("empty"), "");
  }
}

TEST(MultipartTest, FindsTheBoundary) {
  EXPECT_EQ(BoundaryOf("multipart/form-data; boundary=abc"), "abc");
  EXPECT_EQ(BoundaryOf("Multipart/Form-Data; charset=utf-8; boundary=\"a b\""), "a b");
  EXPECT_EQ(BoundaryOf("application/json; boundary=abc"), "");
  EXPECT_EQ(BoundaryOf("multipart/form-data"), "");
}

TEST(MultipartTest, EveryErrorPath) {
  auto refused = [](std::string_view text, const std::string& boundary = "B") {
    try {
      Read(text, 5, boundary);
    } catch (const Error& error) {
      return error.code();
    }
    return std::string("read");
  };
  EXPECT_EQ(refused("--B--\r\n"), "read");
  for (std::string text :
       {std::string(), std::string("no form"), std::string("--B"), Part("file", "cut off"),
        std::string("--B\r\nContent-Disposition: form-data\r\n\r\nx\r\n--B--"),
        "--B\r\n" + std::string(20000, 'h'), Part("field", std::string(20000, 'v')) + "--B--"}) {
    EXPECT_EQ(refused(text), "usage") << text.substr(0, 60);
  }
  EXPECT_EQ(refused("--B--", ""), "usage");
  EXPECT_EQ(refused("--B--", std::string(71, 'b')), "usage");
  std::string many;
  for (int i = 0; i < 40; ++i) many += Part("field" + std::to_string(i), "v");
  EXPECT_EQ(refused(many + "--B--"), "usage");
}

}  // namespace
}  // namespace sluice::ocl
