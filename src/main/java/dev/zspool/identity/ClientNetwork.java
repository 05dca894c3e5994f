package dev.zspool.identity;

/// Who shares a bound: an IPv4 address, or 64 bits of an IPv6 address. A single client has as many
/// of those with the same 64 bits as it likes.
public final class ClientNetwork {
    private static final int GROUPS = 4;

    private ClientNetwork() {}

    /// That of an address.
    ///
    /// @param address as the Java platform writes it, with all its groups
    public static String of(String address) {
        int end = -1;
        for (int group = 0; group < GROUPS; group++) {
            end = address.indexOf(':', end + 1);
            if (end < 0) {
                return address;
            }
        }
        return address.substring(0, end);
    }
}
