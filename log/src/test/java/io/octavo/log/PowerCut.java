package io.octavo.log;

import io.octavo.ports.Randomness;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What a power cut may leave of a disk: for each thing that was not forced, whether it happened;
/// for a write, sector by sector.
///
/// ```
///                 forced | a write that was not
///   ...-------------|====|===============|============|    sectors of 512 bytes
///        never lost | kept, or as it was: old, or zeros or garbage where the file was shorter
/// ```
final class PowerCut {
    /// Single things are lost or kept only among the last so many: the states of the others are
    /// those of an earlier call.
    private static final int LATEST = 10;

    private static final long ALL = -1;
    private static final int SECTOR = SimulatedDisk.SECTOR_BYTES;

    /// What is in a sector that was not written, where the file did not reach.
    private enum Rest {
        /// The file does not reach there.
        SHORT,
        ZERO,
        GARBAGE
    }

    private final DiskNode.Directory top;
    private final List<Unforced> unforced;

    /// The sectors of each that were written; any bit stands for all that is not a write.
    private final long[] kept;

    private final Rest[] rest;

    PowerCut(SimulatedDisk disk) {
        top = disk.top();
        unforced = disk.unforced();
        kept = new long[unforced.size()];
        rest = new Rest[unforced.size()];
        keep(0);
    }

    /// A file when everything done to it is durable.
    static DiskImage.File forced(DiskNode.File file, List<Unforced> unforced) {
        DiskImage.File before = file.durable;
        byte[] bytes = before.bytes();
        for (Unforced one : unforced) {
            if (one.place() == file) {
                bytes = applied(bytes, one, ALL, Rest.SHORT, 0);
            }
        }
        // Most of the time that is what processes see, and it is known already.
        DiskImage.File seen = file.seen();
        return Arrays.equals(seen.bytes(), bytes) ? seen : new DiskImage.File(bytes);
    }

    /// Only what was forced.
    DiskImage.Directory nothing() {
        keep(0);
        return image();
    }

    /// One of the states there may be.
    DiskImage.Directory any(Randomness randomness) {
        mix(randomness);
        return image();
    }

    /// The states to be looked at, some of them more than once. What is lost is told by
    /// [#toString()] meanwhile.
    ///
    /// @param mixtures how many are made by chance
    void each(Randomness randomness, int mixtures, Consumer<DiskImage.Directory> sink) {
        sink.accept(nothing());
        keep(ALL);
        sink.accept(image());
        namesWithoutBytes(sink);
        for (int i = Math.max(unforced.size() - LATEST, 0); i < unforced.size(); i++) {
            keep(ALL);
            kept[i] = 0;
            sink.accept(image());
            keep(0);
            kept[i] = ALL;
            sink.accept(image());
            if (unforced.get(i) instanceof Unforced.Write write) {
                torn(i, write, sink);
            }
        }
        for (int i = 0; i < mixtures && unforced.size() > 1; i++) {
            mix(randomness);
            sink.accept(image());
        }
    }

