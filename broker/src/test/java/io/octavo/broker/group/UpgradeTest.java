package io.octavo.broker.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.broker.group.consumer.ConsumerGroupConfig.MigrationPolicy;
import io.octavo.broker.group.consumer.ConsumerMember;
import io.octavo.protocol.api.ErrorCode;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// A classic group becomes a consumer group.
final class UpgradeTest extends MigrationScene {
    /// As a consumer by a pattern does that matches nothing yet.
    @Test
    void whoReplacesAnEmptyClassicGroupAndSubscribesToNothingIsThereAfterALoad() {
        ClassicConsumer old = settledClassic();
        old.leave();
        var joined = ask(joining("a").withSubscribedTopicNames(List.of()));
        assertThat(error(joined)).isEqualTo(ErrorCode.NONE);

        stage.restart(true);

        assertThat(error(ask(heartbeat("a", joined.memberEpoch())))).isEqualTo(ErrorCode.NONE);
        assertThat(state().epoch()).isEqualTo(joined.memberEpoch());
    }

    @Test
    void aMemberOfTheNewProtocolMakesAClassicGroupAConsumerGroup() {
        ClassicConsumer old = settledClassic();

        var joined = enter();

        assertThat(error(joined)).isEqualTo(ErrorCode.NONE);
        assertThat(joined.memberEpoch()).isEqualTo(2);
        assertThat(assigned(joined)).isEmpty();
        assertThat(state().epoch()).isEqualTo(2);
        ConsumerMember its = Objects.requireNonNull(state().member(old.id));
        assertThat(its.classic()).isNotNull();
        assertThat(its.current().epoch()).isEqualTo(1);
        assertThat(stage.loaded().group(GROUP)).isNull();
    }

    @Test
    void aMemberMayGoOverToTheNewProtocolUnderItsInstanceId() {
        ClassicConsumer old = classic();
        old.instanceId = "i";
        old.join();
        old.syncLeading(ALL);

        var joined = ask(joining("new").withInstanceId("i"));

        assertThat(error(joined)).isEqualTo(ErrorCode.NONE);
        assertThat(assigned(joined)).isEqualTo(ALL);
        assertThat(state().size()).isEqualTo(1);
        assertThat(old.heartbeat()).isEqualTo(ErrorCode.FENCED_INSTANCE_ID);
    }

    @Test
    void anUpgradeThatIsNotWrittenChangesNothing() {
        ClassicConsumer old = settledClassic();
        stage.hold(true);
        failing = true;

        var refused = enter();

        assertThat(error(refused)).isEqualTo(ErrorCode.COORDINATOR_NOT_AVAILABLE);
        assertClassic();
        assertThat(old.heartbeat()).isEqualTo(ErrorCode.NONE);
    }

    @Test
    void assignorsWithDataOfTheirOwnAreNotTakenOver() {
        ClassicConsumer old = classic();
        old.userData = ByteBuffer.wrap(new byte[] {1});
        old.join();
        old.syncLeading(ALL);

        assertThat(error(enter())).isEqualTo(ErrorCode.GROUP_ID_NOT_FOUND);
    }

    /// As a consumer group it has its topics once more, for the coordinator to read.
    @Test
    void aGroupThatWouldSayTooMuchForOneWriteStaysClassic() {
        String name = "n".repeat(240);
        ClassicConsumer old = classic();
        old.topics =
                Stream.concat(Stream.of("t"), IntStream.range(0, 40_000).mapToObj(i -> name + i))
                        .toList();
        old.join();
        old.syncLeading(ALL);

        var refused = enter();

        assertThat(error(refused)).isEqualTo(ErrorCode.GROUP_ID_NOT_FOUND);
        assertThat(refused.errorMessage()).contains("too much for one write");
        assertThat(old.heartbeat()).isEqualTo(ErrorCode.NONE);
        assertClassic();
    }

    @Test
    void whereThePolicyForbidsItAClassicGroupStaysSo() {
        configure(MigrationPolicy.DISABLED);
        ClassicConsumer old = settledClassic();

        var refused = enter();

        assertThat(error(refused)).isEqualTo(ErrorCode.GROUP_ID_NOT_FOUND);
        assertThat(old.heartbeat()).isEqualTo(ErrorCode.NONE);
    }
}
