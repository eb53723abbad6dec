package io.octavo.cli;

import io.octavo.client.Client;
import io.octavo.client.ClientConfig;
import io.octavo.client.Endpoint;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/// The option that says which cluster a verb works on.
final class Bootstrap {
    private static final String CLIENT_ID = "octavo-cli";

    @Option(
            names = {"-b", "--bootstrap"},
            paramLabel = "HOST:PORT",
            defaultValue = "localhost:9092",
            converter = Addresses.class,
            description = "A broker, or several with commas; default ${DEFAULT-VALUE}.")
    private String addresses = "";

    Client open() {
        return Client.open(ClientConfig.of(addresses).withClientId(CLIENT_ID));
    }

    /// Refuses what is no address while the command line is read.
    private static final class Addresses implements ITypeConverter<String> {
        @Override
        public String convert(String text) {
            try {
                Endpoint.parseAll(text);
                return text;
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }
}
