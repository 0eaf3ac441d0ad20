#include "system/table/delimited_mapper.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "record/delimited_parser.h"
#include "record/utf8.h"
#include "row/copy_text.h"
#include "system/table/plain_decoder.h"
#include "system/table/record_scan.h"

namespace sluice {
namespace {

// From the first record's first byte to the last one's last: the records share one buffer.
bool AllUtf8(const RecordBlock& block) {
  const char* begin = block.records.front().bytes.data();
  std::string_view last = block.records.back().bytes;
  return IsUtf8(std::string_view(begin, static_cast<size_t>(last.data() + last.size() - begin)));
}

// A physical line of \. alone, at which COPY csv of PostgreSQL before 18 ends, also inside quotes.
bool HasEndMarker(std::string_view record) {
  for (size_t at = 0; (at = record.find("\\.", at)) != record.npos; at += 2) {
    bool begins = at == 0 || record[at - 1] == '\n';
    bool ends = at + 2 == record.size() || record[at + 2] == '\n' || record[at + 2] == '\r';
    if (begins && ends) return true;
  }
  return false;
}

std::array<char, 4> SpecialBytes(const Dialect& dialect) {
  if (dialect.kind == Dialect::Kind::kCsv) return {dialect.quote, dialect.escape, '\r', '\0'};
  char quote = dialect.quote == Dialect::kNone ? '\0' : dialect.quote;
  return {'\\', quote, '\r', '\0'};
}

class DelimitedMapper final : public Mapper {
 public:
  explicit DelimitedMapper(const DelimitedMapping& mapping)
      : mapping_(mapping),
        parser_(mapping.dialect),
        scanner_(mapping.dialect.delimiter, SpecialBytes(mapping.dialect)),
        verbatim_plain_(mapping.form.way == Way::kPassThrough),
        verbatim_special_(verbatim_plain_ && mapping.dialect.escape != Dialect::kNone) {
    bool decodes_to_text = !verbatim_plain_ && !mapping.form.csv;
    if (decodes_to_text) plain_.emplace(mapping.dialect, mapping.form, mapping.columns);
  }

  void Map(const RecordBlock& block, Rows& all, std::vector<Reject>& rejects) override {
    RowBatch& rows = all.table(0);
    if (block.records.empty()) return;
    rows.bytes.reserve(rows.bytes.size() + block.bytes + block.records.size());
    bool all_utf8 = !mapping_.utf8 || AllUtf8(block);
    for (const Record& record : block.records) {
      DelimitedVerdict verdict;
      if (!all_utf8 && !IsUtf8(record.bytes)) {
        verdict = {DelimitedFault::kUtf8, Utf8FaultAt(record.bytes)};
      } else {
        verdict = MapOne(record.bytes, rows.bytes);
      }
      if (verdict) {
        rows.positions.push_back(record.position);
      } else {
        rejects.push_back(MakeReject(record, verdict));
      }
    }
    EndRun(rows.bytes);
  }

 private:
  DelimitedVerdict MapOne(std::string_view record, std::string& out) {
    if (!verbatim_plain_) {
      if (plain_ && plain_->Append(record, out)) return {};
      return MapParsed(record, out);
    }
    RecordScan scan = scanner_.Scan(record);
    if (scan.special) return MapParsed(record, out);
    found_ = scan.delimiters + 1;
    if (mapping_.form.csv && HasEndMarker(record)) return {DelimitedFault::kEndMarker, 0};
    if (found_ == mapping_.columns) {
      AppendVerbatim(record, out);
    } else if (found_ == mapping_.columns + 1 && record.back() == mapping_.dialect.delimiter) {
      AppendVerbatim(record.substr(0, record.size() - 1), out);
    } else {
      return {DelimitedFault::kColumnCount, 0};
    }
    return {};
  }

  DelimitedVerdict MapParsed(std::string_view record, std::string& out) {
    DelimitedVerdict verdict = parser_.Parse(record);
    if (!verdict) return verdict;
    const auto& fields = parser_.fields();
    found_ = fields.size();
    bool trailing = found_ == mapping_.columns + 1 && record.back() == mapping_.dialect.delimiter;
    if (found_ != mapping_.columns && !trailing) return {DelimitedFault::kColumnCount, 0};
    if (mapping_.form.csv && HasEndMarker(record)) return {DelimitedFault::kEndMarker, 0};
    if (verbatim_special_) {
      AppendVerbatim(record.substr(0, record.size() - (trailing ? 1 : 0)), out);
    } else {
      EndRun(out);
      AppendFields(out);
    }
    return {};
  }

  void AppendFields(std::string& out) const {
    for (size_t column = 0; column < mapping_.columns; ++column) {
      const DelimitedParser::Field& field = parser_.fields()[column];
      if (column != 0) out += mapping_.form.delimiter;
      if (field.null) {
        out += mapping_.form.null;
      } else {
        AppendCopyText(field.value, mapping_.form.delimiter, out);
      }
    }
    out += '\n';
  }

  // Records that lie one behind the other in the block are copied together, with their LFs.
  void AppendVerbatim(std::string_view record, std::string& out) {
    const char* run_end = run_.data() + run_.size();
    if (run_.data() != nullptr && record.data() == run_end + 1 && *run_end == '\n') {
      run_ = {run_.data(), run_.size() + 1 + record.size()};
      return;
    }
    EndRun(out);
    run_ = record;
  }

  void EndRun(std::string& out) {
    if (run_.data() == nullptr) return;
    out.append(run_);
    out += '\n';
    run_ = {};
  }

  Reject MakeReject(const Record& record, const DelimitedVerdict& verdict) const {
    Reject reject;
    reject.position = record.position;
    reject.reason = ToReason(verdict.fault);
    reject.message = verdict.fault == DelimitedFault::kColumnCount
                         ? fmt::format("the record has {} field{}, and {} column{} to fill", found_,
                                       found_ == 1 ? "" : "s", mapping_.columns,
                                       mapping_.columns == 1 ? " is" : "s are")
                         : Message(verdict.fault, verdict.at);
    reject.remedy = Remedy(verdict.fault);
    reject.raw = record.bytes.substr(0, kRejectRawBytesMax);
    return reject;
  }

  const DelimitedMapping mapping_;
  DelimitedParser parser_;
  const RecordScanner scanner_;
  std::optional<PlainDecoder> plain_;  // where the form has one text for a row
  const bool verbatim_plain_;          // records without special bytes
  const bool verbatim_special_;        // the others, once they are found to be sound
  std::string_view run_;               // of the block, to be copied
  size_t found_ = 0;                   // fields of the record at hand
};

}  // namespace

std::unique_ptr<Mapper> NewDelimitedMapper(const DelimitedMapping& mapping) {
  return std::make_unique<DelimitedMapper>(mapping);
}

}  // namespace sluice
