package io.octavo.broker.config;

/// One element of `listeners` or `advertised.listeners`.
///
/// @param name the listener's name, for instance `PLAINTEXT`
/// @param host a name or numeric address without brackets; empty for every address of the machine
/// @param port 0 lets the system choose
public record ListenerAddress(String name, String host, int port) {
    @Override
    public String toString() {
        String shown = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
        return name + "://" + shown + ":" + port;
    }
}
