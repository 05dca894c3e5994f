package dev.zspool.testkit;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;

/// Gives every start of the service within a test a data directory of its own, under the folder
/// that the build clears. Found by its annotation; no test has to name it.
@WithTestResource(value = FreshDataDirectory.class, scope = TestResourceScope.GLOBAL)
public final class FreshDataDirectory implements QuarkusTestResourceLifecycleManager {
    @Override
    public Map<String, String> start() {
        Path directory = Path.of("target", "test-data", UUID.randomUUID().toString());
        return Map.of(
                "zspool.data.directory", directory.toString(), "zspool.journal.ballast", "1M");
    }

    @Override
    public void stop() {
        // The build clears it.
    }
}
