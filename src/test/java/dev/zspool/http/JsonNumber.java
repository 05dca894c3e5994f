package dev.zspool.http;

import java.util.Comparator;
import org.hamcrest.Matcher;
import org.hamcrest.comparator.ComparatorMatcherBuilder;

/// Matchers of integers in JSON, which come as an `Integer` or, from 2 GiB on, as a `Long`.
final class JsonNumber {
    private JsonNumber() {}

    static Matcher<Number> moreThan(long bound) {
        return ComparatorMatcherBuilder.comparedBy(Comparator.comparingLong(Number::longValue))
                .greaterThan(bound);
    }
}
