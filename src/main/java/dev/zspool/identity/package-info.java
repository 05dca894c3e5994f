/// Who a caller is and what they may do: static keys, signed tokens, tokens that the cluster
/// reviews, certificates. Imports no other package of ours and nothing of the framework; the edge
/// asks {@link dev.zspool.identity.Callers}.
@NullMarked
package dev.zspool.identity;

import org.jspecify.annotations.NullMarked;
