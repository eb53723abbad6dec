package io.octavo.client;

/// A cluster as its clients see it: finds the brokers from the bootstrap addresses, keeps one
/// connection to each that is needed, and knows who leads what. Producers, consumers and admins
/// share one; all its work is done by one loop thread. Safe for any thread.
public final class Client implements AutoCloseable {
    private Client() {}

    /// Starts the loop; connects when first needed.
    public static Client open(ClientConfig config) {
        return new Client();
    }

    /// Ends all connections; what waits for an answer fails. Producers and consumers on it should
    /// be closed before.
    @Override
    public void close() {}
}
