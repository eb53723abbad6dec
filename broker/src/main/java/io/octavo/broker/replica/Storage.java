package io.octavo.broker.replica;

import io.octavo.log.DataDirectory;
import io.octavo.log.Log;
import io.octavo.ports.Loop;
import java.util.function.ToLongFunction;

/// Where partitions keep their logs, and what counts as kept.
///
/// @param directory holds the logs
/// @param worker opens and removes them, one thing after the other
/// @param committedEnd the end of what a log holds as safely as is promised: what is appended, or
///   what is forced
public record Storage(DataDirectory directory, Loop worker, ToLongFunction<Log> committedEnd) {}
