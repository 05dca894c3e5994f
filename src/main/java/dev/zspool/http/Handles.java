package dev.zspool.http;

/// The grammar of handles: `[A-Za-z0-9._~-]{1,128}`, the characters that need no escape in a URL.
///
/// `.` and `..` fit the grammar but cannot be used: they mean something else in a path.
final class Handles {

    static final int MAX_CHARACTERS = 128;

    /// What a handle must be, in words.
    static final String GRAMMAR = "1 to 128 characters out of A-Z a-z 0-9 . _ ~ -";

    private Handles() {}

    /// The handle itself, or a problem.
    static String require(String handle) {
        if (!isHandle(handle)) {
            throw new ProblemException(ProblemCode.BAD_HANDLE, "A handle has " + GRAMMAR);
        }
        return handle;
    }

    static boolean isHandle(String text) {
        if (text.isEmpty() || text.length() > MAX_CHARACTERS) {
            return false;
        }
        for (int at = 0; at < text.length(); at++) {
            if (!isUnreserved(text.charAt(at))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isUnreserved(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '-'
                || c == '.'
                || c == '_'
                || c == '~';
    }
}
