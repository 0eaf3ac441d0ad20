#include "record/delimited_parser.h"

#include <algorithm>

namespace sluice {
namespace {

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool IsOctal(char c) { return c >= '0' && c <= '7'; }

// The control characters that have a letter in COPY text
// (https://www.postgresql.org/docs/current/sql-copy.html, "Text Format").
char ControlOf(char letter) {
  switch (letter) {
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    case 'v':
      return '\v';
    default:
      return '\0';
  }
}

// As UNLOAD with ESCAPE would write it.
std::string Escaped(const Dialect& dialect) {
  std::string text;
  for (char c : dialect.null) {
    if (c == dialect.escape || c == dialect.delimiter) text += dialect.escape;
    text += c;
  }
  return text;
}

}  // namespace

DelimitedParser::DelimitedParser(const Dialect& dialect) : dialect_(dialect) {
  if (dialect.kind == Dialect::Kind::kUnload && dialect.escape != Dialect::kNone) {
    escaped_null_ = Escaped(dialect);
    if (escaped_null_ == dialect.null) escaped_null_.clear();
  }
  FillClasses();
  FillTable();
}

void DelimitedParser::FillClasses() {
  class_.fill(kPlain);
  auto set = [this](char c, Class cls) {
    if (c != Dialect::kNone) class_[static_cast<uint8_t>(c)] = cls;
  };
  set('\r', kCr);
  set('\n', kLf);
  class_[0] = kNul;
  set(dialect_.escape, kEscape);
  set(dialect_.quote, kQuote);  // also where it is the escape
  set(dialect_.delimiter, kDelimiter);
}

void DelimitedParser::FillTable() {
  const bool csv = dialect_.kind == Dialect::Kind::kCsv;
  const bool escapes = dialect_.EscapesAnywhere();
  const bool raw = !csv && !escapes;  // nothing is marked, so a CR can only be data
  for (State state : {kFieldStart, kBare}) {
    On(state, kPlain, kBare, Act::kKeep);
    On(state, kLf, kBare, Act::kKeep);  // never met: it would have ended the record
    On(state, kDelimiter, kFieldStart, Act::kEnd);
    if (escapes) {
      On(state, kEscape, kBareEscape, Act::kMark);
    } else {
      On(state, kEscape, kBare, Act::kKeep);
    }
    if (raw) {
      On(state, kCr, kBare, Act::kKeep);
    } else {
      Forbid(state, kCr, DelimitedFault::kBareCr);
    }
  }
  On(kFieldStart, kQuote, kQuoted, Act::kOpen);
  Forbid(kBare, kQuote, DelimitedFault::kStrayQuote);

  for (Class cls : {kPlain, kDelimiter, kQuote, kEscape, kCr, kLf}) {
    On(kBareEscape, cls, kBare, Act::kUnescape);
    On(kQuoted, cls, kQuoted, Act::kKeep);
    On(kQuotedEscape, cls, kQuoted,
       csv && cls != kQuote && cls != kEscape ? Act::kKeep : Act::kUnescape);
    Forbid(kQuoteClosed, cls, DelimitedFault::kStrayQuote);
  }
  On(kQuoted, kQuote, kQuoteClosed, Act::kClose);
  On(kQuoted, kEscape, kQuotedEscape, Act::kMark);
  On(kQuoteClosed, kDelimiter, kFieldStart, Act::kEnd);
  if (csv && dialect_.escape == dialect_.quote) On(kQuoteClosed, kQuote, kQuoted, Act::kDouble);
  for (auto& row : table_) row[kNul] = {kBare, Act::kFault, DelimitedFault::kNul};
}

DelimitedVerdict DelimitedParser::Parse(std::string_view record) {
  text_.clear();
  fields_.clear();
  copies_.clear();
  if (dialect_.kind == Dialect::Kind::kText && record == "\\.") {
    return {DelimitedFault::kEndMarker, 0};
  }
  DelimitedVerdict verdict = Follow(record);
  for (const Copied& copy : copies_) {
    fields_[copy.field].value = std::string_view(text_).substr(copy.begin, copy.size);
  }
  return verdict;
}

DelimitedVerdict DelimitedParser::Follow(std::string_view record) {
  State state = kFieldStart;
  size_t at = 0;
  BeginField(0);
  bool fresh = true;
  while (true) {
    if (fresh) {
      fresh = false;
      if (TakeNull(record, at)) {
        if (at == record.size()) return {};
        fresh = true;
        BeginField(++at);
        continue;
      }
    }
    if (state == kBare || state == kQuoted) {
      while (at < record.size() && ClassOf(record[at]) == kPlain) ++at;
    }
    if (at == record.size()) return EndRecord(record, state);
    const Step step = table_[state][ClassOf(record[at])];
    state = step.next;
    switch (step.act) {
      case Act::kKeep:
        break;
      case Act::kOpen:
        quoted_ = true;
        segment_ = at + 1;
        break;
      case Act::kClose:
        close_ = at;
        break;
      case Act::kDouble:
        Flush(record, close_);
        segment_ = at;
        break;
      case Act::kMark:
        mark_ = at;
        break;
      case Act::kUnescape:
        if (!Unescape(record, at)) return {DelimitedFault::kEscape, mark_};
        break;
      case Act::kEnd: {
        DelimitedFault fault = EndField(record, quoted_ ? close_ : at);
        if (fault != DelimitedFault::kNone) return {fault, begin_};
        BeginField(at + 1);
        fresh = true;
        break;
      }
      case Act::kFault:
        return {step.fault, at};
    }
    ++at;
  }
}

void DelimitedParser::BeginField(size_t at) {
  begin_ = segment_ = at;
  quoted_ = copied_ = false;
}

// A field that is exactly what stands for NULL, without quotes.
bool DelimitedParser::TakeNull(std::string_view record, size_t& at) {
  std::string_view rest = record.substr(at);
  if (!rest.starts_with(dialect_.null)) return false;
  size_t end = at + dialect_.null.size();
  if (end < record.size() && record[end] != dialect_.delimiter) return false;
  fields_.push_back({{}, true});
  at = end;
  return true;
}

// The byte at `at` behind the escape at mark_.
bool DelimitedParser::Unescape(std::string_view record, size_t& at) {
  const char c = record[at];
  if (dialect_.kind == Dialect::Kind::kText) return UnescapeText(record, at);
  bool known = ClassOf(c) != kPlain || c == '"' || c == '\'';
  if (!known) return false;
  Flush(record, mark_);
  segment_ = at;
  return true;
}

bool DelimitedParser::UnescapeText(std::string_view record, size_t& at) {
  const char c = record[at];
  if (ClassOf(c) != kPlain) {
    Flush(record, mark_);
    segment_ = at;
    return true;
  }
  int value = static_cast<unsigned char>(ControlOf(c));
  if (value == 0 && IsOctal(c)) {
    size_t end = at;
    for (; end < record.size() && end < at + 3 && IsOctal(record[end]); ++end) {
      value = value * 8 + (record[end] - '0');
    }
    at = end - 1;
  } else if (value == 0 && c == 'x') {
    size_t end = at + 1;
    for (; end < record.size() && end < at + 3 && HexDigit(record[end]) >= 0; ++end) {
      value = value * 16 + HexDigit(record[end]);
    }
    at = end - 1;
  }
  value &= 0xff;
  if (value == 0) return false;  // no escape of COPY's, or a zero byte
  Flush(record, mark_);
  text_ += static_cast<char>(value);
  segment_ = at + 1;
  return true;
}

void DelimitedParser::Flush(std::string_view record, size_t end) {
  if (!copied_) text_begin_ = text_.size();
  copied_ = true;
  text_.append(record.substr(segment_, end - segment_));
}

DelimitedFault DelimitedParser::EndField(std::string_view record, size_t end) {
  std::string_view raw = record.substr(begin_, end - begin_);
  if (quoted_) raw.remove_prefix(1);
  if (!escaped_null_.empty() && raw == escaped_null_) return DelimitedFault::kNullAmbiguous;
  // ADDQUOTES puts its quotes round what stands for NULL too.
  if (quoted_ && dialect_.kind == Dialect::Kind::kUnload && !dialect_.null.empty() &&
      raw == dialect_.null) {
    fields_.push_back({{}, true});
    return DelimitedFault::kNone;
  }
  if (copied_) {
    Flush(record, end);
    copies_.push_back({fields_.size(), text_begin_, text_.size() - text_begin_});
    fields_.push_back({{}, false});
  } else {
    fields_.push_back({record.substr(segment_, end - segment_), false});
  }
  return DelimitedFault::kNone;
}

DelimitedVerdict DelimitedParser::EndRecord(std::string_view record, State state) {
  switch (state) {
    case kQuoted:
    case kQuotedEscape:
      return {DelimitedFault::kOpenQuote, begin_};
    case kBareEscape:
      return {DelimitedFault::kEscape, mark_};
    case kFieldStart:
    case kBare:
    case kQuoteClosed:
      break;
  }
  DelimitedFault fault = EndField(record, state == kQuoteClosed ? close_ : record.size());
  return {fault, begin_};
}

}  // namespace sluice
