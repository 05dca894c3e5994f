package dev.zspool.http;

/// Whether a request path is in its plain form: what is routed is what was written.
///
/// The framework resolves dot segments, drops empty segments and cuts off `;parameters` before it
/// routes. A handle `..` would then delete a pool, and a rule on paths could be walked around. So
/// such paths are refused before anything looks at them. Escapes must be valid; what they stand for
/// is judged by whoever takes the segment.
final class PlainPath {

    private PlainPath() {}

    static boolean isPlain(String path) {
        if (path.equals("/")) {
            return true;
        }
        int length = path.length();
        int segment = 0;
        boolean dotsOnly = true;
        for (int at = 1; at < length; at++) {
            char c = path.charAt(at);
            if (c == '/') {
                if (segment == 0 || isDotSegment(segment, dotsOnly)) {
                    return false;
                }
                segment = 0;
                dotsOnly = true;
                continue;
            }
            if (c == '%') {
                c = unescaped(path, at);
                at += 2;
            } else if (c == ';' || c == '\\') {
                return false;
            }
            if (c == INVALID) {
                return false;
            }
            segment++;
            dotsOnly &= c == '.';
        }
        return path.charAt(0) == '/' && segment > 0 && !isDotSegment(segment, dotsOnly);
    }

    private static final char INVALID = '\uffff';

    private static boolean isDotSegment(int characters, boolean dotsOnly) {
        return dotsOnly && characters <= 2;
    }

    private static char unescaped(String path, int at) {
        if (at + 2 >= path.length()) {
            return INVALID;
        }
        int high = Character.digit(path.charAt(at + 1), 16);
        int low = Character.digit(path.charAt(at + 2), 16);
        return high < 0 || low < 0 ? INVALID : (char) (high << 4 | low);
    }
}
