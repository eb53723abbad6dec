package io.octavo.client.group;

import io.octavo.client.Admin.TopicDescription;
import io.octavo.client.ClientException;
import io.octavo.client.Refused;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.wire.Response;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// What a member of a group is, and what it says to the coordinator next. A state machine: it sends
/// nothing and waits for nothing, and time is what it is told. One question is under way at a time.
///
/// Here is what does not depend on the protocol: whose turn it is to speak, how failures are got
/// over, what is lost by them, and the end.
abstract sealed class Membership permits ConsumerMembership, ClassicMembership {
    /// Where a member can be; the protocols draw how it gets there.
    enum State {
        JOINING,

        /// The leader of a classic group needs to know the topics that all read.
        ASSIGNING,

        /// A member of a classic group asks for its share.
        SYNCING,
        MEMBER,
        GIVING_UP,
        LEAVING,
        OVER
    }

    final String group;
    final Backoff backoff = new Backoff();

    private State state = State.JOINING;
    private String memberId;
    private boolean asking;
    private boolean joined;
    private int losses;
    private @Nullable ClientException failure;
    private Set<String> subscribed = Set.of();

    /// @param memberId empty if the coordinator is to give it one
    Membership(String group, String memberId) {
        this.group = group;
        this.memberId = memberId;
    }

    /// What is to be said now; null when nothing is due. Exactly one of [#answered], [#unanswered]
    /// and [#failed] follows.
    final @Nullable Ask<?, ?> next(long nowMs) {
        long due = dueMs();
        if (due == Long.MAX_VALUE || nowMs < due) {
            return null;
        }
        asking = true;
        return ask();
    }

    /// When something is due if nothing else happens before.
    final long dueMs() {
        return asking ? Long.MAX_VALUE : Math.max(speaksMs(), backoff.untilMs());
    }

    /// The coordinator has answered.
    ///
    /// @return false when it says that it is not the coordinator
    final boolean answered(Response answer, long nowMs) {
        asking = false;
        return !isElsewhere(heard(answer, nowMs));
    }

    /// Whether an error says that another broker coordinates.
    static boolean isElsewhere(ErrorCode error) {
        return error == ErrorCode.NOT_COORDINATOR || error == ErrorCode.COORDINATOR_NOT_AVAILABLE;
    }

    /// Nobody knows whether the coordinator has heard it.
    final void unanswered(long nowMs) {
        asking = false;
        doubt();
        backoff.failed(nowMs);
    }

    /// It is over: asking again would not help.
    final void failed(ClientException reason) {
        asking = false;
        failure = reason;
        lose();
        become(State.OVER);
    }

    /// The topics that the member reads from now on.
    final void subscribe(Set<String> names) {
        if (!subscribed.equals(names)) {
            subscribed = new TreeSet<>(names);
            resubscribed();
        }
    }

    /// What is known of topics: of those that are read, and of [#othersTopics].
    ///
    /// @param all everything that is known of them; topics that are missing are not there
    abstract void topics(Collection<TopicDescription> all);

    /// Whether it cannot go on without knowing more of topics.
    abstract boolean isLookingForTopics();

    /// Topics that others read, of which it has to know.
    abstract Set<String> othersTopics();

    abstract Assignment assignment();

    /// The application has given up what is not in an assignment. If that is not the last one, it
    /// means nothing.
    final void gaveUp(Assignment followed) {
        if (state == State.GIVING_UP && followed.equals(assignment())) {
            gaveUp();
        }
    }

    /// The member wants to leave; the application has given up everything.
    final void leave() {
        if (state != State.OVER && state != State.LEAVING) {
            lose();
            backoff.succeeded();
            become(memberId.isEmpty() && !asking ? State.OVER : State.LEAVING);
        }
    }

    /// Whether there is nothing more to say: it has left, or failed.
    final boolean isOver() {
        return state == State.OVER;
    }

    /// Why it is over; null if it is not, or has just left.
    final @Nullable ClientException failure() {
        return failure;
    }

    /// Whether the coordinator has ever taken it.
    final boolean hasJoined() {
        return joined;
    }

    /// What it says, in the state it is in.
    abstract Ask<?, ?> ask();

    /// When it has something to say, if nothing keeps it from that.
    abstract long speaksMs();

    /// What an answer comes to. One to what was asked before the state changed says nothing any
    /// more.
    ///
    /// @return the error in it
    abstract ErrorCode heard(Response answer, long nowMs);

    /// The coordinator may have heard what was said last, or not.
    abstract void doubt();

    /// It reads other topics.
    abstract void resubscribed();

    /// It has no more than the assignment says.
    abstract void gaveUp();

    /// It has nothing any more.
    abstract void forget();

    abstract boolean mayBecome(State next);

    final State state() {
        return state;
    }

    final String memberId() {
        return memberId;
    }

    final int losses() {
        return losses;
    }

    final Set<String> subscribed() {
        return subscribed;
    }

    /// The coordinator has given it an id, or has forgotten it.
    ///
    /// @param id empty if it has none
    final void knownAs(String id) {
        memberId = id;
    }

    /// The coordinator has taken it.
    final void taken() {
        backoff.succeeded();
        joined = true;
    }

    /// The coordinator has given everything to others: it joins anew.
    final void startOver(long nowMs) {
        lose();
        if (state == State.JOINING) {
            backoff.failed(nowMs);
        } else {
            become(State.JOINING);
        }
    }

    /// An error that the protocol does not go on from: asks again, or it is over.
    final void refused(ErrorCode error, @Nullable String why, long nowMs) {
        if (error.retriable()) {
            unanswered(nowMs);
        } else {
            failed(new Refused("group " + group, error, why));
        }
    }

    final void become(State next) {
        if (!mayBecome(next)) {
            throw new IllegalStateException("a member goes from " + state + " to " + next);
        }
        state = next;
    }

    private void lose() {
        losses++;
        forget();
    }
}
