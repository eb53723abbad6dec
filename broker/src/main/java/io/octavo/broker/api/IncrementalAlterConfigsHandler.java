package io.octavo.broker.api;

import io.octavo.broker.api.ConfigResources.Resource;
import io.octavo.broker.cluster.Verdict;
import io.octavo.broker.cluster.Verdict.Done;
import io.octavo.broker.cluster.Verdict.Refused;
import io.octavo.protocol.api.Api;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.IncrementalAlterConfigsRequest;
import io.octavo.protocol.message.IncrementalAlterConfigsRequest.AlterConfigsResource;
import io.octavo.protocol.message.IncrementalAlterConfigsRequest.AlterableConfig;
import io.octavo.protocol.message.IncrementalAlterConfigsResponse;
import io.octavo.protocol.message.IncrementalAlterConfigsResponse.AlterConfigsResourceResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// IncrementalAlterConfigs (KIP-339): sets, deletes, appends to and subtracts from single settings
/// of a topic, broker or group.
public final class IncrementalAlterConfigsHandler
        implements Handler<IncrementalAlterConfigsRequest, IncrementalAlterConfigsResponse> {
    private final ConfigResources resources;

    public IncrementalAlterConfigsHandler(ConfigResources resources) {
        this.resources = resources;
    }

    @Override
    public Api<IncrementalAlterConfigsRequest, IncrementalAlterConfigsResponse> api() {
        return IncrementalAlterConfigsRequest.API;
    }

    @Override
    public Reply<IncrementalAlterConfigsResponse> handle(
            IncrementalAlterConfigsRequest request, RequestContext context) {
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
                            ? CompletableFuture.completedFuture(AlterConfigsHandler.twice())
                            : resources.alter(
                                    resource,
                                    alteration(request.resources().get(i)),
                                    request.validateOnly());
            results.add(outcome.thenApply(verdict -> result(resource, verdict)));
        }
        return Gathering.reply(
                results,
                answers -> IncrementalAlterConfigsResponse.defaults().withResponses(answers));
    }

    private static ConfigAlteration alteration(AlterConfigsResource resource) {
        List<ConfigAlteration.Change> changes = new ArrayList<>(resource.configs().size());
        for (AlterableConfig setting : resource.configs()) {
            changes.add(
                    new ConfigAlteration.Change(
                            setting.name(), setting.configOperation(), setting.value()));
        }
        return ConfigAlteration.incremental(changes);
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
