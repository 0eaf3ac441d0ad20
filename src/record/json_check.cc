#include "record/json_check.h"

#include <simdjson.h>

#include <utility>

#include "base/check.h"
#include "record/json_number.h"
#include "record/json_string.h"
#include "record/utf8.h"

namespace sluice {
namespace {

bool IsSpace(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

}  // namespace

// One walk through one text. The steps return false once fault_ is set, with at_ where it is.
class JsonChecker::Walk {
 public:
  Walk(std::string_view text, JsonChecker& checker, std::span<JsonField> fields)
      : begin_(text.data()),
        at_(text.data()),
        end_(text.data() + text.size()),
        levels_(checker.levels_),
        names_(checker.names_),
        fields_(fields) {}

  JsonVerdict Run() {
    SkipSpace();
    while (PassValueStart() && PassValueEnd()) {
    }
    if (field_ != nullptr) *field_ = {field_->name};  // its value never ended
    return {fault_, static_cast<size_t>(at_ - begin_)};
  }

 private:
  bool Fail(JsonFault fault) {
    fault_ = fault;
    return false;
  }
  bool Fail(JsonFault fault, const char* at) {
    at_ = at;
    return Fail(fault);
  }

  // Zero, which is nowhere allowed, at the end.
  char Next() const { return at_ < end_ ? *at_ : '\0'; }

  void SkipSpace() {
    while (at_ < end_ && IsSpace(*at_)) ++at_;
  }

  // Passes a scalar or an empty container, or steps into containers up to the first of either.
  bool PassValueStart() {
    for (;;) {
      switch (Next()) {
        case '{':
          if (!Enter(true)) return false;
          if (Next() == '}') return true;
          if (!PassName()) return false;
          continue;
        case '[':
          if (!Enter(false)) return false;
          if (Next() == ']') return true;
          continue;
        case '"':
          return PassString();
        case 't':
          return PassLiteral("true");
        case 'f':
          return PassLiteral("false");
        case 'n':
          return PassLiteral("null");
        default:
          return PassNumber();
      }
    }
  }

  // Leaves the containers that end here, and goes to the next value. False, without a fault, at the
  // end.
  bool PassValueEnd() {
    for (;;) {
      const char* value_end = at_;
      SkipSpace();
      if (levels_.empty()) return at_ == end_ ? false : Fail(JsonFault::kTrailing);
      Level& level = levels_.back();
      char next = Next();
      if (next == (level.object ? '}' : ']')) {
        if (!Leave(value_end)) return false;
        continue;
      }
      if (next != ',') return Fail(JsonFault::kSyntax);
      if (level.object) EndMember(value_end);
      ++at_;
      SkipSpace();
      return level.object ? PassName() : true;
    }
  }

  bool Enter(bool object) {
    if (levels_.size() == kJsonDepthMax) return Fail(JsonFault::kDepth);
    levels_.push_back({object, names_.Open()});
    ++at_;
    SkipSpace();
    return true;
  }

  bool Leave(const char* value_end) {
    Level& level = levels_.back();
    if (level.object) {
      EndMember(value_end);
      if (auto twice = names_.Close(level.names)) {
        return Fail(JsonFault::kDuplicateKey, begin_ + *twice - 1);
      }
    }
    levels_.pop_back();
    ++at_;
    return true;
  }

  // A name, its colon, and the space up to the value.
  bool PassName() {
    const char* name = at_;
    if (Next() != '"') return Fail(JsonFault::kSyntax);
    escaped_ = false;
    if (!PassString()) return false;
    std::string_view inside(name + 1, static_cast<size_t>(at_ - name - 2));
    if (!names_.Add(levels_.back().names, inside, escaped_)) {
      return Fail(JsonFault::kDuplicateKey, name);
    }
    SkipSpace();
    if (Next() != ':') return Fail(JsonFault::kSyntax);
    ++at_;
    SkipSpace();
    if (levels_.size() == 1) BeginMember(name, inside);
    return true;
  }

  // A member of the outermost object; at_ is where its value begins.
  void BeginMember(const char* name, std::string_view inside) {
    if (ended_field_ != nullptr) ended_field_->next_begin = name;
    ended_field_ = nullptr;
    for (JsonField& field : fields_) {
      if (escaped_ ? !UnescapesTo(inside, field.name) : inside != field.name) continue;
      field_ = &field;
      // How far it reaches, EndMember will tell.
      field = {field.name, {name, end_}, {at_, end_}, previous_end_, nullptr};
    }
  }

  void EndMember(const char* value_end) {
    if (levels_.size() != 1) return;
    previous_end_ = value_end;
    if (field_ == nullptr) return;
    const char* name = field_->text.data();
    const char* value = field_->value.data();
    field_->text = {name, static_cast<size_t>(value_end - name)};
    field_->value = {value, static_cast<size_t>(value_end - value)};
    ended_field_ = std::exchange(field_, nullptr);
  }

  bool PassString() {
    ++at_;
    for (;;) {
      at_ = FindStringSpecial(at_, end_);
      if (at_ == end_) return Fail(JsonFault::kSyntax);
      if (*at_ == '"') break;
      if (*at_ != '\\') return Fail(JsonFault::kControl);
      if (!PassEscape()) return false;
    }
    ++at_;
    return true;
  }

  bool PassEscape() {
    escaped_ = true;
    switch (PassJsonEscape(at_, end_)) {
      case JsonEscape::kFine:
        return true;
      case JsonEscape::kBad:
        return Fail(JsonFault::kSyntax);
      case JsonEscape::kNul:
        return Fail(JsonFault::kNul);
      case JsonEscape::kSurrogate:
        return Fail(JsonFault::kSurrogate);
    }
    return false;
  }

  bool PassLiteral(std::string_view literal) {
    std::string_view rest(at_, static_cast<size_t>(end_ - at_));
    if (!rest.starts_with(literal)) return Fail(JsonFault::kSyntax);
    at_ += literal.size();
    return true;
  }

  bool PassNumber() {
    const char* number = at_;
    switch (PassJsonNumber(at_, end_)) {
      case JsonNumber::kFine:
        return true;
      case JsonNumber::kBad:
        return Fail(JsonFault::kSyntax);
      case JsonNumber::kTooLarge:
        return Fail(JsonFault::kNumber, number);
    }
    return false;
  }

  const char* const begin_;
  const char* at_;
  const char* const end_;
  std::vector<Level>& levels_;
  JsonNames& names_;
  const std::span<JsonField> fields_;
  JsonField* field_ = nullptr;          // the one whose value the walk is in
  JsonField* ended_field_ = nullptr;    // the one that the member before answered
  const char* previous_end_ = nullptr;  // where the member before ended
  JsonFault fault_ = JsonFault::kNone;
  bool escaped_ = false;  // whether the string passed last, since this was cleared, has escapes
};

JsonVerdict JsonChecker::Check(std::string_view text, std::span<JsonField> fields) {
  CHECK(text.size() <= kJsonBytesMax);
  for (JsonField& field : fields) field = {field.name};
  if (!simdjson::validate_utf8(text.data(), text.size())) {
    return {JsonFault::kUtf8, Utf8FaultAt(text)};
  }
  levels_.clear();
  names_.Start(text);
  JsonVerdict verdict = Walk(text, *this, fields).Run();
  names_.Finish();
  return verdict;
}

}  // namespace sluice
