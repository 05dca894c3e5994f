package dev.zspool.crash;

import java.net.http.HttpResponse;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Says of what a GET brought which write it is of, if any.
final class BlobJudge {
    private static final Pattern MAX_AGE = Pattern.compile("max-age=(\\d+)");
    private static final long MILLIS_PER_SECOND = 1000;
    private static final int NOT_FOUND = 404;

    private BlobJudge() {}

    /// Finds the write.
    ///
    /// @param askedMillis when the request was sent
    /// @return empty when the answer is that of no possible write
    static Optional<History.Attempt<BlobState>> writeOf(
            ModelBlob blob,
            List<History.Attempt<BlobState>> possible,
            HttpResponse<byte[]> response,
            long askedMillis) {
        return possible.reversed().stream()
                .filter(attempt -> isAnswerOf(blob, attempt, response, askedMillis))
                .findFirst();
    }

    private static boolean isAnswerOf(
            ModelBlob blob,
            History.Attempt<BlobState> attempt,
            HttpResponse<byte[]> response,
            long askedMillis) {
        BlobState state = attempt.state();
        if (response.statusCode() == NOT_FOUND) {
            return state.mayBeGone(System.currentTimeMillis());
        }
        String etag = attempt.etag();
        return response.statusCode() == 200
                && state.isPresent()
                && askedMillis < state.endsByMillis()
                && state.hasContent(blob.key(), response.body())
                && response.headers()
                        .firstValue("Content-Type")
                        .filter(state.contentType()::equals)
                        .isPresent()
                && (etag == null || etag.equals(CrashClient.etag(response)))
                && isLifeOf(state, response, askedMillis);
    }

    private static boolean isLifeOf(
            BlobState state, HttpResponse<byte[]> response, long askedMillis) {
        Matcher maxAge = MAX_AGE.matcher(response.headers().firstValue("Cache-Control").orElse(""));
        if (!maxAge.find()) {
            return !state.isMortal();
        }
        long ends = askedMillis + Long.parseLong(maxAge.group(1)) * MILLIS_PER_SECOND;
        return state.isMortal()
                && ends > state.endsFromMillis() - 2 * MILLIS_PER_SECOND
                && ends <= state.endsByMillis();
    }

    /// What is wrong with an answer, for somebody who looks for the cause.
    static String blame(
            ModelBlob blob,
            List<History.Attempt<BlobState>> possible,
            HttpResponse<byte[]> response) {
        StringBuilder text =
                new StringBuilder(blob.key() + ": status " + response.statusCode() + ", ");
        if (response.statusCode() == 200) {
            text.append(response.body().length).append(" bytes of ").append(origin(blob, response));
            text.append(", ").append(response.headers().firstValue("Content-Type").orElse("?"));
            text.append(", ").append(response.headers().firstValue("Cache-Control").orElse("-"));
            text.append(", ETag ").append(CrashClient.etag(response));
        } else {
            text.append(CrashClient.text(response));
        }
        text.append("; possible: ").append(possible);
        possible.forEach(attempt -> text.append(" ETag ").append(attempt.etag()));
        return text.toString();
    }

    private static String origin(ModelBlob blob, HttpResponse<byte[]> response) {
        byte[] body = response.body();
        for (long version = 1; version <= blob.versions(); version++) {
            BlobState old = new BlobState(version, 0, body.length, 0, 0);
            if (body.length > 0 && old.hasContent(blob.key(), body)) {
                return "write " + version;
            }
        }
        return "no write (torn or mixed)";
    }
}
