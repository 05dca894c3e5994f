package dev.zspool.http;

import dev.zspool.observe.MemoryPressure;
import dev.zspool.observe.RequestCounts;
import io.quarkus.security.ForbiddenException;
import io.vertx.core.http.HttpServerRequest;
import jakarta.validation.ConstraintViolationException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import java.util.Objects;
import java.util.Set;
import java.util.function.IntSupplier;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/// Turns whatever ends a request abnormally into a problem: the one exception mapper.
final class ProblemMapper {

    private static final Logger LOG = Logger.getLogger(ProblemMapper.class);

    /// Seconds after which a retryable request is worth another try.
    private static final int RETRY_AFTER_SECONDS = 1;

    private final MemoryPressure pressure;
    private final RequestCounts counts;

    ProblemMapper(MemoryPressure pressure, RequestCounts counts) {
        this.pressure = pressure;
        this.counts = counts;
    }

    @ServerExceptionMapper
    RestResponse<Problem> problem(ProblemException problem, HttpServerRequest request) {
        if (problem.code() == ProblemCode.CORRUPTED) {
            LOG.warnf("CORRUPTED: %s", problem.detail());
        }
        return answer(problem, request).build();
    }

    /// What the framework itself refuses: unknown routes, methods, media types.
    @ServerExceptionMapper
    RestResponse<Problem> refused(WebApplicationException refusal, HttpServerRequest request) {
        ProblemCode code = ProblemCode.ofStatus(refusal.getResponse().getStatus());
        if (code == ProblemCode.INTERNAL_ERROR) {
            return unexpected(refusal, request);
        }
        Set<String> allowed = Set.of();
        if (code == ProblemCode.ROUTE_NOT_FOUND || code == ProblemCode.METHOD_NOT_ALLOWED) {
            allowed = AllowedMethods.at(pathOf(request));
            code = allowed.isEmpty() ? ProblemCode.ROUTE_NOT_FOUND : ProblemCode.METHOD_NOT_ALLOWED;
        }
        String detail =
                code == ProblemCode.UNSUPPORTED_MEDIA_TYPE
                        ? JsonBodies.MUST_BE_JSON
                        : request.method() + " " + request.path() + ": " + code.title() + ".";
        RestResponse.ResponseBuilder<Problem> answer =
                answer(new ProblemException(code, detail), request);
        if (!allowed.isEmpty()) {
            answer.header(HttpHeaders.ALLOW, String.join(", ", allowed));
        }
        return answer.build();
    }

    /// The caller is known, and has not the role that the resource asks for.
    @ServerExceptionMapper
    RestResponse<Problem> forbidden(ForbiddenException forbidden, HttpServerRequest request) {
        return problem(
                new ProblemException(
                        ProblemCode.FORBIDDEN,
                        "The caller is known, but has no role that allows "
                                + request.method()
                                + ' '
                                + pathOf(request)
                                + '.'),
                request);
    }

    @ServerExceptionMapper
    RestResponse<Problem> invalid(ConstraintViolationException invalid, HttpServerRequest request) {
        return problem(FieldError.problem(invalid), request);
    }

    @ServerExceptionMapper
    RestResponse<Problem> unexpected(Throwable failure, HttpServerRequest request) {
        LOG.error("A request failed", failure);
        return problem(
                new ProblemException(
                        ProblemCode.INTERNAL_ERROR, "The request failed; the log says why."),
                request);
    }

    private static String pathOf(HttpServerRequest request) {
        return Objects.requireNonNullElse(request.path(), "/");
    }

    private RestResponse.ResponseBuilder<Problem> answer(
            ProblemException problem, HttpServerRequest request) {
        counts.problem(problem.code().status());
        RestResponse.ResponseBuilder<Problem> answer =
                RestResponse.ResponseBuilder.<Problem>create(problem.code().status())
                        .entity(Problem.of(problem, pathOf(request)))
                        .type(Problem.MEDIA_TYPE);
        problem.headers().forEach(answer::header);
        if (problem.code().retryable()) {
            answer.header(
                    HttpHeaders.RETRY_AFTER,
                    retryAfterSeconds(problem.code(), pressure::retryAfterSeconds));
        }
        return answer;
    }

    /// Seconds after which the same request is worth another try. Where memory is short, whoever
    /// looks after it knows best when there may be some.
    static int retryAfterSeconds(ProblemCode code, IntSupplier untilMemory) {
        return code == ProblemCode.OUT_OF_MEMORY ? untilMemory.getAsInt() : RETRY_AFTER_SECONDS;
    }
}
