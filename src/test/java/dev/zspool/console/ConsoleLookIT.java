package dev.zspool.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.deque.html.axecore.selenium.AxeBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.Keys;

/// Everybody can use the console: light or dark, narrow or wide, with a keyboard, by ear.
///
/// Makes the pictures of `docs/console` anew with `-Ddocs.update=true`.
final class ConsoleLookIT extends ConsoleTest {
    private static final List<String> PAGES =
            List.of("overview", "classes", "arena", "compaction", "pressure", "blobs", "pools");

    /// Shows a page with what there is to it.
    private void show(String page) throws IOException, InterruptedException {
        String pool = "/v1/pools/default";
        String detail =
                switch (page) {
                    case "arena" ->
                            "?pool=default&frame="
                                    + service.get(pool + "/pages?limit=1").at("/pages/0/frame");
                    case "classes" ->
                            "?pool=default&class="
                                    + service.get(pool + "/pages?limit=1").at("/pages/0/class");
                    case "blobs" ->
                            "?pool=default&handle="
                                    + service.get(pool + "/blobs?limit=1")
                                            .at("/blobs/0/handle")
                                            .asText();
                    default -> "?pool=default";
                };
        browser.open(page + detail);
        browser.await(page, () -> !browser.text("main").contains("Loading"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"light", "dark"})
    void axeFindsNothing(String scheme) throws Exception {
        browser.prefer(scheme);
        for (String page : PAGES) {
            show(page);
            List<String> violations =
                    new AxeBuilder()
                            .analyze(browser.driver()).getViolations().stream()
                                    .map(rule ->
                                            rule.getId()
                                                    + ": "
                                                    + rule.getHelp()
                                                    + " "
                                                    + rule.getNodes().stream()
                                                            .map(node -> node.getHtml())
                                                            .limit(3)
                                                            .collect(Collectors.joining(" | ")))
                                    .toList();
            assertEquals(List.of(), violations, page + ", " + scheme);
        }
    }

    @ParameterizedTest
    @CsvSource({"360, 800", "768, 1000", "2560, 1400"})
    void everyWidthIsReadable(int width, int height) throws Exception {
        browser.emulate(width, height);
        for (String page : PAGES) {
            show(page);
            Object beyond =
                    browser.script("return document.documentElement.scrollWidth - innerWidth");
            assertTrue(((Number) beyond).intValue() <= 0, page + " is wider by " + beyond);
            Object smallest =
                    browser.script(
                            "return Math.min(...[...document.querySelectorAll('main *')].filter((each) =>"
                                    + " each.children.length === 0 && each.innerText).map((each) =>"
                                    + " parseFloat(getComputedStyle(each).fontSize)))");
            assertTrue(((Number) smallest).doubleValue() >= 11, page + ": " + smallest + " px");
        }
    }

    @Test
    void theKeyboardIsEnough() {
        browser.visit("/");
        browser.await("the page", () -> !browser.all("nav a").isEmpty());
        browser.await("nothing has the focus", () -> focused().equals("BODY"));
        type(Keys.TAB);
        assertEquals("Skip to the page", focusedText());
        type(Keys.TAB, Keys.TAB);
        assertEquals("Classes", focusedText());
        type(Keys.ENTER);
        browser.await("the page", () -> browser.text("h1").equals("Classes"));
        type(Keys.TAB);
        assertEquals("Arena", focusedText());
        type(Keys.ENTER);
        browser.await("the map", () -> !browser.all("zs-map canvas").isEmpty());
        browser.script("document.querySelector('zs-map canvas').focus()");
        type(Keys.ARROW_RIGHT);
        browser.await("it is told", () -> browser.text("#tip").startsWith("Frame"));
        String before = String.valueOf(browser.driver().getCurrentUrl());
        type(Keys.ENTER);
        browser.await(
                "closer", () -> !before.equals(String.valueOf(browser.driver().getCurrentUrl())));
    }

    private void type(CharSequence... keys) {
        browser.driver().switchTo().activeElement().sendKeys(keys);
    }

    private String focused() {
        return String.valueOf(browser.script("return document.activeElement.tagName"));
    }

    private String focusedText() {
        return String.valueOf(browser.script("return document.activeElement.innerText"));
    }

    @Test
    void theColoursCanBeChosen() {
        browser.open("overview");
        Object light = colour("Light");
        Object dark = colour("Dark");
        assertTrue(!light.equals(dark), light + " and " + dark);
        colour("System colours");
    }

    private Object colour(String name) {
        browser.await(
                name,
                () -> {
                    var button = browser.one(".tools button");
                    if (button.getText().equals(name)) {
                        return true;
                    }
                    button.click();
                    return false;
                });
        return browser.script("return getComputedStyle(document.body).backgroundColor");
    }

    @Test
    void picturesOfThePages() throws Exception {
        Path to =
                Boolean.getBoolean("docs.update")
                        ? Path.of("docs/console")
                        : Path.of("target/console");
        browser.emulate(1280, 900);
        for (String page : PAGES) {
            browser.prefer(page.equals("arena") ? "dark" : "light");
            show(page);
            browser.picture(to.resolve(page + ".png"));
            assertTrue(java.nio.file.Files.size(to.resolve(page + ".png")) > 10_000, page);
        }
    }
}
