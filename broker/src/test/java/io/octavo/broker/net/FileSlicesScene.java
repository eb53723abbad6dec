package io.octavo.broker.net;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octavo.log.DataDirectory;
import io.octavo.log.Log;
import io.octavo.log.LogConfig;
import io.octavo.log.LogFile;
import io.octavo.log.LogFiles;
import io.octavo.log.LogSlice;
import io.octavo.ports.Clock;
import io.octavo.ports.Randomness;
import io.octavo.ports.SystemLoop;
import io.octavo.protocol.message.FetchRequest;
import io.octavo.protocol.message.FetchResponse;
import io.octavo.protocol.record.Compression;
import io.octavo.protocol.record.RecordBatch;
import io.octavo.protocol.record.RecordBatchBuilder;
import io.octavo.protocol.wire.ByteRecords;
import io.octavo.protocol.wire.Records;
import io.octavo.protocol.wire.Uuid;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// A network whose replies have records from a real log, in files of which a test says what is in
/// memory.
abstract class FileSlicesScene {
    /// More than is removed in one step.
    static final int BATCHES = 50;

    static final int VALUE_BYTES = 100_000;

    final Transport transport;
    final boolean sendfile;
    final Calls<FetchRequest, FetchResponse> fetch = Calls.parking(FetchRequest.API);
    final List<LogSlice> slices = new ArrayList<>();
    final SystemLoop reader =
            new SystemLoop(
                    "reader",
                    cause -> {
                        throw new AssertionError(cause);
                    });

    /// Whether no file is in memory where the reader has not read it.
    volatile boolean cold;

    volatile boolean unreadable;

    /// Of a file, what was in memory before.
    volatile long coldFrom;

    final Set<Long> read = ConcurrentHashMap.newKeySet();
    final Queue<String> readingThreads = new ConcurrentLinkedQueue<>();

    @TempDir Path directory;

    DataDirectory data;
    Log log;
    Network network;

    FileSlicesScene(Transport transport, boolean sendfile) {
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

    LogSlice slice(long offset) {
        try {
            LogSlice slice = (LogSlice) log.read(offset, log.endOffset(), Integer.MAX_VALUE, true);
            slices.add(slice);
            return slice;
        } catch (IOException e) {
            throw new AssertionError("offset " + offset, e);
        }
    }

    static ByteRecords bytes(int size) {
        ByteBuffer bytes = ByteBuffer.allocate(size);
        while (bytes.hasRemaining()) {
            bytes.put((byte) bytes.position());
        }
        return new ByteRecords(bytes.flip());
    }

    static FetchResponse response(Records... records) {
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

    static List<ByteBuffer> records(FetchResponse response) throws IOException {
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
    LogFiles files() {
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

    static Object call(Object real, Method method, Object... arguments) throws Throwable {
        try {
            return method.invoke(real, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
