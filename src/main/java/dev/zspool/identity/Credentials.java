package dev.zspool.identity;

import java.security.cert.X509Certificate;
import java.util.Optional;

/// What a request shows.
///
/// @param authorization its header of that name
/// @param certificate of the connection; its chain was verified against the trusted authorities
/// @param address where it comes from
public record Credentials(
        Optional<String> authorization, Optional<X509Certificate> certificate, String address) {}
