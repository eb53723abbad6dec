package io.octavo.broker.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octavo.broker.api.Reply;
import io.octavo.log.DataDirectory;
import io.octavo.log.Log;
import io.octavo.log.LogConfig;
import io.octavo.log.LogFile;
import io.octavo.log.LogFiles;
import io.octavo.log.LogSlice;
import io.octavo.ports.Clock;
import io.octavo.ports.Randomness;
import io.octavo.ports.SystemLoop;
import io.octavo.protocol.message.ApiVersionsRequest;
import io.octavo.protocol.message.FetchRequest;
import io.octavo.protocol.message.FetchResponse;
import io.octavo.protocol.record.Compression;
import io.octavo.protocol.record.RecordBatch;
import io.octavo.protocol.record.RecordBatchBuilder;
import io.octavo.protocol.wire.ByteRecords;
import io.octavo.protocol.wire.Records;
import io.octavo.protocol.wire.Uuid;
import java.io.EOFException;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.CsvSource;

/// Replies with records from a real log, over both transports, from files that sendfile can read
/// and from others.
@ParameterizedClass
@CsvSource({"EPOLL, true", "EPOLL, false", "NIO, true", "NIO, false"})
final class FileSlicesTest {
    /// More than is removed in one step.
    private static final int BATCHES = 50;

    private static final int VALUE_BYTES = 100_000;

    private final Transport transport;
    private final boolean sendfile;
    private final Calls<FetchRequest, FetchResponse> fetch = Calls.parking(FetchRequest.API);
    private final List<LogSlice> slices = new ArrayList<>();
    private final SystemLoop reader =
            new SystemLoop(
                    "reader",
                    cause -> {
                        throw new AssertionError(cause);
                    });

    /// Whether no file is in memory where the reader has not read it.
    private volatile boolean cold;

    private volatile boolean unreadable;

    /// Of a file, what was in memory before.
    private volatile long coldFrom;

    private final Set<Long> read = ConcurrentHashMap.newKeySet();
    private final Queue<String> readingThreads = new ConcurrentLinkedQueue<>();

    @TempDir Path directory;

    private DataDirectory data;
    private Log log;
    private Network network;

    FileSlicesTest(Transport transport, boolean sendfile) {
        this.transport = transport;
        this.sendfile = sendfile;
    }

    @BeforeEach
    void start() throws IOException {
        data = DataDirectory.open(directory, files(), Clock.system(), Randomness.seeded(1), "");
        log = data.log("topic-0", new Uuid(1, 2), LogConfig.defaults());
        for (int i = 0; i < BATCHES; i++) {
            RecordBatchBuilder batch = new RecordBatchBuilder(Compression.NONE);
            byte[] value = new byte[VALUE_BYTES];
            Arrays.fill(value, (byte) i);
            batch.append(i, null, ByteBuffer.wrap(value), List.of());
            log.append(new RecordBatch(batch.build()), 0);
        }
        network =
                LocalNetwork.start(
                        List.of(fetch),
                        reader,
                        Clock.system(),
                        cause -> {
                            throw new AssertionError(cause);
                        },
                        transport);
        network.serve();
    }

