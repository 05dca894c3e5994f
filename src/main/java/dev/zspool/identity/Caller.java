package dev.zspool.identity;

/// Somebody who is known.
///
/// @param name who it is, for the audit log; not secret, without control characters
/// @param way how they showed it
/// @param grants what they may do
public record Caller(String name, Way way, Grants grants) {
    private static final int MOST_LENGTH = 256;

    /// How somebody shows who they are.
    public enum Way {
        /// Nobody is asked.
        OPEN,
        /// A static key.
        API_KEY,
        /// A token that its issuer signed.
        JWT,
        /// A token that the cluster reviewed.
        TOKEN_REVIEW,
        /// A client's certificate.
        CERTIFICATE
    }

    /// Makes a name fit for a line of a log, whoever made it up.
    public Caller {
        StringBuilder clean = new StringBuilder();
        for (int at = 0; at < Math.min(name.length(), MOST_LENGTH); at++) {
            char character = name.charAt(at);
            boolean isPlain =
                    character > ' ' && character != '"' && character != '\\' && character < 0x7f;
            clean.append(isPlain ? character : '?');
        }
        name = clean.toString();
    }
}
