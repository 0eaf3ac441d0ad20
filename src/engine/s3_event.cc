#include "engine/s3_event.h"

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "object/uri.h"

namespace sluice {
namespace {

using nlohmann::json;

// An event in a message of SQS, in the one that a Lambda function is called with.
constexpr int kNestingMax = 2;

[[noreturn]] void Refuse(const std::string& why) {
  throw Fault("event-invalid", "the event " + why)
      .With(Scope::kRun)
      .Remedy(
          "S3 event records of version 2 are taken, as S3, SNS, SQS, MinIO and Ceph send them, "
          "EventBridge's events of S3, and tasks of S3 Batch Operations");
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

void AddObject(S3Event event, S3EventBody& body) {
  if (event.bucket.empty() || event.key.empty()) Refuse("names no object");
  if (event.key.find('\0') != std::string::npos) Refuse("names a key that no object has");
  body.created.push_back(std::move(event));
}

// arn:aws:s3:::BUCKET, also of other partitions.
std::string BucketOfArn(const std::string& arn) {
  size_t end = arn.rfind(":::");
  if (!arn.starts_with("arn:") || end == std::string::npos) Refuse("names a bucket by no ARN");
  return arn.substr(end + 3);
}

void AddDocument(const json& document, int depth, S3EventBody& body);

void AddRecord(const json& record, int depth, S3EventBody& body) {
  if (record.is_object() && record.value("eventSource", json()) == "aws:sqs") {
    if (depth == kNestingMax) Refuse("is nested too deep");
    return AddDocument(json::parse(Text(record, "body"), nullptr, false), depth + 1, body);
  }
  std::string version = Text(record, "eventVersion");
  if (!version.starts_with("2.")) Refuse("is of version " + version.substr(0, 20));
  if (!IsCreated(Text(record, "eventName"))) {
    ++body.others;
    return;
  }
  const json& s3 = Part(record, "s3");
  AddObject({.bucket = Text(Part(s3, "bucket"), "name"),
             .key = DecodeKey(Text(record, "eventSource"), Text(Part(s3, "object"), "key"))},
            body);
}

// EventBridge sends keys bare.
void AddBridged(const json& event, S3EventBody& body) {
  if (Text(event, "source") != "aws.s3") Refuse("is not one of S3");
  if (Text(event, "detail-type") != "Object Created") {
    ++body.others;
    return;
  }
  const json& detail = Part(event, "detail");
  AddObject(
      {.bucket = Text(Part(detail, "bucket"), "name"), .key = Text(Part(detail, "object"), "key")},
      body);
}

// By the ARN of its bucket and its key, encoded as forms do.
void AddNamed(const json& item, const char* arn, const char* key, S3EventBody& body) {
  AddObject({.bucket = BucketOfArn(Text(item, arn)), .key = DecodeUri(Text(item, key), true)},
            body);
}

const json& List(const json& document, const char* name) {
  const json& list = Part(document, name);
  if (!list.is_array()) Refuse(std::string("has ") + name + " that are no list");
  return list;
}

void AddDocument(const json& document, int depth, S3EventBody& body) {
  if (!document.is_object()) Refuse("is no JSON object");
  if (document.contains("Records")) {
    for (const json& record : List(document, "Records")) AddRecord(record, depth, body);
  } else if (document.contains("detail-type")) {
    AddBridged(document, body);
  } else if (document.contains("tasks")) {
    for (const json& task : List(document, "tasks")) AddNamed(task, "s3BucketArn", "s3Key", body);
  } else if (document.contains("BucketArn")) {
    AddNamed(document, "BucketArn", "ObjectKey", body);
  } else {
    if (!document.contains("Event") || document["Event"] != "s3:TestEvent") {
      Refuse("has no Records");
    }
    body.is_test = true;
  }
}

}  // namespace

S3EventBody ParseS3Events(std::string_view text) {
  S3EventBody body;
  AddDocument(json::parse(text, nullptr, false), 0, body);
  return body;
}

}  // namespace sluice