    @AfterEach
    void everySliceWasReleased() throws IOException {
        network.close(0);
        reader.close();
        data.close();
        for (LogSlice slice : slices) {
            assertThatThrownBy(slice::retain).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void recordsAreSentFromTheirFileBetweenTheBytes() throws Exception {
        FetchResponse response =
                response(slice(0), ByteRecords.EMPTY, bytes(5_000), slice(3), slice(BATCHES - 1));
        fetch.from((request, context) -> new Reply.Now<>(response));

        try (Peer peer = Peer.of(network)) {
            for (int i = 0; i < 3; i++) {
                slices.forEach(LogSlice::retain);
                peer.send(FetchRequest.API, 12, i, FetchRequest.defaults());
            }
            for (int i = 0; i < 3; i++) {
                assertThat(records(peer.receive(FetchRequest.API, 12, i)))
                        .isEqualTo(records(response));
            }
        }
        slices.forEach(LogSlice::release);
    }

    /// In whichever turn the last piece of it leaves.
    @Test
    void aRequestBehindALargeReplyIsHandledWhenThatIsSent() throws Exception {
        try (Peer peer = Peer.of(network)) {
            for (int batches = 1; batches <= 16; batches++) {
                LogSlice slice = (LogSlice) log.read(0, batches, Integer.MAX_VALUE, true);
                slices.add(slice);
                slice.retain();
                FetchResponse response = response(slice);
                List<ByteBuffer> expected = records(response);
                fetch.from((request, context) -> new Reply.Now<>(response));
                byte[] one = Peer.bytes(FetchRequest.API, 12, 1, FetchRequest.defaults());
                byte[] two = Peer.bytes(FetchRequest.API, 12, 2, FetchRequest.defaults());
                peer.send(NetworkScene.concat(one, two));

                assertThat(records(peer.receive(FetchRequest.API, 12, 1))).isEqualTo(expected);
                assertThat(records(peer.receive(FetchRequest.API, 12, 2))).isEqualTo(expected);
            }
        }
    }

    /// The other's request is there when the first is handled. How many pieces were sent by then
    /// can be counted where the kernel does not read them itself.
    @Test
    void anotherPeerIsSeenBetweenThePiecesOfALargeReply() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch bothSent = new CountDownLatch(1);
        FetchResponse large = response(slice(0));
        List<ByteBuffer> expected = records(large);
        AtomicInteger sent = new AtomicInteger(-1);
        fetch.from((request, context) -> {
            if (begun.getCount() > 0) {
                read.clear();
                begun.countDown();
                NetworkScene.await(bothSent);
                return new Reply.Now<>(large);
            }
            sent.set(read.size());
            return new Reply.Now<>(FetchResponse.defaults());
        });

        try (Peer peer = Peer.of(network);
                Peer other = Peer.of(network)) {
            other.send(ApiVersionsRequest.API, 0, 1, ApiVersionsRequest.defaults());
            other.receive();
            peer.send(FetchRequest.API, 12, 1, FetchRequest.defaults());
            NetworkScene.await(begun);
            other.send(FetchRequest.API, 12, 2, FetchRequest.defaults());
            bothSent.countDown();

            assertThat(other.receiveCorrelationId()).isEqualTo(2);
            assertThat(records(peer.receive(FetchRequest.API, 12, 1))).isEqualTo(expected);
        }
        assertThat(sent.get()).isBetween(sendfile ? 0 : 1, 4);
    }

    /// The socket takes less than a reply, so that the rest is read from the file behind all this.
    @Test
    void aReplyIsWholeThoughItsLogIsDeletedInTheMiddleAndNoFileMayBeOpen() throws Exception {
        List<ByteBuffer> expected = records(response(slice(0), slice(0), slice(0), slice(0)));
        FetchResponse response = response(slice(0), slice(0), slice(0), slice(0));
        fetch.from((request, context) -> new Reply.Now<>(response));
        slices.subList(0, 4).forEach(LogSlice::release);

        try (Peer peer = Peer.of(network)) {
            peer.send(FetchRequest.API, 12, 1, FetchRequest.defaults());
            fetch.next();
            data.limitOpenFiles(0);
            log.delete();
            removeAll();

            assertThat(directory.resolve("topic-0")).doesNotExist();
            assertThat(records(peer.receive(FetchRequest.API, 12, 1))).isEqualTo(expected);
        }
    }

    private void removeAll() throws IOException {
        data.checkpoint();
        while (data.remove()) {
            // Another step.
        }
    }

    @Test
    void recordsThatAreNotInMemoryAreReadByAWorkerFirst() throws Exception {
        makeOld();

        receiveCold(response(slice(0), bytes(5_000), slice(3), slice(BATCHES - 1)));

        if (sendfile) {
            assertThat(readingThreads).containsOnly("reader");
            assertThat(read).contains(0L, 1L << 20, 2L << 20, 3L << 20);
        }
    }

    /// Else the system would do it when the event loop comes there.
    @Test
    void whatFollowsOnRecordsThatAreInMemoryIsReadByAWorker() throws Exception {
        makeOld();
        LogSlice all = slice(0);
        LogSlice first = (LogSlice) log.read(0, log.endOffset(), 2 << 20, true);
        slices.add(first);
        all.release();
        coldFrom = 2 << 20;

        receiveCold(response(first));

        awaitReader();
        if (sendfile) {
            assertThat(readingThreads).containsExactly("reader");
            assertThat(read).containsExactly((long) first.sizeBytes());
        }
    }

    @Test
    void nothingIsReadWhereAllIsInMemory() throws Exception {
        makeOld();
        coldFrom = Long.MAX_VALUE;

        receiveCold(response(slice(0), slice(3)));

        awaitReader();
        if (sendfile) {
            assertThat(readingThreads).isEmpty();
        }
    }

    /// What is behind its last window is nobody's matter before that is sent.
    @Test
    void aReplyThatIsInMemoryWaitsForNoWorker() throws Exception {
        makeOld();
        LogSlice first = (LogSlice) log.read(0, log.endOffset(), (3 << 20) + 1000, true);
        slices.add(first);
        coldFrom = first.sizeBytes();
        CountDownLatch go = new CountDownLatch(1);
        reader.execute(() -> NetworkScene.await(go));

        receiveCold(response(first));

        go.countDown();
    }

    @Test
    void whoAsksForLittleDoesNotHaveTheDiskReadAsLittle() throws Exception {
        makeOld();
        coldFrom = 300_000;
        List<LogSlice> little = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            little.add((LogSlice) log.read(i, i + 1, Integer.MAX_VALUE, true));
        }
        slices.addAll(little);
        read.clear();

        for (LogSlice one : little) {
            FetchResponse response = response(one);
            fetch.from((request, context) -> new Reply.Now<>(response));
            cold = true;
            try (Peer peer = Peer.of(network)) {
                peer.send(FetchRequest.API, 12, 1, FetchRequest.defaults());
                peer.receive(FetchRequest.API, 12, 1);
            }
            awaitReader();
        }

        if (sendfile) {
            assertThat(read).hasSize(2);
        }
    }

