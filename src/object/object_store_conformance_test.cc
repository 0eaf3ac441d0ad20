#include <utility>

#include "object/file_store.h"
#include "object/file_testing.h"
#include "object/https_store.h"
#include "object/object_store_conformance_testing.h"
#include "object/uri.h"
#include "object/web_objects_testing.h"

namespace sluice {
namespace {

class FileWorld final : public StoreWorld {
 public:
  ObjectStore& store() override { return *store_; }
  std::string KeyOf(const std::string& name) const override {
    return directory_.path() + "/" + name;
  }
  void Have(const std::string& name, const std::string& body) override {
    directory_.Write(name, body);
  }
  bool has_tags() const override { return false; }
  bool has_directories() const override { return true; }

 private:
  TestDirectory directory_;
  std::unique_ptr<ObjectStore> store_ = NewFileStore(directory_.path());
};

class WebWorld final : public StoreWorld {
 public:
  ObjectStore& store() override {
    if (!store_) store_ = NewHttpsStore(urls_, {}, stop_);
    return *store_;
  }
  std::string KeyOf(const std::string& name) const override { return "/" + EncodeUriPath(name); }
  void Have(const std::string& name, const std::string& body) override {
    objects_.Have(KeyOf(name), body);
    std::string url = imposter_.url() + KeyOf(name) + "?" + WebObjects::kPermission;
    if (std::find(urls_.begin(), urls_.end(), url) != urls_.end()) return;
    urls_.push_back(url);
    store_.reset();
  }
  bool writable() const override { return false; }
  bool has_tags() const override { return false; }

 private:
  Stop stop_;
  WebObjects objects_;
  http::Imposter imposter_{[this](const auto& request) { return objects_.Answer(request); }};
  std::vector<std::string> urls_;
  std::unique_ptr<ObjectStore> store_;
};

INSTANTIATE_TEST_SUITE_P(File, ObjectStoreConformance,
                         testing::Values([] { return std::make_unique<FileWorld>(); }));
INSTANTIATE_TEST_SUITE_P(Web, ObjectStoreConformance,
                         testing::Values([] { return std::make_unique<WebWorld>(); }));

}  // namespace
}  // namespace sluice
