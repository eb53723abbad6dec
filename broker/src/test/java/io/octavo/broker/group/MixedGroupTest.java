package io.octavo.broker.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.broker.group.consumer.ConsumerGroupConfig.MigrationPolicy;
import io.octavo.broker.group.consumer.ConsumerMember;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.JoinGroupResponse;
import io.octavo.protocol.message.LeaveGroupResponse;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Classic members in a consumer group.
final class MixedGroupTest extends MigrationScene {
    @Test
    void classicMembersGoOnInAConsumerGroup() {
        ClassicConsumer old = settledClassic();
        enter();

        // It is told to join, gives up everything as eager consumers do, and gets its half.
        assertThat(old.heartbeat()).isEqualTo(ErrorCode.REBALANCE_IN_PROGRESS);
        JoinGroupResponse joined = old.join();
        assertThat(joined.errorCode()).isZero();
        assertThat(joined.generationId()).isEqualTo(2);
        assertThat(joined.leader()).isEmpty();
        List<Integer> half = old.sync();
        assertThat(half).hasSize(2);
        assertThat(old.heartbeat()).isEqualTo(ErrorCode.NONE);

        List<Integer> other = assigned(beat());
        assertThat(other).hasSize(2).doesNotContainAnyElementsOf(half);
        assertThat(group().state()).isEqualTo("Stable");
    }

    @Test
    void whatACooperativeMemberOwnsItGivesUpBeforeOthersGetIt() {
        ClassicConsumer old = settledClassic();
        enter();

        old.owned = ALL;
        JoinGroupResponse told = old.join();
        assertThat(told.generationId()).isEqualTo(1);
        List<Integer> kept = old.sync();
        assertThat(kept).hasSize(2);
        assertThat(beat().assignment()).isNull();

        // It has revoked, and joins to say so.
        assertThat(old.heartbeat()).isEqualTo(ErrorCode.REBALANCE_IN_PROGRESS);
        old.owned = kept;
        assertThat(old.join().generationId()).isEqualTo(2);
        assertThat(old.sync()).isEqualTo(kept);
        assertThat(assigned(beat())).hasSize(2);
    }

    /// As franz-go does, which keeps what it had when a join says that it is nobody.
    @Test
    void whoWasForgottenAndStillSaysThatItHasSomethingIsToldToLetGo() {
        ClassicConsumer old = settledClassic();
        enter();
        old.leave();
        old.owned = ALL;
        assertThat(old.join().errorCode()).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID.code());

        old.id = "";
        assertThat(old.join().errorCode()).isEqualTo(ErrorCode.ILLEGAL_GENERATION.code());

