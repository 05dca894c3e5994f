/// What of the service survives a kill, a power cut and a flipped byte, tried from outside. Imports
/// nothing of the service but values: it knows the HTTP API and the data directory.
@NullMarked
package dev.zspool.crash;

import org.jspecify.annotations.NullMarked;
