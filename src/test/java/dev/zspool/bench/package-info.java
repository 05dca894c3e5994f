/// Measurements behind `./zspool bench`. They print; they never pass or fail.
package dev.zspool.bench;
