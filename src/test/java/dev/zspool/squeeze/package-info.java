/// The packaged service in a container that is really small, beside a neighbour that grows, under a
/// limit that is lowered. It knows the HTTP API and the files of the control group, nothing else.
@NullMarked
package dev.zspool.squeeze;

import org.jspecify.annotations.NullMarked;
