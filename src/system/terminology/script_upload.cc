#include "system/terminology/script_upload.h"

#include <utility>

namespace sluice::ocl {
namespace {

constexpr char kName[] = "script";

class ScriptUpload final : public http::Upload {
 public:
  ScriptUpload(Spool& spool, const http::RouteContext& context,
               std::function<http::Reply(const Sent&)> then)
      : spool_(spool), user_(context.caller.user), then_(std::move(then)) {
    if (auto url = context.query_value("file_url")) sent_.file_url = *url;
    std::string type(context.header("Content-Type").value_or(""));
    if (type.size() >= kForm.size() && BoundaryOf(type).empty() && type.starts_with(kForm)) {
      form_.emplace("", nullptr);  // refuses it
    }
    std::string boundary = BoundaryOf(type);
    if (!boundary.empty()) form_.emplace(boundary, [this](std::string_view b) { Keep(b); });
  }

  void Take(std::string_view piece) override {
    if (form_) return form_->Take(piece);
    Keep(piece);
  }

  http::Reply Finish() override {
    if (form_) {
      form_->Finish();
      sent_.fields = form_->fields();
      if (auto url = sent_.fields.find("file_url"); url != sent_.fields.end()) {
        sent_.file_url = url->second;
      }
    }
    if (writer_) sent_.script = writer_->Finish();
    return then_(sent_);
  }

 private:
  static constexpr std::string_view kForm = "multipart/form-data";

  void Keep(std::string_view bytes) {
    if (bytes.empty()) return;
    if (!writer_) writer_ = spool_.Begin({.name = kName, .user = user_});
    writer_->Write(bytes);
  }

  Spool& spool_;
  const int64_t user_;
  const std::function<http::Reply(const Sent&)> then_;
  std::optional<MultipartReader> form_;
  std::unique_ptr<SpoolWriter> writer_;
  Sent sent_;
};

}  // namespace

std::unique_ptr<http::Upload> ReceiveScript(Spool& spool, const http::RouteContext& context,
                                            std::function<http::Reply(const Sent&)> then) {
  return std::make_unique<ScriptUpload>(spool, context, std::move(then));
}

}  // namespace sluice::ocl
