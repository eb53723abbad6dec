package io.octavo.system.group;

/// What members of classic groups do as a rule, in the versions that say most. Each is answered at
/// once.
final class Steps {
    private Steps() {}

    /// Joins with the protocol `range`; without an id, is given one at first.
    static void join(Caller caller, String group) {
        caller.ask(Asks.JOIN, who -> Asks.join(who, group, "range"));
    }

    /// The same as a worker of Kafka Connect would.
    static void joinAsWorker(Caller caller, String group) {
        caller.ask(Asks.JOIN, who -> Asks.join(who, group, "x").setProtocolType("connect"));
    }

    /// @param assigned as for [Asks#sync]
    static void sync(Caller caller, String group, String... assigned) {
        caller.ask(Asks.SYNC, who -> Asks.sync(who, group, assigned));
    }

    static void heartbeat(Caller caller, String group) {
        caller.ask(Asks.HEARTBEAT, who -> Asks.heartbeat(who, group));
    }

    static void leave(Caller caller, String group) {
        caller.ask(Asks.LEAVE, who -> Asks.leave(group, Asks.member(who.id())));
    }

    /// Joins a group in which nobody else is.
    static void enter(Caller caller, String group) {
        join(caller, group);
        join(caller, group);
    }

    /// Joins a group in which there are others, which have to join before that is answered.
    static void follow(Caller caller, String group) {
        join(caller, group);
        caller.send(Asks.JOIN, who -> Asks.join(who, group, "range"));
    }

    /// Makes `first` and `second` members of a group of two; each has joined and synced.
    static void makeTwo(String group, Caller first, Caller second) {
        enter(first, group);
        sync(first, group, first.toString());
        follow(second, group);
        heartbeat(first, group);
        join(first, group);
        second.hear();
        second.send(Asks.SYNC, who -> Asks.sync(who, group));
        sync(first, group, first.toString(), second.toString());
        second.hear();
    }
}
