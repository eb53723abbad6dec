package io.octavo.log;

import io.octavo.ports.Randomness;

/// What the logs of a [CrashWorkload] are set to, by chance: small segments, so that there are
/// many.
final class CrashConfig {
    private final Randomness random;

    CrashConfig(Randomness random) {
        this.random = random;
    }

    LogConfig of(CrashWorkload.Kind kind) {
        LogConfig common =
                LogConfig.defaults()
                        .withSegmentBytesMax(1024 + random.nextInt(2048))
                        .withIndexIntervalBytes(random.nextInt(400))
                        .with(retention());
        return switch (kind) {
            case PLAIN -> common;
            case BUSY ->
                    common.withSegmentBytesMax(1024 + random.nextInt(1024))
                            .withFsync(random.nextInt(3) > 0);
            case COMPACTED ->
                    common.withSegmentBytesMax(1024)
                            .with(random.nextInt(4) == 0 ? retention() : LogConfig.Retention.ALL)
                            .with(compaction());
        };
    }

    private LogConfig.Compaction compaction() {
        return new LogConfig.Compaction(true, 0, 0, Long.MAX_VALUE, random.nextInt(4) * 2000L);
    }

    /// By size, or by age: then, the files here being of 1970, all there is goes at once.
    private LogConfig.Retention retention() {
        return random.nextInt(4) == 0
                ? new LogConfig.Retention(1, -1)
                : new LogConfig.Retention(-1, 1024 + random.nextInt(4096));
    }
}
