package dev.zspool.http;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What RFC 9110 section 13.2.2 says of conditional requests, written down a second time: by what
/// each header means, not by how it is spelled.
final class ConditionModel {

    /// What a list of entity tags is to the version that is there.
    enum Tags {
        ABSENT,
        ANY,
        SAME,
        SAME_WEAK,
        OTHER,
        OTHER_AND_SAME,
        OTHER_AND_SAME_WEAK
    }

    /// What a date is to that of the version that is there.
    enum Date {
        ABSENT,
        EARLIER,
        EQUAL,
        LATER,
        NONE
    }

    private ConditionModel() {}

    /// Every combination of the four headers.
    static List<Request> requests(String tag, long modifiedEpochSeconds) {
        List<Request> requests = new ArrayList<>();
        for (Tags match : Tags.values()) {
            for (Tags noneMatch : Tags.values()) {
                for (Date modified : Date.values()) {
                    for (Date unmodified : Date.values()) {
                        requests.add(
                                new Request(
                                        match,
                                        noneMatch,
                                        modified,
                                        unmodified,
                                        tag,
                                        modifiedEpochSeconds));
                    }
                }
            }
        }
        return requests;
    }

    /// A request with conditions.
    record Request(
            Tags ifMatch,
            Tags ifNoneMatch,
            Date ifModifiedSince,
            Date ifUnmodifiedSince,
            String tag,
            long lastModified) {

        Map<String, String> headers() {
            Map<String, String> headers = new LinkedHashMap<>();
            put(headers, "If-Match", text(ifMatch));
            put(headers, "If-None-Match", text(ifNoneMatch));
            put(headers, "If-Modified-Since", text(ifModifiedSince));
            put(headers, "If-Unmodified-Since", text(ifUnmodifiedSince));
            return headers;
        }

        private static void put(Map<String, String> headers, String name, @Nullable String value) {
            if (value != null) {
                headers.put(name, value);
            }
        }

        private @Nullable String text(Tags tags) {
            return switch (tags) {
                case ABSENT -> null;
                case ANY -> "*";
                case SAME -> tag;
                case SAME_WEAK -> "W/" + tag;
                case OTHER -> "\"0-0\"";
                case OTHER_AND_SAME -> "\"0-0\", " + tag;
                case OTHER_AND_SAME_WEAK -> "W/\"0-0\", W/" + tag;
            };
        }

        private @Nullable String text(Date date) {
            return switch (date) {
                case ABSENT -> null;
                case EARLIER -> HttpDate.format(lastModified - 1);
                case EQUAL -> HttpDate.format(lastModified);
                case LATER -> HttpDate.format(lastModified + 1);
                case NONE -> "yesterday";
            };
        }

        /// The status of a GET or HEAD.
        int read(boolean isThere) {
            if (!isThere) {
                return 404;
            }
            if (!passesSteps1And2()) {
                return 412;
            }
            if (ifNoneMatch != Tags.ABSENT) {
                return isNamedWeakly(ifNoneMatch) ? 304 : 200;
            }
            return ifModifiedSince == Date.EQUAL || ifModifiedSince == Date.LATER ? 304 : 200;
        }

        /// The status of a PUT.
        int put(boolean isThere) {
            if (!isThere) {
                return ifMatch == Tags.ABSENT ? 201 : 412;
            }
            return passesSteps1And2() && !isNamedWeakly(ifNoneMatch) ? 204 : 412;
        }

        /// The status of a DELETE.
        int delete(boolean isThere) {
            return isThere ? put(true) : 404;
        }

        private boolean passesSteps1And2() {
            return switch (ifMatch) {
                case ANY, SAME, OTHER_AND_SAME -> true;
                case SAME_WEAK, OTHER, OTHER_AND_SAME_WEAK -> false;
                case ABSENT -> ifUnmodifiedSince != Date.EARLIER;
            };
        }

        private static boolean isNamedWeakly(Tags tags) {
            return tags != Tags.ABSENT && tags != Tags.OTHER;
        }
    }
}
