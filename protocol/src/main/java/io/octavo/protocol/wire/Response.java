package io.octavo.protocol.wire;

/// A message that a broker answers with.
public interface Response extends Message {}
