package io.octavo.bench.load;

import java.util.Arrays;

/// Messages of one size that a load program sends to, or reads from, one place.
///
/// @param address of the broker, `host:port`
/// @param destination a topic, a queue or a stream
/// @param messages how many
/// @param messageBytes the size of each
public record MessageLoad(String address, String destination, long messages, int messageBytes) {
    /// How many of a program's arguments are its load; what else it takes follows them.
    public static final int ARGUMENTS = 4;

    private static final byte FILLER = 'o';

    /// What [#arguments] wrote.
    public static MessageLoad parse(String[] args) {
        return new MessageLoad(
                args[0], args[1], Long.parseLong(args[2]), Integer.parseInt(args[3]));
    }

    String arguments() {
        return address + " " + destination + " " + messages + " " + messageBytes;
    }

    /// One message. Nothing is compressed, so what is in it does not matter.
    public byte[] message() {
        byte[] message = new byte[messageBytes];
        Arrays.fill(message, FILLER);
        return message;
    }

    public String host() {
        return address.substring(0, address.lastIndexOf(':'));
    }

    public int port() {
        return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    }
}
