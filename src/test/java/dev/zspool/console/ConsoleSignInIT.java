package dev.zspool.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.identity.ApiKeys;
import dev.zspool.service.ServiceProcess;
import dev.zspool.testkit.TokenIssuer;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;

/// Who may see and do what in the console, and how one signs in.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init")
final class ConsoleSignInIT {
    @TempDir static Path folder = Path.of("");

    private final TokenIssuer issuer = new TokenIssuer();
    private String reader = "";
    private String operator = "";
    private String keeper = "";
    private String guest = "";
    private SignInProvider provider;
    private ServiceProcess service;
    private Browser browser;

    @BeforeAll
    void start() throws IOException, InterruptedException {
        Browser.assumeInstalled();
        Random random = new Random(15);
        reader = ApiKeys.generate(random);
        operator = ApiKeys.generate(random);
        keeper = ApiKeys.generate(random);
        guest = ApiKeys.generate(random);
        Path keys = folder.resolve("keys");
        Files.writeString(
                keys,
                ApiKeys.line("rita", "reader", reader)
                        + "\n"
                        + ApiKeys.line("otto", "operator", operator)
                        + "\n"
                        + ApiKeys.line("kim", "operator:default", keeper)
                        + "\n"
                        + ApiKeys.line("gil", "reader:orders", guest)
                        + "\n");
        provider = new SignInProvider(issuer);
        service =
                ServiceProcess.start(
                        "-Dzspool.security.api-keys-file=" + keys,
                        "-Dzspool.security.jwt.issuer=" + provider.address(),
                        "-Dzspool.security.jwt.keys=" + issuer.keysUrl(),
                        "-Dzspool.console.oidc-client-id=" + SignInProvider.CLIENT);
        service.client()
                .send(
                        HttpRequest.newBuilder(service.api().resolve("/v1/pools/orders"))
                                .header("Authorization", "Bearer " + operator)
                                .PUT(HttpRequest.BodyPublishers.noBody())
                                .build(),
                        HttpResponse.BodyHandlers.discarding());
        browser = new Browser(service.api());
    }

    @AfterAll
    void end() throws IOException {
        if (browser != null) {
            browser.close();
        }
        if (service != null) {
            service.close();
            provider.close();
        }
        issuer.close();
    }

    /// As in a tab that was just opened.
    @BeforeEach
    void signOut() {
        browser.visit("/console/icon.svg");
        browser.script("sessionStorage.clear()");
        browser.visit("/");
        browser.await("the question", () -> browser.text("form").contains("asks who you are"));
    }

    private void signIn(String key) {
        browser.one("input[name=key]").sendKeys(key);
        browser.driver().findElement(By.xpath("//button[.='Sign in']")).click();
    }

    private void assertWho(String who) {
        browser.await(who, () -> browser.text(".who").equals(who));
        browser.await("live", () -> browser.text(".state").equals("live"));
    }

    @Test
    void aReaderSeesAndCannotAct() {
        signIn(reader);
        assertWho("rita · reader");
        browser.open("compaction?pool=default");
        browser.await("the dry run", () -> browser.fact("reclaimablePages") >= 0);
        var compact = browser.card("Compaction").findElement(By.tagName("button"));
        assertFalse(compact.isEnabled());
        assertEquals("This takes the role operator.", compact.getAttribute("title"));
        browser.open("blobs?pool=default");
        assertFalse(
                browser.card("Store a blob")
                        .findElement(By.cssSelector("[type=submit]"))
                        .isEnabled());
    }

    @Test
    void anOperatorActs() {
        signIn(operator);
        assertWho("otto · operator");
        browser.open("compaction?pool=default");
        browser.press("Compaction", "Compact");
        assertTrue(browser.message("Compaction").startsWith("DONE:"));
    }

    @Test
    void whoHasARoleInOnePoolSeesThatPool() {
        signIn(keeper);
        browser.await("kim", () -> browser.text(".who").equals("kim · roles in 1 pools"));
        browser.open("compaction?pool=default");
        browser.press("Compaction", "Compact");
        assertTrue(browser.message("Compaction").startsWith("DONE:"));
    }

