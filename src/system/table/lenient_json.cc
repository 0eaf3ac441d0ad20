#include "system/table/lenient_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include <string>

#include "base/error.h"

namespace sluice {
namespace {

using nlohmann::json;

class LenientParser {
 public:
  explicit LenientParser(std::string_view text) : text_(text) {}

  json ParseAll() {
    json value = ParseValue(0);
    PassSpace();
    if (at_ != text_.size()) Refuse();
    return value;
  }

 private:
  static constexpr int kDepthMax = 64;

  [[noreturn]] void Refuse() const {
    throw Fault("manifest-invalid", fmt::format("the manifest is no JSON at byte {}", at_))
        .With(Scope::kRun)
        .Remedy("check that the object is a manifest that UNLOAD wrote");
  }
  void PassSpace() {
    size_t next = text_.find_first_not_of(" \t\r\n", at_);
    at_ = next == text_.npos ? text_.size() : next;
  }
  bool Take(char c) {
    PassSpace();
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  json ParseValue(int depth) {
    if (depth > kDepthMax) Refuse();
    if (Take('{')) return ParseObject(depth);
    if (Take('[')) return ParseArray(depth);
    return ParseScalar();
  }

  json ParseObject(int depth) {
    json object = json::object();
    while (!Take('}')) {
      json value = ParseValue(depth + 1);
      if (value.is_string() && Take(':')) {
        object[value.get<std::string>()] = ParseValue(depth + 1);
      } else {
        object[""].push_back(std::move(value));
      }
      PassSeparator('}');
    }
    return object;
  }

  json ParseArray(int depth) {
    json array = json::array();
    while (!Take(']')) {
      array.push_back(ParseValue(depth + 1));
      PassSeparator(']');
    }
    return array;
  }

  void PassSeparator(char closing) {
    if (Take(',')) return;
    PassSpace();
    if (at_ >= text_.size() || text_[at_] != closing) Refuse();
  }

  json ParseScalar() {
    PassSpace();
    size_t begin = at_;
    if (at_ < text_.size() && text_[at_] == '"') {
      for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_) at_ += text_[at_] == '\\' ? 1 : 0;
      at_ = std::min(at_ + 1, text_.size());
    } else {
      size_t end = text_.find_first_of(" \t\r\n,:]}", at_);
      at_ = end == text_.npos ? text_.size() : end;
    }
    json value = json::parse(text_.substr(begin, at_ - begin), nullptr, false);
    if (value.is_discarded()) {
      at_ = begin;
      Refuse();
    }
    return value;
  }

  const std::string_view text_;
  size_t at_ = 0;
};

}  // namespace

nlohmann::json ParseLenientJson(std::string_view text) { return LenientParser(text).ParseAll(); }

}  // namespace sluice
