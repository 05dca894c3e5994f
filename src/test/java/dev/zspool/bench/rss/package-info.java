/// The resident size of a store through a life of filling, deleting, compacting, shrinking and
/// filling again: zspool beside those that are installed, as figures and as a picture.
@NullMarked
package dev.zspool.bench.rss;

import org.jspecify.annotations.NullMarked;
