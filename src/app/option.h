// Every option of every command, once: its flag, its key in config files, its environment variable,
// its help, and what its value may be. The parser, the config files, the completions and the man
// page all read this table.
#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/settings.h"

namespace sluice {

// Why a value cannot be accepted: "must be ..., not 'x'".
struct BadValue {
  std::string why;
};

struct Option {
  enum class Place {
    kAnywhere,  // flag, environment, config file
    kFlagOnly,  // a deed or a question rather than a setting
    kFileOnly,  // environment and config file
  };

  std::string_view name;   // "threads": --threads, the key `threads`, SLUICE_THREADS
  std::string_view value;  // what the help calls it, "a|b" for a choice; empty: a switch
  std::string_view help;
  // Throws BadValue. A switch gets "true" or "false".
  void (*apply)(Settings& settings, const std::vector<std::string>& values);
  Place place = Place::kAnywhere;
  char letter = 0;
  bool repeatable = false;
  // What the flag means without a value; a value is then joined to it by "=". Empty: it needs one.
  std::string_view alone = {};
  // Further variables of the environment, by falling precedence.
  std::array<const char*, 2> variables = {};
  // A variable that the store reads by itself; where it is set, config files have no say.
  const char* stores_own = nullptr;

  bool is_switch() const { return value.empty(); }
  // Whether the next word of a command line may be its value.
  bool takes_word() const { return !value.empty() && alone.empty(); }
  // The words of a choice; empty where the value is free.
  std::vector<std::string_view> choices() const;
  // SLUICE_THREADS.
  std::string variable() const;
};

std::span<const Option> AllOptions();
// Those of the server, which AllOptions has too.
std::span<const Option> ServingOptions();
// Those of option_following.cc, which AllOptions holds as well.
std::span<const Option> FollowingOptions();
// Those of `load table`, likewise.
std::span<const Option> TableLoadOptions();
// Those of `load terminology`, likewise.
std::span<const Option> ScriptOptions();
// Those of `extract` and `transfer`, likewise.
std::span<const Option> ExtractOptions();
// Those of `load images` and `images history`, likewise.
std::span<const Option> ImageOptionTable();
// Null if there is none.
const Option* FindOption(std::string_view name);

}  // namespace sluice
