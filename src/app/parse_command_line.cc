// The CLI11 side of the command line: the parser is built from the commands' own descriptions.
#include <CLI/CLI.hpp>

#include <algorithm>
#include <list>

#include "app/command_line.h"
#include "app/option.h"
#include "base/error.h"

namespace sluice {
namespace {

class CommandLineParser {
 public:
  CommandLineParser() : root_("bulk-loads object storage into PostgreSQL", "sluice") {
    root_.require_subcommand(1);
    root_.set_help_flag("-h,--help", "this text");
    root_.footer(
        "`sluice COMMAND --help` says more. Exit status: 0 done, 1 a fault of sluice's, 2 usage,\n"
        "3 bad records in quarantine, 4 some objects failed or changed, 5 source, 6 database,\n"
        "7 interrupted: run again.");
    for (const Command& command : AllCommands()) Add(command);
  }

  Parsed Parse(std::vector<std::string> words) {
    if (words.size() == 1 && words[0] == "--version") words[0] = "version";
    RefuseUnknownCommand(words);
    RefuseValuesOfSwitches(words);
    SayWhatStandsAlone(words);
    std::vector<std::string> reversed(words.rbegin(), words.rend());
    try {
      root_.parse(reversed);
    } catch (const CLI::CallForHelp&) {
      Parsed parsed;
      parsed.text = root_.help();
      return parsed;
    } catch (const CLI::ParseError& error) {
      throw Usage(error.what());
    }
    return Collect();
  }

 private:
  // A command with the places its values are parsed into.
  struct Entry {
    const Command* command;
    CLI::App* app;
    std::map<std::string, std::vector<std::string>, std::less<>> arguments, flags;
    std::map<std::string, std::string> single;  // arguments of one value
    std::map<std::string, CLI::Option*, std::less<>> options;
  };

  // CLI11 would only say that a command is required.
  void RefuseUnknownCommand(const std::vector<std::string>& words) {
    CLI::App* app = &root_;
    std::string said;
    for (const std::string& word : words) {
      if (app->get_require_subcommand_min() == 0 || word.starts_with("-")) return;
      said += (said.empty() ? "" : " ") + word;
      auto named = [&](const CLI::App* below) { return below->get_name() == word; };
      std::vector<CLI::App*> below = app->get_subcommands(named);
      if (below.empty()) throw Usage("there is no command '" + said + "'");
      app = below.front();
    }
  }

  // CLI11 would take the next word as the value of an option that may do without one.
  static void SayWhatStandsAlone(std::vector<std::string>& words) {
    for (std::string& word : words) {
      if (word == "--") return;
      if (!word.starts_with("--")) continue;
      const Option* option = FindOption(word.substr(2));
      if (option != nullptr && !option->alone.empty()) word.append("=").append(option->alone);
    }
  }

  // CLI11 would read a number there.
  void RefuseValuesOfSwitches(const std::vector<std::string>& words) const {
    for (const std::string& word : words) {
      if (word == "--") return;
      size_t equals = word.find('=');
      if (!word.starts_with("--") || equals == std::string::npos) continue;
      const Option* option = FindOption(word.substr(2, equals - 2));
      if (option != nullptr && option->is_switch()) {
        throw Usage(word.substr(0, equals) + " is a switch: it takes no value");
      }
    }
  }

  static CLI::App* Below(CLI::App& parent, std::string_view name, std::string_view summary) {
    CLI::App* app = parent.add_subcommand(std::string(name), std::string(summary));
    app->set_help_flag("-h,--help", "this text");
    return app;
  }

  // Made when its first command comes, so that the help keeps the commands' order.
  CLI::App& Group(std::string_view name) {
    CLI::App*& app = groups_[std::string(name)];
    if (app == nullptr) {
      auto group = std::ranges::find(CommandGroups(), name, &CommandGroup::name);
      app = Below(root_, name, group->summary);
      app->require_subcommand(1)->footer("");
    }
    return *app;
  }

  void Add(const Command& command) {
    CLI::App* parent = &root_;
    std::string_view name = command.name;
    if (size_t space = name.find(' '); space != std::string_view::npos) {
      parent = &Group(name.substr(0, space));
      name.remove_prefix(space + 1);
    }
    Entry& entry = entries_.emplace_back();
    entry.command = &command;
    entry.app = Below(*parent, name, command.summary);
    entry.app->footer(std::string(command.details));
    for (const Argument& argument : command.arguments) AddArgument(entry, argument);
    for (std::string_view option : command.options) AddOption(entry, *FindOption(option));
  }

  static void AddArgument(Entry& entry, const Argument& argument) {
    std::string name(argument.name), help(argument.help);
    bool one = argument.count == Argument::Count::kOne;
    CLI::Option* option;
    if (one || argument.count == Argument::Count::kOptional) {
      // As a vector it would swallow the arguments that follow.
      option = entry.app->add_option(name, entry.single[name], help);
    } else {
      option = entry.app->add_option(name, entry.arguments[name], help);
    }
    option->option_text(" ");
    option->required(one || argument.count == Argument::Count::kAtLeastOne);
    if (!argument.choices.empty()) {
      std::vector<std::string> words(argument.choices.begin(), argument.choices.end());
      option->check(CLI::IsMember(words));
    }
  }

  static void AddOption(Entry& entry, const Option& option) {
    std::string name(option.name);
    std::string flag = "--" + name;
    if (option.letter != 0) flag = std::string("-") + option.letter + "," + flag;
    CLI::Option* added;
    if (option.is_switch()) {
      added = entry.app->add_flag_function(
          flag, [](int64_t) {}, std::string(option.help));
    } else {
      added = entry.app->add_option(flag, entry.flags[name], std::string(option.help));
      // One value per flag, so that `--prefix a SOURCE` does not swallow the source.
      std::string value(option.value);
      if (!option.alone.empty()) value = "[=" + value + "]";
      added->expected(1)->allow_extra_args(false)->option_text(value);
      if (option.repeatable) {
        added->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
      } else {
        added->multi_option_policy(CLI::MultiOptionPolicy::Throw);
      }
    }
    entry.options[name] = added;
  }

  Parsed Collect() {
    Parsed parsed;
    for (Entry& entry : entries_) {
      if (!entry.app->parsed()) continue;
      parsed.command = entry.command;
      parsed.arguments = entry.arguments;
      for (const auto& [name, value] : entry.single) {
        if (!value.empty()) parsed.arguments[name] = {value};
      }
      for (const auto& [name, option] : entry.options) {
        if (option->count() == 0) continue;
        Said said{entry.flags[name], "--" + name};
        if (FindOption(name)->is_switch()) said.values.assign(option->count(), "true");
        if (name == "config") parsed.config = said.values.front();
        parsed.flags[name] = said;
      }
    }
    return parsed;
  }

  Error Usage(const std::string& why) const {
    std::string help = "sluice --help";
    for (const Entry& entry : entries_) {
      if (entry.app->parsed()) help = "sluice " + std::string(entry.command->name) + " --help";
    }
    return Fault("usage", why).With(Scope::kRun).Remedy("see " + help);
  }

  CLI::App root_;
  std::map<std::string, CLI::App*> groups_;
  std::list<Entry> entries_;  // the parser holds addresses of what is in them
};

}  // namespace

Parsed ParseCommandLine(const std::vector<std::string>& words) {
  return CommandLineParser().Parse(words);
}

}  // namespace sluice
