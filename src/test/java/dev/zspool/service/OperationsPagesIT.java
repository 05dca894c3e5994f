package dev.zspool.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The commands of pages for operators run one after the other as they stand there, beside a
/// service with a blob that must be there at the end.
final class OperationsPagesIT {
    private static final Path PAGES = Path.of("docs/operations");

    /// A service manager, as far as the pages use one.
    private static final String BEGIN =
            """
            set -eu -o pipefail
            start() {
                "$script" run -Dzspool.http.port=$port -Dzspool.management.port=$management \\
                    -Dzspool.data.directory="$PWD/data" -Dzspool.journal.ballast=1M >log 2>&1 &
                service=$!
                until curl -fs -o ready http://localhost:9000/q/health/ready; do
                    kill -0 $service || { cat log; return 1; }
                    sleep 0.05
                done
            }
            stop() { kill $service; wait $service || true; }
            systemctl() { $1; }
            trap stop EXIT
            start
            curl -fsS -X PUT --data-binary 'kept' http://localhost:8080/v1/pools/default/blobs/kept
            """;

    private static final String END =
            """
            test "$(curl -fsS http://localhost:8080/v1/pools/default/blobs/kept)" = kept
            echo 'all is there'
            """;

    /// What a newer release leaves is refused as the page says.
    private static final String NEWER =
            """
            echo 'zspool data, format 2' >data/FORMAT
            if start; then exit 1; fi
            grep -q 'has format 2 and this version reads formats up to 1: start the newer version' log
            grep -q 'or restore a snapshot that this version wrote into another directory' log
            """;

    @TempDir Path folder = Path.of("");

    @Test
    void upgradeAndRollBack() throws Exception {
        List<String> blocks = blocks("upgrade.md");
        String rollBack = blocks.get(3);
        assertTrue(rollBack.contains("data-of-the-new-release"), rollBack);
        blocks.set(3, rollBack.replace("# here the old release", NEWER + "# here the old release"));
        String said = run(blocks);
        assertTrue(said.contains("zspool data, format 1"), said);
    }

    @Test
    void secure() throws Exception {
        List<String> blocks = blocks("secure.md");
        blocks.addFirst("zspool() { \"$script\" \"$@\"; }\nrestart() { stop; start; }\n");
        // What the last check asks for is to be seen with a key now.
        blocks.add("curl() { command curl -H \"Authorization: Bearer $ops\" \"$@\"; }\n");
        String said = run(blocks);
        assertTrue(said.contains("shop writer:orders sha256:"), said);
    }

    @Test
    void traces() throws Exception {
        List<String> blocks = blocks("traces.md");
        // Nobody listens there, and requests do not wait for that.
        blocks.replaceAll(block -> block.replace("collector.example:4318", "127.0.0.1:9"));
        assertTrue(blocks.getFirst().contains("127.0.0.1:9"));
        run(blocks);
    }

    @Test
    void backUpAndRestore() throws Exception {
        String said = run(blocks("backup-restore.md"));
        assertTrue(said.contains("1 blobs restored"), said);
    }

    @Test
    void lookAndMeasure() throws Exception {
        List<String> blocks = blocks("size.md");
        blocks.addAll(blocks("metrics.md"));
        blocks.addAll(blocks("codes.md"));
        String said = run(blocks);
        assertTrue(said.contains("blobs:                  1\n"), said);
        assertTrue(said.contains("zspool_memory_plan_bytes{part=\"heap\"}"), said);
        assertTrue(said.contains("\"code\":\"POOL_NOT_FOUND\""), said);
    }

    @Test
    void linesAsJson() throws Exception {
        List<String> blocks = blocks("logs.md");
        blocks.add("grep -c '^{\"timestamp\"' log");
        run(blocks);
    }

    private static List<String> blocks(String page) throws IOException {
        return Arrays.stream(Files.readString(PAGES.resolve(page)).split("```sh\n", -1))
                .skip(1)
                .map(part -> part.substring(0, part.indexOf("```")))
                .collect(Collectors.toList());
    }

    private String run(List<String> blocks) throws IOException, InterruptedException {
        int port = ServiceProcess.freePort();
        int management = ServiceProcess.freePort();
        String script =
                Path.of(System.getProperty("zspool.script", "zspool")).toAbsolutePath().toString();
        String session =
                (BEGIN + String.join("\n", blocks) + "\n" + END)
                        .replace("./zspool", "\"$script\"")
                        .replace("localhost:8080", "localhost:" + port)
                        .replace("localhost:9000", "localhost:" + management);
        ProcessBuilder shell =
                new ProcessBuilder("bash", "-c", session)
                        .directory(folder.toFile())
                        .redirectErrorStream(true);
        shell.environment().put("script", script);
        shell.environment().put("port", String.valueOf(port));
        shell.environment().put("management", String.valueOf(management));
        Process process = shell.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), said);
        assertTrue(said.contains("all is there"), said);
        return said;
    }
}
