// The live S3 server that tests find through their environment (tools/s3/up writes it).
#pragma once

#include <chrono>
#include <string>

#include "object/file_testing.h"
#include "object/s3_store.h"

namespace sluice {

struct S3World {
  std::string endpoint;      // http://127.0.0.1:PORT
  std::string tls_endpoint;  // https://localhost:PORT
  std::string ca_bundle;
  std::string root;  // the server's state, for tools/s3/gateway
  CredentialOptions keys;
  CredentialOptions other_keys;  // of a user who owns nothing

  // Throws, and so fails the test, with a sentence that says how to start the server.
  static S3World FromEnvironment();

  // Options of a store on `endpoint` with quick retries and nothing from the environment.
  S3Options Options() const;
  // A new bucket with a name nobody else has.
  std::string MakeBucket() const;
  // A role's keys, which last `time`.
  CredentialOptions MakeSession(std::chrono::seconds time) const;
  // Sends any signed request to the server; for what a store does not do.
  http::Response Send(const std::string& method, const std::string& target,
                      const std::string& body = "", const std::string& service = "s3") const;
};

// A server of a test's own, for outages that would disturb the others. Its contents end with it.
class S3Server {
 public:
  // `frontend` as S3_FRONTEND of tools/s3/up.
  explicit S3Server(const std::string& frontend);
  ~S3Server();
  S3Server(const S3Server&) = delete;
  S3Server& operator=(const S3Server&) = delete;

  S3World world() const;
  void KillGateway() { Run("gateway kill"); }
  void StartGateway() { Run("gateway start"); }

 private:
  void Run(const std::string& command) const;

  TestDirectory directory_;
};

}  // namespace sluice
