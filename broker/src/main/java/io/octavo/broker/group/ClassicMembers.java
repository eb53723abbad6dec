package io.octavo.broker.group;

import io.octavo.broker.group.ClassicMember.Terms;
import io.octavo.broker.group.consumer.MemberBytes;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.JoinGroupRequest;
import io.octavo.protocol.message.JoinGroupRequest.JoinGroupRequestProtocol;
import io.octavo.protocol.message.JoinGroupResponse;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The members of a classic group, in the order they came; who leads; and who may become one.
final class ClassicMembers {
    /// How many may have an id and not have joined. Who asks for ids without end does not fill the
    /// memory, and who honestly asked before it asks once more.
    static final int PENDING_MAX = 10_000;

    private final Map<String, ClassicMember> members = new LinkedHashMap<>();

    /// Members' ids by `group.instance.id`.
    private final Map<String, String> statics = new HashMap<>();

    /// Who was given an id and has not joined with it yet (KIP-394).
    private final Map<String, Session> pending = new LinkedHashMap<>();

    /// Who has not asked for its assignment in this generation.
    private final Set<String> unsynced = new HashSet<>();

    private final Protocols protocols = new Protocols();
    private @Nullable String leader;

    /// How many wait for the answer to their join.
    private int joining;

    /// About what members, and those who may become some, take of the heap.
    private long bytes;

    Collection<ClassicMember> all() {
        return members.values();
    }

    int size() {
        return members.size();
    }

    boolean isEmpty() {
        return members.isEmpty();
    }

    @Nullable ClassicMember get(String memberId) {
        return members.get(memberId);
    }

    /// The member with this `group.instance.id`.
    @Nullable String withInstance(String instanceId) {
        return statics.get(instanceId);
    }

    /// Null in an empty group.
    @Nullable String leader() {
        return leader;
    }

    boolean isLeader(String memberId) {
        return memberId.equals(leader);
    }

    int joining() {
        return joining;
    }

    /// About what members, and those who may become some, take of the heap.
    long bytes() {
        return bytes;
    }

    boolean isPending(String memberId) {
        return pending.containsKey(memberId);
    }

    /// The session of a member, or of who may become one; null of who is neither.
    @Nullable Session session(String memberId) {
        ClassicMember member = members.get(memberId);
        return member == null ? pending.get(memberId) : member.session();
    }

    Set<String> pending() {
        return pending.keySet();
    }

    /// What they will take once somebody has joined who says this.
    ///
    /// @param before as whom it is known: a member that joins again, or whose place it takes; null
    ///   of who is none
    /// @param id that it has, or will have
    long bytesWith(
            @Nullable ClassicMember before, String id, JoinGroupRequest request, Client client) {
        if (before != null && before.id().equals(id)) {
            return bytes - before.bytes() + before.bytes(Terms.of(request));
        }
        long said = before != null ? before.bytes() : isPending(id) ? MemberBytes.pending(id) : 0;
        long kept = before == null ? 0 : before.assignment().remaining();
        return bytes - said + kept + ClassicMember.bytes(id, request, client);
    }

    /// Whether everybody who is expected has joined.
    boolean allJoined() {
        return members.size() == joining && pending.isEmpty();
    }

    /// Whether somebody may join who says this.
    boolean support(List<JoinGroupRequestProtocol> offered) {
        return protocols.common(offered, members.size());
    }

    /// What a request that claims to come from a member is told.
    ErrorCode check(String memberId, @Nullable String instanceId) {
        if (instanceId != null) {
            String its = statics.get(instanceId);
            if (its == null) {
                return ErrorCode.UNKNOWN_MEMBER_ID;
            }
            if (!its.equals(memberId)) {
                return ErrorCode.FENCED_INSTANCE_ID;
            }
        }
        return members.containsKey(memberId) ? ErrorCode.NONE : ErrorCode.UNKNOWN_MEMBER_ID;
    }

    /// Of too many the oldest is forgotten.
    void addPending(String memberId, Session session) {
        if (pending.size() >= PENDING_MAX) {
            remove(pending.keySet().iterator().next());
        }
        pending.put(memberId, session);
        bytes += MemberBytes.pending(memberId);
    }

    private void removePending(String memberId) {
        Session session = pending.remove(memberId);
        if (session != null) {
            session.end();
            bytes -= MemberBytes.pending(memberId);
        }
    }

