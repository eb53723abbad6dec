package io.octavo.cli;

import io.octavo.client.Client;
import io.octavo.client.ConsumerRecord;
import io.octavo.client.group.GroupConsumer;
import io.octavo.client.group.GroupConsumerConfig;
import io.octavo.client.group.Subscription;
import java.util.List;

/// Prints records as a member of a group. What was printed is committed after it was written: when
/// something fails in between, it is printed again.
final class GroupReading {
    private static final long POLL_MS = 500;
    private static final int RECORDS_MAX = 1_000;

    private final Client client;
    private final GroupConsumerConfig config;
    private final Subscription subscription;
    private final RecordPrinter printer;

    GroupReading(
            Client client,
            GroupConsumerConfig config,
            Subscription subscription,
            RecordPrinter printer) {
        this.client = client;
        this.config = config;
        this.subscription = subscription;
        this.printer = printer;
    }

    /// Prints until it is interrupted, or nobody reads it, or:
    ///
    /// @param count so many records are printed
    /// @param follow not even when this member has come to where all that it reads ended
    void print(long count, boolean follow) {
        GroupConsumer consumer = new GroupConsumer(client, config, subscription);
        try (Interruption interruption = new Interruption(consumer::wakeup);
                consumer) {
            long left = count;
            boolean done = false;
            while (!done && !interruption.hasCome()) {
                List<ConsumerRecord> records =
                        consumer.poll(POLL_MS, (int) Math.min(left, RECORDS_MAX));
                records.forEach(printer::print);
                left -= records.size();
                if (!printer.flush()) {
                    return;
                }
                consumer.processed();
                done = left == 0 || (!follow && consumer.isCaughtUp());
            }
        }
    }
}
