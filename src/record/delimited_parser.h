// One record of delimited text into fields, by a state table made from the dialect. Strict:
// whatever COPY would change or drop without a word is a fault here.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "record/delimited_fault.h"
#include "record/dialect.h"

namespace sluice {

struct DelimitedVerdict {
  DelimitedFault fault = DelimitedFault::kNone;
  size_t at = 0;  // byte of the record
  explicit operator bool() const { return fault == DelimitedFault::kNone; }
};

class DelimitedParser {
 public:
  struct Field {
    std::string_view value;  // what it means, into the record or into the parser
    bool null = false;
  };

  explicit DelimitedParser(const Dialect& dialect);

  // Reads the record's fields. Not looked at: whether it is UTF-8, and how many fields are wanted.
  DelimitedVerdict Parse(std::string_view record);
  // Of the record that was parsed last, if it is sound; valid until the next one is.
  const std::vector<Field>& fields() const { return fields_; }

 private:
  enum State : uint8_t { kFieldStart, kBare, kBareEscape, kQuoted, kQuotedEscape, kQuoteClosed };
  static constexpr size_t kStates = 6;
  enum Class : uint8_t { kPlain, kDelimiter, kQuote, kEscape, kCr, kLf, kNul };
  static constexpr size_t kClasses = 7;
  enum class Act : uint8_t {
    kKeep,      // the byte is the field's
    kOpen,      // a quote begins the field
    kClose,     // a quote ends it, or is the first of two
    kDouble,    // the second of two
    kMark,      // an escape, if the next byte agrees
    kUnescape,  // the next byte: what it means is the field's
    kEnd,       // the field ends
    kFault,
  };
  struct Step {
    State next = kFieldStart;
    Act act = Act::kFault;
    DelimitedFault fault = DelimitedFault::kNone;
  };

  void FillClasses();
  void FillTable();
  void On(State state, Class cls, State next, Act act) { table_[state][cls] = {next, act}; }
  void Forbid(State state, Class cls, DelimitedFault fault) {
    table_[state][cls] = {state, Act::kFault, fault};
  }
  Class ClassOf(char c) const { return class_[static_cast<uint8_t>(c)]; }

  DelimitedVerdict Follow(std::string_view record);
  bool TakeNull(std::string_view record, size_t& at);
  bool Unescape(std::string_view record, size_t& at);
  bool UnescapeText(std::string_view record, size_t& at);
  void BeginField(size_t at);
  DelimitedVerdict EndRecord(std::string_view record, State state);
  DelimitedFault EndField(std::string_view record, size_t end);
  void Flush(std::string_view record, size_t end);

  const Dialect dialect_;
  std::string escaped_null_;  // what NULL would be, escaped once too often; empty: no such danger
  std::array<std::array<Step, kClasses>, kStates> table_;
  std::array<Class, 256> class_;

  // The field at hand: its bytes from segment_ on as they stand; those before, if any, are in
  // text_.
  size_t begin_ = 0;
  size_t segment_ = 0;
  size_t mark_ = 0;   // of the escape before
  size_t close_ = 0;  // of the closing quote
  bool quoted_ = false;
  bool copied_ = false;
  size_t text_begin_ = 0;

  std::string text_;
  std::vector<Field> fields_;
  struct Copied {
    size_t field, begin, size;
  };
  std::vector<Copied> copies_;  // fields whose value is in text_, which may move while it grows
};

}  // namespace sluice
