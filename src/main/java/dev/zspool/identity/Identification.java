package dev.zspool.identity;

/// What comes of looking at who a caller is.
public sealed interface Identification {
    /// They are known.
    ///
    /// @param caller who it is
    record Known(Caller caller) implements Identification {}

    /// They show nothing, and something is asked for.
    record Absent() implements Identification {}

    /// What they show is not good.
    ///
    /// @param why in words for the caller, out of a fixed set
    record Wrong(String why) implements Identification {}

    /// Too much that was not good came from their address: what they show was not looked at.
    ///
    /// @param retryAfterSeconds when something will be looked at again
    record Limited(int retryAfterSeconds) implements Identification {}

    /// Whoever could tell does not answer.
    record Unavailable() implements Identification {}
}
