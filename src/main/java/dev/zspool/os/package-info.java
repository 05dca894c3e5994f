/// The operating system: memory mappings, advice, files under `/proc` and the cgroup.
///
/// The only package that makes native calls. Error numbers become typed results here and go no
/// further. Owns no lock; its calls may block in the kernel, so nobody holds a lock across one.
///
/// May import nothing of zspool.
@NullMarked
package dev.zspool.os;

import org.jspecify.annotations.NullMarked;
