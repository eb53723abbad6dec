package io.octavo.system;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/// Says at the end how many tests were not run because a tool is missing, and which.
public final class NotRun implements TestExecutionListener {
    private final AtomicInteger tests = new AtomicInteger();

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        if (result.getStatus() == TestExecutionResult.Status.ABORTED) {
            tests.incrementAndGet();
        }
    }

    @Override
    public void testPlanExecutionFinished(TestPlan plan) {
        if (!Tools.missing().isEmpty()) {
            System.out.println(tests + " tests were not run. Missing: " + Tools.missing());
        }
    }
}
