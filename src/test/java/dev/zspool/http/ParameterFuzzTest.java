package dev.zspool.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.zspool.blob.WriteRequest;
import java.nio.charset.StandardCharsets;

/// Any text as a parameter of a path or a query is understood or refused with a problem, never
/// more. `JAZZER_FUZZ=1` searches; without it the inputs beside the test's resources are run again.
final class ParameterFuzzTest {

    private static String text(byte[] input) {
        return new String(input, StandardCharsets.UTF_8);
    }

    @FuzzTest
    void lives(byte[] input) {
        try {
            long millis = TtlParameter.millisOf(text(input));
            assertTrue(millis >= 1_000 && millis <= WriteRequest.MAX_TTL_MILLIS);
        } catch (ProblemException problem) {
            assertEquals(ProblemCode.BAD_PARAMETER, problem.code());
            assertEquals("ttl", problem.errors().getFirst().field());
        }
    }

    @FuzzTest
    void poolNames(byte[] input) {
        try {
            String name = PoolNames.require(text(input));
            assertTrue(name.matches("[A-Za-z0-9][A-Za-z0-9._~-]{0,63}"), name);
        } catch (ProblemException problem) {
            assertEquals(ProblemCode.BAD_POOL_NAME, problem.code());
        }
    }

    @FuzzTest
    void handles(byte[] input) {
        try {
            String handle = Handles.require(text(input));
            assertTrue(handle.matches("[A-Za-z0-9._~-]{1,128}"), handle);
        } catch (ProblemException problem) {
            assertEquals(ProblemCode.BAD_HANDLE, problem.code());
        }
    }
}
