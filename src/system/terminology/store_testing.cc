#include "system/terminology/store_testing.h"

#include <fmt/format.h>

#include "pg/transaction.h"
#include "system/terminology/ocl_schema.h"
#include "system/terminology/result_writer.h"

namespace sluice::ocl {
namespace {

// Each gives one column of text.
constexpr const char* kDumps[] = {
    "SELECT concat_ws('|', 'account', username, active, name, email, extras) FROM ocl.account",
    "SELECT concat_ws('|', 'org', mnemonic, name, company, public_access, extras, created_by, "
    "updated_by) FROM ocl.org",
    "SELECT concat_ws('|', 'member', o.mnemonic, a.username) FROM ocl.member m "
    "JOIN ocl.org o ON o.id = m.org_id JOIN ocl.account a ON a.id = m.account_id",
    "SELECT concat_ws('|', 'repo', url, kind, name, custom_validation_schema, public_access, "
    "extras, properties, description, created_by, updated_by) FROM ocl.repo",
    "SELECT concat_ws('|', 'concept', r.url, c.mnemonic, c.version, c.created_by) "
    "FROM ocl.concept c JOIN ocl.repo r ON r.id = c.source_id",
    "SELECT concat_ws('|', 'concept version', r.url, c.mnemonic, c.version, c.concept_class, "
    "c.datatype, c.retired, c.external_id, c.extras, c.names, c.descriptions, c.update_comment, "
    "c.created_by) FROM ocl.concept_version c JOIN ocl.repo r ON r.id = c.source_id",
    "SELECT concat_ws('|', 'told', r.url, t.locale, t.name_md5, t.mnemonic) "
    "FROM ocl.told_name t JOIN ocl.repo r ON r.id = t.source_id",
    "SELECT concat_ws('|', 'mapping', r.url, m.mnemonic, m.version, m.map_type, f.url, "
    "m.from_code, m.target, t.url, m.to_code, m.retired) FROM ocl.mapping m "
    "JOIN ocl.repo r ON r.id = m.source_id JOIN ocl.repo f ON f.id = m.from_source_id "
    "LEFT JOIN ocl.repo t ON t.id = m.to_source_id",
    "SELECT concat_ws('|', 'mapping version', r.url, m.mnemonic, m.version, m.map_type, "
    "m.from_url, m.to_concept_url, m.to_source_url, m.to_concept_code, m.extras, m.sort_weight, "
    "m.retired, m.update_comment) FROM ocl.mapping_version m JOIN ocl.repo r ON r.id = m.source_id",
    "SELECT concat_ws('|', 'reference', c.url, r.kind, s.url, r.mnemonic, r.version) "
    "FROM ocl.reference r JOIN ocl.repo c ON c.id = r.collection_id "
    "JOIN ocl.repo s ON s.id = r.source_id",
    "SELECT concat_ws('|', 'version', r.url, v.mnemonic, v.released, v.description) "
    "FROM ocl.repo_version v JOIN ocl.repo r ON r.id = v.repo_id",
    "SELECT concat_ws('|', 'version member', r.url, v.mnemonic, m.kind, s.url, m.mnemonic, "
    "m.version) FROM ocl.version_member m JOIN ocl.repo_version v ON v.id = m.repo_version_id "
    "JOIN ocl.repo r ON r.id = v.repo_id JOIN ocl.repo s ON s.id = m.source_id",
    R"(SELECT concat_ws('|', 'result', lpad(line::text, 6), root, action_type, status_code,
       obj_type, obj_url, method, repo_url, owner_url, text,
       regexp_replace(message, '"20\d\d-[^"]*Z"', '"now"', 'g')) FROM ocl.result)",
};

std::vector<RawLine> Split(std::string_view text) {
  std::vector<RawLine> lines;
  for (uint64_t number = 1; !text.empty(); ++number) {
    size_t size = std::min(text.find('\n'), text.size());
    if (size != 0) lines.push_back({number, text.substr(0, size)});
    text.remove_prefix(std::min(text.size(), size + 1));
  }
  return lines;
}

}  // namespace

void StoreTest::SetUp() {
  PgDatabaseTest::SetUp();
  if (HasFatalFailure()) return;
  session().Exec("SET synchronous_commit = off");  // nothing here need outlive the server
  PrepareSchema(session());
}

std::vector<LineResult> StoreTest::Import(const std::string& script, const How& how) {
  std::string padded = script + std::string(64, '\0');
  std::vector<RawLine> lines = Split(std::string_view(padded).substr(0, script.size()));
  Submission submission{.task = how.task,
                        .requester = FindRequester(session(), how.user),
                        .update_if_exists = how.update_if_exists,
                        .test_mode = how.test_mode};
  Importer importer(session(), submission);
  std::vector<LineResult> all;
  for (std::span<const RawLine> rest(lines); !rest.empty();) {
    auto some = rest.first(std::min(how.batch, rest.size()));
    pg::Transaction tx(session());
    std::vector<LineResult> results = importer.Apply(some);
    StoreResults(session(), how.task, results);
    if (!how.test_mode) tx.Commit();
    all.insert(all.end(), results.begin(), results.end());
    rest = rest.subspan(some.size());
  }
  return all;
}

std::string StoreTest::Codes(const std::string& script, const How& how) {
  std::string codes;
  for (const LineResult& result : Import(script, how)) {
    codes += (codes.empty() ? "" : ", ") + result.action + " " + result.status_code;
  }
  session().Exec("DELETE FROM ocl.result");
  return codes;
}

std::string StoreTest::Dump() {
  std::string dump;
  for (const char* sql : kDumps) {
    pg::Result rows = session().Exec(std::string(sql) + " ORDER BY 1");
    for (int row = 0; row < rows.rows(); ++row) dump += std::string(rows.text(row, 0)) + "\n";
  }
  return dump;
}

void StoreTest::Empty() {
  session().ExecScript("SET client_min_messages = warning; DROP SCHEMA ocl CASCADE");
  PrepareSchema(session());
}

void StoreTest::AddUser(const std::string& name) {
  session().Exec("INSERT INTO ocl.account (username, name) VALUES ($1, $1)", {name});
}

std::string Line(const std::string& type, const std::string& members) {
  return fmt::format(R"({{"type": "{}", {}}})", type, members) + "\n";
}

}  // namespace sluice::ocl
