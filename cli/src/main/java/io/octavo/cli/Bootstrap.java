package io.octavo.cli;

import io.octavo.client.Client;
import io.octavo.client.ClientConfig;
import picocli.CommandLine.Option;

/// The option that says which cluster a verb works on.
final class Bootstrap {
    private static final String CLIENT_ID = "octavo-cli";

    @Option(
            names = {"-b", "--bootstrap"},
            paramLabel = "HOST:PORT",
            defaultValue = "localhost:9092",
            description = "A broker, or several with commas; default ${DEFAULT-VALUE}.")
    private String addresses = "";

    /// @throws Failure when what was given is no address
    Client open() {
        try {
            return Client.open(ClientConfig.of(addresses).withClientId(CLIENT_ID));
        } catch (IllegalArgumentException e) {
            throw Failure.ofUsage("--bootstrap: " + e.getMessage());
        }
    }
}
