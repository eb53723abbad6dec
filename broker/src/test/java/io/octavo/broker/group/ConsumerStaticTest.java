package io.octavo.broker.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.protocol.api.ErrorCode;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Members of consumer groups that have a name of their own (`group.instance.id`).
class ConsumerStaticTest extends ConsumerGroupScene {
    @Test
    void aStaticMemberThatComesBackGetsWhatItHad() {
        ask(joining("a").withInstanceId("i"));
        ask(joining("b"));
        ask(heartbeat("a", 2).withInstanceId("i"));
        ask(owning("a", 2).withInstanceId("i"));
        Set<Integer> had = some(member("a").current().assigned().get(topic)).keySet();
        int epoch = state().epoch();

        var away = ask(heartbeat("a", -2).withInstanceId("i"));
        assertThat(away.memberEpoch()).isEqualTo(-2);
        assertThat(state().epoch()).isEqualTo(epoch);
        assertThat(error(ask(heartbeat("a", 3).withInstanceId("i"))))
                .isEqualTo(ErrorCode.FENCED_MEMBER_EPOCH);

        var back = ask(joining("a2").withInstanceId("i"));
        assertThat(back.memberEpoch()).isEqualTo(epoch);
        assertThat(assigned(back)).hasSize(2).containsExactlyElementsOf(had);
        assertThat(state().epoch()).isEqualTo(epoch);
        assertThat(state().member("a")).isNull();
        assertThat(error(ask(heartbeat("a", 3).withInstanceId("i"))))
                .isEqualTo(ErrorCode.FENCED_INSTANCE_ID);
        assertThat(error(ask(heartbeat("a", -1).withInstanceId("i"))))
                .isEqualTo(ErrorCode.FENCED_INSTANCE_ID);
    }

    @Test
    void anInstanceIdThatIsInUseIsNotGivenAway() {
        ask(joining("a").withInstanceId("i"));

        assertThat(error(ask(joining("b").withInstanceId("i"))))
                .isEqualTo(ErrorCode.UNRELEASED_INSTANCE_ID);
        assertThat(error(ask(heartbeat("a", 2).withInstanceId("j"))))
                .isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
    }

    /// It has not heard the answer, or another coordinator has what it wrote.
    @Test
    void aStaticMemberMayJoinAgainAsItself() {
        var first = ask(joining("a").withInstanceId("i"));
        var again = ask(joining("a").withInstanceId("i"));

        assertThat(error(again)).isEqualTo(ErrorCode.NONE);
        assertThat(again.memberEpoch()).isEqualTo(first.memberEpoch());
        assertThat(byTopic(again)).isEqualTo(byTopic(first));
        assertThat(state().epoch()).isEqualTo(2);

        stage.restart(true);
        assertThat(error(ask(joining("a").withInstanceId("i")))).isEqualTo(ErrorCode.NONE);
        assertThat(error(ask(joining("b").withInstanceId("i"))))
                .isEqualTo(ErrorCode.UNRELEASED_INSTANCE_ID);
    }

    @Test
    void aStaticMemberThatStaysAwayIsFencedWhenItsSessionEnds() {
        ask(joining("a").withInstanceId("i"));
        ask(heartbeat("a", -2).withInstanceId("i"));

        advanceMs(SESSION_MS);

        assertThat(group().isEmpty()).isTrue();
    }
}
