package io.octavo.broker.group;

/// Who asks.
///
/// @param id what the client calls itself; empty when it does not
/// @param host its address, as Apache Kafka shows it: with a slash in front
/// @param apiVersion the version of the API it asks in
public record Client(String id, String host, int apiVersion) {}
