package io.octavo.protocol.wire;

/// A message that a client sends to a broker.
public interface Request extends Message {}
