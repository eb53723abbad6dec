package io.octavo.broker.group;

import io.octavo.broker.group.consumer.ConsumerMember;
import io.octavo.broker.group.consumer.ConsumerProtocol;
import io.octavo.broker.group.consumer.ConsumerState;
import io.octavo.broker.group.consumer.Coordination;
import io.octavo.broker.group.consumer.Current;
import io.octavo.broker.group.consumer.Draft;
import io.octavo.broker.group.consumer.MemberState;
import io.octavo.broker.group.consumer.Outcome;
import io.octavo.broker.group.consumer.Surroundings;
import io.octavo.broker.shard.Write;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.ConsumerGroupMemberMetadataValue;
import io.octavo.protocol.message.ConsumerGroupMemberMetadataValue.ClassicMemberMetadata;
import io.octavo.protocol.message.ConsumerGroupMemberMetadataValue.ClassicProtocol;
import io.octavo.protocol.message.ConsumerProtocolSubscription;
import io.octavo.protocol.message.HeartbeatRequest;
import io.octavo.protocol.message.HeartbeatResponse;
import io.octavo.protocol.message.JoinGroupRequest;
import io.octavo.protocol.message.JoinGroupResponse;
import io.octavo.protocol.message.LeaveGroupRequest;
import io.octavo.protocol.message.LeaveGroupRequest.MemberIdentity;
import io.octavo.protocol.message.LeaveGroupResponse;
import io.octavo.protocol.message.LeaveGroupResponse.MemberResponse;
import io.octavo.protocol.message.SyncGroupRequest;
import io.octavo.protocol.message.SyncGroupResponse;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What members of a consumer group ask who still speak the classic protocol. None of them leads:
/// the coordinator assigns. Whenever a member has to take a step it is told that a rebalance is
/// going on, joins again, which is the step, and is told by its sync what it has.
final class ClassicCalls {
    /// From this version on a member is given its id before it may join (KIP-394).
    private static final int ID_REQUIRED_FROM = 4;

    /// How many ids are remembered that were given to somebody who has not joined yet.
    private static final int GIVEN_MAX = 100;

    private final ConsumerGroup group;

    /// Those ids, the oldest first.
    private final Set<String> given = new LinkedHashSet<>();

    ClassicCalls(ConsumerGroup group) {
        this.group = group;
    }

    Write join(JoinGroupRequest request, Client client, Consumer<JoinGroupResponse> answer) {
        ConsumerState state = group.committedState();
        boolean named = !request.memberId().isEmpty();
        String id = named ? request.memberId() : group.newMemberId();
        if (state.size() >= group.config().membersMax() && state.member(id) == null) {
            return refuse(ErrorCode.GROUP_MAX_SIZE_REACHED, answer);
        }
        ConsumerProtocolSubscription subscription =
                isSupported(request, state)
                        ? ConsumerProtocol.subscription(request.protocols().getFirst().metadata())
                        : null;
        if (subscription == null) {
            return refuse(ErrorCode.INCONSISTENT_GROUP_PROTOCOL, answer);
        }
        if (!named
                && request.groupInstanceId() == null
                && client.apiVersion() >= ID_REQUIRED_FROM) {
            return Write.answer(() -> {
                give(id);
                answer.accept(ClassicAnswers.join(id, ErrorCode.MEMBER_ID_REQUIRED));
            });
        }
        if (state.member(id) == null && !subscription.ownedPartitions().isEmpty()) {
            return refuse(forgotten(id, named), answer);
        }
        Surroundings now = group.surroundings();
        Coordination coordination = new Coordination(group.id(), state, now);
        ConsumerGroupMemberMetadataValue said = said(id, request, subscription, client);
        Outcome.Refused problem =
                coordination.joinClassic(
                        id,
                        named,
                        said,
                        ConsumerProtocol.owned(subscription, now.view()),
                        group.isBehind(now));
        if (problem != null) {
            return refuse(problem.error(), answer);
        }
        Draft draft = coordination.draft();
        Write write =
                new Write(
                        draft.records(),
                        () -> {
                            group.become(draft, now.view());
                            given.remove(id);
                            // Its session is as long as it said just now.
                            group.sessions().heard(id);
                            group.sessions().limit(id, said.rebalanceTimeoutMs());
                            answer.accept(joined(draft.state().member(id), id, request));
                        },
                        error -> {
                            group.sessions().heardAgain(id);
                            answer.accept(ClassicAnswers.join("", error));
                        });
        boolean isNew = group.isNew(id, request.groupInstanceId());
        return group.memory()
                .ifThereIsRoom(group.committedState(), draft, now.view(), isNew, write);
    }