    /// What is lost, for people.
    @Override
    public String toString() {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < kept.length; i++) {
            String how = kept[i] == ALL ? "done" : kept[i] == 0 ? "lost" : "torn";
            if (kept[i] != ALL && rest[i] != Rest.SHORT) {
                how += ", " + rest[i];
            }
            if (how.startsWith("torn")) {
                how += ", sectors " + Long.toBinaryString(kept[i]);
            }
            lines.add(name(top, unforced.get(i).place()) + ": " + unforced.get(i) + ": " + how);
        }
        return String.join("\n  ", lines);
    }

    /// Files without their bytes, with and without their size; bytes without the names of files.
    private void namesWithoutBytes(Consumer<DiskImage.Directory> sink) {
        for (Rest what : Rest.values()) {
            for (int i = 0; i < kept.length; i++) {
                boolean write = unforced.get(i) instanceof Unforced.Write;
                kept[i] = write ? 0 : ALL;
                rest[i] = what;
            }
            sink.accept(image());
        }
        for (int i = 0; i < kept.length; i++) {
            kept[i] = unforced.get(i).place() instanceof DiskNode.File ? ALL : 0;
        }
        sink.accept(image());
    }

    /// One write in part, with what came before it and with and without what came after.
    private void torn(int i, Unforced.Write write, Consumer<DiskImage.Directory> sink) {
        for (boolean later : new boolean[] {false, true}) {
            keep(ALL);
            for (int j = i + 1; j < kept.length; j++) {
                kept[j] = later ? ALL : 0;
            }
            for (Rest what : Rest.values()) {
                rest[i] = what;
                kept[i] = 0;
                sink.accept(image());
                for (int sector = 1; sector < write.sectors(); sector++) {
                    kept[i] = (1L << sector) - 1;
                    sink.accept(image());
                    kept[i] = ~kept[i];
                    sink.accept(image());
                }
            }
        }
    }

    private void mix(Randomness randomness) {
        int often = 1 + randomness.nextInt(7);
        for (int i = 0; i < kept.length; i++) {
            boolean tear = randomness.nextInt(4) == 0;
            kept[i] = randomness.nextInt(8) < often ? ALL : 0;
            rest[i] = Rest.SHORT;
            if (tear && unforced.get(i) instanceof Unforced.Write) {
                kept[i] = randomness.nextLong();
                rest[i] = Rest.values()[randomness.nextInt(3)];
            }
        }
    }

    private void keep(long all) {
        Arrays.fill(kept, all);
        Arrays.fill(rest, Rest.SHORT);
    }

    private DiskImage.Directory image() {
        Map<DiskNode, DiskImage> files = new HashMap<>();
        Map<DiskNode, Map<String, DiskNode>> names = new HashMap<>();
        Map<DiskNode, byte[]> contents = new HashMap<>();
        for (int i = 0; i < kept.length; i++) {
            switch (unforced.get(i)) {
                case Unforced.Name name -> {
                    if (kept[i] != 0) {
                        put(entries(name.place(), names), name.name(), name.node());
                    }
                }
                case Unforced.Rename rename -> {
                    if (kept[i] != 0) {
                        Map<String, DiskNode> entries = entries(rename.place(), names);
                        entries.remove(rename.from(), rename.node());
                        entries.put(rename.to(), rename.node());
                    }
                }
                case Unforced.Write write -> change(i, write.place(), contents);
                case Unforced.Extend extend -> change(i, extend.place(), contents);
                case Unforced.Cut cut -> change(i, cut.place(), contents);
            }
        }
        contents.forEach((file, bytes) -> files.put(file, new DiskImage.File(bytes)));
        return image(top, files, names);
    }

    private void change(int i, DiskNode.File file, Map<DiskNode, byte[]> contents) {
        if (kept[i] == 0 && rest[i] == Rest.SHORT) {
            return;
        }
        byte[] durable = file.durable.bytes();
        byte[] before = contents.getOrDefault(file, durable);
        contents.put(file, applied(before, unforced.get(i), kept[i], rest[i], durable.length));
    }

    private static DiskImage.Directory image(
            DiskNode.Directory directory,
            Map<DiskNode, DiskImage> files,
            Map<DiskNode, Map<String, DiskNode>> names) {
        Map<String, DiskNode> entries = names.getOrDefault(directory, directory.durable);
        Map<String, DiskImage> images = HashMap.newHashMap(entries.size());
        entries.forEach((name, node) ->
                images.put(
                        name,
                        switch (node) {
                            case DiskNode.File file -> files.getOrDefault(file, file.durable);
                            case DiskNode.Directory below -> image(below, files, names);
                        }));
        return new DiskImage.Directory(images);
    }

    private static Map<String, DiskNode> entries(
            DiskNode.Directory directory, Map<DiskNode, Map<String, DiskNode>> names) {
        return names.computeIfAbsent(directory, _ -> new HashMap<>(directory.durable));
    }

    private static void put(Map<String, DiskNode> entries, String name, @Nullable DiskNode node) {
        if (node == null) {
            entries.remove(name);
        } else {
            entries.put(name, node);
        }
    }

    /// A file's bytes with a part of what was done to it.
    ///
    /// @param forcedBytes what the file had when it was forced last: no zeros or garbage there
    private static byte[] applied(
            byte[] bytes, Unforced one, long kept, Rest rest, int forcedBytes) {
        if (one instanceof Unforced.Cut cut) {
            return kept == 0
                    ? bytes
                    : Arrays.copyOf(bytes, Math.min(bytes.length, cut.sizeBytes()));
        }
        if (one instanceof Unforced.Extend extend) {
            return kept == 0
                    ? bytes
                    : Arrays.copyOf(bytes, Math.max(bytes.length, extend.sizeBytes()));
        }
        if (!(one instanceof Unforced.Write write)) {
            return bytes;
        }
        byte[] result = bytes;
        for (int sector = 0; sector < write.sectors(); sector++) {
            int from = Math.max((write.firstSector() + sector) * SECTOR, write.position());
            int to = Math.min((write.firstSector() + sector + 1) * SECTOR, write.end());
            if ((kept >>> Math.min(sector, Long.SIZE - 1) & 1) != 0) {
                result = copied(result, bytes, to);
                System.arraycopy(write.bytes(), from - write.position(), result, from, to - from);
            } else if (rest != Rest.SHORT) {
                result = copied(result, bytes, to);
                for (int at = Math.max(from, forcedBytes); at < to; at++) {
                    result[at] = rest == Rest.ZERO ? 0 : (byte) (DiskImage.mixed(at) | 1);
                }
            }
        }
        return result;
    }

    /// A copy of the original, if it is not one yet, with room.
    private static byte[] copied(byte[] current, byte[] original, int sizeBytes) {
        boolean fits = current.length >= sizeBytes;
        return current != original && fits
                ? current
                : Arrays.copyOf(current, Math.max(current.length, sizeBytes));
    }

    private static String name(DiskNode.Directory directory, DiskNode wanted) {
        if (directory == wanted) {
            return ".";
        }
        for (Map.Entry<String, DiskNode> entry : directory.entries.entrySet()) {
            if (entry.getValue() == wanted) {
                return entry.getKey();
            }
            if (entry.getValue() instanceof DiskNode.Directory below) {
                String found = name(below, wanted);
                if (!found.isEmpty()) {
                    return entry.getKey() + "/" + found;
                }
            }
        }
        return "";
    }
}
