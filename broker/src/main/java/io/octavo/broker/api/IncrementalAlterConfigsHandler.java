package io.octavo.broker.api;

import io.octavo.broker.api.ConfigResources.Altered;
import io.octavo.broker.api.ConfigResources.Asked;
import io.octavo.broker.api.ConfigResources.Resource;
import io.octavo.protocol.api.Api;
import io.octavo.protocol.message.IncrementalAlterConfigsRequest;
import io.octavo.protocol.message.IncrementalAlterConfigsRequest.AlterConfigsResource;
import io.octavo.protocol.message.IncrementalAlterConfigsRequest.AlterableConfig;
import io.octavo.protocol.message.IncrementalAlterConfigsResponse;
import io.octavo.protocol.message.IncrementalAlterConfigsResponse.AlterConfigsResourceResponse;
import java.util.ArrayList;
import java.util.List;

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
        List<Asked> asked = new ArrayList<>(request.resources().size());
        for (AlterConfigsResource each : request.resources()) {
            Resource resource = new Resource(each.resourceType(), each.resourceName());
            asked.add(new Asked(resource, alteration(each)));
        }
        return Gathering.reply(
                resources.alter(asked, request.validateOnly()),
                IncrementalAlterConfigsHandler::response);
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

    private static IncrementalAlterConfigsResponse response(List<Altered> results) {
        List<AlterConfigsResourceResponse> answers = new ArrayList<>(results.size());
        for (Altered altered : results) {
            Resource resource = altered.resource();
            answers.add(
                    new AlterConfigsResourceResponse(
                            altered.error().code(),
                            altered.message(),
                            resource.type(),
                            resource.name()));
        }
        return IncrementalAlterConfigsResponse.defaults().withResponses(answers);
    }
}
