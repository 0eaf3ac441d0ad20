#include "system/fhir/search.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "object/uri.h"

namespace sluice {
namespace {

constexpr uint64_t kCountMax = 1000;
constexpr uint64_t kPageMax = 1'000'000'000;

Error Invalid(const std::string& why) {
  return Fault("search-invalid", why).With(Scope::kRun).Remedy("see doc/reference/aidbox.md");
}

uint64_t ReadNumber(const std::string& name, std::string_view text, uint64_t least, uint64_t most) {
  uint64_t number = 0;
  auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failed != std::errc() || end != text.data() + text.size() || number < least) {
    throw Invalid(name + " must be a whole number from " + std::to_string(least));
  }
  return std::min(number, most);
}

// "a,b" means a or b; a comma in a value is written "\,".
std::vector<std::string> SplitValues(std::string_view text) {
  std::vector<std::string> values(1);
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size()) {
      values.back() += text[++i];
    } else if (text[i] == ',') {
      values.emplace_back();
    } else {
      values.back() += text[i];
    }
  }
  return values;
}

std::string JoinValues(const std::vector<std::string>& values) {
  std::string text;
  for (const std::string& value : values) {
    if (&value != &values.front()) text += ',';
    for (char c : value) {
      if (c == ',' || c == '\\') text += '\\';
      text += c;
    }
  }
  return text;
}

std::string PageUrl(const Search& search, uint64_t page) {
  std::string url = "/" + search.resource_type + "?";
  for (const auto& [name, values] : search.parameters) {
    url += name + "=" + EncodeUri(JoinValues(values)) + "&";
  }
  return url + fmt::format("_count={}&_page={}", search.count, page);
}

}  // namespace

const std::string* Search::one(std::string_view name) const {
  auto found = parameters.find(name);
  if (found == parameters.end()) return nullptr;
  if (found->second.size() != 1) throw Invalid(std::string(name) + " takes one value");
  return &found->second.front();
}

Search ParseSearch(const http::RouteContext& context, std::string resource_type,
                   std::span<const std::string_view> names) {
  Search search;
  search.resource_type = std::move(resource_type);
  for (const auto& [name, value] : context.query) {
    if (name == "_count") {
      search.count = ReadNumber(name, value, 1, kCountMax);
    } else if (name == "_page") {
      search.page = ReadNumber(name, value, 1, kPageMax);
    } else if (std::ranges::find(names, name) == names.end()) {
      throw Invalid(fmt::format("{} is no search parameter of {}; there are: {}", name,
                                search.resource_type, fmt::join(names, ", ")));
    } else if (!search.parameters.try_emplace(name, SplitValues(value)).second) {
      throw Invalid(name + " is given twice; write value,value for either of two");
    }
  }
  return search;
}

Json SearchBundle(const Search& search, std::vector<Json> resources, uint64_t total) {
  uint64_t last = std::max<uint64_t>(1, (total + search.count - 1) / search.count);
  Json links = Json::array();
  auto link = [&](std::string_view relation, uint64_t page) {
    links.push_back({{"relation", relation}, {"url", PageUrl(search, page)}});
  };
  link("self", search.page);
  link("first", 1);
  if (search.page > 1) link("previous", std::min(search.page - 1, last));
  if (search.page < last) link("next", search.page + 1);
  link("last", last);
  Json entries = Json::array();
  for (Json& resource : resources) entries.push_back({{"resource", std::move(resource)}});
  return {{"resourceType", "Bundle"},
          {"type", "searchset"},
          {"total", total},
          {"link", std::move(links)},
          {"entry", std::move(entries)}};
}

http::Reply ResourceReply(const Json& resource, int status) {
  http::Reply reply;
  reply.status = status;
  // Object keys may be any bytes; JSON text is UTF-8.
  reply.body = resource.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
  return reply;
}

http::Reply NoResource(const std::string& type, const std::string& id) {
  std::string what = fmt::format("there is no {}/{}", type, id);
  Json issue = {{"severity", "error"}, {"code", "not-found"}, {"diagnostics", what}};
  return ResourceReply({{"resourceType", "OperationOutcome"},
                        {"id", "not-found"},
                        {"text", {{"status", "generated"}, {"div", what}}},
                        {"issue", Json::array({issue})}},
                       404);
}

std::string FhirDateTime(std::string_view timestamp) {
  if (timestamp.empty()) return "";
  // "2024-02-29 12:00:00.1234+00"
  std::string text(timestamp.substr(0, timestamp.find('+')));
  std::ranges::replace(text, ' ', 'T');
  size_t dot = text.find('.');
  std::string millis = dot == std::string::npos ? "" : text.substr(dot + 1, 3);
  millis.resize(3, '0');
  return text.substr(0, dot) + "." + millis + "Z";
}

}  // namespace sluice
