#include "object/signer.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "base/digest.h"
#include "object/time_text.h"

namespace sluice {
namespace {

std::string_view View(const Sha256Bytes& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// Lower-case names in order, each with its values: trimmed, runs of spaces as one.
using CanonicalHeaders = std::map<std::string, std::string>;

std::string Squeeze(std::string_view value) {
  std::string out;
  for (char c : value) {
    if (c != ' ' || (!out.empty() && out.back() != ' ')) out += c;
  }
  if (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

CanonicalHeaders Canonical(const http::Headers& headers) {
  CanonicalHeaders canonical;
  for (const auto& [name, value] : headers) {
    std::string lower = name;
    for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    std::string& joined = canonical[lower];
    joined += (joined.empty() ? "" : ",") + Squeeze(value);
  }
  return canonical;
}

std::string CanonicalQuery(std::string_view query) {
  std::vector<std::string_view> parameters;
  while (!query.empty()) {
    size_t end = std::min(query.find('&'), query.size());
    if (end > 0) parameters.push_back(query.substr(0, end));
    query.remove_prefix(std::min(end + 1, query.size()));
  }
  // By name, then by value; '=' sorts after '-' and digits, so the whole text must not be compared.
  std::sort(parameters.begin(), parameters.end(), [](std::string_view a, std::string_view b) {
    std::string_view name_a = a.substr(0, a.find('=')), name_b = b.substr(0, b.find('='));
    return name_a != name_b ? name_a < name_b : a < b;
  });
  std::string joined;
  for (std::string_view parameter : parameters) {
    joined.append(joined.empty() ? "" : "&").append(parameter);
  }
  return joined;
}

std::string Signature(const SigningKey& key, const SigningScope& scope, std::string_view date,
                      std::string_view to_sign) {
  Sha256Bytes step = HmacSha256("AWS4" + key.secret_access_key, date);
  for (std::string_view part : {std::string_view(scope.region), std::string_view(scope.service),
                                std::string_view("aws4_request"), to_sign}) {
    step = HmacSha256(View(step), part);
  }
  return Hex(step);
}

}  // namespace

void Sign(http::Request& request, const SigningKey& key, const SigningScope& scope) {
  auto url = http::ParseUrl(request.url);
  CHECK(url.has_value());
  std::string time = FormatAmzTime(scope.time);
  std::string date = time.substr(0, 8);
  std::string origin = url->origin();
  request.headers.emplace_back("Host", origin.substr(origin.find("://") + 3));
  request.headers.emplace_back("X-Amz-Date", time);
  if (!key.session_token.empty()) {
    request.headers.emplace_back("X-Amz-Security-Token", key.session_token);
  }

  CanonicalHeaders headers = Canonical(request.headers);
  std::string names, lines;
  for (const auto& [name, value] : headers) {
    names += (names.empty() ? "" : ";") + name;
    lines += name + ":" + value + "\n";
  }
  auto hash = headers.find("x-amz-content-sha256");
  std::string payload = hash != headers.end() ? hash->second : Hex(Sha256(request.body));
  std::string canonical = request.method + "\n" + url->path + "\n" + CanonicalQuery(url->query) +
                          "\n" + lines + "\n" + names + "\n" + payload;

  std::string where = date + "/" + scope.region + "/" + scope.service + "/aws4_request";
  std::string to_sign = "AWS4-HMAC-SHA256\n" + time + "\n" + where + "\n" + Hex(Sha256(canonical));
  request.headers.emplace_back("Authorization",
                               "AWS4-HMAC-SHA256 Credential=" + key.access_key_id + "/" + where +
                                   ", SignedHeaders=" + names +
                                   ", Signature=" + Signature(key, scope, date, to_sign));
}

}  // namespace sluice
