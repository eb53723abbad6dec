package io.octavo.broker.api;

import io.octavo.ports.Loop;
import io.octavo.ports.ManualClock;
import io.octavo.ports.ManualLoop;

/// A request from nowhere, for the tests of handlers: a loop that runs when told, and counts of
/// what the handler said.
public final class FakeRequestContext implements RequestContext {
    private final int apiVersion;
    private final Loop loop;
    private ClientSoftware clientSoftware = ClientSoftware.UNKNOWN;
    private int recordsDoneCalls;

    /// A request on a loop of its own.
    public FakeRequestContext(int apiVersion) {
        this(apiVersion, new ManualLoop(new ManualClock()));
    }

    public FakeRequestContext(int apiVersion, Loop loop) {
        this.apiVersion = apiVersion;
        this.loop = loop;
    }

    /// How often the handler said that it is done with the records.
    public int recordsDoneCalls() {
        return recordsDoneCalls;
    }

    @Override
    public int apiVersion() {
        return apiVersion;
    }

    @Override
    public int correlationId() {
        return 7;
    }

    @Override
    public String clientId() {
        return "test-client";
    }

    @Override
    public ClientSoftware clientSoftware() {
        return clientSoftware;
    }

    @Override
    public void clientRunsOn(ClientSoftware software) {
        clientSoftware = software;
    }

    @Override
    public long connectionId() {
        return 1;
    }

    @Override
    public String listenerName() {
        return "PLAINTEXT";
    }

    @Override
    public String localHost() {
        return "127.0.0.1";
    }

    @Override
    public int localPort() {
        return 9092;
    }

    @Override
    public String remoteHost() {
        return "127.0.0.1";
    }

    @Override
    public int remotePort() {
        return 40_000;
    }

    @Override
    public Loop loop() {
        return loop;
    }

    @Override
    public void recordsDone() {
        recordsDoneCalls++;
    }
}
