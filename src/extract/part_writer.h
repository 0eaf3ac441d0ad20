// One stream's rows into its parts: packed, counted, and a new part begun when one is full.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bytes/pack.h"
#include "extract/destination.h"
#include "extract/extract_request.h"
#include "extract/row_counter.h"

namespace sluice {

struct FinishedPart {
  ObjectStat stat;
  uint64_t rows = 0;  // a header counts, as UNLOAD counts it
};

class PartWriter {
 public:
  // `header`: a line, or empty. All must outlive it.
  PartWriter(const Destination& destination, const ExtractRequest& request, int stream,
             std::string header);

  // `rows`: whole ones.
  void Write(std::string_view rows);
  // The parts, after the last rows.
  std::vector<FinishedPart> Finish();

 private:
  void Begin();
  void Pack(std::string_view bytes, bool last);
  void End();

  const Destination& destination_;
  const ExtractRequest& request_;
  const int stream_;
  const std::string header_;
  RowCounter counter_;
  std::unique_ptr<NewObject> object_;  // null between parts
  std::unique_ptr<Packer> packer_;
  std::string packed_;
  uint64_t part_bytes_ = 0;
  uint64_t part_rows_ = 0;
  std::vector<FinishedPart> parts_;
};

}  // namespace sluice
