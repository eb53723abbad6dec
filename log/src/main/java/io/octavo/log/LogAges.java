package io.octavo.log;

import java.io.IOException;

/// A log's segments as retention sees them.
///
/// @param nowMs the wall clock's time
record LogAges(LogView view, long nowMs) implements Retention.Segments {
    @Override
    public long startOffset() {
        return view.startOffset();
    }

    @Override
    public int count() {
        return view.segments();
    }

    @Override
    public long endOffset(int i) {
        return view.endOffset(i);
    }

    @Override
    public long bytes(int i) {
        return view.bytes(i);
    }

    @Override
    public long latestMs(int i) throws IOException {
        return view.segment(i).age().latestMs(nowMs);
    }

    /// See [Log#expiredEnd].
    long expiredEnd(LogConfig.Retention policy, long bound) throws IOException {
        int expired = new Retention(policy, nowMs).expired(this, bound);
        return expired == 0 ? Log.NOTHING_EXPIRED : view.endOffset(expired - 1);
    }

    Oldest oldest() throws IOException {
        int first = 0;
        while (first < view.segments() && view.bytes(first) == 0) {
            first++;
        }
        return first == view.segments()
                ? Oldest.NONE
                : new Oldest(latestMs(first), view.bytes(first), view.sizeBytes());
    }
}
