#include "object/s3_listing.h"

#include <charconv>
#include <pugixml.hpp>
#include <sstream>
#include <utility>

#include "base/error.h"
#include "object/time_text.h"
#include "object/uri.h"

namespace sluice {
namespace {

Error BadListing(const std::string& bucket, std::string_view why) {
  return Error(Origin::kAws, "BadListing",
               "the listing of s3://" + bucket + " cannot be read: " + std::string(why))
      .With(Retry::kLater)
      .With(Scope::kRun)
      .Remedy("check that the endpoint is an S3 server and not a proxy's page");
}

// What the reply says about how keys are written.
struct KeyText {
  bool encoded;
  std::string Decode(const char* text) const { return encoded ? DecodeUri(text, true) : text; }
};

ObjectStat ReadContents(const pugi::xml_node& node, const KeyText& keys, const std::string& store,
                        const std::string& bucket) {
  ObjectStat stat;
  stat.ref = {store, bucket, keys.Decode(node.child_value("Key")),
              BareEtag(node.child_value("ETag"))};
  std::string_view size = node.child_value("Size");
  auto [end, fault] = std::from_chars(size.data(), size.data() + size.size(), stat.size_bytes);
  if (fault != std::errc() || end != size.data() + size.size()) {
    throw BadListing(bucket, "an object without a size");
  }
  if (stat.ref.key.empty()) throw BadListing(bucket, "an object without a key");
  if (auto time = ParseIsoTime(node.child_value("LastModified"))) stat.last_modified = *time;
  return stat;
}

}  // namespace

ObjectPage ReadListing(std::string_view xml, const std::string& store, const std::string& bucket) {
  pugi::xml_document document;
  auto parsed = document.load_buffer(xml.data(), xml.size(),
                                     pugi::parse_default | pugi::parse_ws_pcdata_single);
  if (!parsed) throw BadListing(bucket, parsed.description());
  pugi::xml_node result = document.child("ListBucketResult");
  if (!result) throw BadListing(bucket, "it is not a ListBucketResult");
  KeyText keys{std::string_view(result.child_value("EncodingType")) == "url"};
  ObjectPage page;
  for (pugi::xml_node node : result.children("Contents")) {
    page.objects.push_back(ReadContents(node, keys, store, bucket));
  }
  std::string_view truncated = result.child_value("IsTruncated");
  if (truncated == "true") {
    page.next = result.child_value("NextContinuationToken");
    if (page.next.empty()) throw BadListing(bucket, "it ends early and does not say how to go on");
  } else if (truncated != "false") {
    throw BadListing(bucket, "it does not say whether it is complete");
  }
  return page;
}

ObjectTags ReadTags(std::string_view xml) {
  pugi::xml_document document;
  document.load_buffer(xml.data(), xml.size(), pugi::parse_default | pugi::parse_ws_pcdata_single);
  ObjectTags tags;
  for (pugi::xml_node tag : document.child("Tagging").child("TagSet").children("Tag")) {
    tags[tag.child_value("Key")] = tag.child_value("Value");
  }
  return tags;
}

std::string WriteTags(const ObjectTags& tags) {
  pugi::xml_document document;
  pugi::xml_node set = document.append_child("Tagging").append_child("TagSet");
  for (const auto& [key, value] : tags) {
    pugi::xml_node tag = set.append_child("Tag");
    tag.append_child("Key").text() = key.c_str();
    tag.append_child("Value").text() = value.c_str();
  }
  std::ostringstream out;
  document.save(out, "", pugi::format_raw);
  return std::move(out).str();
}

std::string ReadCopyEtag(std::string_view xml) {
  pugi::xml_document document;
  document.load_buffer(xml.data(), xml.size());
  return BareEtag(document.child("CopyObjectResult").child_value("ETag"));
}

std::string BareEtag(std::string_view etag) {
  if (etag.starts_with("W/")) return {};
  if (etag.size() >= 2 && etag.front() == '"' && etag.back() == '"') {
    etag = etag.substr(1, etag.size() - 2);
  }
  return std::string(etag);
}

}  // namespace sluice
