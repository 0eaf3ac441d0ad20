// /events/s3: where object stores tell of new objects, directly or through SNS.
#pragma once

#include <vector>

#include "engine/event_intake.h"
#include "engine/services.h"
#include "http/route.h"

namespace sluice {

// `sns_topics`: ARNs of the topics whose messages are taken.
std::vector<http::Route> EventRoutes(const Services& services, SystemMaker make_system,
                                     const std::vector<std::string>& sns_topics);

}  // namespace sluice