    /// The first member leads.
    void add(ClassicMember member) {
        removePending(member.id());
        members.put(member.id(), member);
        bytes += member.bytes();
        protocols.add(member.terms().protocols());
        String instanceId = member.instanceId();
        if (instanceId != null) {
            statics.put(instanceId, member.id());
        }
        if (member.joins()) {
            joining++;
        }
        if (leader == null) {
            leader = member.id();
        }
    }

    /// Forgets a member, or who may become one; what waits for an answer is told that it is none.
    void remove(String memberId) {
        removePending(memberId);
        ClassicMember member = members.get(memberId);
        if (member != null) {
            answerJoin(member, ClassicAnswers.join("", ErrorCode.UNKNOWN_MEMBER_ID));
            member.answerSync(ClassicAnswers.sync(ErrorCode.UNKNOWN_MEMBER_ID));
            forget(member);
            if (memberId.equals(leader)) {
                leader = members.isEmpty() ? null : members.keySet().iterator().next();
            }
        }
    }

    /// Puts a static member's successor in its place. The old one is fenced (KIP-345).
    void replace(ClassicMember old, ClassicMember successor) {
        answerJoin(old, ClassicAnswers.join(old.id(), ErrorCode.FENCED_INSTANCE_ID));
        old.answerSync(ClassicAnswers.sync(ErrorCode.FENCED_INSTANCE_ID));
        boolean wasUnsynced = unsynced.contains(old.id());
        boolean led = old.id().equals(leader);
        forget(old);
        add(successor);
        if (led) {
            leader = successor.id();
        }
        if (wasUnsynced) {
            unsynced.add(successor.id());
        }
    }

    private void forget(ClassicMember member) {
        members.remove(member.id());
        bytes -= member.bytes();
        protocols.remove(member.terms().protocols());
        unsynced.remove(member.id());
        member.session().end();
        String instanceId = member.instanceId();
        if (instanceId != null) {
            statics.remove(instanceId);
        }
    }

    /// Lets a member wait that joins again.
    void rejoin(ClassicMember member, Terms terms, Consumer<JoinGroupResponse> answer) {
        protocols.remove(member.terms().protocols());
        bytes -= member.bytes();
        member.agree(terms);
        bytes += member.bytes();
        protocols.add(terms.protocols());
        if (!member.joins()) {
            joining++;
        }
        member.waitForJoin(answer);
    }

    /// Keeps what the leader gave a member.
    void assign(ClassicMember member, ByteBuffer assignment) {
        bytes += assignment.remaining() - member.assignment().remaining();
        member.assign(assignment);
    }

    void answerJoin(ClassicMember member, JoinGroupResponse response) {
        if (member.joins()) {
            joining--;
            member.answerJoin(response);
        }
    }

    /// Dynamic members that do not wait for the answer to a join.
    List<String> absent() {
        return members.values().stream()
                .filter(member -> !member.joins() && member.instanceId() == null)
                .map(ClassicMember::id)
                .toList();
    }

    /// Makes sure that one leads that has joined.
    ///
    /// @return whether there is one
    boolean electJoined() {
        ClassicMember its = leader == null ? null : members.get(leader);
        if (its == null || !its.joins()) {
            ClassicMember next =
                    members.values().stream().filter(ClassicMember::joins).findFirst().orElse(null);
            if (next == null) {
                return false;
            }
            leader = next.id();
        }
        return true;
    }

    /// Who leads, as a record says.
    void lead(@Nullable String memberId) {
        if (memberId != null && members.containsKey(memberId)) {
            leader = memberId;
        }
    }

    /// The longest that one of them needs to join again.
    int rebalanceTimeoutMs() {
        int longest = 0;
        for (ClassicMember member : members.values()) {
            longest = Math.max(longest, member.terms().rebalanceTimeoutMs());
        }
        return longest;
    }

    /// The protocol for all of them.
    String protocol() {
        return Protocols.chosen(
                members.values().stream().map(member -> member.terms().protocols()).toList());
    }

    /// The protocol for all of them, if one of them said something else.
    String protocolWith(String memberId, Terms terms) {
        List<List<JoinGroupRequestProtocol>> lists = new ArrayList<>(members.size());
        for (ClassicMember member : members.values()) {
            lists.add((member.id().equals(memberId) ? terms : member.terms()).protocols());
        }
        return Protocols.chosen(lists);
    }

    /// From now on all of them are expected to sync.
    void expectSyncs() {
        unsynced.clear();
        unsynced.addAll(members.keySet());
    }

    void synced(String memberId) {
        unsynced.remove(memberId);
    }

    /// Nobody is expected to sync.
    void expectNoSyncs() {
        unsynced.clear();
    }

    Set<String> unsynced() {
        return unsynced;
    }
}
