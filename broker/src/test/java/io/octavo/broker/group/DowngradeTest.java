package io.octavo.broker.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.broker.group.consumer.ConsumerGroupConfig.MigrationPolicy;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.JoinGroupResponse;
import org.junit.jupiter.api.Test;

/// A consumer group becomes classic again; an empty one becomes what is asked for.
final class DowngradeTest extends MigrationScene {
    @Test
    void whenTheLastOfTheNewProtocolLeavesTheGroupIsClassicAgain() {
        ClassicConsumer old = settledClassic();
        enter();
        old.join();
        old.sync();
        beat();

        exit();

        assertClassic();
        assertThat(old.heartbeat()).isEqualTo(ErrorCode.REBALANCE_IN_PROGRESS);
        JoinGroupResponse leads = old.join();
        assertThat(leads.errorCode()).isZero();
        assertThat(leads.leader()).isEqualTo(old.id);
        assertThat(old.syncLeading(ALL)).isEqualTo(ALL);
        assertThat(old.heartbeat()).isEqualTo(ErrorCode.NONE);
    }

    @Test
    void aDowngradeThatWasCutShortHasEverybodyJoinAgain() {
        ClassicConsumer old = settledClassic();
        enter();
        old.join();
        old.sync();
        beat();
        exit();

        stage.restart(true);

        assertClassic();
        assertThat(old.heartbeat()).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
    }

    @Test
    void aMemberMayGoBackUnderItsInstanceId() {
        ask(joining("new").withInstanceId("i"));
        ClassicConsumer back = classic();
        back.instanceId = "i";

        assertThat(back.join().errorCode()).isZero();

        assertClassic();
    }

    @Test
    void whereThePolicyForbidsItAConsumerGroupStaysSo() {
        configure(MigrationPolicy.UPGRADE);
        settledClassic();
        enter();

        exit();

        assertConsumer();
    }

    @Test
    void anEmptyGroupBecomesWhatItsNextMemberSpeaks() {
        enter();
        exit();
        ClassicConsumer classic = classic();
        classic.join();
        assertClassic();
        classic.leave();

        enter();
        assertConsumer();
        stage.restart(true);
        assertThat(group().committedState().member("new")).isNotNull();
    }

    @Test
    void generationsAndEpochsGoOnWhenAnEmptyGroupChangesItsProtocol() {
        settledClassic().leave();

        assertThat(enter().memberEpoch()).isEqualTo(3);
        exit();
        ClassicConsumer classic = classic();

        assertThat(classic.join().generationId()).isEqualTo(5);
        classic.syncLeading(ALL);
        classic.leave();
        stage.restart(true);
        assertThat(enter().memberEpoch()).isEqualTo(7);
    }
}
