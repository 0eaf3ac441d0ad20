#include "system/terminology/copy_text.h"

namespace sluice::ocl {

void CopyText::Separate() {
  if (row_begun_) bytes_ += '\t';
  row_begun_ = true;
}

CopyText& CopyText::Add(std::string_view text) {
  Separate();
  size_t plain = 0;  // start of what is copied as it is
  for (size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c != '\\' && c != '\n' && c != '\r' && c != '\t') continue;
    bytes_.append(text, plain, i - plain);
    plain = i + 1;
    bytes_ += '\\';
    bytes_ += c == '\n' ? 'n' : c == '\r' ? 'r' : c == '\t' ? 't' : '\\';
  }
  bytes_.append(text, plain);
  return *this;
}

CopyText& CopyText::AddNull() {
  Separate();
  bytes_ += "\\N";
  return *this;
}

void CopyText::EndRow() {
  bytes_ += '\n';
  row_begun_ = false;
}

}  // namespace sluice::ocl