    /// Who was forgotten meanwhile, and does not know it, must not bring back what it had. It is
    /// told so once; if it comes back as somebody new and still says that it has something, by an
    /// error behind which clients let go of it: franz-go after any that it does not know there,
    /// librdkafka after this one.
    private ErrorCode forgotten(String id, boolean named) {
        return named && !given.contains(id)
                ? ErrorCode.UNKNOWN_MEMBER_ID
                : ErrorCode.ILLEGAL_GENERATION;
    }

    private void give(String id) {
        given.add(id);
        if (given.size() > GIVEN_MAX) {
            given.remove(given.iterator().next());
        }
    }

    /// Whether all members that speak the classic protocol support one of those that are offered.
    private static boolean isSupported(JoinGroupRequest request, ConsumerState state) {
        List<ClassicMemberMetadata> others = new ArrayList<>();
        for (ConsumerMember member : state.members()) {
            ClassicMemberMetadata its = member.classic();
            if (its != null) {
                others.add(its);
            }
        }
        return request.protocolType().equals(ConsumerProtocol.TYPE)
                && request.protocols().stream()
                        .anyMatch(offered ->
                                others.stream().allMatch(other -> supports(other, offered.name())));
    }

    private static boolean supports(ClassicMemberMetadata member, String protocol) {
        return member.supportedProtocols().stream()
                .anyMatch(supported -> supported.name().equals(protocol));
    }

    private ConsumerGroupMemberMetadataValue said(
            String id,
            JoinGroupRequest request,
            ConsumerProtocolSubscription subscription,
            Client client) {
        ConsumerMember before = group.committedState().member(id);
        List<ClassicProtocol> protocols =
                Protocols.distinct(request.protocols()).stream()
                        .map(protocol -> new ClassicProtocol(protocol.name(), protocol.metadata()))
                        .toList();
        return new ConsumerGroupMemberMetadataValue(
                request.groupInstanceId(),
                subscription.rackId(),
                client.id(),
                client.host(),
                List.copyOf(new TreeSet<>(subscription.topics())),
                null,
                request.rebalanceTimeoutMs() < 0
                        ? request.sessionTimeoutMs()
                        : request.rebalanceTimeoutMs(),
                before == null ? null : before.metadata().serverAssignor(),
                new ClassicMemberMetadata(request.sessionTimeoutMs(), protocols));
    }

    private static JoinGroupResponse joined(
            @Nullable ConsumerMember member, String id, JoinGroupRequest request) {
        return new JoinGroupResponse(
                0,
                ErrorCode.NONE.code(),
                member == null ? -1 : member.current().epoch(),
                ConsumerProtocol.TYPE,
                request.protocols().getFirst().name(),
                "",
                false,
                id,
                List.of());
    }

    Write sync(SyncGroupRequest request, Consumer<SyncGroupResponse> answer) {
        return Write.answer(() -> {
            ErrorCode error =
                    problem(request.memberId(), request.groupInstanceId(), request.generationId());
            ConsumerMember member = group.committedState().member(request.memberId());
            ClassicMemberMetadata classic = member == null ? null : member.classic();
            if (error != ErrorCode.NONE || member == null || classic == null) {
                answer.accept(ClassicAnswers.sync(error));
                return;
            }
            ClassicProtocol protocol = classic.supportedProtocols().getFirst();
            String type = request.protocolType();
            String name = request.protocolName();
            // While the group was a classic one, another of its protocols may have been chosen.
            if ((type != null && !type.equals(ConsumerProtocol.TYPE))
                    || (name != null && !supports(classic, name))) {
                answer.accept(ClassicAnswers.sync(ErrorCode.INCONSISTENT_GROUP_PROTOCOL));
            } else if (isBehind(member)
                    && member.current().state() != MemberState.UNREVOKED_PARTITIONS) {
                group.sessions().limitIfNone(member.id(), member.metadata().rebalanceTimeoutMs());
                answer.accept(ClassicAnswers.sync(ErrorCode.REBALANCE_IN_PROGRESS));
            } else {
                group.sessions().unlimited(member.id());
                group.sessions().heard(member.id());
                answer.accept(
                        new SyncGroupResponse(
                                0,
                                ErrorCode.NONE.code(),
                                type,
                                name,
                                ConsumerProtocol.assigned(
                                        member.current().assigned(),
                                        protocol.metadata(),
                                        group.surroundings().view())));
            }
        });
    }

