package io.octavo.broker.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.ConsumerGroupHeartbeatRequest.TopicPartitions;
import io.octavo.protocol.message.ConsumerGroupHeartbeatResponse;
import io.octavo.protocol.wire.Uuid;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What a consumer group makes of what its members subscribe to, and of topics that change.
final class ConsumerSubscriptionTest extends ConsumerGroupScene {
    @Test
    void whatAMemberDoesNotSubscribeToAnyMoreItGivesUp() {
        Uuid other = stage.topics().topic("u", 2);
        ask(joining("a").withSubscribedTopicNames(List.of("t", "u")));

        var told = ask(heartbeat("a", 2).withSubscribedTopicNames(List.of("u")));

        assertThat(told.memberEpoch()).isEqualTo(2);
        assertThat(byTopic(told)).isEqualTo(Map.of(other, List.of(0, 1)));
        var done =
                ask(
                        heartbeat("a", 2)
                                .withTopicPartitions(
                                        List.of(new TopicPartitions(other, List.of(0, 1)))));
        assertThat(done.memberEpoch()).isEqualTo(3);
    }

    @Test
    void whoSubscribesToNothingBeginsNoEpoch() {
        var first = ask(joining("a").withSubscribedTopicNames(List.of()));
        assertThat(first.memberEpoch()).isEqualTo(1);
        assertThat(state().epoch()).isEqualTo(1);

        ask(joining("b"));
        var third = ask(joining("c").withSubscribedTopicNames(List.of()));

        assertThat(state().epoch()).isEqualTo(2);
        assertThat(third.memberEpoch()).isEqualTo(2);
        assertThat(assigned(third)).isEmpty();
        stage.restart(true);
        assertThat(state().members()).hasSize(3);
    }

    @Test
    void partitionsThatAreAddedAreAssigned() {
        ask(joining("a"));
        stage.topics().topic("t", 6);

        var answer = ask(heartbeat("a", 2));

        assertThat(answer.memberEpoch()).isEqualTo(3);
        assertThat(assigned(answer)).containsExactly(0, 1, 2, 3, 4, 5);
    }

    @Test
    void aTopicThatIsCreatedOrDeletedBeginsAnEpoch() {
        ask(joining("a").withSubscribedTopicNames(List.of("t", "later")));
        stage.topics().topic("other", 1);
        stage.groups().topicsChanged();
        assertThat(state().epoch()).isEqualTo(2);

        Uuid later = stage.topics().topic("later", 1);
        stage.groups().topicsChanged();
        assertThat(state().epoch()).isEqualTo(3);
        assertThat(byTopic(ask(heartbeat("a", 2)))).containsKey(later);

        stage.topics().delete("later");
        stage.groups().topicsChanged();
        assertThat(state().epoch()).isEqualTo(4);
        assertThat(byTopic(ask(heartbeat("a", 3)))).doesNotContainKey(later);
    }

    @Test
    void anExpressionSubscribesToTheTopicsThatItMatches() {
        Uuid first = stage.topics().topic("logs-1", 1);
        stage.topics().topic("my-logs-1", 1);
        stage.topics().topic("__consumer_offsets", 1);

        var joined =
                ask(
                        joining("a")
                                .withSubscribedTopicNames(null)
                                .withSubscribedTopicRegex("logs-.*|__.*"));
        assertThat(byTopic(joined)).containsOnlyKeys(first);

        Uuid second = stage.topics().topic("logs-2", 1);
        stage.groups().topicsChanged();
        var told = ask(heartbeat("a", joined.memberEpoch()));
        assertThat(byTopic(told)).containsOnlyKeys(first, second);
        assertThat(group().subscribes("logs-2")).isTrue();

        // Without it there is no subscription.
        ask(heartbeat("a", told.memberEpoch()).withSubscribedTopicRegex(""));
        assertThat(group().subscribes("logs-2")).isFalse();
    }

    @Test
    void anExpressionThatIsWrongOrTooLargeIsRefused() {
        for (String regex :
                List.of("[", "(a", "(a{1000}){1000}", "((a{100}){100}){100}", "a{2}{9")) {
            assertThat(
                            error(
                                    ask(
                                            joining("a")
                                                    .withSubscribedTopicNames(null)
                                                    .withSubscribedTopicRegex(regex))))
                    .as(regex)
                    .isEqualTo(
                            regex.equals("a{2}{9")
                                    ? ErrorCode.NONE
                                    : ErrorCode.INVALID_REGULAR_EXPRESSION);
        }
    }

    @Test
    void whatIsTooLongToBeKeptIsRefused() {
        String id = "i".repeat(1_024);
        String name = "n".repeat(249);
        assertThat(
                        error(
                                ask(
                                        joining(id)
                                                .withInstanceId(id)
                                                .withRackId(id)
                                                .withSubscribedTopicNames(List.of("t", name)))))
                .isEqualTo(ErrorCode.NONE);

        for (var tooLong :
                List.of(
                        joining(id + "i"),
                        joining("a").withInstanceId(id + "i"),
                        joining("a").withRackId(id + "i"),
                        joining("a").withSubscribedTopicNames(List.of("t", name + "n")),
                        joining("a").withSubscribedTopicRegex("{".repeat(8_193)))) {
            ConsumerGroupHeartbeatResponse answer = ask(tooLong);
            assertThat(error(answer)).isEqualTo(ErrorCode.INVALID_REQUEST);
            assertThat(answer.errorMessage()).contains("has at most");
        }
    }

    @Test
    void targetsAreNotComputedMoreOftenThanTheIntervalAllows() {
        var own = config.of(Map.of("consumer.assignment.interval.ms", "1000"));
        stage.configure(GroupConfig.defaults().with(config, Map.of(GROUP, own)));
        int usualMs = ask(joining("a")).heartbeatIntervalMs();
        advanceMs(300);

        var early = ask(joining("b"));
        assertThat(early.memberEpoch()).isEqualTo(2);
        assertThat(assigned(early)).isEmpty();
        assertThat(group().state()).isEqualTo("Assigning");
        // Who waits for the target asks again as soon as it is due.
        assertThat(early.heartbeatIntervalMs()).isEqualTo(700);

        advanceMs(700);
        var due = ask(heartbeat("b", 2));
        assertThat(due.memberEpoch()).isEqualTo(3);
        assertThat(due.heartbeatIntervalMs()).isEqualTo(usualMs);
    }

    @Test
    void settingsOfAGroupAreKeptWithinBounds() {
        var own =
                config.of(
                        Map.of(
                                "consumer.session.timeout.ms", "1",
                                "consumer.heartbeat.interval.ms", "99999999999"));

        assertThat(own.sessionTimeoutMs().value()).isEqualTo(SESSION_MS);
        assertThat(own.heartbeatIntervalMs().value()).isEqualTo(15_000);
    }
}
