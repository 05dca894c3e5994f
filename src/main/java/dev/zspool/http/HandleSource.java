package dev.zspool.http;

/// Where handles come from that the service makes up itself.
@FunctionalInterface
public interface HandleSource {

    /// A handle that nobody can guess and that was never given out: 128 random bits.
    String next();
}
