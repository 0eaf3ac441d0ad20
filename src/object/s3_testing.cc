#include "object/s3_testing.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <map>
#include <pugixml.hpp>
#include <stdexcept>

#include "base/digest.h"
#include "base/source_dir_testing.h"
#include "base/stop.h"
#include "base/unit.h"
#include "object/signer.h"

namespace sluice {
namespace {

std::string Require(const char* name) {
  const char* value = std::getenv(name);
  if (value != nullptr && *value != '\0') return value;
  throw std::runtime_error(
      std::string(name) +
      " is not set: this test needs the S3 server; run it with `./dev test`, or "
      "start the server with tools/s3/up and source the env file that it names");
}

}  // namespace

S3World S3World::FromEnvironment() {
  return {Require("SLUICE_TEST_S3_ENDPOINT"),
          Require("SLUICE_TEST_S3_TLS_ENDPOINT"),
          Require("SLUICE_TEST_S3_CA"),
          Require("SLUICE_TEST_S3_ROOT"),
          {Require("AWS_ACCESS_KEY_ID"), Require("AWS_SECRET_ACCESS_KEY"), "", ""},
          {Require("SLUICE_TEST_S3_OTHER_KEY"), Require("SLUICE_TEST_S3_OTHER_SECRET"), "", ""}};
}

S3Options S3World::Options() const {
  S3Options options;
  options.endpoint = endpoint;
  options.region = "us-east-1";
  options.credentials = keys;
  options.backoff_first = std::chrono::milliseconds(1);
  options.backoff_cap = std::chrono::milliseconds(100);
  options.environment = [](const char*) { return std::nullopt; };
  return options;
}

http::Response S3World::Send(const std::string& method, const std::string& target,
                             const std::string& body, const std::string& service) const {
  Stop stop;
  http::Request request{
      method, endpoint + target, {{"X-Amz-Content-Sha256", Hex(Sha256(body))}}, body};
  Sign(request, {keys.access_key_id, keys.secret_access_key, ""},
       {"us-east-1", service, std::chrono::system_clock::now()});
  return http::NewClient({}, stop)->Send(request, kMiB);
}

std::string S3World::MakeBucket() const {
  static std::atomic<int> made{0};
  std::string name = "test-" + std::to_string(getpid()) + "-" + std::to_string(++made);
  http::Response reply = Send("PUT", "/" + name);
  if (reply.status != 200) throw std::runtime_error("no bucket could be made: " + reply.body);
  return name;
}

CredentialOptions S3World::MakeSession(std::chrono::seconds time) const {
  http::Response reply = Send("POST", "/",
                              "Action=AssumeRole&Version=2011-06-15&RoleSessionName=test&RoleArn="
                              "arn%3Aaws%3Aiam%3A%3A%3Arole%2Freader&DurationSeconds=" +
                                  std::to_string(time.count()),
                              "sts");
  pugi::xml_document document;
  document.load_string(reply.body.c_str());
  pugi::xml_node keys =
      document.child("AssumeRoleResponse").child("AssumeRoleResult").child("Credentials");
  if (!keys) throw std::runtime_error("no session could be made: " + reply.body);
  return {keys.child_value("AccessKeyId"), keys.child_value("SecretAccessKey"),
          keys.child_value("SessionToken"), ""};
}

S3Server::S3Server(const std::string& frontend) {
  setenv("S3_FRONTEND", frontend.c_str(), 1);
  Run("up");
  unsetenv("S3_FRONTEND");
}

S3Server::~S3Server() {
  try {
    Run("down now");
  } catch (const std::exception&) {
    ADD_FAILURE() << "the server in " << directory_.path() << " could not be stopped";
  }
}

void S3Server::Run(const std::string& command) const {
  std::string line = "S3_PORT=auto S3_ROOT='" + directory_.path() + "' " + kSourceDir +
                     "/tools/s3/" + command + " >/dev/null";
  if (std::system(line.c_str()) != 0) throw std::runtime_error("failed: " + line);
}

S3World S3Server::world() const {
  std::ifstream file(directory_.path() + "/env");
  std::map<std::string, std::string> variables;
  for (std::string word, line; file >> word >> line;) {
    size_t equals = line.find('=');
    variables[line.substr(0, equals)] = line.substr(equals + 1);
  }
  S3World world;
  world.endpoint = variables["SLUICE_TEST_S3_ENDPOINT"];
  world.root = directory_.path();
  world.keys = {variables["AWS_ACCESS_KEY_ID"], variables["AWS_SECRET_ACCESS_KEY"], "", ""};
  return world;
}

}  // namespace sluice
