package dev.zspool.pressure;

/// Where the controller learns how the machine is. It allocates nothing.
@FunctionalInterface
interface PressureProbe {
    /// Fills what the system tells: limits, usage, stalls and events.
    void fill(PressureInputs in);

    /// {@link PressureInputs#activeFileBytes} now, in between.
    default long activeFileBytes() {
        return 0;
    }
}
