/// The contract, `openapi.yaml`, held against every exchange of the tests.
@NullMarked
package dev.zspool.contract;

import org.jspecify.annotations.NullMarked;
