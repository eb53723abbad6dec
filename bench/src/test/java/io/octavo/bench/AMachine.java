package io.octavo.bench;

/// What the results of tests say they were measured on.
public final class AMachine {
    public static final Machine HERE = new Machine("a processor", 2, 1_024, "Linux", "25");

    static final Machine ELSEWHERE = new Machine("another", 64, 1_024, "Linux", "25");

    private AMachine() {}
}
