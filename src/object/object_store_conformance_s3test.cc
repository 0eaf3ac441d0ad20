#include <utility>

#include "object/object_store_conformance_testing.h"
#include "object/s3_testing.h"

namespace sluice {
namespace {

class S3StoreWorld final : public StoreWorld {
 public:
  explicit S3StoreWorld(const std::function<void(const S3World&, S3Options&)>& adapt) {
    S3World world = S3World::FromEnvironment();
    S3Options options = world.Options();
    adapt(world, options);
    bucket_ = world.MakeBucket();
    store_ = NewS3Store(options, stop_);
  }
  ObjectStore& store() override { return *store_; }
  std::string bucket() const override { return bucket_; }
  std::string KeyOf(const std::string& name) const override { return name; }
  void Have(const std::string& name, const std::string& body) override {
    store_->Put({"", bucket_, name, ""}, body);
  }

 private:
  Stop stop_;
  std::string bucket_;
  std::unique_ptr<ObjectStore> store_;
};

WorldMaker Make(std::function<void(const S3World&, S3Options&)> adapt) {
  return [adapt = std::move(adapt)] { return std::make_unique<S3StoreWorld>(adapt); };
}

// "aws.localhost" instead of the host of an endpoint: buckets become names before it.
std::string VirtualHost(const std::string& endpoint) {
  return endpoint.substr(0, endpoint.find("://") + 3) + "aws.localhost" +
         endpoint.substr(endpoint.rfind(':'));
}

INSTANTIATE_TEST_SUITE_P(S3, ObjectStoreConformance,
                         testing::Values(Make([](const S3World&, S3Options&) {})));

INSTANTIATE_TEST_SUITE_P(S3VirtualHosted, ObjectStoreConformance,
                         testing::Values(Make([](const S3World& world, S3Options& options) {
                           options.endpoint = VirtualHost(world.endpoint);
                           options.style = S3Style::kVirtual;
                         })));

INSTANTIATE_TEST_SUITE_P(S3Tls, ObjectStoreConformance,
                         testing::Values(Make([](const S3World& world, S3Options& options) {
                           options.endpoint = world.tls_endpoint;
                           options.http.ca_bundle = world.ca_bundle;
                         })));

INSTANTIATE_TEST_SUITE_P(S3VirtualHostedTls, ObjectStoreConformance,
                         testing::Values(Make([](const S3World& world, S3Options& options) {
                           options.endpoint = VirtualHost(world.tls_endpoint);
                           options.style = S3Style::kVirtual;
                           options.http.ca_bundle = world.ca_bundle;
                         })));

}  // namespace
}  // namespace sluice
