#include "extract/part_writer.h"

#include "base/crash_point.h"

namespace sluice {

PartWriter::PartWriter(const Destination& destination, const ExtractRequest& request, int stream,
                       std::string header)
    : destination_(destination),
      request_(request),
      stream_(stream),
      header_(std::move(header)),
      counter_(request.dialect) {}

void PartWriter::Begin() {
  object_ = destination_.store().Create(
      destination_.Part(stream_, static_cast<int>(parts_.size()), request_.packing));
  packer_ = NewPacker(request_.packing);
  part_bytes_ = 0;
  part_rows_ = header_.empty() ? 0 : 1;
  if (!header_.empty()) Pack(header_, false);
}

void PartWriter::Pack(std::string_view bytes, bool last) {
  packer_->Pack(bytes, last, packed_);
  object_->Write(packed_);
  part_bytes_ += packed_.size();
  packed_.clear();
}

void PartWriter::Write(std::string_view rows) {
  if (rows.empty()) return;
  if (!object_) Begin();
  part_rows_ += counter_.Count(rows);
  Pack(rows, false);
  if (part_bytes_ >= request_.part_bytes) End();
}

void PartWriter::End() {
  Pack("", true);
  ObjectStat stat = object_->Finish();
  object_.reset();
  CrashPoint("extract-part-finished");
  parts_.push_back({stat, part_rows_});
  request_.on_part(stat);
}

std::vector<FinishedPart> PartWriter::Finish() {
  if (object_) End();
  return std::move(parts_);
}

}  // namespace sluice
