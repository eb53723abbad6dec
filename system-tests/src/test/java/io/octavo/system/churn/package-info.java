/// Groups whose members come, go, stall and die while the broker does too: stock clients of each
/// kind as processes, and what must hold meanwhile.
///
/// ```
/// Turbulence ── kills, pauses, adds ──> Member: a process, GroupMember or kcat
///                                          │ what it says
///        Watch: what the broker says ──> Ledger: in the order of time ──> Owners, Offsets, Progress
/// ```
///
/// Read [io.octavo.system.churn.Event] first, then the three checks, then
/// [io.octavo.system.churn.Turbulence].
@NullMarked
package io.octavo.system.churn;

import org.jspecify.annotations.NullMarked;
