package io.octavo.system.group;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Groups are coordinated as by Apache Kafka: what is asked in scripts and in random walks is
/// answered alike by both brokers, but for members' and topics' ids.
final class GroupDifferentialTest {
    private static final long SEED = Long.getLong("group.seed", 20261126);
    private static final int STEPS = Integer.getInteger("group.steps", 1_500);

    @TempDir private static Path directory;
    private static GroupPair pair;

    @BeforeAll
    static void startBoth() {
        pair = new GroupPair(directory);
    }

    @AfterAll
    static void stopBoth() {
        pair.close();
    }

    @Test
    void classicGroupsAreCoordinatedAsByApacheKafka() {
        new ClassicScripts(pair).run();
        pair.check("Classic groups");
    }

    @Test
    void staticMembersAreTakenOverAndFencedAsByApacheKafka() {
        new StaticScripts(pair).run();
        pair.check("Static members");
    }

    @Test
    void consumerGroupsAreCoordinatedAsByApacheKafka() {
        new ConsumerScripts(pair).run();
        pair.check("Consumer groups");
    }

    @Test
    void coordinatorsAndGroupsAreFoundAsByApacheKafka() {
        new ListScripts(pair).run();
        pair.check("Lists of groups");
    }

    @Test
    void offsetsAreKeptAndForgottenAsByApacheKafka() {
        new OffsetScripts(pair).run();
        pair.check("Offsets");
    }

    @Test
    void inARandomWalkClassicGroupsAreCoordinatedAsByApacheKafka() {
        new ClassicWalk(pair, SEED).run(STEPS);
        pair.check("A walk of classic groups, -Dgroup.seed=" + SEED);
    }

    @Test
    void inARandomWalkConsumerGroupsAreCoordinatedAsByApacheKafka() {
        new ConsumerWalk(pair, SEED).run(STEPS);
        pair.check("A walk of consumer groups, -Dgroup.seed=" + SEED);
    }
}
