// Which statements a session has prepared. Parsing and planning a statement of the ledger takes the
// server longer than running it, so one that comes again is prepared: the second time, because most
// of those that come once never come again. Private to this room.
#pragma once

#include <map>
#include <string>

namespace sluice::pg {

class StatementNames {
 public:
  struct Named {
    std::string name;  // empty: to be run as it is
    bool fresh;        // to be prepared under that name first
  };
  // How to run `sql` now. What is fresh counts as prepared from here on, so that it can be run
  // again before the server has answered.
  Named Of(const std::string& sql);
  // The server did not prepare it after all.
  void Forget(const std::string& sql);

 private:
  std::map<std::string, std::string> names_;  // by statement; empty: seen once
  unsigned last_ = 0;
};

}  // namespace sluice::pg
