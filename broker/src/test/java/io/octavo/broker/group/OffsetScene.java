package io.octavo.broker.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.broker.cluster.Topic;
import io.octavo.broker.replica.TestBroker;
import io.octavo.broker.shard.Shards;
import io.octavo.ports.ManualLoop;
import io.octavo.ports.Randomness;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.OffsetCommitRequest;
import io.octavo.protocol.message.OffsetCommitRequest.OffsetCommitRequestPartition;
import io.octavo.protocol.message.OffsetCommitRequest.OffsetCommitRequestTopic;
import io.octavo.protocol.message.OffsetCommitResponse;
import io.octavo.protocol.message.OffsetFetchRequest.OffsetFetchRequestGroup;
import io.octavo.protocol.message.OffsetFetchRequest.OffsetFetchRequestTopics;
import io.octavo.protocol.message.OffsetFetchResponse.OffsetFetchResponseGroup;
import io.octavo.protocol.message.OffsetFetchResponse.OffsetFetchResponsePartitions;
import io.octavo.protocol.wire.Uuid;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The groups of one broker over a real log, on virtual time. Its topics are `t` and `u`, each of
/// three partitions.
public final class OffsetScene implements AutoCloseable {
    static final int NEWEST = 10;
    static final int BY_NAME = 9;

    private final Path root;
    private final GroupConfig config;
    private TestBroker broker;
    private ManualLoop loop;
    private Shards<GroupShard> shards;
    private Groups groups;

    public OffsetScene(Path root) throws IOException {
        this(root, GroupConfig.defaults());
    }

    OffsetScene(Path root, GroupConfig config) throws IOException {
        this.root = root;
        this.config = config;
        broker = new TestBroker(root);
        broker.create("t", 3);
        broker.create("u", 3);
        broker.create(Groups.TOPIC, 1, "cleanup.policy", "compact");
        loop = new ManualLoop(broker.clock());
        GroupContext context = newContext();
        shards = shards(context);
        groups = new Groups(context, shards);
        shards.follow();
        run();
    }

    /// As a new process over the same data.
    public void restart() throws IOException {
        restartUnloaded();
        run();
    }

    /// The same, when the wall clock says so much more than when the scene began.
    void restartAfter(long ms) throws IOException {
        restartUnloaded(ms);
        run();
    }

    /// The same as at the beginning, which has not read anything yet.
    void restartUnloaded() throws IOException {
        restartUnloaded(0);
    }

    private void restartUnloaded(long afterMs) throws IOException {
        List<Topic> topics = new ArrayList<>(broker.view().topics().values());
        broker.close();
        broker = new TestBroker(root);
        broker.clock().jumpWallMs(afterMs);
        topics.forEach(broker::restore);
        loop = new ManualLoop(broker.clock());
        GroupContext context = newContext();
        shards = shards(context);
        groups = new Groups(context, shards);
        shards.follow();
        loop.run();
    }

    private Shards<GroupShard> shards(GroupContext context) {
        return new Shards<>(
                Groups.TOPIC,
                broker.partitions(),
                loop,
                broker.worker(),
                broker.clock(),
                () -> new GroupShard(context));
    }

    private GroupContext newContext() {
        return new GroupContext(
                () -> config,
                () -> broker.view(),
                broker.clock(),
                Randomness.seeded(1),
                TestShard.MUCH_MEMORY);
    }

    public TestBroker broker() {
        return broker;
    }

    public Groups groups() {
        return groups;
    }

    /// Runs what is due on the groups' loop alone.
    void runLoop() {
        loop.run();
    }

    /// Runs whatever is due.
    public void run() {
        for (int i = 0; i < 4; i++) {
            loop.run();
            broker.worker().run();
        }
    }

    void advanceMs(long ms) {
        broker.clock().advanceMs(ms);
        run();
    }

    long nowMs() {
        return broker.clock().wallMs();
    }

    GroupShard shard() {
        AtomicReference<@Nullable GroupShard> found = new AtomicReference<>();
        shards.each(found::set, _ -> {});
        loop.run();
        GroupShard shard = found.get();
        if (shard == null) {
            throw new AssertionError("no shard is served");
        }
        return shard;
    }

    @Nullable Group group(String id) {
        return shard().group(id);
    }

    /// Makes a group that has members.
    FakeGroup members(String id, String... subscriptions) {
        FakeGroup group = new FakeGroup(id);
        group.protocolType = "consumer";
        group.empty = false;
        group.agesFrom = Long.MAX_VALUE;
        group.subscriptions.addAll(List.of(subscriptions));
        shard().put(group);
        return group;
    }

    /// The end of the groups' log: what was written shows in it.
    long written() {
        return broker.log(Groups.TOPIC, 0).endOffset();
    }

    /// What is answered.
    <R> R ask(Consumer<Consumer<R>> question) {
        AtomicReference<@Nullable R> answer = new AtomicReference<>();
        question.accept(given -> assertThat(answer.getAndSet(given)).isNull());
        run();
        R given = answer.get();
        if (given == null) {
            throw new AssertionError("no answer");
        }
        return given;
    }

    OffsetCommitResponse commit(OffsetCommitRequest request, int version) {
        return ask(answer -> groups.commitOffsets(request, client(version), answer));
    }

    /// Commits as somebody who is no member.
    ErrorCode commit(String group, String topic, int partition, long offset) {
        return error(commit(request(group, topic, partition, offset), BY_NAME));
    }

    static ErrorCode error(OffsetCommitResponse response) {
        return ErrorCode.of(response.topics().getFirst().partitions().getFirst().errorCode());
    }

    static Client client(int version) {
        return new Client("client", "/127.0.0.1", version);
    }

    static OffsetCommitRequest request(String group, String topic, int partition, long offset) {
        return OffsetCommitRequest.defaults()
                .withGroupId(group)
                .withTopics(
                        List.of(
                                new OffsetCommitRequestTopic(
                                        topic,
                                        Uuid.ZERO,
                                        List.of(
                                                new OffsetCommitRequestPartition(
                                                        partition, offset, 5, "note")))));
    }

    OffsetFetchResponseGroup fetch(OffsetFetchRequestGroup wanted, int version) {
        return ask(answer -> groups.fetchOffsets(wanted, version, answer));
    }

    /// What a group has committed in a partition, as clients see it.
    OffsetFetchResponsePartitions fetch(String group, String topic, int partition) {
        OffsetFetchResponseGroup answer =
                fetch(wanted(group, topic, Uuid.ZERO, partition), BY_NAME);
        return answer.topics().getFirst().partitions().getFirst();
    }

    static OffsetFetchRequestGroup wanted(String group, String topic, Uuid id, int partition) {
        return OffsetFetchRequestGroup.defaults()
                .withGroupId(group)
                .withTopics(List.of(new OffsetFetchRequestTopics(topic, id, List.of(partition))));
    }

    /// The offset alone; -1 where there is none.
    long offset(String group, String topic, int partition) {
        return fetch(group, topic, partition).committedOffset();
    }

    @Override
    public void close() throws IOException {
        broker.close();
    }
}
