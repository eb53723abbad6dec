package io.octavo.broker.api;

import io.octavo.broker.api.ConfigResources.Resource;
import io.octavo.broker.cluster.Verdict;
import io.octavo.broker.cluster.Verdict.Done;
import io.octavo.broker.cluster.Verdict.Refused;
import io.octavo.protocol.api.Api;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.AlterConfigsRequest;
import io.octavo.protocol.message.AlterConfigsRequest.AlterConfigsResource;
import io.octavo.protocol.message.AlterConfigsRequest.AlterableConfig;
import io.octavo.protocol.message.AlterConfigsResponse;
import io.octavo.protocol.message.AlterConfigsResponse.AlterConfigsResourceResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// AlterConfigs (KIP-133): replaces all settings of a topic, broker or group. Old; clients of today
/// use [IncrementalAlterConfigsHandler].
public final class AlterConfigsHandler
        implements Handler<AlterConfigsRequest, AlterConfigsResponse> {
    private final ConfigResources resources;

    public AlterConfigsHandler(ConfigResources resources) {
        this.resources = resources;
    }

    @Override
    public Api<AlterConfigsRequest, AlterConfigsResponse> api() {
        return AlterConfigsRequest.API;
    }

    @Override
    public Reply<AlterConfigsResponse> handle(AlterConfigsRequest request, RequestContext context) {
        List<Resource> named = new ArrayList<>(request.resources().size());
        for (AlterConfigsResource resource : request.resources()) {
            named.add(new Resource(resource.resourceType(), resource.resourceName()));
        }
        Set<Resource> doubled = ConfigResources.doubled(named);
        List<CompletionStage<AlterConfigsResourceResponse>> results = new ArrayList<>(named.size());
        for (int i = 0; i < named.size(); i++) {
            Resource resource = named.get(i);
            CompletionStage<? extends Verdict<?>> outcome =
                    doubled.contains(resource)
                            ? CompletableFuture.completedFuture(twice())
                            : resources.alter(
                                    resource,
                                    alteration(request.resources().get(i)),
                                    request.validateOnly());
            results.add(outcome.thenApply(verdict -> result(resource, verdict)));
        }
        return Gathering.reply(
                results, answers -> AlterConfigsResponse.defaults().withResponses(answers));
    }

    private static ConfigAlteration alteration(AlterConfigsResource resource) {
        List<ConfigAlteration.Change> changes = new ArrayList<>(resource.configs().size());
        for (AlterableConfig setting : resource.configs()) {
            changes.add(ConfigAlteration.set(setting.name(), setting.value()));
        }
        return ConfigAlteration.replacing(changes);
    }

    static Refused<Boolean> twice() {
        return new Refused<>(
                ErrorCode.INVALID_REQUEST, "The request names the same resource more than once.");
    }

    private static AlterConfigsResourceResponse result(Resource resource, Verdict<?> verdict) {
        return switch (verdict) {
            case Done<?> done ->
                    new AlterConfigsResourceResponse(
                            ErrorCode.NONE.code(), null, resource.type(), resource.name());
            case Refused<?>(ErrorCode error, String message) ->
                    new AlterConfigsResourceResponse(
                            error.code(), message, resource.type(), resource.name());
        };
    }
}