    Write heartbeat(HeartbeatRequest request, Consumer<HeartbeatResponse> answer) {
        return Write.answer(() -> {
            ErrorCode error =
                    problem(request.memberId(), request.groupInstanceId(), request.generationId());
            ConsumerMember member = group.committedState().member(request.memberId());
            if (error == ErrorCode.NONE && member != null) {
                group.sessions().heard(member.id());
                if (isToJoin(member)) {
                    group.sessions()
                            .limitIfNone(member.id(), member.metadata().rebalanceTimeoutMs());
                    error = ErrorCode.REBALANCE_IN_PROGRESS;
                }
            }
            answer.accept(ClassicAnswers.heartbeat(error));
        });
    }

    private boolean isBehind(ConsumerMember member) {
        return member.current().epoch() < group.committedState().targetEpoch();
    }

    /// Whether there is a step that a member can take. Where no other kind of members is left, it
    /// is a join that has the target of a new epoch computed.
    private boolean isToJoin(ConsumerMember member) {
        Current current = member.current();
        return isBehind(member)
                || isTargetDue()
                || current.state() == MemberState.UNREVOKED_PARTITIONS
                || (current.state() == MemberState.UNRELEASED_PARTITIONS && !waits(member));
    }

    private boolean isTargetDue() {
        return new Coordination(group.id(), group.committedState(), group.surroundings())
                .isTargetDue();
    }

    /// Whether others still have something of what a member should have.
    private boolean waits(ConsumerMember member) {
        ConsumerState state = group.committedState();
        return state.target(member.id()).entrySet().stream()
                .anyMatch(topic ->
                        topic.getValue().stream()
                                .map(partition -> state.owner(topic.getKey(), partition))
                                .anyMatch(owner -> owner != null && !owner.equals(member.id())));
    }

    /// What somebody is told who says that it is a member.
    private ErrorCode problem(String memberId, @Nullable String instanceId, int generation) {
        ConsumerState state = group.committedState();
        ConsumerMember member =
                instanceId == null ? state.member(memberId) : state.instance(instanceId);
        if (member == null) {
            return ErrorCode.UNKNOWN_MEMBER_ID;
        }
        if (!member.id().equals(memberId)) {
            return ErrorCode.FENCED_INSTANCE_ID;
        }
        if (member.classic() == null) {
            return ErrorCode.UNKNOWN_MEMBER_ID;
        }
        return member.current().epoch() == generation
                ? ErrorCode.NONE
                : ErrorCode.ILLEGAL_GENERATION;
    }

    Write leave(LeaveGroupRequest request, Consumer<LeaveGroupResponse> answer) {
        Set<String> leaving = new LinkedHashSet<>();
        List<MemberResponse> responses = new ArrayList<>(request.members().size());
        for (MemberIdentity its : request.members()) {
            responses.add(
                    new MemberResponse(
                            its.memberId(), its.groupInstanceId(), left(its, leaving).code()));
        }
        Draft draft =
                new Coordination(group.id(), group.committedState(), group.surroundings())
                        .fence(leaving);
        return new Write(
                draft.records(),
                () -> {
                    group.becomeWithout(draft);
                    answer.accept(LeaveGroupResponse.defaults().withMembers(responses));
                },
                error -> answer.accept(ClassicAnswers.leave(error)));
    }

    /// @param leaving takes up who may leave
    private ErrorCode left(MemberIdentity identity, Set<String> leaving) {
        String instanceId = identity.groupInstanceId();
        ConsumerState state = group.committedState();
        ConsumerMember member =
                instanceId == null ? state.member(identity.memberId()) : state.instance(instanceId);
        if (member == null) {
            return ErrorCode.UNKNOWN_MEMBER_ID;
        }
        // Tools name a static member by its instance id alone.
        boolean meant =
                member.id().equals(identity.memberId())
                        || (instanceId != null && identity.memberId().isEmpty());
        if (!meant) {
            return ErrorCode.FENCED_INSTANCE_ID;
        }
        leaving.add(member.id());
        return ErrorCode.NONE;
    }

    private static Write refuse(ErrorCode error, Consumer<JoinGroupResponse> answer) {
        return Write.answer(() -> answer.accept(ClassicAnswers.join("", error)));
    }
}
