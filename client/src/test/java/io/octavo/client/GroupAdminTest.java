package io.octavo.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.OctavoDescribeGroupsResponse;
import io.octavo.protocol.message.OctavoDescribeGroupsResponse.DescribedGroup;
import io.octavo.protocol.message.OffsetCommitResponse;
import io.octavo.protocol.message.OffsetCommitResponse.OffsetCommitResponsePartition;
import io.octavo.protocol.message.OffsetCommitResponse.OffsetCommitResponseTopic;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class GroupAdminTest {
    @ParameterizedTest
    @CsvSource({
        "NONE, GROUP_ID_NOT_FOUND",
        "NONE, NOT_COORDINATOR",
        "GROUP_ID_NOT_FOUND, NOT_COORDINATOR",
    })
    void theBrokerThatKnowsMoreOfAGroupCountsWhicheverIsAskedFirst(ErrorCode more, ErrorCode less) {
        assertThat(told(more, less)).isEqualTo(more);
        assertThat(told(less, more)).isEqualTo(more);
    }

    @Test
    void whoWouldChangeAGroupThatHasMembersIsToldToStopThem() {
        OffsetCommitResponse answer =
                new OffsetCommitResponse(
                        0,
                        List.of(
                                OffsetCommitResponseTopic.defaults()
                                        .withName("t")
                                        .withPartitions(
                                                List.of(
                                                        new OffsetCommitResponsePartition(
                                                                0,
                                                                ErrorCode.UNKNOWN_MEMBER_ID
                                                                        .code())))));

        assertThatThrownBy(() -> GroupAdmin.checkCommitted("g", answer))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("group g has members; stop them first");
    }

    /// What is told of a group by what two brokers answer, one after the other.
    private static ErrorCode told(ErrorCode first, ErrorCode second) {
        Map<String, DescribedGroup> found = new HashMap<>();
        GroupAdmin.add(answer(first), found);
        GroupAdmin.add(answer(second), found);
        return ErrorCode.of(Objects.requireNonNull(found.get("g")).errorCode());
    }

    private static OctavoDescribeGroupsResponse answer(ErrorCode error) {
        return OctavoDescribeGroupsResponse.defaults()
                .withGroups(
                        List.of(
                                DescribedGroup.defaults()
                                        .withGroupId("g")
                                        .withErrorCode(error.code())));
    }
}
