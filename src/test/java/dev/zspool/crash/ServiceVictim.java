package dev.zspool.crash;

import dev.zspool.service.ServiceProcess;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// The packaged service on a data directory, in a process of its own.
final class ServiceVictim implements Victim {
    private final Path directory;
    private @Nullable ServiceProcess process;
    private String lastWords = "";

    ServiceVictim(Path directory) {
        this.directory = directory;
    }

    private ServiceProcess launch() throws IOException {
        return ServiceProcess.launch(
                "-Dzspool.data.directory=" + directory, "-Dzspool.arena.size=512M");
    }

    private ServiceProcess running() {
        if (process == null) {
            throw new IllegalStateException("not started");
        }
        return process;
    }

    @Override
    public void start() throws IOException, InterruptedException {
        ServiceProcess starting = launch();
        starting.awaitReady();
        process = starting;
    }

    @Override
    public void startAndKill(Duration after) throws IOException, InterruptedException {
        process = launch();
        Thread.sleep(after.toMillis());
        kill();
    }

    @Override
    public void kill() throws IOException, InterruptedException {
        running().kill();
        lastWords = running().output();
        running().close();
        process = null;
    }

    @Override
    public URI api() {
        return running().api();
    }

    @Override
    public String output() throws IOException {
        return process == null ? lastWords : process.output();
    }

    @Override
    public void close() throws IOException {
        if (process != null) {
            process.close();
        }
    }
}
