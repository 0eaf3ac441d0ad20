// What came of one line, as OCL reports it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace sluice::ocl {

struct LineResult {
  uint64_t line = 0;
  std::string root = "/";            // the key that results are grouped by
  std::string action = "SKIP";       // NEW, UPDATE, DELETE, SKIP
  std::string status_code = "skip";  // an HTTP status, or "skip"
  std::string obj_type;
  std::string obj_url;
  std::string method;
  std::optional<std::string> repo_url;
  std::optional<std::string> owner_url;
  std::string text;     // what was sent, as JSON
  std::string message;  // what was answered
};

// Whether the line did what it says.
enum class Fate { kDone, kNothingToDo, kFailed };
Fate FateOf(const LineResult& result);

// The beginnings of a SKIP's message when nothing was to be done.
inline constexpr char kSkippedByAction[] = "Skipped by __action";
inline constexpr char kExistsAlready[] = "INFO: Object already exists at: ";
inline constexpr char kDoesNotExist[] = "Object does not exist at: ";
inline constexpr char kRetiredAlready[] = "Object is already retired at: ";

}  // namespace sluice::ocl
