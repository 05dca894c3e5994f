package dev.zspool.observe;

import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Stands for a handle in the log: the same one for the same handle, and nothing leads back.
public final class HandleHash {
    private static final int HASH_BYTES = 8;
    private static final String ALGORITHM = "HmacSHA256";

    private final SecretKeySpec key;

    /// Hashes with a key.
    ///
    /// @param secret random bytes
    public HandleHash(byte[] secret) {
        this.key = new SecretKeySpec(secret, ALGORITHM);
    }

    /// 16 digits.
    String of(String pool, String handle) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            byte[] hash = mac.doFinal((pool + "/" + handle).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, HASH_BYTES);
        } catch (NoSuchAlgorithmException | InvalidKeyException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
