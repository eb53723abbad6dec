package io.octavo.broker.cluster.local;

import io.octavo.broker.cluster.Coordination;
import io.octavo.broker.cluster.Outcome;
import io.octavo.broker.cluster.Outcome.NoNode;
import io.octavo.broker.cluster.Outcome.Ok;
import io.octavo.broker.cluster.Outcome.Unknown;
import io.octavo.broker.cluster.StoreNode;
import io.octavo.broker.cluster.StoreWrite;
import io.octavo.log.DataDirectory;
import io.octavo.log.Log;
import io.octavo.log.LogConfig;
import io.octavo.log.NoSpace;
import io.octavo.ports.Clock;
import io.octavo.ports.Loop;
import io.octavo.protocol.message.StoreChange;
import io.octavo.protocol.wire.Uuid;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The coordination store of a single broker. The tree is in memory; each change is in the journal,
/// and forced, before it is answered or seen by a read. What waits while one group of changes is
/// forced forms the next group.
///
/// ```
/// commit, read ──> queue ──> group: try on the tree ─> append one batch ─> force ─> answer all, in order ─> notice
///                                        │                  │                │
///                                     refused          no space: undo     failed: the broker stops, nothing is answered
/// ```
///
/// It never answers `Unknown` while it is open, save for a write that found the disk full: that one
/// has not happened. Ephemeral nodes of an earlier process are removed before this one begins.
public final class LocalCoordination implements Coordination {
    /// The name of the journal in the data directory: no topic's, because no topic may have the
    /// name.
    public static final String JOURNAL = "__coordination-0";

    /// "octavo" in ASCII: what tells the journal from a partition of a topic.
    private static final Uuid JOURNAL_ID = new Uuid(0, 0x6f637461766fL);

    /// A group is closed when its values are this large, so that a batch has a usual size.
    private static final int GROUP_BYTES = 512 * 1024;

    /// A journal this small is never worth a snapshot.
    private static final long SNAPSHOT_BYTES_LEAST = 1024 * 1024;

    /// A snapshot is due when the journal is this many times the size of what it says: so it costs
    /// a fraction of what was written.
    private static final int SNAPSHOT_RATIO = 4;

    private final Journal journal;
    private final StoreTree tree;
    private final Loop loop;
    private final Consumer<IOException> failed;
    private final Deque<Call<?>> queue = new ArrayDeque<>();
    private long changeId;
    private long snapshotBytesNext = SNAPSHOT_BYTES_LEAST;
    private boolean closed;
    private boolean flushing;
    private @Nullable Watcher watcher;

    LocalCoordination(
            Journal journal,
            StoreTree tree,
            long changeId,
            Loop loop,
            Consumer<IOException> failed) {
        this.journal = journal;
        this.tree = tree;
        this.changeId = changeId;
        this.loop = loop;
        this.failed = failed;
    }

    /// Opens the store that `directory` holds; makes none before the first change. Blocks.
    ///
    /// @param loop where everything runs from now on; blocked while the journal is forced
    /// @param failed told when the journal could not be written or forced: what was asked is then
    ///   neither done nor undone, nothing more is answered, and the broker must stop
    /// @throws IOException when the journal cannot be read as a whole; the message is for people
    public static LocalCoordination open(
            DataDirectory directory, Clock clock, Loop loop, Consumer<IOException> failed)
            throws IOException {
        Log log = directory.log(JOURNAL, JOURNAL_ID, LogConfig.defaults());
        return open(new LogJournal(log, clock), loop, failed);
    }

    static LocalCoordination open(Journal journal, Loop loop, Consumer<IOException> failed)
            throws IOException {
        StoreTree tree = new StoreTree();
        long changeId = StoreLoading.load(journal, tree);
        LocalCoordination store = new LocalCoordination(journal, tree, changeId, loop, failed);
        store.endEarlierSession();
        return store;
    }

    @Override
    public CompletionStage<Outcome<StoreNode>> read(String path) {
        return ask(() -> {
            StoreNode node = tree.node(path);
            return node == null ? new NoNode<>(path) : new Ok<>(node);
        });
    }

    @Override
    public CompletionStage<Outcome<List<String>>> children(String path) {
        return ask(() -> {
            Collection<String> names = tree.children(path);
            return names == null ? new NoNode<>(path) : new Ok<>(List.copyOf(names));
        });
    }

    @Override
    public CompletionStage<Outcome<Applied>> sync() {
        return ask(() -> new Ok<>(Applied.APPLIED));
    }

    @Override
    public CompletionStage<Outcome<Applied>> commit(List<StoreWrite> writes) {
        if (writes.isEmpty() || writes.size() > COMMIT_WRITES_MAX) {
            throw new IllegalArgumentException(
                    writes.size() + " writes, not between 1 and " + COMMIT_WRITES_MAX);
        }
        Commit commit = new Commit(List.copyOf(writes));
        enqueue(commit);
        return commit.answer;
    }

    @Override
    public void watch(Watcher watcher) {
        loop.execute(() -> this.watcher = watcher);
    }

    @Override
    public void close() {
        loop.execute(() -> closed = true);
    }

    private <T> CompletionStage<Outcome<T>> ask(Question<T> question) {
        Read<T> read = new Read<>(question);
        enqueue(read);
        return read.answer;
    }