    private void awaitReader() throws InterruptedException {
        CountDownLatch done = new CountDownLatch(1);
        reader.execute(done::countDown);
        NetworkScene.await(done);
    }

    @Test
    void fewRecordsThatAreNotInMemoryAreReadByAWorkerFirst() throws Exception {
        RecordBatchBuilder few = new RecordBatchBuilder(Compression.NONE);
        few.append(1, null, ByteBuffer.allocate(100), List.of());
        log.append(new RecordBatch(few.build()), 0);
        makeOld();

        receiveCold(response(slice(BATCHES)));

        if (sendfile) {
            assertThat(readingThreads).startsWith("reader");
        }
    }

    /// A disk may take seconds to give up; the event loop does not have it try again.
    @Test
    void recordsThatAWorkerCannotReadEndTheirConnection() throws Exception {
        makeOld();
        FetchResponse response = response(slice(0));
        readingThreads.clear();
        cold = true;
        unreadable = true;
        fetch.from((request, context) -> new Reply.Now<>(response));

        try (Peer peer = Peer.of(network)) {
            peer.send(FetchRequest.API, 12, 1, FetchRequest.defaults());

            assertThatThrownBy(() -> peer.receive(FetchRequest.API, 12, 1))
                    .isInstanceOf(EOFException.class);
        }
        if (sendfile) {
            assertThat(readingThreads).containsExactly("reader");
        }
    }

    @Test
    void aConnectionThatGoesAwayWhileItsRecordsAreReadReleasesThem() throws Exception {
        makeOld();
        FetchResponse response = response(slice(0), slice(0));
        cold = true;
        CountDownLatch go = new CountDownLatch(1);
        reader.execute(() -> NetworkScene.await(go));
        fetch.from((request, context) -> new Reply.Now<>(response));
        Peer peer = Peer.of(network);
        peer.send(FetchRequest.API, 12, 1, FetchRequest.defaults());
        fetch.next();

        peer.close();
        go.countDown();
    }

    @Test
    void aConnectionThatGoesAwayInTheMiddleReleasesItsSlices() throws Exception {
        fetch.from((request, context) ->
                new Reply.Now<>(response(slice(0), slice(0), slice(0), slice(0))));
        Peer peer = Peer.of(network);
        for (int i = 0; i < 10; i++) {
            peer.send(FetchRequest.API, 12, i, FetchRequest.defaults());
        }
        fetch.next();

        peer.close();
    }

    @Test
    void aReplyThatComesAfterItsConnectionWentReleasesItsSlices() throws Exception {
        Peer peer = Peer.of(network);
        peer.send(FetchRequest.API, 12, 1, FetchRequest.defaults());
        var parked = fetch.next();
        parked.later().onAbandoned(() -> parked.later().complete(response(slice(0))));

        peer.close();
    }

