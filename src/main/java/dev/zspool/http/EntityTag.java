package dev.zspool.http;

import dev.zspool.blob.BlobInfo;
import java.util.HexFormat;

/// The strong entity tag of a blob: its content's hash and its write's sequence, in hex.
final class EntityTag {

    private static final HexFormat HEX = HexFormat.of();

    private EntityTag() {}

    static String of(BlobInfo info) {
        return '"'
                + HEX.toHexDigits(info.contentHash())
                + '-'
                + Long.toHexString(info.sequence())
                + '"';
    }
}
