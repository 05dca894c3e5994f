package dev.zspool.blob;

import dev.zspool.zsmalloc.PageDetail;
import java.time.Instant;
import java.util.Optional;

/// A page and, when somebody leased it, until when.
///
/// @param detail the page with its surroundings
/// @param expiresAt when it is put back by itself; empty when nobody leased it
public record LeasedPage(PageDetail detail, Optional<Instant> expiresAt) {}