    @Test
    void aResponseThatItsVersionCannotSayReleasesItsSlices() throws Exception {
        fetch.from((request, context) ->
                new Reply.Now<>(response(slice(0)).withSessionId(5).withErrorCode((short) 1)));
        try (Peer peer = Peer.of(network)) {
            peer.send(FetchRequest.API, 4, 1, FetchRequest.defaults());

            assertThat(peer.isClosedByNow()).isTrue();
        }
    }

    /// Has a peer receive a response none of whose files is in memory.
    private void receiveCold(FetchResponse response) throws Exception {
        List<ByteBuffer> expected = records(response);
        readingThreads.clear();
        read.clear();
        cold = true;
        fetch.from((request, context) -> new Reply.Now<>(response));
        try (Peer peer = Peer.of(network)) {
            peer.send(FetchRequest.API, 12, 1, FetchRequest.defaults());

            assertThat(records(peer.receive(FetchRequest.API, 12, 1))).isEqualTo(expected);
        }
    }

    /// What is in the log counts as written by the process before.
    private void makeOld() throws IOException {
        data.close();
        data = DataDirectory.open(directory, files(), Clock.system(), Randomness.seeded(2), "");
        log = data.log("topic-0", new Uuid(1, 2), LogConfig.defaults());
    }

    private LogSlice slice(long offset) {
        try {
            LogSlice slice = (LogSlice) log.read(offset, log.endOffset(), Integer.MAX_VALUE, true);
            slices.add(slice);
            return slice;
        } catch (IOException e) {
            throw new AssertionError("offset " + offset, e);
        }
    }

    private static ByteRecords bytes(int size) {
        ByteBuffer bytes = ByteBuffer.allocate(size);
        while (bytes.hasRemaining()) {
            bytes.put((byte) bytes.position());
        }
        return new ByteRecords(bytes.flip());
    }

    private static FetchResponse response(Records... records) {
        List<FetchResponse.PartitionData> partitions = new ArrayList<>();
        for (Records one : records) {
            partitions.add(
                    FetchResponse.PartitionData.defaults()
                            .withPartitionIndex(partitions.size())
                            .withRecords(one));
        }
        var topic =
                FetchResponse.FetchableTopicResponse.defaults()
                        .withTopic("topic")
                        .withPartitions(partitions);
        return FetchResponse.defaults().withResponses(List.of(topic));
    }

    private static List<ByteBuffer> records(FetchResponse response) throws IOException {
        List<ByteBuffer> all = new ArrayList<>();
        for (var partition : response.responses().getFirst().partitions()) {
            all.add(
                    switch (partition.records()) {
                        case LogSlice slice -> slice.toBytes();
                        case ByteRecords(ByteBuffer bytes) -> bytes;
                        case null, default -> throw new AssertionError(partition);
                    });
        }
        return all;
    }

    /// The machine's files, of which a test says what is in memory, and whether the kernel itself
    /// can read them.
    private LogFiles files() {
        return proxy(LogFiles.class, LogFiles.system());
    }

    private <T> T proxy(Class<T> type, T real) {
        return type.cast(
                Proxy.newProxyInstance(
                        type.getClassLoader(),
                        new Class<?>[] {type},
                        (self, method, arguments) ->
                                switch (method.getName()) {
                                    case "channel" -> sendfile ? call(real, method) : null;
                                    case "isCached" -> !cold || inMemory((Long) arguments[0]);
                                    case "load" -> false;
                                    default -> opened(real, method, arguments);
                                }));
    }

    private boolean inMemory(long position) {
        return position < coldFrom
                || read.stream().anyMatch(from -> from <= position && position < from + (1 << 20));
    }

    private Object opened(Object real, Method method, Object[] arguments) throws Throwable {
        if (method.getName().equals("read")) {
            read.add((Long) arguments[1]);
            readingThreads.add(Thread.currentThread().getName());
            if (unreadable) {
                throw new IOException("a sector of the disk");
            }
        }
        Object result = call(real, method, arguments);
        return result instanceof LogFile file ? proxy(LogFile.class, file) : result;
    }

    private static Object call(Object real, Method method, Object... arguments) throws Throwable {
        try {
            return method.invoke(real, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
