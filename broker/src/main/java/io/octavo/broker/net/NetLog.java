package io.octavo.broker.net;

import io.octavo.ports.Clock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What the network has to say to the operator. Lines that a stranger can cause are few, however
/// often he tries. Safe for any thread; its monitor guards the count.
final class NetLog {
    /// Of the lines that a peer can cause, this many are written in a period.
    private static final int LINES_PER_PERIOD = 10;

    private static final long PERIOD_MS = 10_000;
    private static final long RARE_MS = 60_000;

    private final Clock clock;
    private long periodStartMs;
    private int lines;
    private int suppressed;
    private boolean saidRarely;
    private long rareMs;

    NetLog(Clock clock) {
        this.clock = clock;
        periodStartMs = clock.millis();
    }

    /// A connection was closed for what its peer did or failed to do.
    ///
    /// @param reason fit for a log: what a peer sent is escaped in it
    void refused(Connection connection, @Nullable String reason) {
        if (mayWrite()) {
            logger().warn(
                            "closed the connection from {}: {}",
                            connection.client().remoteAddress(),
                            reason);
        }
    }

    /// A fault of ours that costs one connection; a peer may know how to cause it.
    void failed(Connection connection, Object context, Throwable cause) {
        if (mayWrite()) {
            logger().error(
                            "closed the connection from {}: {} failed",
                            connection.client().remoteAddress(),
                            context,
                            cause);
        }
    }

    /// Whether one of the lines that a peer can cause may be written now.
    private boolean mayWrite() {
        int before;
        synchronized (this) {
            long now = clock.millis();
            if (now - periodStartMs >= PERIOD_MS) {
                periodStartMs = now;
                lines = 0;
            }
            lines++;
            if (lines > LINES_PER_PERIOD) {
                suppressed++;
                return false;
            }
            before = suppressed;
            suppressed = 0;
        }
        if (before > 0) {
            logger().warn("closed {} more connections, of which nothing is said", before);
        }
        return true;
    }

    /// A fault of ours that costs one task.
    void failed(Throwable cause) {
        logger().error("a task of the event loop failed", cause);
    }

    /// Something the operator should know, which may happen again and again: said once a minute.
    void rarely(String line) {
        synchronized (this) {
            long now = clock.millis();
            if (saidRarely && now - rareMs < RARE_MS) {
                return;
            }
            saidRarely = true;
            rareMs = now;
        }
        logger().warn(line);
    }

    /// Something the operator may want to know.
    void note(@Nullable String line) {
        logger().info(line);
    }

    private static Logger logger() {
        return Lazily.LOGGER;
    }

    /// A start that goes well sets no logging up.
    private static final class Lazily {
        static final Logger LOGGER = LoggerFactory.getLogger("io.octavo.broker.net");
    }
}
