#include "system/terminology/store_row.h"

#include <string>

namespace sluice::ocl {
namespace {

std::string StringAt(const pg::Result& rows, int row, int column) {
  return std::string(rows.text(row, column));
}

template <size_t N>
void TakeTexts(const pg::Result& rows, int row, int first, std::array<Text, N>& text) {
  for (size_t i = 0; i < N; ++i) text[i] = TextAt(rows, row, first + static_cast<int>(i));
}

}  // namespace

Text TextAt(const pg::Result& rows, int row, int column) {
  if (rows.is_null(row, column)) return std::nullopt;
  return std::string(rows.text(row, column));
}

Account TakeAccount(const pg::Result& rows, int row) {
  Account account;
  account.state = State::kStored;
  account.username = rows.text(row, 0);
  account.id = rows.int8(row, 1);
  account.active = rows.boolean(row, 2);
  account.extras = rows.text(row, 3);
  TakeTexts(rows, row, 4, account.text);
  return account;
}

Org TakeOrg(const pg::Result& rows, int row) {
  Org org;
  org.state = State::kStored;
  org.mnemonic = rows.text(row, 0);
  org.id = rows.int8(row, 1);
  org.access = rows.text(row, 2);
  org.has_member = rows.boolean(row, 3);
  org.extras = rows.text(row, 4);
  TakeTexts(rows, row, 5, org.text);
  return org;
}

Repo TakeRepo(const pg::Result& rows, int row) {
  Repo repo;
  repo.state = State::kStored;
  repo.url = rows.text(row, 0);
  repo.id = rows.int8(row, 1);
  repo.kind = rows.boolean(row, 2) ? RepoKind::kSource : RepoKind::kCollection;
  repo.mnemonic = rows.text(row, 3);
  repo.owner = ParseOwnerUrl(repo.url).value_or(OwnerUrl{});
  repo.owner_id = rows.int8(row, 4);
  repo.access = rows.text(row, 5);
  repo.is_ours = rows.boolean(row, 6);
  repo.extras = rows.text(row, 7);
  repo.properties = rows.text(row, 8);
  TakeTexts(rows, row, 9, repo.text);
  return repo;
}

RepoVersion TakeVersion(const pg::Result& rows, int row) {
  RepoVersion version;
  version.state = State::kStored;
  version.repo_id = rows.int8(row, 0);
  version.mnemonic = rows.text(row, 1);
  version.id = rows.int8(row, 2);
  version.released = rows.boolean(row, 3);
  version.extras = rows.text(row, 4);
  TakeTexts(rows, row, 5, version.text);
  return version;
}

Concept TakeConcept(const pg::Result& rows, int row) {
  Concept known;
  known.state = State::kStored;
  known.source_id = rows.int8(row, 0);
  known.mnemonic = rows.text(row, 1);
  known.version = static_cast<int32_t>(rows.int8(row, 2));
  ConceptContent& content = known.content;
  content.concept_class = rows.text(row, 3);
  content.datatype = rows.text(row, 4);
  content.retired = rows.boolean(row, 5);
  content.external_id = TextAt(rows, row, 6);
  content.extras = rows.text(row, 7);
  content.names = rows.text(row, 8);
  content.descriptions = rows.text(row, 9);
  content.parent_concept_urls = rows.text(row, 10);
  known.creation = {std::string(rows.text(row, 11)), std::string(rows.text(row, 12))};
  return known;
}

Mapping TakeMapping(const pg::Result& rows, int row) {
  Mapping known;
  known.state = State::kStored;
  known.source_id = rows.int8(row, 0);
  known.mnemonic = rows.text(row, 1);
  known.version = static_cast<int32_t>(rows.int8(row, 2));
  known.from_source_id = rows.int8(row, 3);
  known.from_code = rows.text(row, 4);
  if (!rows.is_null(row, 5)) known.to_source_id = rows.int8(row, 5);
  known.to_code = rows.text(row, 6);
  MappingContent& content = known.content;
  content.map_type = rows.text(row, 7);
  content.from_url = rows.text(row, 8);
  content.to_concept_url = TextAt(rows, row, 9);
  content.to_source_url = TextAt(rows, row, 10);
  content.to_concept_code = TextAt(rows, row, 11);
  content.to_concept_name = TextAt(rows, row, 12);
  content.external_id = TextAt(rows, row, 13);
  content.extras = rows.text(row, 14);
  if (!rows.is_null(row, 15)) content.sort_weight = std::stod(StringAt(rows, row, 15));
  content.retired = rows.boolean(row, 16);
  known.creation = {std::string(rows.text(row, 17)), std::string(rows.text(row, 18))};
  return known;
}

}  // namespace sluice::ocl
