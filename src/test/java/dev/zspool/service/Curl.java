package dev.zspool.service;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.opentest4j.AssertionFailedError;

/// `curl` in a folder of its own, against one service.
final class Curl implements AutoCloseable {

    private static final String MARK = "\n--written-out--\n";

    private final ServiceProcess service;
    private final Path folder;

    Curl(ServiceProcess service) throws IOException {
        Tools.assumeInstalled("curl");
        this.service = service;
        this.folder = Files.createTempDirectory("zspool-curl-");
    }

    /// What came of a call.
    ///
    /// @param exit the exit status of curl
    /// @param status of the last answer
    /// @param uploaded how many bytes of content it sent
    /// @param downloaded how many bytes of content came
    /// @param output what it printed
    record Result(int exit, int status, long uploaded, long downloaded, String output) {

        /// A header of the last answer, when it was told to print them.
        String header(String name) {
            String found = null;
            for (String line : output.lines().toList()) {
                if (line.toLowerCase(Locale.ROOT).startsWith(name + ":")) {
                    found = line.substring(name.length() + 1).strip();
                }
            }
            if (found == null) {
                throw new AssertionFailedError("no " + name + " in\n" + output);
            }
            return found;
        }
    }

    /// Calls curl for a blob with more options.
    Result call(String handle, String... options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("curl", "-sS", "--max-time", "30"));
        command.addAll(
                List.of(
                        "-w",
                        MARK.replace("\n", "\\n")
                                + "%{http_code} %{size_upload} %{size_download}\\n"));
        command.addAll(List.of(options));
        command.add(url(handle));
        Tools.Ending ending = Tools.run(folder, command);
        // With several URLs it is written out behind each.
        int written = ending.output().lastIndexOf(MARK);
        if (written < 0) {
            throw new AssertionFailedError(ending.output());
        }
        String[] numbers =
                ending.output().substring(written + MARK.length()).strip().split(" ", -1);
        return new Result(
                ending.exitStatus(),
                Integer.parseInt(numbers[0]),
                Long.parseLong(numbers[1]),
                Long.parseLong(numbers[2]),
                ending.output().substring(0, written));
    }

    String url(String handle) {
        return service.api() + "/v1/pools/default/blobs/" + handle;
    }

    Path folder() {
        return folder;
    }

    /// A file in its folder, made of these bytes.
    String file(String name, byte[] content) throws IOException {
        Files.write(folder.resolve(name), content);
        return name;
    }

    byte[] bytes(String name) throws IOException {
        return Files.readAllBytes(folder.resolve(name));
    }

    String text(String name) throws IOException {
        return new String(bytes(name), StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }
}
