package io.octavo.client.group;

/// How a member speaks to its group's coordinator.
public enum GroupProtocol {
    /// By KIP-848, where the broker lets it; else classic.
    ANY,
    /// The coordinator assigns (KIP-848).
    CONSUMER,
    /// A member of the group assigns.
    CLASSIC
}