    @Test
    void whoMaySeeOnePoolIsLedThereAndNothingElseIsAskedForAgainAndAgain() {
        signIn(guest);
        browser.await("gil", () -> browser.text(".who").equals("gil · roles in 1 pools"));
        assertEquals(
                "Not live. The caller may not do this.",
                browser.text(".state").replaceAll("this\\..*", "this."));
        browser.open("overview");
        browser.await(
                "a refusal", () -> browser.text(".message.error").startsWith("The caller may not"));
        browser.open("classes");
        assertEquals("orders", browser.script("return document.querySelector('select').value"));
        browser.await(
                "the classes", () -> browser.text("main").contains("This pool has no pages."));
        browser.script("location.hash = '#/arena'");
        browser.await("why there is no map", () -> browser.text("main").contains("/v1/memory/map"));
        browser.open("compaction");
        browser.await("many turns of the page", () -> asked("/v1/pools/orders/compaction") > 3);
        assertEquals(1, asked("/v1/memory/samples/stream"));
        assertEquals(1, asked("/v1/events"));
        assertEquals(1, asked("/v1/memory/defragmentation"));
        assertEquals(0, asked("/v1/pools"));
    }

    /// How often the page has asked for something.
    private long asked(String path) {
        return ((Number)
                        browser.script(
                                "return performance.getEntriesByType('resource').filter((each) =>"
                                        + " new URL(each.name).pathname === arguments[0]).length",
                                path))
                .longValue();
    }

    @Test
    void whoIsNoLongerKnownIsAskedWithASentenceAndOnce() {
        signIn(reader);
        assertWho("rita · reader");
        browser.open("pressure");
        browser.script("sessionStorage['zspool.token'] = 'zsk_' + 'B'.repeat(43)");
        browser.script("location.hash = '#/compaction?pool=default'");
        browser.await("the question", () -> browser.text("form").contains("asks who you are"));
        browser.await("why", () -> browser.text(".message.error").endsWith("."));
        signIn(operator);
        assertWho("otto · operator");
    }

    @Test
    void whatIsNoKeyIsNotSent() {
        signIn("gr\u00fc\u00df dich");
        browser.await(
                "a sentence", () -> browser.text(".message.error").startsWith("That is no key"));
        signIn(reader);
        assertWho("rita · reader");
    }

    @Test
    void aWrongKeyIsRefusedWithASentence() {
        signIn("zsk_" + "A".repeat(43));
        browser.await("a refusal", () -> !browser.text(".message.error").isEmpty());
        assertTrue(browser.text(".message.error").endsWith("."), browser.text(".message.error"));
        signIn(reader);
        assertWho("rita · reader");
    }

    @Test
    void signingOutForgetsTheKey() {
        signIn(operator);
        assertWho("otto · operator");
        browser.driver().findElement(By.xpath("//button[.='Sign out']")).click();
        browser.await("the question", () -> browser.text("form").contains("asks who you are"));
        assertEquals(
                "null", String.valueOf(browser.script("return sessionStorage['zspool.token']")));
    }

    @Test
    void atAProvider() {
        browser.driver()
                .findElement(By.xpath("//button[starts-with(., 'Sign in at 127.0.0.1')]"))
                .click();
        assertWho("ada · operator");
        assertEquals("", browser.script("return location.search"));
    }

    @Test
    void aTokenForAnotherSignInIsRefused() {
        provider.mixUp(true);
        try {
            browser.driver()
                    .findElement(By.xpath("//button[starts-with(., 'Sign in at 127.0.0.1')]"))
                    .click();
            browser.await(
                    "a refusal", () -> browser.text(".message.error").contains("another sign-in"));
        } finally {
            provider.mixUp(false);
        }
    }

    @Test
    void aStrangersReturnIsRefused() {
        browser.visit("/?code=stolen&state=guessed");
        browser.await(
                "a refusal",
                () -> browser.text(".message.error").contains("was not begun in this tab"));
        // Whoever signs in then can go anywhere.
        signIn(reader);
        assertWho("rita · reader");
        browser.script("location.hash = '#/pools'");
        browser.await("the pools", () -> browser.text("h1").equals("Pools"));
    }
}
