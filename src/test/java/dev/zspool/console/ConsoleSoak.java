package dev.zspool.console;

import dev.zspool.stress.ChaosViolation;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.ToLongFunction;

/// Leaves the console open, `[MINUTES]`, 60 when not given: overview and pressure, a minute each in
/// turn, of a service that is used a little and started anew in the middle. Ends with an exception,
/// and so with a status other than 0, when what the browser holds, or asks for, has grown from the
/// first third to the last; the time in which the console fills what it keeps belongs to neither.
public final class ConsoleSoak {
    private static final int DEFAULT_MINUTES = 60;

    /// So long the console keeps samples and events, and so long it may grow.
    private static final int WARM_UP_MINUTES = 10;

    private static final int LEAST_MINUTES = WARM_UP_MINUTES + 6;
    private static final Duration TURN = Duration.ofMinutes(1);
    private static final Duration BETWEEN_REQUESTS = Duration.ofMillis(100);
    private static final List<String> PAGES = List.of("overview", "pressure");

    /// What comes on top of what the first third had: a fifth, and so much.
    private static final long SLACK_HEAP_BYTES = 1 << 20;

    private static final long SLACK_NODES = 200;
    private static final long SLACK_REQUESTS = 5;

    /// What was seen at the end of a minute.
    private record Minute(
            String page, BrowserMemory browser, long requests, long residentBytes, String note) {}

    private final Filled service;
    private final Browser browser;
    private final List<Minute> minutes = new ArrayList<>();
    private volatile boolean isOver;

    private ConsoleSoak(Filled service, Browser browser) {
        this.service = service;
        this.browser = browser;
    }

    /// Runs it.
    ///
    /// @throws ChaosViolation when something grew
    public static void main(String[] arguments) throws IOException, InterruptedException {
        int minutes = arguments.length > 0 ? Integer.parseInt(arguments[0]) : DEFAULT_MINUTES;
        if (minutes < LEAST_MINUTES) {
            throw new IllegalArgumentException("at least " + LEAST_MINUTES + " minutes");
        }
        try (Filled service = new Filled();
                Browser browser = Browser.quiet(service.process().api())) {
            new ConsoleSoak(service, browser).run(minutes);
        }
    }

    private void run(int count) throws IOException, InterruptedException {
        Thread load = Thread.ofPlatform().daemon().start(this::load);
        long begun = System.nanoTime();
        browser.open(PAGES.getFirst());
        browser.script(
                "window.requests = 0;"
                        + "new PerformanceObserver((told) =>"
                        + " window.requests += told.getEntries().length).observe({type: 'resource'})");
        for (int minute = 0; minute < count; minute++) {
            browser.open(PAGES.get(minute % PAGES.size()));
            boolean isMiddle = minute == count / 2;
            if (isMiddle) {
                service.restart(() -> {});
                browser.await("live again", () -> browser.text(".state").equals("live"));
            }
            long turnEnd = begun + TURN.multipliedBy(minute + 1L).toNanos();
            Thread.sleep(Duration.ofNanos(Math.max(0, turnEnd - System.nanoTime())));
            look(PAGES.get(minute % PAGES.size()), isMiddle ? "the service was started anew" : "");
        }
        isOver = true;
        load.join();
        System.out.printf(
                Locale.ROOT,
                "console: %.1f minutes%n",
                (System.nanoTime() - begun) / (double) TURN.toNanos());
        judge();
    }

    private void look(String page, String note) throws IOException {
        long requests =
                ((Number)
                                browser.script(
                                        "const made = window.requests; window.requests = 0; return made"))
                        .longValue();
        Minute seen =
                new Minute(
                        page,
                        BrowserMemory.of(browser.driver()),
                        requests,
                        service.process().residentBytes(),
                        note);
        if (minutes.isEmpty()) {
            System.out.printf(
                    Locale.ROOT,
                    "%6s  %-8s %8s %7s %9s %8s %8s%n",
                    "minute",
                    "page",
                    "heap KiB",
                    "nodes",
                    "listeners",
                    "requests",
                    "RSS MiB");
        }
        minutes.add(seen);
        System.out.printf(
                Locale.ROOT,
                "%6d  %-8s %8d %7d %9d %8d %8d  %s%n",
                minutes.size(),
                seen.page(),
                seen.browser().heapBytes() >> 10,
                seen.browser().nodes(),
                seen.browser().listeners(),
                seen.requests(),
                seen.residentBytes() >> 20,
                seen.note());
    }

    /// A blob is stored and another one read, some ten times a second.
    private void load() {
        SplittableRandom random = new SplittableRandom(1);
        try (HttpClient client = HttpClient.newHttpClient()) {
            while (!isOver) {
                try {
                    client.send(
                            blob(random)
                                    .PUT(
                                            BodyPublishers.ofString(
                                                    "light load ".repeat(random.nextInt(1, 100))))
                                    .build(),
                            BodyHandlers.discarding());
                    client.send(blob(random).build(), BodyHandlers.discarding());
                } catch (IOException startsAnew) {
                    // The service is not there for a moment.
                }
                Thread.sleep(BETWEEN_REQUESTS);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private HttpRequest.Builder blob(SplittableRandom random) {
        String handle = "record-" + random.nextInt(Filled.STORED);
        return HttpRequest.newBuilder(
                service.process().api().resolve("/v1/pools/default/blobs/" + handle));
    }

    private void judge() {
        List<String> wrong = new ArrayList<>();
        check("heap bytes", minute -> minute.browser().heapBytes(), SLACK_HEAP_BYTES, wrong);
        check("nodes", minute -> minute.browser().nodes(), SLACK_NODES, wrong);
        check("listeners", minute -> minute.browser().listeners(), SLACK_NODES, wrong);
        check("requests a minute", Minute::requests, SLACK_REQUESTS, wrong);
        if (!wrong.isEmpty()) {
            throw new ChaosViolation("the console grows: " + String.join("; ", wrong));
        }
    }

    /// Compares the last third with the first; both have each page equally often.
    private void check(String what, ToLongFunction<Minute> figure, long slack, List<String> wrong) {
        List<Minute> judged = minutes.subList(WARM_UP_MINUTES, minutes.size());
        int third = judged.size() / 3 / PAGES.size() * PAGES.size();
        double first = mean(judged.subList(0, third), figure);
        double last = mean(judged.subList(judged.size() - third, judged.size()), figure);
        String said =
                String.format(
                        Locale.ROOT,
                        "%s: %.0f in the first third, %.0f in the last",
                        what,
                        first,
                        last);
        System.out.println("console: " + said);
        if (last > first * 1.2 + slack) {
            wrong.add(said);
        }
    }

    private static double mean(List<Minute> seen, ToLongFunction<Minute> figure) {
        return seen.stream().mapToLong(figure).average().orElseThrow();
    }
}
