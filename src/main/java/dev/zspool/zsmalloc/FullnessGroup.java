package dev.zspool.zsmalloc;

/// How full a zspage is: the twelve groups of zsmalloc since Linux 6.4 (`get_fullness_group`).
///
/// Group 0 is empty, 11 is full; a group `g` between them holds zspages whose share of live slots,
/// in whole percent rounded down, lies in `[10 (g - 1), 10 g - 1]`.
public enum FullnessGroup {
    EMPTY,
    BELOW_10,
    BELOW_20,
    BELOW_30,
    BELOW_40,
    BELOW_50,
    BELOW_60,
    BELOW_70,
    BELOW_80,
    BELOW_90,
    BELOW_100,
    FULL;

    /// How many groups there are.
    public static final int COUNT = 12;

    static final int EMPTY_GROUP = 0;
    static final int SPARSEST_GROUP = 1;
    static final int DENSEST_GROUP = 10;
    static final int FULL_GROUP = 11;

    /// The number of the group (0 to 11) of a zspage. An `int`, since it is computed at every
    /// allocation and free.
    ///
    /// @param liveSlots slots that hold an object
    /// @param slots all slots of the zspage
    static int numberOf(int liveSlots, int slots) {
        if (liveSlots == 0) {
            return EMPTY_GROUP;
        }
        if (liveSlots == slots) {
            return FULL_GROUP;
        }
        return 100 * liveSlots / slots / 10 + 1;
    }
}
