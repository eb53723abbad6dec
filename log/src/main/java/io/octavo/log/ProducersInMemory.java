package io.octavo.log;

import java.util.Collection;
import java.util.List;

/// Sees to it that all logs of a process together remember a bounded number of producers: any
/// client can make ids up, and logs are many. While there are too many, what a log may remember is
/// halved each time, and it forgets the producers that have been idle for longest; those with an
/// open transaction stay. One thread at a time.
public final class ProducersInMemory {
    /// What a log may always remember.
    static final int OF_LOG_MIN = 16;

    private static final int ALL_MAX = 1_000_000;

    /// One takes some 220 bytes, so that they are a fifth of the heap at most.
    private static final long HEAP_BYTES_OF_ONE = 1024;

    private final Collection<DataDirectory> directories;
    private final long max;
    private int ofLogMax = LogConfig.defaults().producers().max();

    ProducersInMemory(Collection<DataDirectory> directories, long max) {
        this.directories = List.copyOf(directories);
        this.max = max;
    }

    /// @param heapBytes how large the heap may be
    public static ProducersInMemory within(Collection<DataDirectory> directories, long heapBytes) {
        return new ProducersInMemory(directories, Math.min(ALL_MAX, heapBytes / HEAP_BYTES_OF_ONE));
    }

    /// Decides anew what a log may remember; to be called each second. A log forgets what is beyond
    /// that when it learns of a new producer, when it is opened, and when [ProducerStates#expire]
    /// is called.
    public void bound() {
        long remembered = 0;
        for (DataDirectory directory : directories) {
            remembered += directory.rememberedProducers();
        }
        if (remembered >= max) {
            ofLogMax = Math.max(OF_LOG_MIN, ofLogMax / 2);
        } else if (remembered < max / 2) {
            ofLogMax = Math.min(LogConfig.defaults().producers().max(), 2 * ofLogMax);
        }
        for (DataDirectory directory : directories) {
            directory.producerShare().become(ofLogMax);
        }
    }
}
