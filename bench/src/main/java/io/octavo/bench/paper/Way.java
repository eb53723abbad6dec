package io.octavo.bench.paper;

/// One way to send the messages: through which broker, how many at a time, acknowledged or not.
///
/// @param name for `--only` and in the results
/// @param broker its name for people, with the version
/// @param group the line of the table under which it stands: who is in one group promises the same
/// @param sent how it is asked, in its own terms
record Way(String name, String broker, Group group, String sent) {
    /// Those that are compared with one another: the same number of messages in a request, the same
    /// promise.
    enum Group {
        SINGLE("one message per request, nothing acknowledged"),
        SINGLE_ACKNOWLEDGED("one message per request, each acknowledged"),
        BATCH("batches of 50, nothing acknowledged"),
        BATCH_ACKNOWLEDGED("batches of 50, each acknowledged"),
        FORCED("Octavo as it is by default: forced to the disk before it is acknowledged");

        private final String title;

        Group(String title) {
            this.title = title;
        }

        String title() {
            return title;
        }
    }
}
