package dev.zspool.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;

/// Every page of the console shows what the API says, and its buttons do what they say.
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class ConsoleIT extends ConsoleTest {
    private static List<String> column(JsonNode rows, String name) {
        return StreamSupport.stream(rows.spliterator(), false)
                .map(row -> row.path(name).asText())
                .toList();
    }

    @Test
    @Order(1)
    void overviewShowsWhatTheApiSays() throws Exception {
        browser.open("overview");
        JsonNode pool = service.get(POOL);
        browser.await(
                "the newest sample", () -> browser.fact("blobs") == Filled.STORED - Filled.DELETED);
        assertEquals(pool.path("orig_data_size").asDouble(), browser.fact("logicalBytes"));
        assertEquals(pool.path("compr_data_size").asDouble(), browser.fact("storedBytes"));
        assertEquals(pool.path("mem_used_total").asDouble(), browser.fact("poolBytes"));
        assertEquals(
                pool.path("mem_used_total").asDouble() / pool.path("orig_data_size").asDouble(),
                browser.fact("ratio"));
        JsonNode memory = service.get("/v1/memory");
        List<String> parts = browser.column("Resident memory by part", "partBytes");
        assertEquals(memory.path("resident").size(), parts.size());
        double sum = parts.stream().mapToDouble(Double::parseDouble).sum();
        double resident = browser.number("section.wide [data-fact=rss]");
        assertEquals(resident, sum, resident * 0.05);
        assertEquals(parts.size(), browser.all("svg.bar rect").size());
    }

    @Test
    @Order(2)
    void overviewLives() {
        browser.open("overview");
        long before = newestSample();
        browser.await("another sample", () -> newestSample() > before);
        assertEquals("live", browser.text(".state"));
    }

    private long newestSample() {
        Object times =
                browser.script(
                        "return document.querySelector('[data-chart=memory]').columns[0].at(-1) ?? 0");
        return ((Number) times).longValue();
    }

    @Test
    @Order(3)
    void classesShowWhatTheApiSays() throws Exception {
        browser.open("classes?pool=default");
        JsonNode all = service.get(POOL + "/classes").path("classes");
        browser.one("label.check input").click();
        browser.await(
                "all classes", () -> browser.column("Size classes", "class").size() == all.size());
        for (String name :
                List.of(
                        "size",
                        "obj_allocated",
                        "obj_used",
                        "pages_used",
                        "pages_per_zspage",
                        "freeable")) {
            assertEquals(column(all, name), browser.column("Size classes", name), name);
        }
        for (String group : List.of("10%", "50%", "99%", "100%")) {
            List<String> told =
                    StreamSupport.stream(all.spliterator(), false)
                            .map(row -> row.path("zspages").path(group).asText())
                            .toList();
            assertEquals(told, browser.column("Size classes", group), group);
        }
    }

    @Test
    @Order(4)
    void classesCanBeSortedAndLookedInto() throws Exception {
        browser.open("classes?pool=default");
        browser.one("th button[data-term=freeable]").click();
        browser.await(
                "sorted by what would be freed",
                () -> isFalling(browser.column("Size classes", "freeable")));
        String chosen = browser.column("Size classes", "class").getFirst();
        browser.steadily(() -> {
            browser.one("[aria-label=\"Size classes\"] tbody button").click();
            return true;
        });
        browser.await("its pages", () -> !browser.column("Pages of the class", "frame").isEmpty());
        JsonNode pages = service.get(POOL + "/pages?limit=100&class=" + chosen).path("pages");
        assertEquals(column(pages, "frame"), browser.column("Pages of the class", "frame"));
        assertEquals(
                column(pages, "objects"), browser.column("Pages of the class", "objectsOnPage"));
        assertTrue(browser.text("zs-heatmap + .axis").contains("slot size"));
    }

    private static boolean isFalling(List<String> values) {
        for (int at = 1; at < values.size(); at++) {
            if (Long.parseLong(values.get(at - 1)) < Long.parseLong(values.get(at))) {
                return false;
            }
        }
        return values.size() > 1;
    }

    @Test
    @Order(5)
    void theHeatmapLeadsToAClassByKeyboard() {
        browser.open("classes?pool=default");
        browser.steadily(() -> {
            browser.one("zs-heatmap canvas")
                    .sendKeys(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT, Keys.ARROW_UP);
            return true;
        });
        String spoken = browser.one("zs-heatmap canvas").getAttribute("aria-label");
        assertTrue(String.valueOf(spoken).matches("class \\d+, slots of .*"), spoken);
        browser.one("zs-heatmap canvas").sendKeys(Keys.ENTER);
        browser.await(
                "the class",
                () ->
                        browser.text("h2").contains("Fullness")
                                && browser.all("section").size() == 3);
    }

    @Test
    @Order(6)
    void theMapAddsUp() throws Exception {
        browser.open("arena");
        JsonNode frames = service.get("/v1/memory").path("frames");
        assertEquals(frames.path("warm").asDouble(), browser.fact("warmFrames"));
        assertEquals(
                frames.path("owned").asDouble(),
                browser.fact("usedFrames") + browser.fact("isolatedFrames"));
    }

    /// Not only when the next answer comes, or when the window changes.
    @Test
    @Order(7)
    void picturesAreDrawnAsSoonAsTheyAreThere() {
        assertEquals("drawn", firstLook("arena", "zs-map"));
        assertEquals("drawn", firstLook("classes?pool=default", "zs-heatmap"));
    }

    /// What a picture looks like when it is seen first on a page that knows nothing yet.
    private String firstLook(String page, String picture) {
        browser.open("blobs");
        browser.driver().navigate().refresh();
        browser.open(page);
        AtomicReference<String> look = new AtomicReference<>("absent");
        browser.await(
                picture,
                () -> {
                    look.set(
                            String.valueOf(
                                    browser.script(
                                            "const canvas = document.querySelector(arguments[0] + ' canvas');"
                                                    + "return !canvas ? 'absent'"
                                                    + " : canvas.style.height ? 'drawn' : 'blank'",
                                            picture)));
                    return !look.get().equals("absent");
                });
        return look.get();
    }

    @Test
    @Order(7)
    void clicksLeadFromTheMapToAPage() {
        browser.open("arena");
        for (int closer = 0; closer < 6 && !address().contains("frame="); closer++) {
            String before = address();
            long drawn = cells();
            clickUsedCell();
            browser.await("another view", () -> !before.equals(address()));
            browser.await("closer", () -> address().contains("frame=") || cells() != drawn);
        }
        browser.await("the page", () -> !browser.all("[data-fact=zspage]").isEmpty());
    }

    private String address() {
        return String.valueOf(browser.driver().getCurrentUrl());
    }

    /// For how many frames a cell stands.
    private long cells() {
        return ((Number)
                        browser.script(
                                "return document.querySelector('zs-map')?.map.framesPerCell ?? 0"))
                .longValue();
    }

    /// Clicks a cell with something of a pool in it.
    private void clickUsedCell() {
        browser.steadily(() -> {
            Object place =
                    browser.script(
                            "const map = document.querySelector('zs-map');"
                                    + "const told = map.map;"
                                    + "const wanted = told.used.findIndex((used, at) => used > 0 &&"
                                    + " (told.framesPerCell > 1 || told.classes[at] >= 0));"
                                    + "if (wanted < 0) return null;"
                                    + "map.scrollIntoView({block: 'center'}); const {x, y} = map.placeOf(wanted);"
                                    + "return [Math.round(x), Math.round(y)];");
            List<?> at = (List<?>) java.util.Objects.requireNonNull(place);
            new org.openqa.selenium.interactions.Actions(browser.driver())
                    .moveToLocation(
                            ((Number) at.get(0)).intValue(), ((Number) at.get(1)).intValue())
                    .click()
                    .perform();
            return true;
        });
    }

    @Test
    @Order(8)
    void isolateMigratePutBack() throws Exception {
        String frame = service.get(POOL + "/pages?limit=1").at("/pages/0/frame").asText();
        browser.open("arena?pool=default&frame=" + frame);
        String card = "Frame " + frame;
        browser.press(card, "Isolate");
        assertTrue(browser.message(card).startsWith("ISOLATED:"), browser.message(card));
        assertTrue(service.get(POOL + "/pages/" + frame).path("isolated").asBoolean());
        browser.await("it is on the map", () -> browser.fact("isolatedFrames") == 1);
        browser.press(card, "Put back");
        browser.await("it is back", () -> browser.message(card).startsWith("PUT_BACK:"));
        assertFalse(service.get(POOL + "/pages/" + frame).path("isolated").asBoolean());
        browser.press(card, "Isolate");
        browser.await("isolated again", () -> browser.message(card).startsWith("ISOLATED:"));
        browser.press(card, "Migrate");
        browser.await(
                "it has moved",
                () -> browser.text("main").contains("MIGRATED: from frame " + frame));
        String target = browser.text("section.wide + section h2").replace("Frame ", "");
        assertFalse(service.get(POOL + "/pages/" + target).path("isolated").asBoolean());
        assertEquals("PAGE_NOT_FOUND", service.get(POOL + "/pages/" + frame).path("code").asText());
    }

    @Test
    @Order(9)
    void errorsAreSentences() throws Exception {
        String frame = service.get(POOL + "/pages?limit=1").at("/pages/0/frame").asText();
        browser.open("arena?pool=default&frame=" + frame);
        String card = "Frame " + frame;
        browser.await("the page", () -> !browser.all("[data-fact=zspage]").isEmpty());
        String lease =
                service.send("POST", POOL + "/pages/" + frame + "/isolate").path("lease").asText();
        browser.press(card, "Isolate");
        browser.await("a refusal", () -> !browser.all(".message.error").isEmpty());
        String said = browser.text(".message.error");
        assertTrue(said.matches("[A-Z].*\\."), said);
        assertFalse(said.contains("{"), said);
        service.send("POST", POOL + "/pages/" + frame + "/putback?lease=" + lease);
        browser.open("blobs?pool=default&handle=never-stored");
        browser.await(
                "no such blob",
                () -> browser.text("main").contains("There is no such blob in this pool."));
        browser.forgetComplaints();
    }

    @Test
    @Order(10)
    void compactionFreesPages() throws Exception {
        browser.open("compaction?pool=default");
        JsonNode before = service.get(POOL + "/compaction");
        assertTrue(before.path("reclaimablePages").asInt() > 100, before::toString);
        assertEquals(before.path("reclaimablePages").asDouble(), browser.fact("reclaimablePages"));
        long used = service.get(POOL).path("mem_used_total").asLong();
        browser.press("Compaction", "Compact");
        assertTrue(browser.message("Compaction").startsWith("DONE:"));
        long freedBytes = used - service.get(POOL).path("mem_used_total").asLong();
        assertEquals(before.path("reclaimableBytes").asLong(), freedBytes);
        browser.await(
                "the history",
                () ->
                        browser.column("Compactions and defragmentations", "freedPages")
                                .equals(List.of(String.valueOf(freedBytes >> 12))));
        browser.await(
                "the chart",
                () ->
                        ((Number)
                                                browser.script(
                                                        "return Math.max(0,"
                                                                + " ...document.querySelector('[data-chart=freed]').columns[1])"))
                                        .doubleValue()
                                > 0);
        browser.await("nothing is left", () -> browser.fact("reclaimablePages") == 0);
        browser.press("Defragmentation", "Defragment");
        assertTrue(browser.message("Defragmentation").startsWith("DONE:"));
    }

    @Test
    @Order(11)
    void pressureShrinksAfterADryRun() throws Exception {
        browser.open("pressure");
        JsonNode now = service.get("/v1/memory/pressure");
        assertEquals(now.at("/watermarks/lowBytes").asDouble(), browser.fact("lowMark"));
        assertEquals(now.at("/budget/configuredBytes").asDouble(), 256.0 * (1 << 20), 1 << 20);
        browser.press("Shrink", "Dry run");
        assertTrue(browser.message("Shrink").startsWith("Nothing was done."));
        JsonNode told = service.get("/v1/memory/shrink?releaseBytes=" + (16 << 20));
        assertEquals(told.path("missingBytes").asDouble(), browser.fact("missingBytes"));
        browser.press("Shrink", "Shrink");
        browser.answer("Cancel");
        browser.press("Shrink", "Shrink");
        browser.answer("Shrink");
        browser.await(
                "an outcome", () -> browser.message("Shrink").matches("(REACHED|NOTHING_LEFT):.*"));
        browser.await(
                "the decision in the log",
                () -> browser.column("Decisions", "kind").contains("SHRINK_FINISHED"));
    }

    @Test
    @Order(12)
    void aBlobIsStoredLookedUpAndDeleted() throws Exception {
        browser.open("blobs?pool=default");
        String text = "Hello, console. ".repeat(600);
        browser.script(
                "const area = document.querySelector('textarea'); area.value = arguments[0];"
                        + "area.dispatchEvent(new Event('input'))",
                text);
        browser.card("Store a blob").findElement(By.name("handle")).sendKeys("greeting");
        browser.press("Store a blob", "Store");
        browser.await("stored", () -> browser.message("Store a blob").equals("Stored."));
        browser.await("looked up", () -> browser.fact("blobSize") == text.length());
        JsonNode layout = service.get(POOL + "/blobs/greeting/layout");
        assertEquals(layout.path("storedSize").asDouble(), browser.fact("blobStored"));
        browser.await("its layout", () -> !browser.column("Blocks and objects", "frame").isEmpty());
        assertEquals(
                layout.at("/root/frame").asText(),
                browser.column("Blocks and objects", "frame").getFirst());
        browser.press("Look a blob up", "Show content");
        browser.await("its content", () -> browser.text("pre").startsWith("Hello, console. Hello"));
        browser.press("Look a blob up", "Delete");
        browser.answer("Delete");
        browser.await(
                "deleted", () -> browser.message("Look a blob up").equals("greeting was deleted."));
        assertEquals("BLOB_NOT_FOUND", service.get(POOL + "/blobs/greeting").path("code").asText());
    }

    @Test
    @Order(13)
    void aPoolIsMadeChangedAndDestroyed() throws Exception {
        browser.open("pools");
        browser.card("Make a pool")
                .findElement(By.cssSelector("input[pattern]"))
                .sendKeys("orders");
        browser.press("Make a pool", "Make");
        browser.await("made", () -> browser.column("Pools", "pool").contains("orders"));
        assertEquals(64 << 20, service.get("/v1/pools/orders").path("mem_limit").asInt());
        browser.open("pools?edit=orders");
        browser.steadily(() -> {
            var limit =
                    browser.card("Pool orders").findElement(By.cssSelector("input[type=number]"));
            limit.clear();
            limit.sendKeys("32");
            return true;
        });
        browser.press("Pool orders", "Change");
        assertEquals("Pool orders was changed.", browser.message("Pool orders"));
        assertEquals(32 << 20, service.get("/v1/pools/orders").path("mem_limit").asInt());
        browser.press("Pool orders", "Destroy");
        browser.await("a question", () -> !browser.all("dialog input").isEmpty());
        assertFalse(browser.one("dialog button.danger").isEnabled());
        browser.one("dialog input").sendKeys("orders");
        browser.answer("Destroy");
        browser.await("destroyed", () -> !browser.column("Pools", "pool").contains("orders"));
        assertEquals("POOL_NOT_FOUND", service.get("/v1/pools/orders").path("code").asText());
    }

    @Test
    @Order(13)
    void whatWasSaidAboutOnePoolIsNotShownAtAnother() throws Exception {
        service.send("PUT", "/v1/pools/quiet");
        browser.open("compaction?pool=default");
        browser.press("Compaction", "Compact");
        assertTrue(browser.message("Compaction").startsWith("DONE:"));
        browser.open("compaction?pool=quiet");
        browser.await("nothing to free", () -> browser.fact("reclaimablePages") == 0);
        assertFalse(browser.card("Compaction").getText().contains("DONE:"));
        browser.open("classes?pool=default&class=" + firstClass());
        browser.await("its pages", () -> !browser.column("Pages of the class", "frame").isEmpty());
        browser.open("classes?pool=quiet&class=" + firstClass());
        browser.await("none", () -> browser.text("main").contains("This class has no pages."));
        browser.open("overview?pool=default");
        service.send("DELETE", "/v1/pools/quiet");
    }

    private String firstClass() throws Exception {
        return service.get(POOL + "/pages?limit=1").at("/pages/0/class").asText();
    }

    @Test
    @Order(13)
    void aStoredPageCannotReachWhatTheConsoleHas() throws Exception {
        browser.open("overview");
        browser.script("sessionStorage.secret = 'of the console'");
        service.store(
                "page.html",
                "text/html",
                "<!doctype html><title>stored</title><body><script>document.title ="
                        + " sessionStorage.secret</script><img src=/v1/pools"
                        + " onerror=\"document.title='ran'\"></body>");
        browser.visit(POOL + "/blobs/page.html");
        assertEquals("stored", browser.driver().getTitle());
        assertEquals("null", browser.script("return String(self.origin)"));
        browser.forgetComplaints();
        service.send("DELETE", POOL + "/blobs/page.html");
        browser.visit("/#/overview");
        browser.script("sessionStorage.clear()");
    }

    @Test
    @Order(13)
    void aTabThatNobodyLooksAtHoldsNoConnection() throws Exception {
        browser.open("overview");
        browser.await("live", () -> browser.text(".state").equals("live"));
        String first = browser.driver().getWindowHandle();
        // A browser has six connections for all tabs, and each page two streams.
        for (int tab = 0; tab < 4; tab++) {
            browser.driver().switchTo().newWindow(org.openqa.selenium.WindowType.TAB);
            browser.visit("/#/overview");
            browser.await("live", () -> browser.text(".state").equals("live"));
        }
        for (String tab : browser.driver().getWindowHandles()) {
            if (!tab.equals(first)) {
                browser.driver().switchTo().window(tab);
                browser.driver().close();
            }
        }
        browser.driver().switchTo().window(first);
        long before = newestSample();
        browser.await("another sample", () -> newestSample() > before);
    }

    @Test
    @Order(14)
    void everyNumberIsExplained() {
        for (String page :
                List.of(
                        "overview",
                        "classes",
                        "arena",
                        "compaction",
                        "pressure",
                        "blobs",
                        "pools")) {
            browser.open(page);
            Object unexplained =
                    browser.script(
                            "return [...document.querySelectorAll('dd, td')].filter((cell) =>"
                                    + " /\\d/.test(cell.innerText) && !cell.querySelector('[data-term],"
                                    + " [data-tip], a') && !cell.dataset.term)"
                                    + ".concat([...document.querySelectorAll('[data-term]')].filter((each)"
                                    + " => !document.getElementById('term-' + each.dataset.term)))"
                                    + ".map((cell) => cell.outerHTML)");
            assertEquals(List.of(), unexplained, page);
        }
        browser.open("overview");
        browser.script("document.querySelector('.figure').focus()");
        browser.await("the explanation", () -> !browser.text("#tip").isEmpty());
        assertTrue(browser.text("#tip").endsWith("."), browser.text("#tip"));
    }

    @Test
    @Order(15)
    void itSurvivesARestartOfTheService() throws Exception {
        browser.open("overview");
        service.restart(() -> {
            browser.await(
                    "it says so",
                    () -> browser.text(".state").startsWith("The service does not answer"));
            try {
                browser.forgetComplaints();
            } catch (IOException failed) {
                throw new java.io.UncheckedIOException(failed);
            }
        });
        browser.await("live again", () -> browser.text(".state").equals("live"));
        browser.await("its blobs", () -> browser.fact("blobs") == Filled.STORED - Filled.DELETED);
        // Those of the time without a service.
        browser.forgetComplaints();
        long before = newestSample();
        browser.await("another sample", () -> newestSample() > before);
    }

    /// In a browser of its own: the driver lets the browser keep each element that a test has
    /// found, with all that was around it.
    @Test
    @Order(16)
    void whoeverComesAndGoesLeavesNothingBehind() {
        try (Browser alone = Browser.quiet(service.process().api())) {
            // The first time nothing is known yet, so that other things are drawn; the browser may
            // hold one of the pages that were left, whichever that is.
            round(alone);
            round(alone);
            BrowserMemory before = BrowserMemory.of(alone.driver());
            for (int round = 0; round < 10; round++) {
                round(alone);
            }
            BrowserMemory after = BrowserMemory.of(alone.driver());
            String seen = before + ", then " + after;
            assertTrue(after.nodes() < before.nodes() + 600, seen);
            assertTrue(after.listeners() < before.listeners() + 40, seen);
        }
    }

    private static void round(Browser browser) {
        List.of("overview", "classes", "arena", "compaction", "pressure", "blobs", "pools")
                .forEach(browser::open);
        browser.open("overview");
    }
}
