#include "engine/s3_event.h"

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "object/uri.h"

namespace sluice {
namespace {

using nlohmann::json;

[[noreturn]] void Refuse(const std::string& why) {
  throw Fault("event-invalid", "the event " + why)
      .With(Scope::kRun)
      .Remedy("S3 event records of version 2 are taken, as S3, SNS, MinIO and Ceph send them");
}

const json& Part(const json& object, const char* name) {
  if (!object.is_object() || !object.contains(name)) Refuse(std::string("has no ") + name);
  return object[name];
}

std::string Text(const json& object, const char* name) {
  const json& value = Part(object, name);
  if (!value.is_string()) Refuse(std::string("has a ") + name + " that is no text");
  return value;
}

// S3 and MinIO encode keys as forms do ("+" is a blank); Ceph sends them bare.
std::string DecodeKey(const std::string& source, const std::string& key) {
  if (source == "ceph:s3") return key;
  return DecodeUri(key, true);
}

bool IsCreated(std::string_view name) {
  if (name.starts_with("s3:")) name.remove_prefix(3);  // MinIO, and early Ceph
  return name.starts_with("ObjectCreated:");
}

void Add(const json& record, S3EventBody& body) {
  std::string version = Text(record, "eventVersion");
  if (!version.starts_with("2.")) Refuse("is of version " + version.substr(0, 20));
  if (!IsCreated(Text(record, "eventName"))) {
    ++body.others;
    return;
  }
  const json& s3 = Part(record, "s3");
  S3Event event{.bucket = Text(Part(s3, "bucket"), "name"),
                .key = DecodeKey(Text(record, "eventSource"), Text(Part(s3, "object"), "key"))};
  if (event.bucket.empty() || event.key.empty()) Refuse("names no object");
  if (event.key.find('\0') != std::string::npos) Refuse("names a key that no object has");
  body.created.push_back(std::move(event));
}

}  // namespace

S3EventBody ParseS3Events(std::string_view text) {
  json document = json::parse(text, nullptr, false);
  if (!document.is_object()) Refuse("is no JSON object");
  S3EventBody body;
  if (!document.contains("Records")) {
    if (Text(document, "Event") != "s3:TestEvent") Refuse("has no Records");
    body.is_test = true;
    return body;
  }
  const json& records = document["Records"];
  if (!records.is_array()) Refuse("has Records that are no list");
  for (const json& record : records) Add(record, body);
  return body;
}

}  // namespace sluice
