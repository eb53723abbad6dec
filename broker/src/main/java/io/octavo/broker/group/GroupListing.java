package io.octavo.broker.group;

import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.ListGroupsRequest;
import io.octavo.protocol.message.ListGroupsResponse;
import io.octavo.protocol.message.ListGroupsResponse.ListedGroup;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// Gathers the groups that match a request, of one shard after another.
final class GroupListing {
    private final Set<String> states;
    private final Set<String> types;
    private final List<ListedGroup> found = new ArrayList<>();

    GroupListing(ListGroupsRequest request) {
        states = lowerCase(request.statesFilter());
        types = lowerCase(request.typesFilter());
    }

    void add(GroupShard shard) {
        for (Group group : shard.groups()) {
            if (matches(states, group.state()) && matches(types, group.type())) {
                found.add(
                        new ListedGroup(
                                group.id(), group.protocolType(), group.state(), group.type()));
            }
        }
    }

    /// @param loading whether some groups are not known yet
    ListGroupsResponse answer(boolean loading) {
        return loading
                ? ListGroupsResponse.defaults()
                        .withErrorCode(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS.code())
                : ListGroupsResponse.defaults().withGroups(found);
    }

    private static Set<String> lowerCase(List<String> names) {
        Set<String> all = new HashSet<>();
        names.forEach(name -> all.add(name.toLowerCase(Locale.ROOT)));
        return all;
    }

    private static boolean matches(Set<String> wanted, String name) {
        return wanted.isEmpty() || wanted.contains(name.toLowerCase(Locale.ROOT));
    }
}
