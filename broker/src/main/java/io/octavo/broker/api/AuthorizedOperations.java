package io.octavo.broker.api;

/// What everybody may do while there is no access control, as the bits in which clients are told
/// (KIP-430).
final class AuthorizedOperations {
    private static final int READ = 3;
    private static final int WRITE = 4;
    private static final int CREATE = 5;
    private static final int DELETE = 6;
    private static final int ALTER = 7;
    private static final int DESCRIBE = 8;
    private static final int CLUSTER_ACTION = 9;
    private static final int DESCRIBE_CONFIGS = 10;
    private static final int ALTER_CONFIGS = 11;
    private static final int IDEMPOTENT_WRITE = 12;

    /// Everything there is to do with a topic.
    static final int TOPIC =
            bits(READ, WRITE, CREATE, DELETE, ALTER, DESCRIBE, DESCRIBE_CONFIGS, ALTER_CONFIGS);

    /// Everything there is to do with the cluster.
    static final int CLUSTER =
            bits(
                    CREATE,
                    ALTER,
                    DESCRIBE,
                    CLUSTER_ACTION,
                    DESCRIBE_CONFIGS,
                    ALTER_CONFIGS,
                    IDEMPOTENT_WRITE);

    /// Everything there is to do with a group.
    static final int GROUP = bits(READ, DELETE, DESCRIBE, DESCRIBE_CONFIGS, ALTER_CONFIGS);

    /// That the client did not ask.
    static final int NOT_ASKED = Integer.MIN_VALUE;

    private AuthorizedOperations() {}

    private static int bits(int... operations) {
        int bits = 0;
        for (int operation : operations) {
            bits |= 1 << operation;
        }
        return bits;
    }
}
