package io.octavo.broker.net;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.DefaultFileRegion;
import io.octavo.log.LogSlice;
import java.nio.channels.FileChannel;

/// A window of a file slice, for sendfile. Netty sends only [DefaultFileRegion] that way, which
/// closes its file when it is released; this one releases its part in the slice. It hears what
/// became of it, as the disk may fail then for the first time.
final class SliceRegion extends DefaultFileRegion implements ChannelFutureListener {
    private final LogSlice slice;

    /// Retains the slice until the region is released.
    ///
    /// @param from where in the slice the window begins
    SliceRegion(LogSlice slice, FileChannel channel, int from, int bytes) {
        super(channel, slice.position() + from, bytes);
        slice.retain();
        this.slice = slice;
    }

    @Override
    public void operationComplete(ChannelFuture sent) {
        if (!sent.isSuccess()) {
            slice.notSent(sent.cause());
        }
    }

    @Override
    protected void deallocate() {
        slice.release();
    }
}
