// JSON as manifests really have it: the printed example of UNLOAD's VERBOSE manifest
// (https://docs.aws.amazon.com/redshift/latest/dg/r_UNLOAD_command_examples.html) has values
// without names inside objects.
#pragma once

#include <string_view>

#include <nlohmann/json_fwd.hpp>

namespace sluice {

// Takes all JSON, and also commas before a closing bracket, and members without a name: those come
// as an array under the name "". Errors (kNever, kRun): "manifest-invalid" with the byte.
nlohmann::json ParseLenientJson(std::string_view text);

}  // namespace sluice
