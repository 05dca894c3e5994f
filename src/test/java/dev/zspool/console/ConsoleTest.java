package dev.zspool.console;

import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

/// What tests of the pages have: a service with tens of thousands of blobs, and a browser that has
/// nothing to complain about.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init")
abstract class ConsoleTest {
    static final String POOL = "/v1/pools/default";

    Filled service;
    Browser browser;

    @BeforeAll
    void start() throws IOException, InterruptedException {
        Browser.assumeInstalled();
        service = new Filled();
        browser = new Browser(service.process().api());
    }

    @AfterAll
    void end() throws IOException {
        if (browser != null) {
            browser.close();
        }
        if (service != null) {
            service.close();
        }
    }

    @AfterEach
    void nothingWasComplainedAbout() throws IOException {
        browser.assertNoComplaint();
    }
}
