/// Data that another release wrote: how it is made, and that this release reads it.
@NullMarked
package dev.zspool.upgrade;

import org.jspecify.annotations.NullMarked;
