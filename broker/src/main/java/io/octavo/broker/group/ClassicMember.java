package io.octavo.broker.group;

import io.octavo.broker.group.consumer.MemberBytes;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.GroupMetadataValue.MemberMetadata;
import io.octavo.protocol.message.JoinGroupRequest;
import io.octavo.protocol.message.JoinGroupRequest.JoinGroupRequestProtocol;
import io.octavo.protocol.message.JoinGroupResponse;
import io.octavo.protocol.message.SyncGroupResponse;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A member of a classic group.
final class ClassicMember {
    static final ByteBuffer NO_BYTES = ByteBuffer.allocate(0).asReadOnlyBuffer();

    private final String id;
    private final @Nullable String instanceId;
    private final String clientId;
    private final String clientHost;
    private final Session session;

    /// Read by other threads too.
    private volatile Terms terms;

    private ByteBuffer assignment = NO_BYTES;

    /// Who waits for the answer, while one does.
    private @Nullable Consumer<JoinGroupResponse> join;

    private @Nullable Consumer<SyncGroupResponse> sync;

    /// Whether it waits for the answer to its first join: it may not know its id yet.
    private boolean unborn;

    /// What a member says when it joins.
    ///
    /// @param protocols by preference, no name twice
    record Terms(
            int rebalanceTimeoutMs,
            int sessionTimeoutMs,
            List<JoinGroupRequestProtocol> protocols) {
        static Terms of(JoinGroupRequest request) {
            return new Terms(
                    request.rebalanceTimeoutMs(),
                    request.sessionTimeoutMs(),
                    Protocols.distinct(request.protocols()));
        }

        long bytes() {
            long bytes = 0;
            for (JoinGroupRequestProtocol protocol : protocols) {
                bytes += MemberBytes.protocol(protocol.name(), protocol.metadata());
            }
            return bytes;
        }
    }

    ClassicMember(
            String id, @Nullable String instanceId, Client client, Terms terms, Session session) {
        this(id, instanceId, client.id(), client.host(), terms, session);
    }

    private ClassicMember(
            String id,
            @Nullable String instanceId,
            String clientId,
            String clientHost,
            Terms terms,
            Session session) {
        this.id = id;
        this.instanceId = instanceId;
        this.clientId = clientId;
        this.clientHost = clientHost;
        this.terms = terms;
        this.session = session;
    }

    /// A member as a record has it: of its protocols only the one that was chosen is known.
    static ClassicMember loaded(MemberMetadata member, String protocol, Session session) {
        int rebalanceTimeoutMs =
                member.rebalanceTimeout() < 0 ? member.sessionTimeout() : member.rebalanceTimeout();
        JoinGroupRequestProtocol known =
                new JoinGroupRequestProtocol(protocol, member.subscription());
        ClassicMember loaded =
                new ClassicMember(
                        member.memberId(),
                        member.groupInstanceId(),
                        member.clientId(),
                        member.clientHost(),
                        new Terms(rebalanceTimeoutMs, member.sessionTimeout(), List.of(known)),
                        session);
        loaded.assignment = member.assignment();
        return loaded;
    }

    String id() {
        return id;
    }

    /// Null unless it is a static member (KIP-345).
    @Nullable String instanceId() {
        return instanceId;
    }

    String clientId() {
        return clientId;
    }

    String clientHost() {
        return clientHost;
    }

    Session session() {
        return session;
    }

    Terms terms() {
        return terms;
    }

    /// About what it takes of the heap.
    long bytes() {
        return bytes(terms);
    }

    /// What it would take if it said this.
    long bytes(Terms said) {
        return MemberBytes.member(id, instanceId, clientId, clientHost)
                + said.bytes()
                + assignment.remaining();
    }

    /// What somebody would take who comes and says this.
    static long bytes(String id, JoinGroupRequest request, Client client) {
        return MemberBytes.member(id, request.groupInstanceId(), client.id(), client.host())
                + Terms.of(request).bytes();
    }

    void agree(Terms terms) {
        this.terms = terms;
    }

    /// What it said with a protocol that it supports.
    ByteBuffer metadata(String protocol) {
        for (JoinGroupRequestProtocol known : terms.protocols()) {
            if (known.name().equals(protocol)) {
                return known.metadata();
            }
        }
        throw new IllegalArgumentException(id + " does not support " + protocol);
    }

    /// What the leader gave it; empty before.
    ByteBuffer assignment() {
        return assignment;
    }

    /// Once it is a member, by [ClassicMembers#assign].
    void assign(ByteBuffer assignment) {
        this.assignment = assignment;
    }

    boolean isUnborn() {
        return unborn;
    }

    void markUnborn(boolean unborn) {
        this.unborn = unborn;
    }

    boolean joins() {
        return join != null;
    }

    boolean syncs() {
        return sync != null;
    }

    /// Whether it lives for sure, because it waits for us.
    boolean isHeard() {
        return !unborn && (joins() || syncs());
    }

    /// Lets its join wait. One that waits already was given up by the client, and is told to ask
    /// again.
    void waitForJoin(Consumer<JoinGroupResponse> answer) {
        answerJoin(ClassicAnswers.join(id, ErrorCode.REBALANCE_IN_PROGRESS));
        join = answer;
    }

    /// Lets its sync wait, as [#waitForJoin].
    void waitForSync(Consumer<SyncGroupResponse> answer) {
        answerSync(ClassicAnswers.sync(ErrorCode.REBALANCE_IN_PROGRESS));
        sync = answer;
    }

    /// Answers its join.
    ///
    /// @return whether one waited
    boolean answerJoin(JoinGroupResponse response) {
        Consumer<JoinGroupResponse> answer = join;
        join = null;
        if (answer != null) {
            answer.accept(response);
        }
        return answer != null;
    }

    /// Answers its sync.
    ///
    /// @return whether one waited
    boolean answerSync(SyncGroupResponse response) {
        Consumer<SyncGroupResponse> answer = sync;
        sync = null;
        if (answer != null) {
            answer.accept(response);
        }
        return answer != null;
    }
}
