package io.octavo.broker.replica;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Which data directory each partition's log is in. A new one goes where the fewest are. Safe for
/// any thread.
final class Homes {
    private final List<Home> homes = new ArrayList<>();
    private final Map<String, Home> byName = new HashMap<>();

    /// @param storages at least one; read for what is there already
    Homes(List<Storage> storages) throws IOException {
        for (Storage storage : storages) {
            Home home = new Home(storage);
            homes.add(home);
            for (String name : storage.directory().names()) {
                assign(name, home);
            }
        }
    }

    /// Whether a log of this name was there at the start, or has been asked for.
    synchronized boolean knows(String name) {
        return byName.containsKey(name);
    }

    /// Where the log of this name is, or shall be.
    synchronized Storage of(String name) {
        Home home = byName.get(name);
        if (home == null) {
            home = emptiest();
            assign(name, home);
        }
        return home.storage;
    }

    /// The log of this name is removed.
    synchronized void forget(String name) {
        Home home = byName.remove(name);
        if (home != null) {
            home.logs--;
        }
    }

    private void assign(String name, Home home) {
        if (byName.putIfAbsent(name, home) == null) {
            home.logs++;
        }
    }

    private Home emptiest() {
        Home emptiest = homes.getFirst();
        for (Home home : homes) {
            if (home.logs < emptiest.logs) {
                emptiest = home;
            }
        }
        return emptiest;
    }

    private static final class Home {
        private final Storage storage;
        private int logs;

        Home(Storage storage) {
            this.storage = storage;
        }
    }
}
