package io.octavo.broker.api;

import io.octavo.broker.api.ConfigResources.Resource;
import io.octavo.broker.cluster.Cluster;
import io.octavo.broker.cluster.Topic;
import io.octavo.broker.cluster.TopicNames;
import io.octavo.broker.cluster.Verdict;
import io.octavo.broker.cluster.Verdict.Done;
import io.octavo.broker.cluster.Verdict.Refused;
import io.octavo.broker.config.BrokerConfig;
import io.octavo.broker.config.ConfigEntry;
import io.octavo.broker.config.ConfigReport;
import io.octavo.broker.config.LiveConfig;
import io.octavo.protocol.api.Api;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.DescribeConfigsRequest;
import io.octavo.protocol.message.DescribeConfigsRequest.DescribeConfigsResource;
import io.octavo.protocol.message.DescribeConfigsResponse;
import io.octavo.protocol.message.DescribeConfigsResponse.DescribeConfigsResourceResult;
import io.octavo.protocol.message.DescribeConfigsResponse.DescribeConfigsResult;
import io.octavo.protocol.message.DescribeConfigsResponse.DescribeConfigsSynonym;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// DescribeConfigs (KIP-133, KIP-226, KIP-569): the settings of topics, of groups, of this broker,
/// and those altered for all brokers, each with its value, where that comes from and what it means.
public final class DescribeConfigsHandler
        implements Handler<DescribeConfigsRequest, DescribeConfigsResponse> {
    /// Settings in one answer; those of some ten thousand topics.
    private static final int ENTRIES_MAX = 400_000;

    private static final Refused<List<ConfigEntry>> TOO_MANY =
            new Refused<>(
                    ErrorCode.INVALID_REQUEST,
                    "An answer has at most " + ENTRIES_MAX + " settings: ask for fewer at a time.");

    private final Cluster cluster;
    private final LiveConfig config;

    public DescribeConfigsHandler(Cluster cluster, LiveConfig config) {
        this.cluster = cluster;
        this.config = config;
    }

    @Override
    public Api<DescribeConfigsRequest, DescribeConfigsResponse> api() {
        return DescribeConfigsRequest.API;
    }

    @Override
    public Reply<DescribeConfigsResponse> handle(
            DescribeConfigsRequest request, RequestContext context) {
        BrokerConfig settings = config.current();
        List<DescribeConfigsResult> results = new ArrayList<>(request.resources().size());
        int shown = 0;
        for (DescribeConfigsResource resource : request.resources()) {
            DescribeConfigsResult result =
                    switch (shown < ENTRIES_MAX ? entries(resource, settings) : TOO_MANY) {
                        case Refused<List<ConfigEntry>>(ErrorCode error, String message) ->
                                new DescribeConfigsResult(
                                        error.code(),
                                        message,
                                        resource.resourceType(),
                                        resource.resourceName(),
                                        List.of());
                        case Done<List<ConfigEntry>>(List<ConfigEntry> entries) ->
                                new DescribeConfigsResult(
                                        ErrorCode.NONE.code(),
                                        null,
                                        resource.resourceType(),
                                        resource.resourceName(),
                                        shown(entries, resource, request));
                    };
            shown += result.configs().size();
            results.add(result);
        }
        return new Reply.Now<>(DescribeConfigsResponse.defaults().withResults(results));
    }

    private Verdict<List<ConfigEntry>> entries(
            DescribeConfigsResource resource, BrokerConfig settings) {
        String name = resource.resourceName();
        return switch (resource.resourceType()) {
            case ConfigResources.TOPIC -> topic(name, settings);
            case ConfigResources.BROKER ->
                    switch (ConfigResources.broker(name, settings.brokerId())) {
                        case Refused<Boolean>(ErrorCode error, String message) ->
                                new Refused<>(error, message);
                        case Done<Boolean>(Boolean one) -> {
                            ConfigReport report = new ConfigReport(settings);
                            yield new Done<>(one ? report.broker() : report.brokerDefaults());
                        }
                    };
            case ConfigResources.GROUP -> {
                Refused<?> refusal = ConfigResources.group(name);
                yield refusal == null
                        ? new Done<>(new ConfigReport(settings).group(config.group(name)))
                        : new Refused<>(refusal.error(), refusal.message());
            }
            default -> {
                Refused<?> refusal =
                        ConfigResources.unserved(new Resource(resource.resourceType(), name));
                yield new Refused<>(refusal.error(), refusal.message());
            }
        };
    }

    private Verdict<List<ConfigEntry>> topic(String name, BrokerConfig settings) {
        String problem = TopicNames.problem(name);
        if (problem != null) {
            return new Refused<>(ErrorCode.INVALID_TOPIC_EXCEPTION, problem);
        }
        Topic topic = cluster.view().topic(name);
        return topic == null
                ? ByName.unknown(name)
                : new Done<>(new ConfigReport(settings).topic(topic.config()));
    }

    private static List<DescribeConfigsResourceResult> shown(
            List<ConfigEntry> entries,
            DescribeConfigsResource resource,
            DescribeConfigsRequest request) {
        List<String> keys = resource.configurationKeys();
        Set<String> wanted = keys == null ? Set.of() : new HashSet<>(keys);
        List<DescribeConfigsResourceResult> shown = new ArrayList<>();
        for (ConfigEntry entry : entries) {
            if (wanted.isEmpty() || wanted.contains(entry.name())) {
                shown.add(shown(entry, request));
            }
        }
        return shown;
    }

    private static DescribeConfigsResourceResult shown(
            ConfigEntry entry, DescribeConfigsRequest request) {
        List<DescribeConfigsSynonym> synonyms = new ArrayList<>();
        if (request.includeSynonyms()) {
            for (ConfigEntry.Synonym synonym : entry.synonyms()) {
                synonyms.add(
                        new DescribeConfigsSynonym(
                                synonym.name(), synonym.value(), synonym.source().code()));
            }
        }
        return new DescribeConfigsResourceResult(
                entry.name(),
                entry.value(),
                entry.readOnly(),
                entry.source().code(),
                entry.definition().sensitive(),
                synonyms,
                entry.definition().type().code(),
                request.includeDocumentation() ? entry.definition().explanation() : null);
    }
}
