package dev.zspool.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.zspool.blob.BlobPoolOptions;
import jakarta.validation.ConstraintViolationException;
import jakarta.validation.Validation;
import java.util.Optional;

/// Any bytes as a JSON body are a batch whose handles are handles, or a problem of the caller's
/// that names a field or a place. `JAZZER_FUZZ=1` searches; without it the inputs beside the test's
/// resources are run again.
final class BodyFuzzTest {
    private static final JsonBodies BODIES =
            new JsonBodies(Validation.buildDefaultValidatorFactory().getValidator());

    @FuzzTest
    void anyBytesAreABatchOrAProblem(byte[] body) {
        try {
            BatchHandles batch = BODIES.read(body, BatchHandles.class);
            assertTrue(batch.handles().size() <= BatchHandles.MOST);
            batch.handles().forEach(handle -> assertTrue(Handles.isHandle(handle), handle));
        } catch (ProblemException problem) {
            assertNamed(problem);
        } catch (ConstraintViolationException invalid) {
            assertNamed(FieldError.problem(invalid));
        }
    }

    @FuzzTest
    void anyBytesAreAPoolOrAProblem(byte[] body) {
        try {
            PoolRequest wanted = BODIES.read(body, PoolRequest.class);
            BlobPoolOptions defaults = BlobPoolOptions.of("default", 8, 1 << 20, 1 << 20);
            BlobPoolOptions options = wanted.options("p", defaults, Optional.empty());
            assertEquals("p", options.name());
        } catch (ProblemException problem) {
            assertNamed(problem);
        } catch (ConstraintViolationException invalid) {
            assertNamed(FieldError.problem(invalid));
        }
    }

    private static void assertNamed(ProblemException problem) {
        assertEquals(ProblemCode.BAD_BODY, problem.code());
        assertFalse(problem.errors().isEmpty());
        assertFalse(problem.detail().isBlank());
    }
}
