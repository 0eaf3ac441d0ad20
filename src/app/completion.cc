#include "app/completion.h"

#include <fmt/format.h>

#include <algorithm>

#include "app/command.h"
#include "app/option.h"

namespace sluice {
namespace {

std::string Join(const std::vector<std::string_view>& words) {
  return fmt::format("{}", fmt::join(words, " "));
}

bool IsInGroup(const Command& command) { return command.name.find(' ') != std::string_view::npos; }

// The words that may stand first, each with its summary.
std::vector<CommandGroup> FirstWords() {
  std::vector<CommandGroup> words;
  for (const Command& command : AllCommands()) {
    if (!IsInGroup(command)) words.push_back({command.name, command.summary});
  }
  words.insert(words.end(), CommandGroups().begin(), CommandGroups().end());
  return words;
}

std::vector<CommandGroup> WordsBelow(const CommandGroup& group) {
  std::vector<CommandGroup> words;
  for (const Command& command : AllCommands()) {
    if (!command.name.starts_with(std::string(group.name) + " ")) continue;
    words.push_back({command.name.substr(group.name.size() + 1), command.summary});
  }
  return words;
}

std::vector<std::string_view> Names(const std::vector<CommandGroup>& words) {
  std::vector<std::string_view> names;
  for (const CommandGroup& word : words) names.push_back(word.name);
  return names;
}

std::string FlagWords(const Command& command) {
  std::string words = "--help";
  for (std::string_view name : command.options) words += fmt::format(" --{}", name);
  return words;
}

// What the first argument may be; empty: anything, so a file's name.
std::vector<std::string_view> FirstChoices(const Command& command) {
  if (command.arguments.empty()) return {};
  if (command.arguments[0].name == "SYSTEM") return {"fhir"};
  return command.arguments[0].choices;
}

std::string ZshQuote(std::string_view text) {
  std::string quoted;
  for (char c : text) {
    if (c == '\'') {
      quoted += "'\\''";
    } else {
      if (c == '[' || c == ']' || c == ':' || c == '\\') quoted += '\\';
      quoted += c;
    }
  }
  return quoted;
}

std::string ZshOption(const Option& option) {
  std::string value;
  if (option.takes_word()) {
    std::vector<std::string_view> choices = option.choices();
    value = choices.empty() ? fmt::format(":{}:_files", ZshQuote(option.value))
                            : fmt::format(":value:({})", Join(choices));
  }
  std::string star = option.repeatable ? "'*'" : "";
  return fmt::format("        {}'--{}[{}]{}' \\\n", star, option.name, ZshQuote(option.help),
                     value);
}

std::string FishQuote(std::string_view text) {
  std::string quoted = "'";
  for (char c : text) {
    if (c == '\'' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "'";
}

// The condition under which fish offers what belongs to a command.
std::string FishSeen(std::string_view command) {
  size_t space = command.find(' ');
  std::string seen = fmt::format("__fish_seen_subcommand_from {}", command.substr(0, space));
  if (space != std::string_view::npos) {
    seen += fmt::format("; and __fish_seen_subcommand_from {}", command.substr(space + 1));
  }
  return FishQuote(seen);
}

constexpr char kBashTail[] = R"bash(
  if [[ -n ${values[$prev]} ]]; then
    COMPREPLY=($(compgen -W "${values[$prev]}" -- "$cur"))
  elif [[ $cur == -* ]]; then
    COMPREPLY=($(compgen -W "$flags" -- "$cur"))
  elif [[ -n $choices ]]; then
    COMPREPLY=($(compgen -W "$choices" -- "$cur"))
  else
    COMPREPLY=($(compgen -f -- "$cur"))
  fi
}
complete -o filenames -F _sluice sluice
)bash";

}  // namespace

std::string BashCompletion() {
  std::string text =
      "# bash completion for sluice; made by `sluice completion bash`.\n"
      "_sluice() {\n"
      "  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}\n"
      "  local command='' flags='' choices='' place=1\n"
      "  local -A values=(\n";
  for (const Option& option : AllOptions()) {
    bool offered = option.takes_word() && option.place != Option::Place::kFileOnly;
    if (option.choices().empty() || !offered) continue;
    text += fmt::format("    [--{}]='{}'\n", option.name, Join(option.choices()));
  }
  text += "  )\n  ((COMP_CWORD > 1)) && command=${COMP_WORDS[1]}\n  case $command in\n";
  for (const CommandGroup& group : CommandGroups()) {
    text += fmt::format(
        "    {}) ((COMP_CWORD > 2)) && command+=\" ${{COMP_WORDS[2]}}\" place=2 ;;\n", group.name);
  }
  text += "  esac\n  case $command in\n";
  text += fmt::format("    '') choices='{}' flags='--help' ;;\n", Join(Names(FirstWords())));
  for (const CommandGroup& group : CommandGroups()) {
    text += fmt::format("    {}) choices='{}' flags='--help' ;;\n", group.name,
                        Join(Names(WordsBelow(group))));
  }
  for (const Command& command : AllCommands()) {
    text += fmt::format("    '{}')\n      flags='{}'\n", command.name, FlagWords(command));
    if (auto choices = FirstChoices(command); !choices.empty()) {
      text += fmt::format("      ((COMP_CWORD == place + 1)) && choices='{}'\n", Join(choices));
    }
    text += "      ;;\n";
  }
  return text + "  esac" + kBashTail;
}

std::string ZshCompletion() {
  std::string text =
      "#compdef sluice\n"
      "# zsh completion for sluice; made by `sluice completion zsh`.\n"
      "_sluice() {\n"
      "  local command=$words[2]\n"
      "  local -a first below\n  first=(\n";
  for (const CommandGroup& word : FirstWords()) {
    text += fmt::format("    '{}:{}'\n", word.name, ZshQuote(word.summary));
  }
  text += "  )\n  if ((CURRENT == 2)); then\n    _describe command first\n    return\n  fi\n";
  text += "  case $command in\n";
  for (const CommandGroup& group : CommandGroups()) {
    text += fmt::format("    {})\n      below=(\n", group.name);
    for (const CommandGroup& word : WordsBelow(group)) {
      text += fmt::format("        '{}:{}'\n", word.name, ZshQuote(word.summary));
    }
    text +=
        "      )\n      if ((CURRENT == 3)); then\n        _describe command below\n        "
        "return\n"
        "      fi\n      command+=\" $words[3]\"\n      ;;\n";
  }
  text += "  esac\n  case $command in\n";
  for (const Command& command : AllCommands()) {
    text += fmt::format("    '{}')\n      _arguments \\\n", command.name);
    for (std::string_view name : command.options) text += ZshOption(*FindOption(name));
    auto choices = FirstChoices(command);
    text += choices.empty() ? "        '*:argument:_files'\n"
                            : fmt::format("        '*:argument:({})'\n", Join(choices));
    text += "      ;;\n";
  }
  return text + "  esac\n}\n_sluice \"$@\"\n";
}

std::string FishCompletion() {
  std::string text = "# fish completion for sluice; made by `sluice completion fish`.\n";
  for (const CommandGroup& word : FirstWords()) {
    text += fmt::format("complete -c sluice -n __fish_use_subcommand -f -a {} -d {}\n", word.name,
                        FishQuote(word.summary));
  }
  for (const CommandGroup& group : CommandGroups()) {
    std::string seen = FishSeen(group.name);
    for (const CommandGroup& word : WordsBelow(group)) {
      text += fmt::format("complete -c sluice -n {} -f -a {} -d {}\n", seen, word.name,
                          FishQuote(word.summary));
    }
  }
  for (const Command& command : AllCommands()) {
    std::string seen = FishSeen(command.name);
    for (std::string_view name : command.options) {
      const Option& option = *FindOption(name);
      std::string value;
      if (!option.takes_word()) {
        // Nothing follows.
      } else if (!option.choices().empty()) {
        value = fmt::format(" -x -a {}", FishQuote(Join(option.choices())));
      } else {
        value = " -r";
      }
      text += fmt::format("complete -c sluice -n {} -l {}{} -d {}\n", seen, name, value,
                          FishQuote(option.help));
    }
    for (std::string_view choice : FirstChoices(command)) {
      text += fmt::format("complete -c sluice -n {} -a {}\n", seen, choice);
    }
  }
  return text;
}

}  // namespace sluice
