#include "extract/unload.h"

#include <gmock/gmock.h>

namespace sluice {
namespace {

using testing::HasSubstr;
using testing::Not;

UnloadRequest Request() {
  UnloadRequest request;
  request.query = "SELECT 'it''s', E'\\t' FROM t";
  request.dialect = Dialect::Unload();
  request.dialect.escape = '\\';
  request.dialect.null = "null-x";
  request.iam_role = "arn:aws:iam::1:role/r";
  return request;
}

TEST(Unload, SaysWhatIsSafeByDefault) {
  EXPECT_EQ(UnloadStatement(Request(), "s3://b/p_"),
            "UNLOAD ('SELECT ''it''''s'', E''\\\\t'' FROM t') TO 's3://b/p_' IAM_ROLE "
            "'arn:aws:iam::1:role/r' DELIMITER AS '|' ESCAPE NULL AS 'null-x' MANIFEST VERBOSE "
            "GZIP PARALLEL ON");
}

TEST(Unload, SaysWhatIsAskedFor) {
  UnloadRequest request = Request();
  request.dialect.quote = '"';
  request.dialect.delimiter = '\\';
  request.dialect.header = true;
  request.compression = "";
  request.parallel = false;
  request.part_mib = 5;
  request.region = "eu-west-1";
  request.iam_role.clear();
  request.keys = UnloadKeys{"AKIA", "se'cret", "token"};
  request.existing = Existing::kClean;
  EXPECT_EQ(UnloadStatement(request, "s3://b/p"),
            "UNLOAD ('SELECT ''it''''s'', E''\\\\t'' FROM t') TO 's3://b/p' ACCESS_KEY_ID 'AKIA' "
            "SECRET_ACCESS_KEY 'se''cret' SESSION_TOKEN 'token' DELIMITER AS '\\\\' ESCAPE "
            "ADDQUOTES HEADER NULL AS 'null-x' MANIFEST VERBOSE CLEANPATH PARALLEL OFF MAXFILESIZE "
            "5 MB REGION 'eu-west-1'");
  request.json = true;
  request.existing = Existing::kOverwrite;
  EXPECT_THAT(UnloadStatement(request, "s3://b/p"), HasSubstr(" FORMAT JSON MANIFEST"));
  EXPECT_THAT(UnloadStatement(request, "s3://b/p"), HasSubstr(" ALLOWOVERWRITE"));
  EXPECT_THAT(UnloadStatement(request, "s3://b/p"), Not(HasSubstr("NULL AS")));
}

}  // namespace
}  // namespace sluice
