package dev.zspool.http;

import io.netty.channel.Channel;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/// The connections of a port: how many there may be, how many of one client, and who must go when
/// another comes.
///
/// Connections that never complete a request (slowloris) cost nobody else a place: they are the
/// first to go, those of the client that has most of them before others, and the head of a request
/// has a deadline. A connection with a request under way is never cut here. One thread admits; the
/// rest is thread-safe.
final class ConnectionTable {
    private static final long MILLIS_PER_SECOND = 1_000;

    private final int most;
    private final int mostOfOne;
    private final long headMillis;
    private final LongSupplier millis;
    private final ConnectionCounts counts;
    private final Set<ConnectionPlace> places = ConcurrentHashMap.newKeySet();

    /// @param counts how many there may be at once, three quarters of them of one client, and what
    ///   became of them
    /// @param headSeconds how long the head of a request may take from its first byte on
    /// @param millis a time that does not go back
    ConnectionTable(ConnectionCounts counts, int headSeconds, LongSupplier millis) {
        this.counts = counts;
        this.most = counts.most();
        this.mostOfOne = Math.max(1, most - most / 4);
        this.headMillis = headSeconds * MILLIS_PER_SECOND;
        this.millis = millis;
    }

    /// Gives a new connection a place, that of another if need be.
    ///
    /// @return whether there was one
    boolean admit(Channel channel) {
        ConnectionPlace place = new ConnectionPlace(channel, millis);
        if (places.size() >= mostOfOne && !makeRoom(place.client())) {
            counts.noteRefused();
            return false;
        }
        places.add(place);
        counts.opened();
        channel.pipeline().addFirst(place);
        channel.closeFuture().addListener(closed -> leave(place));
        return true;
    }

    /// Closes connections whose request does not get beyond its head.
    void sweep() {
        long before = millis.getAsLong() - headMillis;
        for (ConnectionPlace place : places) {
            if (place.hasHeadSince(before)) {
                counts.noteLate();
                remove(place);
            }
        }
    }

    private boolean makeRoom(String client) {
        Map<String, Integer> ofClients = new HashMap<>();
        for (ConnectionPlace place : places) {
            ofClients.merge(place.client(), 1, Integer::sum);
        }
        boolean hasItsShare = ofClients.getOrDefault(client, 0) >= mostOfOne;
        if (!hasItsShare && places.size() < most) {
            return true;
        }
        Optional<ConnectionPlace> victim =
                hasItsShare ? victim(places, Map.of(client, 1)) : victim(places, ofClients);
        victim.ifPresent(gone -> {
            counts.noteDisplaced();
            remove(gone);
        });
        return victim.isPresent();
    }

    /// Who goes: of the client with most connections the one that never had a request, and of those
    /// that waits longest; nobody when all have a request under way or have only just come.
    ///
    /// @param counts how many each client has; those who are not in it lose none
    static Optional<ConnectionPlace> victim(
            Collection<ConnectionPlace> places, Map<String, Integer> counts) {
        ConnectionPlace worst = null;
        for (ConnectionPlace place : places) {
            // Several are accepted at once, and one without an event loop yet cannot be closed.
            boolean isCandidate =
                    !place.isBusy()
                            && place.channel().isRegistered()
                            && counts.containsKey(place.client());
            if (isCandidate && (worst == null || goesBefore(place, worst, counts))) {
                worst = place;
            }
        }
        return Optional.ofNullable(worst);
    }

    private static boolean goesBefore(
            ConnectionPlace one, ConnectionPlace other, Map<String, Integer> counts) {
        int ofOne = counts.getOrDefault(one.client(), 0);
        int ofOther = counts.getOrDefault(other.client(), 0);
        if (ofOne != ofOther) {
            return ofOne > ofOther;
        }
        if (one.isProven() != other.isProven()) {
            return !one.isProven();
        }
        return one.waitsSinceMillis() < other.waitsSinceMillis();
    }

    private void leave(ConnectionPlace place) {
        if (places.remove(place)) {
            counts.closed();
        }
    }

    /// Its place is free at once, although its event loop closes it only later.
    private void remove(ConnectionPlace place) {
        leave(place);
        var _ = place.channel().close();
    }
}
