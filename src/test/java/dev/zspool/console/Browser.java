package dev.zspool.console;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.zspool.service.Tools;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.logging.Level;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/// Debian's Chromium without a window, which remembers every complaint and every failed request.
final class Browser implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int FIRST_ERROR = 400;

    private final ChromeDriver driver;
    private final URI service;
    private final ObjectMapper json = new ObjectMapper();
    private final List<String> complaints = new ArrayList<>();

    /// Skips the test where there is no browser.
    static void assumeInstalled() {
        Tools.assumeInstalled("chromium");
        Tools.assumeInstalled("chromedriver");
    }

    /// @param service whose console it looks at
    Browser(URI service) {
        this(service, true);
    }

    /// Remembers nothing, for a long time.
    static Browser quiet(URI service) {
        return new Browser(service, false);
    }

    private Browser(URI service, boolean isRemembering) {
        this.service = service;
        ChromeOptions options = new ChromeOptions();
        options.setBinary(find("chromium").toFile());
        // Without a sandbox, since tests may run as root; without the shared memory of a desktop.
        options.addArguments(
                "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage");
        if (isRemembering) {
            LoggingPreferences logs = new LoggingPreferences();
            logs.enable(LogType.BROWSER, Level.ALL);
            logs.enable(LogType.PERFORMANCE, Level.ALL);
            options.setCapability("goog:loggingPrefs", logs);
        }
        this.driver =
                new ChromeDriver(
                        new ChromeDriverService.Builder()
                                .usingDriverExecutable(find("chromedriver").toFile())
                                .build(),
                        options);
        resize(1280, 1000);
    }

    private static Path find(String program) {
        for (String folder : System.getenv("PATH").split(":", -1)) {
            if (Files.isExecutable(Path.of(folder, program))) {
                return Path.of(folder, program);
            }
        }
        throw new IllegalStateException("no " + program);
    }

    ChromeDriver driver() {
        return driver;
    }

    /// Goes to a page of the console, such as `arena?pool=default`, and waits until it is drawn.
    void open(String page) {
        String address = service + "/#/" + page;
        if (String.valueOf(driver.getCurrentUrl()).startsWith(service.toString())) {
            script("location.hash = arguments[0]", "#/" + page);
        } else {
            driver.get(address);
        }
        String title = page.replaceFirst("\\?.*", "");
        await(page + " is shown", () -> text("h1").equalsIgnoreCase(title) && has(".card"));
    }

    /// Whether there is such an element. Unlike one that was found, which the driver lets the
    /// browser keep with all that was around it, this leaves nothing behind.
    private boolean has(String selector) {
        return Boolean.TRUE.equals(
                script("return document.querySelector(arguments[0]) !== null", selector));
    }

    /// Goes to an address as somebody who types it.
    void visit(String path) {
        driver.get(service + path);
    }

    void resize(int width, int height) {
        driver.manage().window().setSize(new Dimension(width, height));
    }

    /// How wide and high the page is for the browser, whatever the window says.
    void emulate(int width, int height) {
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
    }

    /// @param scheme `light` or `dark`
    void prefer(String scheme) {
        driver.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of(
                        "features",
                        List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
    }

    Object script(String code, Object... arguments) {
        return driver.executeScript(code, arguments);
    }

    List<WebElement> all(String selector) {
        return driver.findElements(By.cssSelector(selector));
    }

    WebElement one(String selector) {
        await(selector, () -> !all(selector).isEmpty());
        return all(selector).getFirst();
    }

    /// The text of the first such element; empty without one, or when it is drawn anew just now.
    String text(String selector) {
        return String.valueOf(
                script("return document.querySelector(arguments[0])?.innerText ?? ''", selector));
    }

    /// A number that the page shows, as it was before it was written for people.
    double fact(String term) {
        return number("[data-fact=\"" + term + "\"]");
    }

    double number(String selector) {
        await(selector, () -> value(selector).matches("-?[0-9.eE+-]+"));
        return Double.parseDouble(value(selector));
    }

    private String value(String selector) {
        return String.valueOf(
                script(
                        "return document.querySelector(arguments[0])?.dataset.value ?? ''",
                        selector));
    }

    /// The values of a table's column, from the top.
    List<String> column(String table, String key) {
        Object values =
                script(
                        "return [...document.querySelectorAll(`[aria-label=\"${arguments[0]}\"]"
                                + " td[data-column=\"${arguments[1]}\"]`)].map((cell) =>"
                                + " cell.dataset.value)",
                        table,
                        key);
        return ((List<?>) values).stream().map(String::valueOf).toList();
    }

    /// The part of the page under a heading.
    WebElement card(String heading) {
        return driver.findElement(By.xpath("//section[header/h2[contains(., '" + heading + "')]]"));
    }

    /// Presses a button of a part of the page, as soon as it can be pressed.
    void press(String heading, String label) {
        By button = By.xpath(".//button[starts-with(normalize-space(.), '" + label + "')]");
        await(
                label + " can be pressed",
                () ->
                        !card(heading).findElements(button).isEmpty()
                                && card(heading).findElement(button).isEnabled());
        card(heading).findElement(button).click();
    }

    /// Answers the question of a dialog.
    void answer(String label) {
        By button = By.xpath("//dialog//button[normalize-space(.)='" + label + "']");
        await(label, () -> !driver.findElements(button).isEmpty());
        driver.findElement(button).click();
    }

    /// What was said last about something that was asked for in a part of the page.
    String message(String heading) {
        await(
                "an answer in " + heading,
                () -> {
                    String said = said(heading);
                    return !said.isEmpty() && !said.startsWith("Working");
                });
        return said(heading);
    }

    private String said(String heading) {
        return card(heading).findElements(By.cssSelector(".message")).stream()
                .map(WebElement::getText)
                .filter(text -> !text.isEmpty())
                .findFirst()
                .orElse("");
    }

    /// Waits until something is so. What is drawn anew meanwhile is looked for again.
    void await(String what, BooleanSupplier isSo) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!holds(isSo)) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError(what + " did not happen; the page says: " + text("main"));
            }
            pause();
        }
    }

    private static boolean holds(BooleanSupplier isSo) {
        try {
            return isSo.getAsBoolean();
        } catch (StaleElementReferenceException
                | org.openqa.selenium.NoSuchElementException drawnAnew) {
            return false;
        }
    }

    /// Does something with what may be drawn anew at any moment.
    <T> T steadily(Supplier<T> work) {
        List<T> done = new ArrayList<>();
        await("something on the page", () -> done.add(work.get()));
        return Objects.requireNonNull(done.getFirst());
    }

    private static void pause() {
        try {
            Thread.sleep(50);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    /// Keeps a picture of the whole page.
    void picture(Path file) throws IOException {
        Map<String, Object> size = driver.executeCdpCommand("Page.getLayoutMetrics", Map.of());
        JsonNode content = json.valueToTree(size).path("cssContentSize");
        Map<String, Object> picture =
                driver.executeCdpCommand(
                        "Page.captureScreenshot",
                        Map.of(
                                "format",
                                "png",
                                "captureBeyondViewport",
                                true,
                                "clip",
                                Map.of(
                                        "x",
                                        0,
                                        "y",
                                        0,
                                        "width",
                                        content.path("width").asInt(),
                                        "height",
                                        Math.min(content.path("height").asInt(), 1600),
                                        "scale",
                                        1)));
        Files.createDirectories(Objects.requireNonNull(file.getParent()));
        Files.write(
                file, java.util.Base64.getDecoder().decode(String.valueOf(picture.get("data"))));
    }

    /// Says that nothing was complained about so far: no error of a script, no failed request, no
    /// request to another place.
    void assertNoComplaint() throws IOException {
        collect();
        assertEquals(List.of(), complaints);
    }

    /// Forgets complaints that a test has caused.
    void forgetComplaints() throws IOException {
        collect();
        complaints.clear();
    }

    private void collect() throws IOException {
        for (LogEntry entry : driver.manage().logs().get(LogType.BROWSER)) {
            if (entry.getLevel().intValue() >= Level.WARNING.intValue()) {
                complaints.add(entry.getMessage());
            }
        }
        for (LogEntry entry : driver.manage().logs().get(LogType.PERFORMANCE)) {
            JsonNode message = json.readTree(entry.getMessage()).path("message");
            JsonNode parameters = message.path("params");
            String address =
                    parameters.at("/response/url").asText(parameters.at("/request/url").asText());
            if (!address.isEmpty()
                    && !address.matches("(" + service + "/|data:|about:|chrome).*")) {
                complaints.add("a request to " + address);
            }
            boolean isAnswer = message.path("method").asText().equals("Network.responseReceived");
            if (isAnswer && parameters.at("/response/status").asInt() >= FIRST_ERROR) {
                complaints.add(parameters.at("/response/status").asText() + " for " + address);
            }
            boolean hasFailed = message.path("method").asText().equals("Network.loadingFailed");
            if (hasFailed && !parameters.path("canceled").asBoolean()) {
                complaints.add("failed: " + parameters.path("errorText").asText());
            }
        }
    }

    @Override
    public void close() {
        driver.quit();
    }
}
