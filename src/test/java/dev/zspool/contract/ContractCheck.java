package dev.zspool.contract;

import java.util.List;

/// Holds one exchange of a test against the contract, and notes that it took place.
public final class ContractCheck {

    /// Test code behind the blobs' real edge.
    private static final String SCRIPTED = "/scripted/";

    /// Test code that answers with parts, without a pool.
    private static final String SCRIPTED_BATCH = "/scripted-batch/";

    /// Test code that lists, without a pool.
    private static final String SCRIPTED_LISTING = "/scripted-listing";

    private ContractCheck() {}

    /// Fails if the answer is not one of the contract's.
    public static void check(Exchange exchange) {
        if (exchange.path().startsWith(SCRIPTED_BATCH)
                || exchange.path().equals(SCRIPTED_LISTING)) {
            return;
        }
        Exchange meant = exchange;
        if (exchange.path().startsWith(SCRIPTED)) {
            if (exchange.status() < 300) {
                return;
            }
            meant =
                    exchange.withPath(
                            exchange.path().replace(SCRIPTED, "/v1/pools/default/blobs/"));
        }
        Contract contract = Contract.contract();
        List<String> violations = contract.violations(meant);
        if (!violations.isEmpty()) {
            throw new AssertionError(
                    "not as openapi.yaml says:\n  "
                            + String.join("\n  ", violations)
                            + "\n"
                            + exchange);
        }
        String code = contract.code(exchange);
        contract.operation(meant.method(), meant.path())
                .ifPresent(operation -> Recorder.saw(operation, exchange.status(), code));
    }
}
