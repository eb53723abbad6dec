package io.octavo.broker.replica;

import io.octavo.log.DataDirectory;
import io.octavo.ports.Loop;

/// Where partitions keep their logs.
///
/// @param directory holds the logs
/// @param worker opens and removes them, one thing after the other
/// @param opener opens what takes minutes, so that the others do not wait for that
/// @param givenUp the same for all
public record Storage(DataDirectory directory, Loop worker, Loop opener, GivenUp givenUp) {}
