package dev.zspool.zsmalloc;

/// What a short look at a frame shows of its page, in one number: for whoever looks at very many.
public final class PageGlance {
    /// No page of the pool that was asked.
    public static final int NO_PAGE = -1;

    private static final int ISOLATED = 1 << 16;

    private PageGlance() {}

    static int of(int classIndex, boolean isIsolated) {
        return isIsolated ? classIndex | ISOLATED : classIndex;
    }

    /// The index of the page's size class.
    ///
    /// @param glance not {@link #NO_PAGE}
    public static int classIndex(int glance) {
        return glance & ~ISOLATED;
    }

    /// Whether the page is isolated.
    ///
    /// @param glance not {@link #NO_PAGE}
    public static boolean isIsolated(int glance) {
        return (glance & ISOLATED) != 0;
    }
}
