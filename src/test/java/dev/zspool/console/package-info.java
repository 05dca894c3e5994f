/// The operator's console in a real browser, against the packaged service.
@NullMarked
package dev.zspool.console;

import org.jspecify.annotations.NullMarked;