        old.owned = List.of();
        assertThat(old.join().errorCode()).isZero();
        assertThat(state().member(old.id)).isNotNull();
    }

    /// As librdkafka does, whose static members are given no id beforehand.
    @Test
    void aStaticMemberThatWasForgottenIsToldToLetGo() {
        settledClassic();
        enter();
        ClassicConsumer fixed = classic();
        fixed.instanceId = "i";
        fixed.owned = ALL;

        assertThat(fixed.join().errorCode()).isEqualTo(ErrorCode.ILLEGAL_GENERATION.code());

        fixed.owned = List.of();
        assertThat(fixed.join().errorCode()).isZero();
    }

    /// It was chosen when the group was a classic one.
    @Test
    void aMemberMaySyncByAnyProtocolThatItSupports() {
        ClassicConsumer old = settledClassic();
        enter();
        old.preferred = "cooperative-sticky";

        assertThat(old.join().errorCode()).isZero();

        assertThat(old.sync()).hasSize(2);
    }

    @Test
    void classicMembersThatAreLeftGetWhatTheOthersHad() {
        configure(MigrationPolicy.UPGRADE);
        ClassicConsumer old = settledClassic();
        enter();
        old.join();
        assertThat(old.sync()).hasSize(2);
        beat();

        exit();

        assertThat(old.heartbeat()).isEqualTo(ErrorCode.REBALANCE_IN_PROGRESS);
        old.join();
        assertThat(old.sync()).isEqualTo(ALL);
        assertThat(old.heartbeat()).isEqualTo(ErrorCode.NONE);
        assertConsumer();
    }

    @Test
    void classicMembersThatAreLeftJoinWhenTheirTargetIsDue() {
        configure(MigrationPolicy.UPGRADE);
        ClassicConsumer old = settledClassic();
        enter();
        old.join();
        assertThat(old.sync()).hasSize(2);
        configure(MigrationPolicy.UPGRADE, 1_000);
        exit();
        assertThat(old.heartbeat()).isEqualTo(ErrorCode.NONE);

        stage.advanceMs(1_000);

        assertThat(old.heartbeat()).isEqualTo(ErrorCode.REBALANCE_IN_PROGRESS);
    }

    @Test
    void aClassicMemberThatDoesNotJoinInTimeIsFenced() {
        ClassicConsumer old = settledClassic();
        enter();

        for (int ms = 0; ms < REBALANCE_MS; ms += 2_000) {
            assertThat(old.heartbeat()).isEqualTo(ErrorCode.REBALANCE_IN_PROGRESS);
            beat();
            stage.advanceMs(2_000);
        }

        assertThat(old.heartbeat()).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
        assertThat(assigned(beat())).isEqualTo(ALL);
    }

    /// Its time runs out while what it has done in time is being written.
    @Test
    void aClassicMemberThatJoinsAtTheLastMomentStays() {
        ClassicConsumer old = settledClassic();
        enter();
        assertThat(old.heartbeat()).isEqualTo(ErrorCode.REBALANCE_IN_PROGRESS);
        int ms = 0;
        for (; ms + 2_000 < REBALANCE_MS; ms += 2_000) {
            stage.advanceMs(2_000);
            old.heartbeat();
            beat();
        }
        stage.advanceMs(REBALANCE_MS - ms - 1);
        old.heartbeat();

        stage.hold(true);
        Answer<JoinGroupResponse> joining = old.joinLater();
        stage.advanceMs(2);
        stage.hold(false);
        stage.advanceMs(0);

        assertThat(joining.response().errorCode()).isZero();
        assertThat(old.heartbeat()).isNotEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
    }

    @Test
    void aClassicMemberHasItsOwnSessionTimeout() {
        ClassicConsumer old = settledClassic();
        enter();
        old.join();
        old.sync();

        stage.advanceMs(ClassicConsumer.SESSION_MS);

        assertThat(old.heartbeat()).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
        assertThat(state().member("new")).isNotNull();
    }

    @Test
    void aClassicMemberHasItsOwnSessionTimeoutFromItsFirstJoinOn() {
        enter();
        assertThat(classic().join().errorCode()).isZero();
        assertThat(state().size()).isEqualTo(2);

        stage.advanceMs(ClassicConsumer.SESSION_MS);

        assertThat(state().members()).extracting(ConsumerMember::id).containsExactly("new");
    }

    @Test
    void aNewClassicMemberJoinsAConsumerGroup() {
        enter();
        ClassicConsumer classic = classic();

        assertThat(classic.join().generationId()).isEqualTo(3);
        assertThat(classic.sync()).isEmpty();
        beat();
        ask(heartbeat("new", 2).withTopicPartitions(List.of()));

        assertThat(classic.heartbeat()).isEqualTo(ErrorCode.REBALANCE_IN_PROGRESS);
        classic.join();
        assertThat(classic.sync()).hasSize(2);
    }

    @Test
    void aNewClassicMemberWaitsWhileMembersTakeTheirShare() {
        enter();
        limitMemory(stage.groups().context().memory().bytes());

        assertThat(ErrorCode.of(classic().join().errorCode()))
                .isEqualTo(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS);
        assertThat(state().size()).isEqualTo(1);
    }

    @Test
    void aClassicMemberThatWantsMoreMemoryThanThereIsStaysAMember() {
        ClassicConsumer old = settledClassic();
        enter();
        old.join();
        List<Integer> half = old.sync();
        beat();
        limitMemory(1);

        old.owned = half;
        for (int i = 0; i < 3; i++) {
            stage.advanceMs(ClassicConsumer.SESSION_MS - 1);
            assertThat(ErrorCode.of(old.join().errorCode()))
                    .isEqualTo(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS);
        }

        assertThat(old.heartbeat()).isEqualTo(ErrorCode.NONE);
    }

    @Test
    void whatAClassicMemberSaysMustFit() {
        enter();
        ClassicConsumer classic = classic();
        classic.join();

        assertThat(classic.heartbeat(7)).isEqualTo(ErrorCode.ILLEGAL_GENERATION);
        assertThat(new ClassicConsumer(stage, "x").heartbeat(1))
                .isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
        assertThat(new ClassicConsumer(stage, "new").heartbeat(1))
                .isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
        ClassicConsumer other = classic();
        other.protocol = "mine";
        JoinGroupResponse refused = other.join();
        assertThat(refused.errorCode()).isEqualTo(ErrorCode.INCONSISTENT_GROUP_PROTOCOL.code());
        assertThat(refused.memberId()).isEmpty();
    }

    @Test
    void classicMembersLeaveAConsumerGroup() {
        ClassicConsumer old = settledClassic();
        enter();

        LeaveGroupResponse left = old.leave();

        assertThat(left.members()).singleElement().matches(member -> member.errorCode() == 0);
        assertThat(assigned(beat())).isEqualTo(ALL);
        assertThat(old.leave().members())
                .singleElement()
                .matches(member -> member.errorCode() == ErrorCode.UNKNOWN_MEMBER_ID.code());
    }

    @Test
    void whoIsNamedTwiceLeavesTwice() {
        ClassicConsumer old = settledClassic();
        enter();

        LeaveGroupResponse left = old.leave(2);

        assertThat(left.members()).hasSize(2).allMatch(member -> member.errorCode() == 0);
    }

    /// What members may take of the heap from now on; what they take is loaded again.
    private void limitMemory(long bytesMax) {
        stage.limitMemory(bytesMax);
        stage.restart(true);
    }
}
