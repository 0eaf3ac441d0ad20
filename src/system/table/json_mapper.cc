#include "system/table/json_mapper.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "record/json_check.h"
#include "record/json_string.h"
#include "row/copy_text.h"

namespace sluice {
namespace {

// Walks over a text that JsonChecker has found sound; no check is made again.
class SoundJson {
 public:
  explicit SoundJson(std::string_view text) : at_(text.data()), end_(text.data() + text.size()) {
    PassSpace();
  }

  bool IsObject() const { return at_ < end_ && *at_ == '{'; }
  void Enter() { Pass(1); }
  // The next member's name, between its quotes; nothing at the object's end.
  std::optional<std::string_view> NextName() {
    if (*at_ == ',') Pass(1);
    if (*at_ == '}') return std::nullopt;
    std::string_view quoted = PassString();
    Pass(1);  // the colon
    return quoted.substr(1, quoted.size() - 2);
  }
  std::string_view NextValue() {
    const char* begin = at_;
    const char* value_end = begin;
    int depth = 0;
    do {
      char c = *at_;
      if (c == '"') {
        PassString();
        value_end = last_end_;
        continue;
      }
      if (depth == 0 && (c == ',' || c == '}')) break;
      depth += c == '{' || c == '[' ? 1 : 0;
      depth -= c == '}' || c == ']' ? 1 : 0;
      ++at_;
      value_end = at_;
      PassSpace();
    } while (at_ < end_ && (depth > 0 || (*at_ != ',' && *at_ != '}')));
    return {begin, static_cast<size_t>(value_end - begin)};
  }

 private:
  void PassSpace() {
    while (at_ < end_ && (*at_ == ' ' || *at_ == '\t' || *at_ == '\n' || *at_ == '\r')) ++at_;
  }
  void Pass(size_t bytes) {
    at_ += bytes;
    PassSpace();
  }
  std::string_view PassString() {
    const char* begin = at_++;
    while (*(at_ = FindStringSpecial(at_, end_)) != '"') at_ += *at_ == '\\' ? 2 : 1;
    last_end_ = ++at_;
    PassSpace();
    return {begin, static_cast<size_t>(last_end_ - begin)};
  }

  const char* at_;
  const char* const end_;
  const char* last_end_ = nullptr;  // of the last string
};

class JsonMapper final : public Mapper {
 public:
  explicit JsonMapper(JsonMapping mapping)
      : mapping_(std::move(mapping)), values_(mapping_.columns.size()) {
    for (size_t i = 0; i < mapping_.columns.size(); ++i) places_[mapping_.columns[i]] = i;
  }

  void Map(const RecordBlock& block, Rows& all, std::vector<Reject>& rejects) override {
    RowBatch& rows = all.table(0);
    for (const Record& record : block.records) {
      Reject reject;
      if (MapOne(record.bytes, rows.bytes, reject)) {
        rows.positions.push_back(record.position);
        continue;
      }
      reject.position = record.position;
      reject.raw = record.bytes.substr(0, kRejectRawBytesMax);
      rejects.push_back(std::move(reject));
    }
  }

 private:
  bool MapOne(std::string_view text, std::string& out, Reject& reject) {
    if (JsonVerdict verdict = checker_.Check(text); !verdict) {
      reject.reason = ToReason(verdict.fault);
      reject.message = Message(verdict.fault, verdict.at);
      reject.remedy = Remedy(verdict.fault);
      return false;
    }
    SoundJson json(text);
    if (!json.IsObject()) {
      reject.reason = "not-an-object";
      reject.message = "the JSON is sound, but no object";
      reject.remedy = "write one object per line";
      return false;
    }
    if (!CollectMembers(json, reject)) return false;
    AppendRow(out);
    return true;
  }

  bool CollectMembers(SoundJson& json, Reject& reject) {
    std::fill(values_.begin(), values_.end(), std::nullopt);
    extra_.clear();
    json.Enter();
    while (auto name = json.NextName()) {
      std::string_view value = json.NextValue();
      name_.clear();
      AppendUnescaped(*name, name_);
      auto place = places_.find(name_);
      if (place != places_.end() && !TakesExtra(place->second)) {
        values_[place->second] = value;
      } else if (mapping_.extra == ExtraKeys::kColumn) {
        extra_.append(extra_.empty() ? "{\"" : ",\"").append(*name).append("\":").append(value);
      } else if (mapping_.extra == ExtraKeys::kReject) {
        reject.reason = "extra-key";
        reject.message = "the object has a member that names no column";
        reject.detail = name_;
        reject.remedy = "add the column, or say --extra-keys ignore or --extra-keys COLUMN";
        return false;
      }
    }
    return true;
  }

  bool TakesExtra(size_t place) const {
    return mapping_.extra == ExtraKeys::kColumn && place == mapping_.extra_column;
  }

  void AppendRow(std::string& out) {
    for (size_t i = 0; i < values_.size(); ++i) {
      if (i != 0) out += '\t';
      if (TakesExtra(i)) {
        AppendExtra(out);
      } else {
        AppendValue(values_[i], out);
      }
    }
    out += '\n';
  }

  void AppendExtra(std::string& out) {
    if (extra_.empty()) {
      out += kCopyTextNull;
      return;
    }
    extra_ += '}';
    AppendCopyText(extra_, '\t', out);
  }

  void AppendValue(const std::optional<std::string_view>& value, std::string& out) {
    if (!value || *value == "null") {
      out += kCopyTextNull;
    } else if (value->front() == '"') {
      text_.clear();
      AppendUnescaped(value->substr(1, value->size() - 2), text_);
      AppendCopyText(text_, '\t', out);
    } else {
      AppendCopyText(*value, '\t', out);
    }
  }

  const JsonMapping mapping_;
  std::unordered_map<std::string, size_t> places_;  // column name -> index
  JsonChecker checker_;
  std::vector<std::optional<std::string_view>> values_;  // of the object at hand, by column
  std::string extra_;                                    // its other members, as JSON, still open
  std::string name_, text_;                              // scratch
};

}  // namespace

std::unique_ptr<Mapper> NewJsonMapper(JsonMapping mapping) {
  return std::make_unique<JsonMapper>(std::move(mapping));
}

}  // namespace sluice
