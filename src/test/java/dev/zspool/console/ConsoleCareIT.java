package dev.zspool.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;

/// The console shows what it acts on, keeps up with what happens elsewhere, and replaces nothing
/// without being asked to.
final class ConsoleCareIT extends ConsoleTest {
    @BeforeAll
    void addPool() throws IOException, InterruptedException {
        service.send("PUT", "/v1/pools/second");
        browser.open("overview");
    }

    private void choosePool(String pool) {
        browser.steadily(() -> {
            browser.one(".choice option[value=" + pool + "]").click();
            return true;
        });
        browser.await(pool, () -> address().contains("pool=" + pool));
    }

    private String address() {
        return String.valueOf(browser.script("return location.hash"));
    }

    @Test
    void theChoiceIsThePoolThatIsActedOnAlsoAfterBack() {
        browser.open("compaction?pool=default");
        browser.await("both pools", () -> browser.all(".choice option").size() == 2);
        choosePool("second");
        choosePool("default");
        browser.driver().navigate().back();
        browser.await("back", () -> address().contains("pool=second"));
        browser.await(
                "the choice follows",
                () ->
                        "second"
                                .equals(
                                        browser.script(
                                                "return document.querySelector('.choice select').value")));
        browser.open("overview?pool=default");
    }

    @Test
    void aPoolThatIsThereIsNotMadeAnew() throws Exception {
        String before = service.get(POOL).path("settings").toString();
        browser.open("pools");
        browser.card("Make a pool")
                .findElement(By.cssSelector("input[pattern]"))
                .sendKeys("default");
        browser.press("Make a pool", "Make");
        assertTrue(browser.message("Make a pool").startsWith("There is a pool default already."));
        assertEquals(before, service.get(POOL).path("settings").toString());
    }

    @Test
    void aBlobIsReplacedByWhoWantsThat() throws Exception {
        service.store("kept.txt", "text/plain", "first");
        browser.open("blobs?pool=default");
        browser.card("Store a blob").findElement(By.name("handle")).sendKeys("kept.txt");
        browser.card("Store a blob").findElement(By.tagName("textarea")).sendKeys("other");
        browser.press("Store a blob", "Store");
        browser.answer("Cancel");
        assertEquals("Nothing was stored.", browser.message("Store a blob"));
        assertEquals("first", content("kept.txt"));
        browser.press("Store a blob", "Store");
        browser.answer("Replace");
        browser.await(
                "replaced",
                () -> browser.message("Store a blob").equals("Stored in place of what was there."));
        assertEquals("other", content("kept.txt"));
        // The browser complains that something was there.
        browser.forgetComplaints();
        service.send("DELETE", POOL + "/blobs/kept.txt");
    }

    private String content(String handle) {
        return String.valueOf(
                browser.script(
                        "const asked = new XMLHttpRequest(); asked.open('GET', arguments[0], false);"
                                + "asked.send(); return asked.responseText",
                        POOL + "/blobs/" + handle));
    }

    @Test
    void aWholeBlobIsSaved() throws Exception {
        service.store("long.txt", "text/plain", "line of text\n".repeat(5_000));
        browser.open("blobs?pool=default&handle=long.txt");
        browser.await("looked up", () -> browser.fact("blobSize") == 65_000);
        browser.script(
                "window.saved = undefined; const make = URL.createObjectURL;"
                        + "URL.createObjectURL = (blob) => { window.saved = blob.size; return make(blob); };"
                        + "HTMLAnchorElement.prototype.click = function () { window.named = this.download; }");
        browser.press("Look a blob up", "Save");
        browser.await(
                "saved", () -> String.valueOf(browser.script("return saved")).equals("65000"));
        assertEquals("long.txt", browser.script("return named"));
        browser.driver().navigate().refresh();
        browser.open("overview");
        service.send("DELETE", POOL + "/blobs/long.txt");
    }

    @Test
    void aLeaseThatEndsIsSeen() throws Exception {
        String frame = service.get(POOL + "/pages?limit=1").at("/pages/0/frame").asText();
        service.send("POST", POOL + "/pages/" + frame + "/isolate?lease=PT8S");
        browser.open("arena?pool=default&frame=" + frame);
        browser.await("isolated", () -> browser.text("[data-fact=isolated]").equals("isolated"));
        browser.await("in use again", () -> browser.text("[data-fact=isolated]").equals("in use"));
        assertTrue(
                browser.card("Frame " + frame)
                        .findElement(By.xpath(".//button[.='Isolate']"))
                        .isEnabled());
    }

    @Test
    void theKeyboardGoesOnAfterZooming() {
        browser.open("arena");
        browser.steadily(() -> {
            var canvas = browser.one("zs-map canvas");
            canvas.sendKeys(Keys.ARROW_RIGHT);
            for (int down = 0; down < 6; down++) {
                canvas.sendKeys(Keys.ARROW_DOWN);
            }
            canvas.sendKeys(Keys.ENTER);
            return true;
        });
        browser.await("closer", () -> address().contains("first="));
        browser.await(
                "the view",
                () ->
                        Long.valueOf(1)
                                .equals(
                                        browser.script(
                                                "return document.querySelector('zs-map').map.framesPerCell")));
        browser.one("zs-map canvas").sendKeys(Keys.ARROW_RIGHT);
        String first =
                String.valueOf(
                        browser.script(
                                "return 'Frame ' + document.querySelector('zs-map').map.firstFrame"));
        String spoken = String.valueOf(browser.one("zs-map canvas").getAttribute("aria-label"));
        assertTrue(spoken.startsWith(first + ":"), spoken + ", not " + first);
    }

    @Test
    void listsOfTheServicesOwnOrderStayAsTheyAre() throws Exception {
        browser.open("blobs?pool=default");
        browser.await("the list", () -> !browser.column("Blobs", "handle").isEmpty());
        assertEquals(
                service.get(POOL + "/blobs?limit=50").path("blobs").findValuesAsText("handle"),
                browser.column("Blobs", "handle"));
    }

    @Test
    void whatIsTypedForAYesIsTakenWithEnter() throws Exception {
        service.send("PUT", "/v1/pools/gone");
        browser.open("pools?edit=gone");
        browser.press("Pool gone", "Destroy");
        browser.one("dialog input").sendKeys("gon", Keys.ENTER);
        assertEquals(1, browser.all("dialog").size());
        browser.one("dialog input").sendKeys("e", Keys.ENTER);
        browser.await("destroyed", () -> !browser.column("Pools", "pool").contains("gone"));
        assertEquals("POOL_NOT_FOUND", service.get("/v1/pools/gone").path("code").asText());
    }
}
