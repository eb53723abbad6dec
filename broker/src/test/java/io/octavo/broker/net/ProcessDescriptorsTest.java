package io.octavo.broker.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class ProcessDescriptorsTest {
    private static final String HEAD =
            "Limit                     Soft Limit           Hard Limit           Units     ";

    @Test
    void theSoftLimitIsTheLimit() {
        String line =
                "Max open files            1024                 1048576              files     ";

        assertThat(ProcessDescriptors.limit(List.of(HEAD, line))).isEqualTo(1024);
    }

    @Test
    void noLimitIsALargeOne() {
        String line =
                "Max open files            unlimited            unlimited            files     ";

        assertThat(ProcessDescriptors.limit(List.of(HEAD, line))).isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void whereNothingIsSaidNothingIsLimited() {
        assertThat(ProcessDescriptors.limit(List.of(HEAD))).isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void thisProcessHasSomeOpenAndMayHaveMore() {
        ProcessDescriptors own = new ProcessDescriptors();

        assertThat(own.open()).isBetween(1, own.limit() - 1);
    }
}
