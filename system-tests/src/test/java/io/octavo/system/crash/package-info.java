/// What is left when processes are killed, machines lose power and disks fill up: a real broker on
/// a real file system, under load from stock clients.
///
/// The tests that mount file systems need root and loop devices. Where those are not to be had they
/// are not run and say so; where `CI=true` that is a failure.
///
/// Each test here has a short form that every build runs, and one that is tagged `soak`: `mvn
/// -Psoak -pl system-tests -am -Dtest=PowerCutTest -Dsurefire.failIfNoSpecifiedTests=false verify`.
/// What it prints is kept in `docs/evidence`. Read [io.octavo.system.crash.Sent] first, then
/// [io.octavo.system.crash.Crashes], then a test.
@NullMarked
package io.octavo.system.crash;

import org.jspecify.annotations.NullMarked;
