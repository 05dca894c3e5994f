package dev.zspool.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.zspool.observe.RequestCounts;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.UncheckedIOException;
import java.util.stream.IntStream;
import org.jboss.logging.Logger;

/// Problems of requests that never reach a resource: a bad `Host`, `OPTIONS *`, a failing filter.
@Singleton
final class RouterProblems {

    private static final Logger LOG = Logger.getLogger(RouterProblems.class);

    /// Before the framework's own handler of failures.
    private static final int ORDER = -20_000;

    private final ObjectMapper json;
    private final ResponseDate date;
    private final RequestCounts counts;

    RouterProblems(ObjectMapper json, ResponseDate date, RequestCounts counts) {
        this.json = json;
        this.date = date;
        this.counts = counts;
    }

    void register(@Observes Router router) {
        router.route().order(ORDER).failureHandler(this::failed);
        IntStream.of(400, 404, 405, 500)
                .forEach(status -> router.errorHandler(status, this::failed));
    }

    /// Answers a request with a problem, outside of the resources.
    void answer(RoutingContext context, ProblemException problem) {
        HttpServerResponse response = context.response();
        if (response.headWritten()) {
            context.request().connection().close();
            return;
        }
        counts.problem(problem.code().status());
        response.headers().clear();
        date.set(response);
        SafeHeaders.set(context);
        response.setStatusCode(problem.code().status());
        response.putHeader(HttpHeaders.CONTENT_TYPE, Problem.MEDIA_TYPE);
        problem.headers().forEach(response::putHeader);
        Buffer body = body(Problem.of(problem, String.valueOf(context.request().path())));
        if (context.request().method().equals(HttpMethod.HEAD)) {
            response.putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length()));
            response.end();
        } else {
            response.end(body);
        }
    }

    private void failed(RoutingContext context) {
        ProblemCode code = ProblemCode.ofStatus(context.statusCode());
        if (code == ProblemCode.INTERNAL_ERROR) {
            LOG.error("A request failed", context.failure());
        }
        answer(context, new ProblemException(code, code.title() + "."));
    }

    private Buffer body(Problem problem) {
        try {
            return Buffer.buffer(json.writeValueAsBytes(problem));
        } catch (JsonProcessingException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }
}
