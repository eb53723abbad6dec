package io.octavo.broker.cluster;

import io.octavo.protocol.wire.Uuid;

/// A replica as the in-sync set knows it: a broker on one data directory in one registration (F-5).
/// The same broker with another directory is another, empty, replica.
///
/// @param brokerId the broker
/// @param directoryId the data directory that holds the copy
/// @param incarnation the creation id of the broker's registration at the time
public record Member(int brokerId, Uuid directoryId, long incarnation) {}
