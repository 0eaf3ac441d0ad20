// What POST /imports is sent: the options of `sluice load`, by their names, as JSON.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/settings.h"
#include "engine/import_starter.h"

namespace sluice {

// {"system", "sources": [...], "credentials": {...}, and options by name, such as "upsert": true}.
// What the body does not say is as `defaults` (the server's own configuration) have it. Errors
// (kRun): "usage" naming what is wrong; those of MakeLoadRequest.
StartRequest ReadImportBody(const std::string& body, const Settings& defaults);

// The options that it may name.
std::vector<std::string_view> ImportBodyOptions();
// Its JSON schema.
std::string ImportBodySchema();

}  // namespace sluice
