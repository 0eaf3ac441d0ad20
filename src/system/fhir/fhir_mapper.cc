#include "system/fhir/fhir_mapper.h"

#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "record/json_check.h"
#include "record/json_string.h"
#include "row/copy_binary.h"
#include "system/fhir/fhir_time.h"

namespace sluice {
namespace {

constexpr size_t kIdBytesMax = 64;
constexpr int16_t kColumns = 6;
constexpr size_t kOtherFieldsBytesMax = 512;  // of a tuple: all but the jsonb

// Why a record becomes a reject, in words.
struct Refusal {
  std::string_view reason;
  std::string message;
  std::string_view remedy;
};

// The bytes an id may have. A table, because ids are random and a branch for each kind of byte
// would be mispredicted half of the time.
constexpr std::array<bool, 256> kIdBytes = [] {
  std::array<bool, 256> allowed{};
  for (char c = 'a'; c <= 'z'; ++c) allowed[static_cast<uint8_t>(c)] = true;
  for (char c = 'A'; c <= 'Z'; ++c) allowed[static_cast<uint8_t>(c)] = true;
  for (char c = '0'; c <= '9'; ++c) allowed[static_cast<uint8_t>(c)] = true;
  allowed['-'] = allowed['.'] = true;
  return allowed;
}();

bool IsFhirId(std::string_view id) {
  if (id.empty() || id.size() > kIdBytesMax) return false;
  bool allowed = true;
  for (char c : id) allowed &= kIdBytes[static_cast<uint8_t>(c)];
  return allowed;
}

// What a string means, in `buffer` if it has escapes; nothing if the field is no string.
std::optional<std::string_view> StringOf(const JsonField& field, std::string& buffer) {
  if (!field.value.starts_with('"')) return std::nullopt;
  std::string_view inside = field.value.substr(1, field.value.size() - 2);
  if (inside.find('\\') == std::string_view::npos) return inside;
  buffer.clear();
  AppendUnescaped(inside, buffer);
  return buffer;
}

// The spans of a text that are left out, in order.
class Cuts {
 public:
  // Leaves out two members of an object, as far as they were found, each with one comma.
  void Add(const JsonField& one, const JsonField& other) {
    const JsonField& first = one.text.data() < other.text.data() ? one : other;
    const JsonField& second = &first == &one ? other : one;
    if (first.found() && first.next_begin == second.text.data()) {
      AddRun(first, second);
      return;
    }
    if (first.found()) AddRun(first, first);
    if (second.found()) AddRun(second, second);
  }

  // Appends what is left of `text`. REQUIRES: every cut is inside of it
  void Keep(std::string_view text, CopyBinaryEncoder& encoder) const {
    const char* at = text.data();
    for (size_t i = 0; i < count_; ++i) {
      encoder.JsonbPiece({at, spans_[i].begin});
      at = spans_[i].end;
    }
    encoder.JsonbPiece({at, text.data() + text.size()});
  }

 private:
  struct Span {
    const char* begin;
    const char* end;
  };

  // From `first` to `last`, between which nothing stays.
  void AddRun(const JsonField& first, const JsonField& last) {
    const char* begin = first.text.data();
    const char* end = last.text.data() + last.text.size();
    if (last.next_begin != nullptr) {
      end = last.next_begin;
    } else if (first.previous_end != nullptr) {
      begin = first.previous_end;
    }
    Insert({begin, end});
  }

  // Keeps the spans in order: those of meta lie between those around it.
  void Insert(Span span) {
    size_t at = count_++;
    for (; at > 0 && spans_[at - 1].begin > span.begin; --at) spans_[at] = spans_[at - 1];
    spans_[at] = span;
  }

  // Two members of the resource and two of its meta, none of them adjacent: names come once.
  std::array<Span, 4> spans_;
  size_t count_ = 0;
};

class FhirMapper final : public Mapper {
 public:
  FhirMapper(std::string resource_type, int64_t txid, int64_t now_micros)
      : resource_type_(std::move(resource_type)), txid_(txid), now_micros_(now_micros) {}

  void Map(const RecordBlock& block, Rows& all, std::vector<Reject>& rejects) override {
    RowBatch& rows = all.table(0);
    for (const Record& record : block.records) {
      if (auto refusal = MapRecord(record, rows)) {
        rejects.push_back(MakeReject(record, *std::move(refusal)));
      }
    }
  }

