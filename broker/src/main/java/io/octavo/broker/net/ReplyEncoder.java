package io.octavo.broker.net;

import io.octavo.broker.api.Reply;
import io.octavo.log.LogSlice;
import io.octavo.protocol.api.Api;
import io.octavo.protocol.wire.Response;
import io.octavo.protocol.wire.Splice;
import io.octavo.protocol.wire.Writer;

/// Writes replies: length, header, body. One for each thread that does so, used again for each
/// reply.
///
/// ```
/// length int32 | correlation id int32 | no tagged fields, if flexible | body
/// ```
final class ReplyEncoder {
    private static final int BYTES_INITIAL = 16 * 1024;

    /// A scratch that one large reply made larger is not kept.
    private static final int BYTES_KEPT_MAX = 1 << 20;

    private Writer scratch = Writer.direct(BYTES_INITIAL);

    /// Writes the reply to a request.
    ///
    /// @return the bytes and splices of the reply, valid until the next call. If writing fails,
    ///   file slices in the response are released before the exception leaves.
    Writer encode(Exchange exchange, Response response) {
        Writer out = scratch;
        if (out.bytes().capacity() > BYTES_KEPT_MAX) {
            out = Writer.direct(BYTES_INITIAL);
            scratch = out;
        }
        out.reset();
        Api<?, ?> api = exchange.api();
        int version = exchange.apiVersion();
        try {
            out.int32(0);
            out.int32(exchange.correlationId());
            if (api.responseHeaderVersion(version) >= 1) {
                out.unsignedVarint(0);
            }
            response.write(out, version);
            out.patchInt32(0, out.sizeBytes() - Integer.BYTES);
            return out;
        } catch (RuntimeException e) {
            releaseAll(api, response, out);
            throw e;
        }
    }

    /// Releases the file slices in a reply that is not sent.
    void discard(Exchange exchange) {
        if (exchange.settled() instanceof Reply.Now<?> now) {
            release(encode(exchange, now.response()));
            scratch.reset();
        }
    }

    /// Writing ended before all slices were seen; the newest version can say everything.
    private static void releaseAll(Api<?, ?> api, Response response, Writer out) {
        out.reset();
        try {
            response.write(out, api.versions().max());
        } catch (RuntimeException again) {
            // The first failure is reported; what was seen until now is released.
        } finally {
            release(out);
        }
    }

    /// Releases the file slices in a reply that was written and is not sent.
    static void release(Writer out) {
        for (Splice splice : out.splices()) {
            if (splice.records() instanceof LogSlice slice) {
                slice.release();
            }
        }
    }
}
