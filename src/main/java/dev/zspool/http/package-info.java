/// The edge: routes, representations, and the one table from outcomes to status codes.
///
/// Holds no logic beyond the protocol, and no lock.
///
/// May import `blob`, and the statistics records of the engine packages.
@NullMarked
package dev.zspool.http;

import org.jspecify.annotations.NullMarked;
