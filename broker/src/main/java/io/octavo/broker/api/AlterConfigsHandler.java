package io.octavo.broker.api;

import io.octavo.broker.api.ConfigResources.Altered;
import io.octavo.broker.api.ConfigResources.Asked;
import io.octavo.broker.api.ConfigResources.Resource;
import io.octavo.protocol.api.Api;
import io.octavo.protocol.message.AlterConfigsRequest;
import io.octavo.protocol.message.AlterConfigsRequest.AlterConfigsResource;
import io.octavo.protocol.message.AlterConfigsRequest.AlterableConfig;
import io.octavo.protocol.message.AlterConfigsResponse;
import io.octavo.protocol.message.AlterConfigsResponse.AlterConfigsResourceResponse;
import java.util.ArrayList;
import java.util.List;

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
        List<Asked> asked = new ArrayList<>(request.resources().size());
        for (AlterConfigsResource each : request.resources()) {
            Resource resource = new Resource(each.resourceType(), each.resourceName());
            asked.add(new Asked(resource, alteration(each)));
        }
        return Gathering.reply(
                resources.alter(asked, request.validateOnly()), AlterConfigsHandler::response);
    }

    private static ConfigAlteration alteration(AlterConfigsResource resource) {
        List<ConfigAlteration.Change> changes = new ArrayList<>(resource.configs().size());
        for (AlterableConfig setting : resource.configs()) {
            changes.add(ConfigAlteration.set(setting.name(), setting.value()));
        }
        return ConfigAlteration.replacing(changes);
    }

    private static AlterConfigsResponse response(List<Altered> results) {
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
        return AlterConfigsResponse.defaults().withResponses(answers);
    }
}
