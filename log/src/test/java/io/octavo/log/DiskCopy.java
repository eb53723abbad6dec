package io.octavo.log;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/// A copy of the tree of a [SimulatedDisk], each node once; and of what is not forced of it, by the
/// nodes of the copy.
final class DiskCopy {
    private final Map<DiskNode, DiskNode> copies = new HashMap<>();

    /// @param copyOfTop an empty directory, to be filled
    /// @param directories all that have a name
    DiskCopy(
            DiskNode.Directory top,
            DiskNode.Directory copyOfTop,
            Collection<DiskNode.Directory> directories) {
        copies.put(top, copyOfTop);
        for (DiskNode.Directory directory : directories) {
            copies.put(directory, new DiskNode.Directory());
        }
        copyEntries(top);
        directories.forEach(this::copyEntries);
    }

    DiskNode.Directory of(DiskNode.Directory directory) {
        return (DiskNode.Directory) of((DiskNode) directory);
    }

    Unforced of(Unforced one) {
        return switch (one) {
            case Unforced.Write write ->
                    new Unforced.Write(of(write.place()), write.position(), write.bytes());
            case Unforced.Extend extend ->
                    new Unforced.Extend(of(extend.place()), extend.sizeBytes());
            case Unforced.Cut cut -> new Unforced.Cut(of(cut.place()), cut.sizeBytes());
            case Unforced.Name name ->
                    new Unforced.Name(
                            of(name.place()),
                            name.name(),
                            name.node() == null ? null : of(name.node()));
            case Unforced.Rename rename ->
                    new Unforced.Rename(
                            of(rename.place()), rename.from(), rename.to(), of(rename.node()));
        };
    }

    private DiskNode.File of(DiskNode.File file) {
        return (DiskNode.File) of((DiskNode) file);
    }

    private DiskNode of(DiskNode node) {
        DiskNode known = copies.get(node);
        if (known != null) {
            return known;
        }
        DiskNode made =
                switch (node) {
                    case DiskNode.File file -> new DiskNode.File(file.seen(), file.durable);
                    case DiskNode.Directory _ -> new DiskNode.Directory();
                };
        copies.put(node, made);
        if (node instanceof DiskNode.Directory gone) {
            // Only durable, or not even that: it was removed.
            copyEntries(gone);
        }
        return made;
    }

    private void copyEntries(DiskNode.Directory directory) {
        DiskNode.Directory copy = of(directory);
        directory.entries.forEach((name, node) -> copy.entries.put(name, of(node)));
        directory.durable.forEach((name, node) -> copy.durable.put(name, of(node)));
    }
}
