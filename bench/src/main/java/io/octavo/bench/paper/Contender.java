package io.octavo.bench.paper;

import io.octavo.bench.broker.Server;

/// A way that can be tried on this machine.
record Contender(Way way, Server server, Traffic traffic) {}
