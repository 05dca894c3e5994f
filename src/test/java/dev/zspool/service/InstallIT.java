package dev.zspool.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The commands of `docs/operations/install.md`, as they stand there.
final class InstallIT {
    private static final Path PAGE = Path.of("docs/operations/install.md");

    /// Folders of the system that may be written to meanwhile, and are as before then.
    private static final String OTHER_FOLDERS =
            """
            mount -t tmpfs none /opt
            mkdir layer
            mount -t tmpfs none layer
            mkdir layer/upper layer/work
            mount -t overlay none -o lowerdir=/etc,upperdir=layer/upper,workdir=layer/work /etc
            """;

    /// What the unit names is there; systemd's own check is asked where it is installed.
    private static final String LOOK =
            """
            test -x /opt/zspool/bin/zspool
            test "$(/opt/zspool/bin/zspool version)" = "${name#zspool-}"
            grep -q '^ZSPOOL_HTTP_PORT=8080$' /etc/zspool/zspool.env
            grep -q '^ExecStart=/opt/zspool/bin/zspool run$' /etc/systemd/system/zspool.service
            ! command -v systemd-analyze || systemd-analyze verify /etc/systemd/system/zspool.service
            """;

    @TempDir Path folder;

    @Test
    void theServiceCanBeTried() throws Exception {
        String port = String.valueOf(ServiceProcess.freePort());
        String managementPort = String.valueOf(ServiceProcess.freePort());
        String commands =
                commandsUnder("## Try it").replace("8080", port).replace("9000", managementPort);
        String ports =
                "export ZSPOOL_HTTP_PORT=" + port + " ZSPOOL_MANAGEMENT_PORT=" + managementPort;
        String said = run("set -eu\n" + copyTarball() + ports + "\n" + commands, List.of());
        assertTrue(said.contains("1 blobs"), said);
    }

    @Test
    void theUnitIsInstalledAndTheVersionReplaced() throws Exception {
        EmptyRoot.assumePossible();
        Path programs = Files.createDirectory(folder.resolve("programs"));
        Path asked = folder.resolve("asked");
        for (String program : List.of("systemctl", "curl")) {
            Path stub = programs.resolve(program);
            Files.writeString(stub, "#!/bin/sh\necho " + program + " \"$@\" >>" + asked + "\n");
            assertTrue(stub.toFile().setExecutable(true));
        }
        String script =
                "set -eux\nPATH="
                        + programs
                        + ":$PATH\n"
                        + OTHER_FOLDERS
                        + copyTarball()
                        + commandsUnder("## With systemd")
                        + LOOK
                        + commandsUnder("## Replace it by another version")
                        + LOOK;
        run(script, List.of("unshare", "--mount"));
        assertEquals(
                List.of(
                        "systemctl daemon-reload",
                        "systemctl enable --now zspool",
                        "curl -fsS http://localhost:9000/q/health/ready",
                        "systemctl restart zspool"),
                Files.readAllLines(asked));
    }

    private static String copyTarball() throws IOException, InterruptedException {
        return "cp '" + Distribution.folder() + "'/zspool-* .\n";
    }

    private String run(String script, List<String> before) throws Exception {
        Path file = Files.writeString(folder.resolve("script"), script);
        return Tools.run(
                        folder,
                        Stream.concat(before.stream(), Stream.of("sh", file.toString())).toList())
                .expectSuccess();
    }

    /// The shell's lines of a section.
    private static String commandsUnder(String heading) throws IOException {
        String section = Files.readString(PAGE).split("\n" + heading + "\n", -1)[1];
        return section.split("\n## ", -1)[0]
                .lines()
                .dropWhile(line -> !line.equals("```sh"))
                .skip(1)
                .takeWhile(line -> !line.equals("```"))
                .collect(Collectors.joining("\n", "", "\n"));
    }
}
