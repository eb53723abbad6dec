package io.octavo.client.group;

import io.octavo.client.Admin.TopicDescription;
import io.octavo.client.ClientException;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.wire.Response;
import java.util.Collection;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a member of a group is, and what it says to the coordinator next. A state machine: it sends
/// nothing and waits for nothing, and time is what it is told. One question is under way at a time.
sealed interface Membership permits ConsumerMembership, ClassicMembership {
    /// What is to be said now; null when nothing is due. Exactly one of [#answered], [#unanswered]
    /// and [#failed] follows.
    @Nullable Ask<?, ?> next(long nowMs);

    /// When something is due if nothing else happens before.
    long dueMs();

    /// The coordinator has answered.
    ///
    /// @return false when it says that it is not the coordinator
    boolean answered(Response answer, long nowMs);

    /// Whether an error says that another broker coordinates.
    static boolean isElsewhere(ErrorCode error) {
        return error == ErrorCode.NOT_COORDINATOR || error == ErrorCode.COORDINATOR_NOT_AVAILABLE;
    }

    /// Nobody knows whether the coordinator has heard it.
    void unanswered(long nowMs);

    /// It is over: asking again would not help.
    void failed(ClientException reason);

    /// The topics that the member reads from now on.
    void subscribe(Set<String> names);

    /// What is known of topics: of those that are read, and of [#othersTopics].
    ///
    /// @param all everything that is known of them; topics that are missing are not there
    void topics(Collection<TopicDescription> all);

    /// Whether it cannot go on without knowing more of topics.
    boolean isLookingForTopics();

    /// Topics that others read, of which it has to know.
    Set<String> othersTopics();

    Assignment assignment();

    /// The application has given up what is not in an assignment. If that is not the last one, it
    /// means nothing.
    void gaveUp(Assignment followed);

    /// The member wants to leave; the application has given up everything.
    void leave();

    /// Whether there is nothing more to say: it has left, or failed.
    boolean isOver();

    /// Why it is over; null if it is not, or has just left.
    @Nullable ClientException failure();

    /// Whether the coordinator has ever taken it.
    boolean hasJoined();
}
