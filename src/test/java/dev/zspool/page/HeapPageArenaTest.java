package dev.zspool.page;

import dev.zspool.testkit.HeapPages;

class HeapPageArenaTest extends PageArenaContract {
    @Override
    PageSource newSource() {
        return new HeapPages();
    }
}
