package io.octavo.cli;

import io.octavo.ports.Randomness;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// What the members of a web site do, as JSON: the kind of data that Kafka was made for (the paper,
/// section 2). The key is the member, so that one member's events stay in order.
final class DemoActivity implements DemoSource {
    private static final int MEMBERS = 5_000;
    private static final int ITEMS = 800;
    private static final String[] PAGES = {"home", "profile", "jobs", "inbox", "article", "people"};
    private static final String[] WORDS = {
        "log", "broker", "stream", "offset", "engineer", "notebook", "octavo", "quarto"
    };

    /// What the events of a stream are about.
    enum Kind {
        PAGE_VIEWS,
        SEARCHES
    }

    private final Kind kind;
    private final DemoTally tally;
    private final int perSecond;
    private final Randomness randomness;
    private long events;

    DemoActivity(Kind kind, DemoTally tally, int perSecond, Randomness randomness) {
        this.kind = kind;
        this.tally = tally;
        this.perSecond = perSecond;
        this.randomness = randomness;
    }

    @Override
    public DemoTally tally() {
        return tally;
    }

    @Override
    public int perSecond() {
        return perSecond;
    }

    @Override
    public Content next() {
        String member = "member-" + skewed(MEMBERS);
        String json =
                switch (kind) {
                    case PAGE_VIEWS ->
                            "{\"event\":%d,\"member\":\"%s\",\"page\":\"%s\",\"item\":%d,\"ms\":%d}"
                                    .formatted(
                                            events,
                                            member,
                                            PAGES[skewed(PAGES.length)],
                                            skewed(ITEMS),
                                            20 + skewed(2_000));
                    case SEARCHES ->
                            "{\"event\":%d,\"member\":\"%s\",\"words\":\"%s %s\",\"results\":%d}"
                                    .formatted(
                                            events,
                                            member,
                                            WORDS[skewed(WORDS.length)],
                                            WORDS[skewed(WORDS.length)],
                                            skewed(ITEMS));
                };
        events++;
        return new Content(bytes(member), bytes(json));
    }

    /// Below `bound`, small numbers more often, as popularity goes.
    private int skewed(int bound) {
        return Math.min(randomness.nextInt(bound), randomness.nextInt(bound));
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }
}
