package dev.zspool.http;

import java.util.Optional;
import java.util.Set;

/// How the console is set up.
///
/// @param isOffered whether there is one
/// @param signIn where people sign in; empty: with a key only, or not at all
/// @param origins other places that the console may reach for that, as `https://host`
public record ConsoleOptions(boolean isOffered, Optional<SignIn> signIn, Set<String> origins) {

    /// One for a service that only this machine may use.
    public static final ConsoleOptions LOCAL = new ConsoleOptions(true, Optional.empty(), Set.of());

    public ConsoleOptions {
        origins = Set.copyOf(origins);
    }

    /// A provider of OpenID Connect.
    ///
    /// @param issuer its address, which its configuration lies below
    /// @param clientId what it knows the console as: a public client, with the console's address
    ///   registered
    /// @param scope what is asked of it
    public record SignIn(String issuer, String clientId, String scope) {}
}
