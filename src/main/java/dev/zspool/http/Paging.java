package dev.zspool.http;

/// Where a listing begins and how long it may become.
///
/// @param after what it begins behind, -1 for the start
/// @param limit how many entries at most
record Paging(int after, int limit) {

    private static final int DEFAULT_LIMIT = 100;
    private static final int MAX_LIMIT = 1_000;

    static Paging of(QueryParameters query) {
        return new Paging(
                query.number("after", 0, Integer.MAX_VALUE).orElse(-1),
                query.number("limit", 1, MAX_LIMIT).orElse(DEFAULT_LIMIT));
    }
}
