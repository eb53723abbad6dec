package io.octavo.broker.group;

import io.octavo.broker.group.consumer.ConsumerGroupConfig;
import io.octavo.broker.group.consumer.ConsumerMember;
import io.octavo.broker.group.consumer.ConsumerProtocol;
import io.octavo.broker.group.consumer.ConsumerState;
import io.octavo.broker.group.consumer.Conversion;
import io.octavo.broker.group.consumer.Draft;
import io.octavo.broker.group.consumer.HeartbeatRules;
import io.octavo.broker.shard.ShardRecord;
import io.octavo.broker.shard.Write;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.ConsumerGroupHeartbeatRequest;
import io.octavo.protocol.message.ConsumerGroupHeartbeatResponse;
import io.octavo.protocol.message.ConsumerGroupMemberMetadataValue.ClassicMemberMetadata;
import io.octavo.protocol.message.ConsumerGroupMemberMetadataValue.ClassicProtocol;
import io.octavo.protocol.message.GroupMetadataValue;
import io.octavo.protocol.message.GroupMetadataValue.MemberMetadata;
import io.octavo.protocol.message.JoinGroupRequest.JoinGroupRequestProtocol;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// From one protocol to the other while members are there, for consumers who are updated one after
/// another: the first that speaks the new protocol makes the group a consumer group, the last that
/// leaves makes it a classic one.
final class Migration {
    private static final int RETRY_MS = 1_000;

    private Migration() {}

    /// A member that speaks the new protocol comes to a classic group. One that thinks it is in it
    /// slept while the others made it classic: where it may join, it is told that it is unknown, so
    /// that it does.
    static Write upgrade(
            ClassicGroup classic,
            ConsumerGroupHeartbeatRequest request,
            Client client,
            Consumer<ConsumerGroupHeartbeatResponse> answer) {
        GroupContext context = classic.context();
        ConsumerGroupConfig config = context.config().get().consumer(classic.id());
        String problem =
                request.memberEpoch() < 0
                        ? "a member that leaves cannot do so"
                        : upgradeProblem(classic, config);
        Draft converted = null;
        if (problem == null) {
            Conversion conversion =
                    new Conversion(classic.id(), classic.generation(), context.view().get());
            classic.members().all().forEach(member -> conversion.add(converted(member)));
            converted = conversion.draft();
            problem = converted == null ? "its members use an assignor of their own" : null;
        }
        if (problem != null || converted == null) {
            return refuseUpgrade(classic, problem, answer);
        }
        if (request.memberEpoch() != HeartbeatRules.JOIN) {
            return refuse(
                    answer,
                    ErrorCode.UNKNOWN_MEMBER_ID,
                    "Member " + request.memberId() + " is not a member of the group.");
        }
        ConsumerGroup group = new ConsumerGroup(classic.id(), classic.shard(), converted.state());
        Write heartbeat = group.heartbeat(request, client, answer);
        if (heartbeat.records().isEmpty()) {
            return heartbeat;
        }
        List<ShardRecord> records = new ArrayList<>(classic.tombstones());
        records.addAll(converted.records());
        records.addAll(heartbeat.records());
        Write upgrade =
                new Write(
                        records,
                        () -> {
                            classic.end(
                                    ErrorCode.REBALANCE_IN_PROGRESS,
                                    "a consumer group from now on");
                            classic.shard().put(group);
                            group.begin();
                            heartbeat.committed().run();
                        },
                        heartbeat.failed());
        return upgrade.isTooLarge()
                ? refuseUpgrade(classic, "its members say too much for one write", answer)
                : upgrade;
    }

    private static Write refuseUpgrade(
            ClassicGroup classic,
            @Nullable String problem,
            Consumer<ConsumerGroupHeartbeatResponse> answer) {
        return refuse(
                answer,
                ErrorCode.GROUP_ID_NOT_FOUND,
                "Cannot upgrade classic group " + classic.id() + " because " + problem + ".");
    }

    private static Write refuse(
            Consumer<ConsumerGroupHeartbeatResponse> answer, ErrorCode error, String message) {
        return Write.answer(() ->
                answer.accept(
                        ConsumerGroupHeartbeatResponse.defaults()
                                .withErrorCode(error.code())
                                .withErrorMessage(message)));
    }

