#include "ledger/state.h"

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <tuple>

#include "base/error.h"
#include "base/source_dir_testing.h"
#include "ledger/import_ledger.h"
#include "ledger/ledger_testing.h"

namespace sluice {
namespace {

using MoveSet = std::set<std::tuple<std::string, std::string, std::string>>;

MoveSet MovesInCode() {
  MoveSet moves;
  for (const Move& move : AllMoves()) {
    moves.emplace(std::string(move.machine), std::string(move.before), std::string(move.after));
  }
  return moves;
}

// The diagrams of doc/reference/states.md: "## machine", then lines "before --> after".
MoveSet MovesInDoc() {
  std::ifstream file(std::string(kSourceDir) + "/doc/reference/states.md");
  EXPECT_TRUE(file) << "doc/reference/states.md is missing";
  MoveSet moves;
  std::string machine;
  std::string line;
  while (std::getline(file, line)) {
    std::istringstream words(line);
    std::string first, second, third;
    words >> first >> second >> third;
    if (first == "##") machine = second;
    if (second == "-->") moves.emplace(machine, first, third);
  }
  return moves;
}

class StateTest : public LedgerTest {
 protected:
  MoveSet MovesInDatabase() {
    pg::Result rows = session().Exec("SELECT machine, before, after FROM sluice.move");
    MoveSet moves;
    for (int row = 0; row < rows.rows(); ++row) {
      moves.emplace(rows.text(row, 0), rows.text(row, 1), rows.text(row, 2));
    }
    return moves;
  }
};

TEST_F(StateTest, TheMovesInCodeAndDatabaseAndDocAgree) {
  EXPECT_EQ(MovesInCode(), MovesInDatabase());
  EXPECT_EQ(MovesInCode(), MovesInDoc());
}

TEST_F(StateTest, EveryWordOfTheEnumsIsAState) {
  pg::Result words = session().Exec(
      "SELECT t.typname, e.enumlabel FROM pg_enum e JOIN pg_type t ON t.oid = e.enumtypid "
      "WHERE t.typname IN ('import_state', 'job_state')");
  ASSERT_EQ(words.rows(), 5 + 6);
  for (int row = 0; row < words.rows(); ++row) {
    std::string_view word = words.text(row, 1);
    if (words.text(row, 0) == "job_state") {
      EXPECT_EQ(ToString(ParseJobState(word)), word);
    } else {
      EXPECT_EQ(ToString(ParseImportState(word)), word);
    }
  }
}

TEST_F(StateTest, TheDatabaseRefusesAMoveThatIsNotInTheTable) {
  ImportId import = StartedImport();
  session().Exec("UPDATE sluice.import SET state = 'completed', finished_at = now()");
  try {
    session().Exec("UPDATE sluice.import SET state = 'failed', error_code = 'x' WHERE id = $1",
                   {std::to_string(import.value)});
    FAIL() << "completed moved to failed";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "23000");
    EXPECT_NE(error.message().find("may not move from completed to failed"), std::string::npos);
  }
}

TEST_F(StateTest, EveryErrorPath) {
  EXPECT_THROW(ParseJobState("asleep"), Error);
  EXPECT_THROW(ParseImportState(""), Error);
}

}  // namespace
}  // namespace sluice
