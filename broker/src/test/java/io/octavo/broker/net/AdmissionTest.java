package io.octavo.broker.net;

import static io.octavo.broker.net.Admission.Answer.LAST;
import static io.octavo.broker.net.Admission.Answer.TOO_MANY_FROM_THERE;
import static io.octavo.broker.net.Admission.Answer.WELCOME;
import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.ports.ManualClock;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;

final class AdmissionTest {
    private final OpenFiles files = new OpenFiles();
    private int resumed;

    @Test
    void theLastConnectionThatIsAllowedPausesAccepting() throws Exception {
        Admission admission = admission(3, 10);

        assertThat(admission.opened(from(1))).isEqualTo(WELCOME);
        assertThat(admission.opened(from(2))).isEqualTo(WELCOME);
        assertThat(admission.opened(from(3))).isEqualTo(LAST);
    }

    @Test
    void acceptingGoesOnWhenAConnectionCloses() throws Exception {
        Admission admission = admission(1, 10);
        admission.opened(from(1));

        admission.closed(from(1));

        assertThat(resumed).isEqualTo(1);
    }

    @Test
    void aReviewSaysThatAcceptingGoesOnAlready() throws Exception {
        Admission admission = admission(1, 10);
        admission.opened(from(1));
        assertThat(admission.review()).isFalse();

        admission.closed(from(1));

        assertThat(admission.review()).isTrue();
    }

    @Test
    void acceptingPausesWhenTheDescriptorsLeftAreForTheLog() throws Exception {
        Admission admission = admission(1_000, 1_000);
        int accepted = 0;
        do {
            accepted++;
            files.open++;
        } while (admission.opened(from(1)) == WELCOME);

        assertThat(accepted).isBetween(850, 875);
    }

    @Test
    void acceptingGoesOnWhenTheLogHasClosedFiles() throws Exception {
        Admission admission = admission(1_000, 1_000);
        files.open = 990;
        assertThat(admission.opened(from(1))).isEqualTo(LAST);
        admission.review();
        assertThat(resumed).isZero();

        files.open = 500;
        admission.review();

        assertThat(resumed).isEqualTo(1);
    }

    @Test
    void descriptorsAreCountedRarely() throws Exception {
        files.limit = 1_000_000;
        Admission admission = admission(1_000_000, 1_000_000);
        for (int i = 0; i < 100_000; i++) {
            files.open++;
            assertThat(admission.opened(from(i % 100))).isEqualTo(WELCOME);
        }

        assertThat(files.counts).isLessThan(5);
    }

    @Test
    void nothingIsAcceptedAfterTheSystemRefusedUntilThereIsRoom() throws Exception {
        Admission admission = admission(1_000, 1_000);
        admission.exhausted();
        files.open = 950;
        admission.review();
        assertThat(resumed).isZero();

        files.open = 10;
        admission.review();

        assertThat(resumed).isEqualTo(1);
    }

    @Test
    void oneAddressHasItsOwnLimit() throws Exception {
        Admission admission = admission(100, 2);
        admission.opened(from(1));
        admission.opened(from(1));

        assertThat(admission.opened(from(1))).isEqualTo(TOO_MANY_FROM_THERE);
        assertThat(admission.opened(from(2))).isEqualTo(WELCOME);
        admission.closed(from(1));
        admission.closed(from(1));
        assertThat(admission.opened(from(1))).isEqualTo(WELCOME);
    }

    @Test
    void whoHasHisShareDoesNotGetTheLastPlace() throws Exception {
        Admission admission = admission(4, 2);
        admission.opened(from(1));
        admission.opened(from(1));
        admission.opened(from(2));

        assertThat(admission.opened(from(1))).isEqualTo(TOO_MANY_FROM_THERE);
        admission.closed(from(1));

        assertThat(admission.opened(from(3))).isEqualTo(LAST);
    }

    private Admission admission(int max, int perAddressMax) {
        Admission admission =
                new Admission(limits(max, perAddressMax), files, new NetLog(new ManualClock()));
        admission.onResume(() -> resumed++);
        return admission;
    }

    private static NetConfig.Connections limits(int max, int perAddressMax) {
        return new NetConfig.Connections(max, perAddressMax, -1);
    }

    private static InetAddress from(int last) throws UnknownHostException {
        return InetAddress.getByAddress(new byte[] {10, 0, 0, (byte) last});
    }

    private static final class OpenFiles implements Descriptors {
        private int limit = 1_000;
        private int open = 5;
        private int counts;

        @Override
        public int limit() {
            return limit;
        }

        @Override
        public int open() {
            counts++;
            return open;
        }
    }
}
