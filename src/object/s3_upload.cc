#include "object/s3_upload.h"

#include <algorithm>
#include <optional>
#include <pugixml.hpp>

#include "base/crash_point.h"
#include "base/error.h"
#include "base/log.h"
#include "base/unit.h"
#include "object/http_object.h"
#include "object/s3_listing.h"
#include "object/time_text.h"

namespace sluice {
namespace {

// S3 takes at most 10,000 parts of at least 5 MiB.
constexpr size_t kPartBytes = 8 * kMiB;
constexpr size_t kPartsMax = 10'000;
// 1,000 uploads with keys of 1,024 bytes, each byte as three characters.
constexpr size_t kUploadsReplyMax = 16 * kMiB;

S3Call CallFor(const char* method, const std::string& bucket, const std::string& key) {
  S3Call call;
  call.verb = S3Verb::kWrite;
  call.method = method;
  call.bucket = bucket;
  call.key = key;
  return call;
}

std::string ReadUploadId(std::string_view xml) {
  pugi::xml_document document;
  document.load_buffer(xml.data(), xml.size());
  return document.child("InitiateMultipartUploadResult").child_value("UploadId");
}

// Nothing if the body does not say that the upload is complete. The ETag may be empty (radosgw).
std::optional<std::string> ReadCompletedEtag(std::string_view xml) {
  pugi::xml_document document;
  document.load_buffer(xml.data(), xml.size());
  pugi::xml_node result = document.child("CompleteMultipartUploadResult");
  if (!result) return std::nullopt;
  return BareEtag(result.child_value("ETag"));
}

Error BadReply(const ObjectRef& ref, const std::string& why) {
  return Error(Origin::kAws, "BadReply", ToString(ref) + ": " + why).With(Retry::kLater);
}

void Abort(S3Client& client, const std::string& bucket, const std::string& key,
           const std::string& upload) {
  S3Call call = CallFor("DELETE", bucket, key);
  call.parameters = {{"uploadId", upload}};
  try {
    client.Send(call);
  } catch (const Error& error) {
    // Another one ended it meanwhile.
    if (error.code() != "NoSuchUpload" && error.code() != "NoSuchKey") throw;
  }
}

struct UploadPage {
  struct Upload {
    std::string key, id;
  };
  std::vector<Upload> uploads;
  std::string next_key, next_id;
  bool more = false;
};

UploadPage ReadUploads(std::string_view xml, const std::string& bucket) {
  pugi::xml_document document;
  document.load_buffer(xml.data(), xml.size(), pugi::parse_default | pugi::parse_ws_pcdata_single);
  pugi::xml_node result = document.child("ListMultipartUploadsResult");
  if (!result) {
    throw Error(Origin::kAws, "BadListing", "the uploads of s3://" + bucket + " cannot be read")
        .With(Retry::kLater);
  }
  UploadPage page;
  for (pugi::xml_node node : result.children("Upload")) {
    page.uploads.push_back({node.child_value("Key"), node.child_value("UploadId")});
  }
  page.next_key = result.child_value("NextKeyMarker");
  page.next_id = result.child_value("NextUploadIdMarker");
  page.more = std::string_view(result.child_value("IsTruncated")) == "true";
  return page;
}

}  // namespace

S3Upload::S3Upload(S3Client& client, const ObjectRef& ref) : client_(client), ref_(ref) {}

S3Upload::~S3Upload() {
  if (finished_ || upload_.empty()) return;
  try {
    Abort(client_, ref_.bucket, ref_.key, upload_);
  } catch (const std::exception& error) {
    Log(LogLevel::kInfo,
        ToString(ref_) + ": an unfinished upload stays until the next extract: " + error.what());
  }
}

void S3Upload::Write(std::string_view bytes) {
  while (!bytes.empty()) {
    if (part_.size() == kPartBytes) SendPart();
    std::string_view piece = bytes.substr(0, kPartBytes - part_.size());
    part_.append(piece);
    bytes.remove_prefix(piece.size());
  }
}

void S3Upload::Begin() {
  S3Call call = CallFor("POST", ref_.bucket, ref_.key);
  call.parameters = {{"uploads", ""}};
  upload_ = ReadUploadId(client_.Send(call).body);
  if (upload_.empty()) throw BadReply(ref_, "the upload was not begun");
  CrashPoint("upload-begun");
}

void S3Upload::SendPart() {
  if (upload_.empty()) Begin();
  if (etags_.size() == kPartsMax) {
    throw Error(Origin::kAws, "EntityTooLarge",
                ToString(ref_) + " is larger than " + FormatBytes(kPartBytes * kPartsMax));
  }
  S3Call call = CallFor("PUT", ref_.bucket, ref_.key);
  call.parameters = {{"partNumber", std::to_string(etags_.size() + 1)}, {"uploadId", upload_}};
  http::Response reply = client_.Send(call, part_);
  auto etag = reply.header("ETag");
  if (!etag || etag->empty()) throw BadReply(ref_, "a part was not confirmed");
  etags_.emplace_back(*etag);
  sent_bytes_ += part_.size();
  part_.clear();
  CrashPoint("part-sent");
}

ObjectStat S3Upload::Finish() {
  if (upload_.empty()) {
    ObjectStat stat = PutWhole(client_, ref_, part_, false);
    finished_ = true;
    return stat;
  }
  if (!part_.empty()) SendPart();
  ObjectStat stat{ref_, sent_bytes_, std::chrono::system_clock::now()};
  try {
    stat.ref.etag = Complete();
    if (stat.ref.etag.empty()) stat = Look();
  } catch (const Error& error) {
    if (error.code() != "NoSuchUpload") throw;
    // The reply to an earlier try was lost, if what is there now is what was sent.
    stat = Look();
  }
  if (stat.size_bytes != sent_bytes_) throw ObjectChangedError(stat.ref);
  finished_ = true;
  return stat;
}

ObjectStat S3Upload::Look() {
  S3Call head = CallFor("HEAD", ref_.bucket, ref_.key);
  head.verb = S3Verb::kRead;
  http::Response reply = client_.Send(head);
  return StatOf(reply, ref_, ReadBodyHead(reply, {}, ToString(ref_)).total_bytes);
}

std::string S3Upload::Complete() {
  S3Call call = CallFor("POST", ref_.bucket, ref_.key);
  call.parameters = {{"uploadId", upload_}};
  call.headers = {{"Content-Type", "application/xml"}};
  std::string body = "<CompleteMultipartUpload>";
  for (size_t i = 0; i < etags_.size(); ++i) {
    body += "<Part><PartNumber>" + std::to_string(i + 1) + "</PartNumber><ETag>" + etags_[i] +
            "</ETag></Part>";
  }
  body += "</CompleteMultipartUpload>";
  std::optional<std::string> etag = ReadCompletedEtag(client_.Send(call, body).body);
  if (!etag) throw BadReply(ref_, "the end of the upload was not confirmed");
  return *etag;
}

ObjectStat PutWhole(S3Client& client, const ObjectRef& ref, std::string_view body, bool only_new) {
  S3Call call = CallFor("PUT", ref.bucket, ref.key);
  if (only_new) call.headers.emplace_back("If-None-Match", "*");
  http::Response reply = client.Send(call, body);
  ObjectStat stat = StatOf(reply, ref, body.size());
  if (auto now = ParseHttpDate(reply.header("Date").value_or(""))) stat.last_modified = *now;
  return stat;
}

size_t AbortUploads(S3Client& client, const std::string& bucket, const std::string& prefix) {
  size_t ended = 0;
  UploadPage page;
  do {
    S3Call call = CallFor("GET", bucket, "");
    call.verb = S3Verb::kList;
    call.parameters = {{"uploads", ""}, {"prefix", prefix}};
    if (page.more) {
      call.parameters.emplace_back("key-marker", page.next_key);
      call.parameters.emplace_back("upload-id-marker", page.next_id);
    }
    call.reply_max = kUploadsReplyMax;
    page = ReadUploads(client.Send(call).body, bucket);
    for (const UploadPage::Upload& upload : page.uploads) {
      if (!upload.key.starts_with(prefix)) continue;
      Abort(client, bucket, upload.key, upload.id);
      ++ended;
    }
  } while (page.more);
  return ended;
}

}  // namespace sluice
