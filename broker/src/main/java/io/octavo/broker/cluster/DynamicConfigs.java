package io.octavo.broker.cluster;

import io.octavo.broker.cluster.ClusterState.ConfigEntry;
import io.octavo.broker.cluster.Coordination.Applied;
import io.octavo.broker.cluster.Outcome.Ok;
import io.octavo.broker.cluster.Outcome.Unknown;
import io.octavo.broker.cluster.Store.Proof;
import io.octavo.broker.cluster.Verdict.Done;
import io.octavo.broker.cluster.Verdict.Refused;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.ConfigNode;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;

/// Changes the settings of brokers, and of groups, at run time, by compare-and-set. May be called
/// from any thread; results complete on the cluster's loop, once the settings of this broker are in
/// effect.
public final class DynamicConfigs {
    private static final int ATTEMPTS_MAX = 8;

    private final Cluster cluster;

    public DynamicConfigs(Cluster cluster) {
        this.cluster = cluster;
    }

    /// What a change makes of the settings so far. It may be asked more than once, and may refuse.
    public interface Change extends Function<Map<String, String>, Verdict<Map<String, String>>> {}

    /// Changes what holds for all brokers.
    public CompletionStage<Verdict<Map<String, String>>> alterDefaults(Change change) {
        return alter(StorePaths.DEFAULT_CONFIG, cluster::rereadConfigs, change);
    }

    /// Changes what holds for one broker.
    public CompletionStage<Verdict<Map<String, String>>> alter(int brokerId, Change change) {
        return alter(StorePaths.brokerConfig(brokerId), cluster::rereadConfigs, change);
    }

    /// Changes what a group has for itself.
    public CompletionStage<Verdict<Map<String, String>>> alterGroup(String id, Change change) {
        return alter(StorePaths.groupConfig(id), then -> cluster.rereadGroup(id, then), change);
    }

    private CompletionStage<Verdict<Map<String, String>>> alter(
            String path, Consumer<Runnable> reread, Change change) {
        Alteration alteration = new Alteration(path, reread, change);
        cluster.loop().execute(() -> alteration.attempt(1));
        return alteration.answer;
    }

    /// One change on its way.
    private final class Alteration {
        private final String path;
        private final Consumer<Runnable> reread;
        private final Change change;
        private final CompletableFuture<Verdict<Map<String, String>>> answer =
                new CompletableFuture<>();

        /// @param reread lets what is in the store take effect, and then runs something
        Alteration(String path, Consumer<Runnable> reread, Change change) {
            this.path = path;
            this.reread = reread;
            this.change = change;
        }

        void attempt(int number) {
            cluster.reader().configs(path, entry -> swap(entry, number));
        }

        private void swap(ConfigEntry entry, int number) {
            switch (change.apply(entry.configs())) {
                case Refused<Map<String, String>> refused -> answer.complete(refused);
                case Done<Map<String, String>>(Map<String, String> configs) -> {
                    if (configs.isEmpty()) {
                        clear(entry, number);
                    } else {
                        write(entry, configs, number);
                    }
                }
            }
        }

        /// Nothing is left to keep.
        private void clear(ConfigEntry entry, int number) {
            if (entry.version() == ConfigEntry.ABSENT) {
                reread.accept(() -> answer.complete(new Done<>(Map.of())));
                return;
            }
            cluster.store()
                    .commit(
                            List.of(new StoreWrite.Delete(path, entry.version())),
                            Proof.gone(path),
                            outcome -> written(outcome, Map.of(), number));
        }

        private void write(ConfigEntry entry, Map<String, String> configs, int number) {
            long nonce = cluster.nonce();
            ByteBuffer value = StoreValues.configs(configs, nonce);
            if (value.remaining() > Coordination.VALUE_BYTES_MAX) {
                answer.complete(tooLarge(value.remaining()));
                return;
            }
            StoreWrite write =
                    entry.version() == ConfigEntry.ABSENT
                            ? new StoreWrite.Create(path, value)
                            : new StoreWrite.Set(path, value, entry.version());
            Proof ours =
                    Proof.of(
                            path,
                            node -> StoreValues.decode(node, ConfigNode::read).nonce() == nonce);
            cluster.store()
                    .commit(List.of(write), ours, outcome -> written(outcome, configs, number));
        }

        private void written(Outcome<Applied> outcome, Map<String, String> configs, int number) {
            if (outcome instanceof Ok<Applied>) {
                reread.accept(() -> answer.complete(new Done<>(configs)));
            } else if (outcome instanceof Unknown<Applied>(String reason)) {
                answer.complete(notDone(reason));
            } else if (number == ATTEMPTS_MAX) {
                answer.complete(notDone("others kept changing the settings"));
            } else {
                attempt(number + 1);
            }
        }
    }

    private static Verdict<Map<String, String>> tooLarge(int bytes) {
        return new Refused<>(
                ErrorCode.INVALID_CONFIG,
                "The settings take " + bytes + " bytes, more than " + Coordination.VALUE_BYTES_MAX);
    }

    private static Verdict<Map<String, String>> notDone(String reason) {
        return new Refused<>(
                ErrorCode.REQUEST_TIMED_OUT, "Nothing was changed; try again: " + reason);
    }
}
