/// The certificate that the API shows, and those that clients are verified by, while their files
/// are replaced. Imports no other package of ours.
@NullMarked
package dev.zspool.tls;

import org.jspecify.annotations.NullMarked;
