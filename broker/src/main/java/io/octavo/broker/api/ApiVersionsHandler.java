package io.octavo.broker.api;

import io.octavo.protocol.api.Api;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.api.VersionRange;
import io.octavo.protocol.message.ApiVersionsRequest;
import io.octavo.protocol.message.ApiVersionsResponse;
import io.octavo.protocol.message.ApiVersionsResponse.ApiVersion;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Tells clients which APIs and versions there are: the first thing every client asks (KIP-35,
/// KIP-511). Immutable.
///
/// No feature (KIP-584) is named: each stands for something that does not exist yet, and of Kafka's
/// clients and tools only `kafka-features` asks for `metadata.version`.
final class ApiVersionsHandler implements Handler<ApiVersionsRequest, ApiVersionsResponse> {
    /// From this version on a client says what it runs on.
    private static final int SOFTWARE_VERSION_MIN = 3;

    private final ApiVersionsResponse answer;

    /// @param others all other handlers
    ApiVersionsHandler(List<? extends Handler<?, ?>> others) {
        List<ApiVersion> versions = new ArrayList<>(others.size() + 1);
        for (Handler<?, ?> other : others) {
            versions.add(entry(other.api(), other.advertised()));
        }
        versions.add(entry(api(), advertised()));
        versions.sort(Comparator.comparingInt(ApiVersion::apiKey));
        answer = ApiVersionsResponse.defaults().withApiKeys(versions);
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
        return new Reply.Now<>(answer);
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
