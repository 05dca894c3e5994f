package dev.zspool.pressure;

/// Sums that stay at the end of the range instead of turning over.
final class Saturated {
    private Saturated() {}

    static long plus(long a, long b) {
        long sum = a + b;
        if (((a ^ sum) & (b ^ sum)) < 0) {
            return a < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
        return sum;
    }

    static long minus(long a, long b) {
        long difference = a - b;
        if (((a ^ b) & (a ^ difference)) < 0) {
            return a < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
        return difference;
    }

    /// So many thousandths of a number that is not negative.
    static long permille(long of, int permille) {
        return of / 1000 * permille + of % 1000 * permille / 1000;
    }
}
