package io.octavo.broker.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

final class AddressTest {
    @Test
    void anIpv4AddressIsWrittenWithDots() throws Exception {
        assertThat(of(InetAddress.getByAddress(new byte[] {(byte) 192, (byte) 168, 0, 1})))
                .isEqualTo(new Address("192.168.0.1", 0));
    }

    @Test
    void anIpv6AddressIsWrittenShortAndWithoutItsScope() throws Exception {
        byte[] bytes = new byte[16];
        bytes[0] = (byte) 0xfe;
        bytes[1] = (byte) 0x80;
        bytes[15] = 7;

        assertThat(of(Inet6Address.getByAddress(null, bytes, 3)))
                .isEqualTo(new Address("fe80::7", 0));
    }

    @Test
    void anIpv4AddressMappedIntoIpv6IsWrittenAsIpv4() throws Exception {
        byte[] bytes = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, 10, 1, 2, 3};

        assertThat(of(Inet6Address.getByAddress(null, bytes, -1)))
                .isEqualTo(new Address("10.1.2.3", 0));
    }

    @Test
    void bracketsKeepAnIpv6AddressFromItsPort() {
        assertThat(new Address("::1", 90)).hasToString("[::1]:90");
        assertThat(new Address("10.0.0.1", 90)).hasToString("10.0.0.1:90");
    }

    private static Address of(InetAddress address) {
        return Address.of(new InetSocketAddress(address, 0));
    }
}
