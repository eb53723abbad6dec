package io.octavo.broker.api;

import io.octavo.protocol.api.Api;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.api.VersionRange;
import io.octavo.protocol.message.ApiVersionsRequest;
import io.octavo.protocol.message.ApiVersionsResponse;
import io.octavo.protocol.message.ApiVersionsResponse.ApiVersion;
import io.octavo.protocol.message.ApiVersionsResponse.FinalizedFeatureKey;
import io.octavo.protocol.message.ApiVersionsResponse.SupportedFeatureKey;
import io.octavo.protocol.message.ConsumerGroupHeartbeatRequest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Tells clients which APIs and versions there are: the first thing every client asks (KIP-35,
/// KIP-511). Immutable.
///
/// A feature (KIP-584) is named where it is served, at the only level there is. Of Kafka's clients
/// and tools only `kafka-features` asks for `metadata.version`.
final class ApiVersionsHandler implements Handler<ApiVersionsRequest, ApiVersionsResponse> {
    /// From this version on a client says what it runs on.
    private static final int SOFTWARE_VERSION_MIN = 3;

    /// Before this version a supported level of 0 is not understood.
    private static final int LEVEL_ZERO_FROM = 4;

    private static final String GROUP_VERSION = "group.version";
    private static final short LEVEL = 1;

    private final ApiVersionsResponse answer;

    /// @param others all other handlers
    ApiVersionsHandler(List<? extends Handler<?, ?>> others) {
        List<ApiVersion> versions = new ArrayList<>(others.size() + 1);
        for (Handler<?, ?> other : others) {
            versions.add(entry(other.api(), other.advertised()));
        }
        versions.add(entry(api(), advertised()));
        versions.sort(Comparator.comparingInt(ApiVersion::apiKey));
        boolean groups = others.stream().anyMatch(ApiVersionsHandler::isOfConsumerGroups);
        ApiVersionsResponse all = ApiVersionsResponse.defaults().withApiKeys(versions);
        answer =
                groups
                        ? all.withFinalizedFeaturesEpoch(0)
                                .withFinalizedFeatures(
                                        List.of(
                                                new FinalizedFeatureKey(
                                                        GROUP_VERSION, LEVEL, LEVEL)))
                                .withSupportedFeatures(
                                        List.of(
                                                new SupportedFeatureKey(
                                                        GROUP_VERSION, (short) 0, LEVEL)))
                        : all;
    }

    /// KIP-848.
    private static boolean isOfConsumerGroups(Handler<?, ?> handler) {
        return handler.api() == ConsumerGroupHeartbeatRequest.API;
    }

    @Override
    public Api<ApiVersionsRequest, ApiVersionsResponse> api() {
        return ApiVersionsRequest.API;
    }

    @Override
    public Reply<ApiVersionsResponse> handle(ApiVersionsRequest request, RequestContext context) {
        if (context.apiVersion() >= SOFTWARE_VERSION_MIN) {
            String name = request.clientSoftwareName();
            String version = request.clientSoftwareVersion();
            if (!isSoftware(name) || !isSoftware(version)) {
                return new Reply.Now<>(error(ErrorCode.INVALID_REQUEST));
            }
            context.clientRunsOn(new ClientSoftware(name, version));
        }
        return new Reply.Now<>(
                context.apiVersion() >= LEVEL_ZERO_FROM
                        ? answer
                        : answer.withSupportedFeatures(List.of()));
    }

    /// What a client is told, in version 0, that asks in a version which is not known: the versions
    /// of this API, so that it asks again in one of them (KIP-511).
    ApiVersionsResponse unknownVersion() {
        return error(ErrorCode.UNSUPPORTED_VERSION)
                .withApiKeys(List.of(entry(api(), advertised())));
    }

    private static ApiVersionsResponse error(ErrorCode error) {
        return ApiVersionsResponse.defaults().withErrorCode(error.code());
    }

    private static ApiVersion entry(Api<?, ?> api, VersionRange versions) {
        return new ApiVersion((short) api.key(), (short) versions.min(), (short) versions.max());
    }

    /// Letters, digits, dots and hyphens, the outer ones letters or digits (KIP-511).
    private static boolean isSoftware(String text) {
        int last = text.length() - 1;
        for (int i = 0; i <= last; i++) {
            char c = text.charAt(i);
            boolean inner = i > 0 && i < last && (c == '.' || c == '-');
            if (!inner && !isLetterOrDigit(c)) {
                return false;
            }
        }
        return last >= 0;
    }

    private static boolean isLetterOrDigit(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }
}
