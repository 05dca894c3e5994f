package dev.zspool.boot;

import dev.zspool.identity.ApiKeys;
import java.security.SecureRandom;

/// `./zspool key NAME ROLES`: makes a key, and the line that lets its bearer in.
///
/// The line goes to the output, so that it can be appended to the file of keys; the key itself,
/// which is nowhere else, to the errors.
final class MakeApiKey {
    private static final int WRONG_USE = 2;

    private MakeApiKey() {}

    /// The entry point.
    ///
    /// @param arguments whose key, and what they may do
    public static void main(String[] arguments) {
        if (arguments.length != 2) {
            System.err.println(
                    "zspool: key NAME ROLES, for example: key shop writer:orders,reader");
            System.exit(WRONG_USE);
        }
        String key = ApiKeys.generate(new SecureRandom());
        try {
            System.out.println(ApiKeys.line(arguments[0], arguments[1], key));
        } catch (IllegalArgumentException wrong) {
            System.err.println("zspool: " + wrong.getMessage());
            System.exit(WRONG_USE);
        }
        System.err.println("The key, which is shown only now: " + key);
    }
}
