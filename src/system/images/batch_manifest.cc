#include "system/images/batch_manifest.h"

#include <nlohmann/json.hpp>
#include <vector>

#include "base/digest.h"
#include "base/error.h"
#include "base/unit.h"
#include "system/images/inventory_row.h"
#include "system/images/qualification.h"

namespace sluice {

BatchManifest MakeBatchManifest(ObjectList& list, size_t bytes_max) {
  BatchManifest manifest;
  std::vector<ListedObject> page;
  while (list.Next(page)) {
    for (const ListedObject& listed : page) {
      const ObjectRef& ref = listed.object.ref;
      std::string why_not = listed.why_not.empty() ? WhyNotByName(ref.key) : listed.why_not;
      if (!why_not.empty()) {
        ++manifest.left_out[why_not];
        continue;
      }
      manifest.csv += ref.bucket + "," + EncodeKey(ref.key) + "\n";
      ++manifest.rows;
    }
    if (manifest.csv.size() > bytes_max) {
      throw Fault("manifest-too-large",
                  "the manifest would have more than " + FormatBytes(bytes_max))
          .With(Scope::kRun)
          .Remedy("load the inventory itself: sluice load images .../manifest.json");
    }
  }
  return manifest;
}

std::string CreateJobRequest(const ObjectRef& manifest, const std::string& report) {
  using Json = nlohmann::ordered_json;
  const std::string bucket_arn = "arn:aws:s3:::" + manifest.bucket;
  Json request = {
      {"AccountId", "ACCOUNT"},
      {"ConfirmationRequired", false},
      {"Operation",
       {{"LambdaInvoke", {{"FunctionArn", "arn:aws:lambda:REGION:ACCOUNT:function:FUNCTION"}}}}},
      {"Report",
       {{"Bucket", bucket_arn},
        {"Prefix", "reports"},
        {"Format", "Report_CSV_20180820"},
        {"Enabled", true},
        {"ReportScope", "AllTasks"}}},
      {"ClientRequestToken", Hex(Md5(report))},
      {"Manifest",
       {{"Spec", {{"Format", "S3BatchOperations_CSV_20180820"}, {"Fields", {"Bucket", "Key"}}}},
        {"Location", {{"ObjectArn", bucket_arn + "/" + manifest.key}, {"ETag", manifest.etag}}}}},
      {"Description", "sluice images manifest"},
      {"Priority", 10},
      {"RoleArn", "arn:aws:iam::ACCOUNT:role/ROLE"}};
  return request.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace sluice
