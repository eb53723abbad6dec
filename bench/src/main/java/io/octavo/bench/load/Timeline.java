package io.octavo.bench.load;

import io.octavo.ports.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/// When a load was how far: the instants at which each twenty-fifth part of its messages was done,
/// so that a rate over time can be drawn. What "done" is, is the load's to say: sent, acknowledged,
/// received.
///
/// [#done] and [#received] are called by one thread at a time; [#print] and [#failed] may be called
/// by any.
public final class Timeline {
    /// Enough for a curve, and few enough that a point is no accident of the scheduler.
    public static final int POINTS = 25;

    private static final String POINT = "at.";

    private final Clock clock;
    private final long messages;
    private final long startNanos;
    private final long[] pointNanos = new long[POINTS];
    private final CountDownLatch over = new CountDownLatch(1);
    private long done;
    private int points;
    private volatile @Nullable Exception failed;

    private Timeline(Clock clock, long messages) {
        this.clock = clock;
        this.messages = messages;
        this.startNanos = clock.nanos();
    }

    /// Begins now.
    ///
    /// @param messages at least one
    public static Timeline begin(Clock clock, long messages) {
        return new Timeline(clock, messages);
    }

    /// Another `count` messages are done.
    public void done(long count) {
        done += count;
        while (points < POINTS && done * POINTS >= messages * (points + 1)) {
            pointNanos[points++] = clock.nanos() - startNanos;
        }
        if (points == POINTS) {
            over.countDown();
        }
    }

    /// One message came: it is done, or else the load failed because it is none of `load`'s.
    public void received(MessageLoad load, byte[] message) {
        if (message.length == load.messageBytes()) {
            done(1);
        } else {
            failed(
                    new IllegalStateException(
                            "a message of %d bytes instead of %d"
                                    .formatted(message.length, load.messageBytes())));
        }
    }

    /// The load cannot go on; [#print] throws this.
    public void failed(Exception problem) {
        failed = problem;
        over.countDown();
    }

    /// A problem that ends the load, or null when there is none.
    public @Nullable Exception problem() {
        return failed;
    }

    /// Waits until all messages are done and tells the bench when they were.
    ///
    /// @throws IllegalStateException when the load failed
    public void print() throws InterruptedException {
        lines().forEach(System.out::println);
    }

    List<String> lines() throws InterruptedException {
        over.await();
        if (failed != null) {
            throw new IllegalStateException("the load stopped after " + done, failed);
        }
        List<String> lines = new ArrayList<>();
        for (int point = 0; point < POINTS; point++) {
            lines.add(Findings.line(POINT + point, pointNanos[point] / 1e9));
        }
        return lines;
    }

    /// The seconds from the beginning to each point, from what [#print] printed.
    public static List<Double> seconds(Findings findings) {
        List<Double> seconds = new ArrayList<>();
        for (int point = 0; point < POINTS; point++) {
            seconds.add(findings.value(POINT + point));
        }
        return seconds;
    }
}
