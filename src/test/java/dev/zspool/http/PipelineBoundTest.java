package dev.zspool.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class PipelineBoundTest {
    private boolean reads = true;
    private final EmbeddedChannel connection =
            new EmbeddedChannel(new PipelineBound(() -> reads = false, () -> reads = true));

    private void asks(int count) {
        for (int each = 0; each < count; each++) {
            connection.writeInbound(
                    new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/"));
        }
    }

    private void answer(HttpResponseStatus status) {
        connection.writeOutbound(new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status));
    }

    @Test
    @DisplayName("no more is read behind some requests without answers, until they have them")
    void pauses() {
        asks(PipelineBound.ENOUGH);
        assertTrue(reads);
        asks(1);
        assertFalse(reads);
        answer(HttpResponseStatus.CONTINUE);
        assertFalse(reads, "that is no answer");
        answer(HttpResponseStatus.OK);
        assertTrue(reads);
    }

    @Test
    @DisplayName("more than the bound cut the connection, and are not handed on")
    void cuts() {
        asks(PipelineBound.MOST);
        assertTrue(connection.isOpen());
        asks(1);
        assertFalse(connection.isOpen());
        assertEquals(PipelineBound.MOST, connection.inboundMessages().size());
    }

    @Test
    @DisplayName("answers that are not taken count as long as they are not")
    void unread() {
        connection.unsafe().outboundBuffer().setUserDefinedWritability(1, false);
        for (int each = 0; each < PipelineBound.MOST; each++) {
            asks(1);
            answer(HttpResponseStatus.OK);
            assertFalse(reads);
        }
        connection.unsafe().outboundBuffer().setUserDefinedWritability(1, true);
        connection.runPendingTasks();
        assertTrue(reads);
        connection.unsafe().outboundBuffer().setUserDefinedWritability(1, false);
        for (int each = 0; each < PipelineBound.MOST; each++) {
            asks(1);
            answer(HttpResponseStatus.OK);
        }
        assertTrue(connection.isOpen());
        asks(1);
        assertFalse(connection.isOpen());
    }
}