    private void enqueue(Call<?> call) {
        loop.execute(() -> {
            if (closed) {
                call.refuse("the store is closed");
                return;
            }
            queue.add(call);
            if (!flushing) {
                flushing = true;
                loop.execute(this::flush);
            }
        });
    }

    /// Takes the calls that wait, as one group, and does them.
    private void flush() {
        flushing = false;
        List<Call<?>> group = new ArrayList<>();
        List<StoreChange> records = new ArrayList<>();
        int bytes = 0;
        while (!queue.isEmpty() && bytes < GROUP_BYTES) {
            Call<?> call = queue.remove();
            group.add(call);
            StoreChange record = call.attempt(tree, changeId + 1);
            if (record != null) {
                changeId++;
                records.add(record);
                bytes += sizeOf(record);
            }
        }
        if (records.isEmpty() || journaled(group, records)) {
            tree.settle();
            group.forEach(Call::answer);
            notice(records);
            snapshotIfDue();
        }
        if (!queue.isEmpty() && !flushing && !closed) {
            flushing = true;
            loop.execute(this::flush);
        }
    }

    /// @return whether the group's calls may be answered
    private boolean journaled(List<Call<?>> group, List<StoreChange> records) {
        try {
            journal.append(records);
        } catch (NoSpace e) {
            tree.undoTo(0);
            changeId -= records.size();
            group.forEach(call -> call.refuse("the disk is full: " + e.getMessage()));
            return false;
        } catch (IOException e) {
            stop(e);
            return false;
        }
        try {
            // What is in the journal cannot be undone, whatever keeps it from being forced.
            journal.force();
            return true;
        } catch (IOException e) {
            stop(e);
            return false;
        }
    }

    private void stop(IOException reason) {
        closed = true;
        queue.clear();
        failed.accept(reason);
    }

    private void notice(List<StoreChange> records) {
        Watcher told = watcher;
        if (told == null) {
            return;
        }
        for (StoreChange record : records) {
            for (StoreChange.Write write : record.writes()) {
                told.changed(write.path());
            }
        }
    }

    private void snapshotIfDue() {
        if (closed || journal.sizeBytes() < snapshotBytesNext) {
            return;
        }
        try {
            journal.snapshotBegins();
            for (StoreChange part : StoreRecords.snapshot(changeId, tree)) {
                journal.append(List.of(part));
            }
            journal.force();
            journal.snapshotEnds();
            snapshotBytesNext = Math.max(SNAPSHOT_BYTES_LEAST, tree.sizeBytes() * SNAPSHOT_RATIO);
        } catch (NoSpace e) {
            // What was written of the snapshot is passed over when the journal is read; try again
            // when it has grown.
            snapshotBytesNext = journal.sizeBytes() + SNAPSHOT_BYTES_LEAST;
        } catch (IOException e) {
            stop(e);
        }
    }

    /// Removes the ephemeral nodes that the process before left behind; before the loop knows of
    /// this store.
    private void endEarlierSession() throws IOException {
        snapshotBytesNext = Math.max(SNAPSHOT_BYTES_LEAST, tree.sizeBytes() * SNAPSHOT_RATIO);
        List<StoreWrite> deletions = new ArrayList<>();
        tree.forEach(node -> {
            if (node.ephemeral()) {
                deletions.add(new StoreWrite.Delete(node.path(), node.version()));
            }
        });
        if (deletions.isEmpty()) {
            return;
        }
        Outcome<Applied> ended = tree.apply(changeId + 1, deletions);
        if (!(ended instanceof Ok<Applied>)) {
            throw new IllegalStateException("ephemeral nodes of an earlier run remain: " + ended);
        }
        tree.settle();
        journal.append(List.of(StoreRecords.change(changeId + 1, deletions)));
        journal.force();
        changeId++;
    }

    private static int sizeOf(StoreChange record) {
        int bytes = 0;
        for (StoreChange.Write write : record.writes()) {
            bytes += write.path().length() + write.value().remaining();
        }
        return bytes;
    }

    /// A call that waits for its turn.
    private abstract static class Call<T> {
        final CompletableFuture<Outcome<T>> answer = new CompletableFuture<>();
        private @Nullable Outcome<T> outcome;

        /// Does it on the tree and remembers what came of it.
        ///
        /// @return what must be in the journal before it is answered; null for nothing
        abstract @Nullable StoreChange attempt(StoreTree tree, long changeId);

        final void cameOf(Outcome<T> outcome) {
            this.outcome = outcome;
        }

        final void answer() {
            answer.complete(outcome);
        }

        final void refuse(String reason) {
            answer.complete(new Unknown<>(reason));
        }
    }

    private interface Question<T> {
        Outcome<T> ask();
    }

    private static final class Read<T> extends Call<T> {
        private final Question<T> question;

        Read(Question<T> question) {
            this.question = question;
        }

        @Override
        @Nullable StoreChange attempt(StoreTree tree, long changeId) {
            cameOf(question.ask());
            return null;
        }
    }

    private static final class Commit extends Call<Applied> {
        private final List<StoreWrite> writes;

        Commit(List<StoreWrite> writes) {
            this.writes = writes;
        }

        @Override
        @Nullable StoreChange attempt(StoreTree tree, long changeId) {
            Outcome<Applied> tried = tree.apply(changeId, writes);
            cameOf(tried);
            StoreChange change = StoreRecords.change(changeId, writes);
            return tried instanceof Ok<Applied> && !change.writes().isEmpty() ? change : null;
        }
    }
}
