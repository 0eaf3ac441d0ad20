#include "app/signals.h"

#include <unistd.h>

#include <csignal>
#include <string_view>

#include "app/exit_code.h"

namespace sluice {
namespace {

Stop* the_stop = nullptr;

void OnSignal(int) {
  if (the_stop->requested()) _exit(static_cast<int>(ExitCode::kInterrupted));
  the_stop->Request();
}

}  // namespace

const Stop& StopOnSignals() {
  static Stop stop;
  if (the_stop != nullptr) return stop;
  the_stop = &stop;
  struct sigaction action {};
  action.sa_handler = OnSignal;
  action.sa_flags = SA_RESTART;  // every wait watches the stop's descriptor
  sigemptyset(&action.sa_mask);
  for (int signal : {SIGINT, SIGTERM, SIGHUP}) {
    // nohup's wish to be left alone is heeded.
    struct sigaction before {};
    sigaction(signal, nullptr, &before);
    if (signal == SIGHUP && before.sa_handler == SIG_IGN) continue;
    sigaction(signal, &action, nullptr);
  }
  return stop;
}

}  // namespace sluice
