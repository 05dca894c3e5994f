/// What the tests share: memory twins, the factory that checks every pool after every test, the
/// random driver, assertions.
///
/// May import `page`, `os` and the public part of `zsmalloc`.
@NullMarked
package dev.zspool.testkit;

import org.jspecify.annotations.NullMarked;
