package dev.zspool.http;

/// The grammar of pool names: `[A-Za-z0-9][A-Za-z0-9._~-]{0,63}`, which need no escape in a URL and
/// make short labels.
final class PoolNames {
    static final int MAX_CHARACTERS = 64;

    private PoolNames() {}

    /// The name itself, or a problem.
    static String require(String name) {
        boolean isName =
                name.length() <= MAX_CHARACTERS
                        && Handles.isHandle(name)
                        && ".~_-".indexOf(name.charAt(0)) < 0;
        if (!isName) {
            throw new ProblemException(
                    ProblemCode.BAD_POOL_NAME,
                    "A pool's name has 1 to 64 characters out of A-Z a-z 0-9 . _ ~ - and begins with"
                            + " a letter or a digit.");
        }
        return name;
    }
}
