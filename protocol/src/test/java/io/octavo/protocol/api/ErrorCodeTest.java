package io.octavo.protocol.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;

class ErrorCodeTest {
    @Test
    void codesNamesAndRetriabilityAreKafkas() {
        assertThat(ErrorCode.values()).hasSameSizeAs(Errors.values());
        for (Errors kafkas : Errors.values()) {
            ErrorCode ours = ErrorCode.of(kafkas.code());
            assertThat(ours.name()).isEqualTo(kafkas.name());
            assertThat(ours.code()).isEqualTo(kafkas.code());
            assertThat(ours.retriable())
                    .as(ours.name())
                    .isEqualTo(kafkas.exception() instanceof RetriableException);
        }
    }

    @Test
    void everyErrorSaysSomethingOfItsOwn() {
        assertThat(ErrorCode.values())
                .extracting(ErrorCode::message)
                .doesNotHaveDuplicates()
                .allMatch(message -> message.endsWith("."));
    }

    @Test
    void aCodeThatNobodyKnowsIsAnUnknownServerError() {
        assertThat(ErrorCode.of(Short.MIN_VALUE)).isEqualTo(ErrorCode.UNKNOWN_SERVER_ERROR);
        assertThat(ErrorCode.of(Short.MAX_VALUE)).isEqualTo(ErrorCode.UNKNOWN_SERVER_ERROR);
    }
}