 private:
  std::optional<Refusal> MapRecord(const Record& record, RowBatch& rows) {
    JsonVerdict verdict = checker_.Check(record.bytes, fields_);
    if (!verdict) {
      return Refusal{ToReason(verdict.fault), Message(verdict.fault, verdict.at),
                     Remedy(verdict.fault)};
    }
    if (record.bytes[record.bytes.find_first_not_of(" \t\r\n")] != '{') {
      return Refusal{"not-an-object", "the record is JSON, but no object",
                     "Put one FHIR resource on each line."};
    }
    auto refusal = CheckId();
    if (!refusal) refusal = CheckType();
    if (!refusal) refusal = CheckMeta();
    if (!refusal) Encode(record, rows);
    return refusal;
  }

  // Sets id_.
  std::optional<Refusal> CheckId() {
    constexpr std::string_view kGiveId =
        "Give every resource an id of 1 to 64 letters, digits, '-' and '.'.";
    if (!id_field().found()) return Refusal{"id-missing", "the resource has no id", kGiveId};
    auto id = StringOf(id_field(), id_buffer_);
    if (!id) return Refusal{"id-invalid", "the resource's id is no string", kGiveId};
    if (!IsFhirId(*id))
      return Refusal{"id-invalid", "the resource's id breaks FHIR's rule", kGiveId};
    id_ = *id;
    return std::nullopt;
  }

  std::optional<Refusal> CheckType() {
    if (!type_field().found()) return std::nullopt;
    if (StringOf(type_field(), buffer_) == resource_type_) return std::nullopt;
    return Refusal{"type-mismatch", fmt::format("resourceType is not {}", resource_type_),
                   "Put resources of one type into a file, and its name in front of the file's."};
  }

  // Sets ts_, and meta_fields_ if there is a meta.
  std::optional<Refusal> CheckMeta() {
    ts_ = now_micros_;
    if (!meta_field().found()) return std::nullopt;
    if (!meta_field().value.starts_with('{')) {
      return Refusal{"meta-invalid", "meta is no object", "Remove meta, or make it an object."};
    }
    checker_.Check(meta_field().value, meta_fields_);
    const JsonField& last_updated = meta_fields_[1];
    if (!last_updated.found()) return std::nullopt;
    auto text = StringOf(last_updated, buffer_);
    auto instant = text ? ParseFhirInstant(*text) : std::nullopt;
    if (!instant) {
      return Refusal{"last-updated-invalid", "meta.lastUpdated is no FHIR instant",
                     "Write it like 2015-02-07T13:28:17.239+02:00, or remove it."};
    }
    ts_ = *instant;
    return std::nullopt;
  }

  void Encode(const Record& record, RowBatch& rows) {
    Cuts cuts;
    cuts.Add(id_field(), type_field());
    if (meta_field().found()) cuts.Add(meta_fields_[0], meta_fields_[1]);
    // A large record's row takes one allocation of its size, and no doubling.
    size_t most = rows.bytes.size() + record.bytes.size() + kOtherFieldsBytesMax;
    if (most > rows.bytes.capacity()) rows.bytes.reserve(most);
    CopyBinaryEncoder encoder(rows.bytes);
    encoder.Tuple(kColumns);
    encoder.Text(id_);
    encoder.Int8(txid_);
    encoder.TimestampTz(ts_);
    encoder.Text(resource_type_);
    encoder.Text("created");
    encoder.BeginJsonb();
    cuts.Keep(record.bytes, encoder);
    encoder.EndJsonb();
    rows.positions.push_back(record.position);
  }

  Reject MakeReject(const Record& record, Refusal refusal) {
    Reject reject;
    reject.position = record.position;
    reject.reason = refusal.reason;
    reject.message = std::move(refusal.message);
    reject.remedy = refusal.remedy;
    reject.raw = record.bytes.substr(0, kRejectRawBytesMax);
    // Of faulty JSON, the fields before the fault are known.
    if (!CheckId()) reject.record_id = id_;
    return reject;
  }

  const JsonField& id_field() const { return fields_[0]; }
  const JsonField& type_field() const { return fields_[1]; }
  const JsonField& meta_field() const { return fields_[2]; }

  const std::string resource_type_;
  const int64_t txid_;
  const int64_t now_micros_;
  JsonChecker checker_;

  // Of the record at hand.
  std::array<JsonField, 3> fields_{{{"id"}, {"resourceType"}, {"meta"}}};
  std::array<JsonField, 2> meta_fields_{{{"versionId"}, {"lastUpdated"}}};
  std::string_view id_;
  int64_t ts_ = 0;
  std::string id_buffer_;  // what id_ points to, if the id has escapes
  std::string buffer_;
};

}  // namespace

std::unique_ptr<Mapper> NewFhirMapper(std::string resource_type, int64_t txid, int64_t now_micros) {
  return std::make_unique<FhirMapper>(std::move(resource_type), txid, now_micros);
}

}  // namespace sluice