    private static @Nullable String upgradeProblem(
            ClassicGroup classic, ConsumerGroupConfig config) {
        if (!config.migrationPolicy().upgrades()) {
            return "online upgrade is disabled";
        }
        if (!classic.protocolType().equals(ConsumerProtocol.TYPE)) {
            return "the group does not use the consumer embedded protocol";
        }
        return classic.members().size() > config.membersMax()
                ? "the group size exceeds the consumer group maximum size"
                : null;
    }

    private static Conversion.Member converted(ClassicMember member) {
        List<ClassicProtocol> protocols =
                member.terms().protocols().stream()
                        .map(protocol -> new ClassicProtocol(protocol.name(), protocol.metadata()))
                        .toList();
        return new Conversion.Member(
                member.id(),
                member.instanceId(),
                member.clientId(),
                member.clientHost(),
                member.terms().rebalanceTimeoutMs(),
                new ClassicMemberMetadata(member.terms().sessionTimeoutMs(), protocols),
                member.assignment());
    }

    /// Whether only members are left who speak the classic protocol, and they may be a classic
    /// group.
    static boolean isDowngradeWanted(ConsumerGroup group) {
        ConsumerState state = group.committedState();
        return state.size() > 0
                && group.config().migrationPolicy().downgrades()
                && state.size() <= group.shard().context().config().get().membersMax()
                && state.members().stream().allMatch(member -> member.classic() != null);
    }

    /// Makes a consumer group a classic one, which rebalances at once. What is written has no
    /// members: should the coordinator die before the rebalance ends, the next one has all of them
    /// join anew, and nothing that nobody has is left to nobody.
    static Write downgrade(ConsumerGroup group) {
        GroupShard shard = group.shard();
        if (!isDowngradeWanted(group) || shard.group(group.id()) != group) {
            return Write.nothing();
        }
        GroupMetadataValue value = classic(group);
        List<ShardRecord> records = new ArrayList<>(group.tombstones());
        records.add(
                ClassicRecords.of(
                        group.id(),
                        ClassicRecords.empty(
                                value.protocolType(),
                                value.generation(),
                                value.currentStateTimestamp())));
        return new Write(
                records,
                () -> {
                    group.end();
                    ClassicGroup classic = ClassicGroup.loaded(shard, group.id(), value);
                    shard.put(classic);
                    classic.begin();
                    classic.rebalance("a classic group from now on");
                },
                _ -> shard.turns().schedule(group.id(), RETRY_MS, () -> downgrade(group)));
    }

    private static GroupMetadataValue classic(ConsumerGroup group) {
        ConsumerState state = group.committedState();
        List<List<JoinGroupRequestProtocol>> offered = new ArrayList<>();
        state.members().forEach(member -> offered.add(protocols(member)));
        String protocol = Protocols.chosen(offered);
        List<MemberMetadata> members = new ArrayList<>(state.size());
        for (ConsumerMember member : state.members()) {
            ClassicMemberMetadata classic = Objects.requireNonNull(member.classic());
            JoinGroupRequestProtocol its =
                    protocols(member).stream()
                            .filter(one -> one.name().equals(protocol))
                            .findFirst()
                            .orElseThrow();
            members.add(
                    new MemberMetadata(
                            member.id(),
                            member.instanceId(),
                            member.metadata().clientId(),
                            member.metadata().clientHost(),
                            member.metadata().rebalanceTimeoutMs(),
                            classic.sessionTimeoutMs(),
                            its.metadata(),
                            ConsumerProtocol.assigned(
                                    member.current().assigned(),
                                    its.metadata(),
                                    group.surroundings().view())));
        }
        return new GroupMetadataValue(
                ConsumerProtocol.TYPE,
                state.targetEpoch(),
                protocol,
                members.getFirst().memberId(),
                group.surroundings().wallMs(),
                members);
    }

    private static List<JoinGroupRequestProtocol> protocols(ConsumerMember member) {
        return Objects.requireNonNull(member.classic()).supportedProtocols().stream()
                .map(protocol -> new JoinGroupRequestProtocol(protocol.name(), protocol.metadata()))
                .toList();
    }

    /// A member of the classic protocol comes to a consumer group that is empty: what it makes
    /// takes the group's place.
    static Write replaced(ConsumerGroup empty, Write first) {
        if (first.records().isEmpty()) {
            return first;
        }
        List<ShardRecord> records = new ArrayList<>(empty.tombstones());
        records.addAll(first.records());
        return new Write(records, first.committed(), first.failed());
    }
}
