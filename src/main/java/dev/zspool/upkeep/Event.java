package dev.zspool.upkeep;

import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Something that happened, or how far it is.
///
/// @param id counts up by one from event to event, from 1
/// @param at when
/// @param kind what
/// @param pool in which pool; empty for the arena
/// @param figures numbers by name, with their units in the names, in alphabetical order
public record Event(
        long id, Instant at, EventKind kind, Optional<String> pool, Map<String, Long> figures) {
    public Event {
        figures = Collections.unmodifiableMap(new TreeMap<>(figures));
    }
}
