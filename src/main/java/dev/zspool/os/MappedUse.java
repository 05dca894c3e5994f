package dev.zspool.os;

/// What a mapping of this process is used for, as {@link MemoryMaps} tells them apart.
public enum MappedUse {
    /// The pools' arena.
    ARENA,
    /// The heap of the JVM.
    JAVA_HEAP,
    /// Compiled code.
    CODE_CACHE,
    /// Metadata of classes; only the compressed class space, the rest cannot be told from {@link
    /// #OTHER_ANONYMOUS}.
    CLASS_SPACE,
    /// Stacks of threads, of the JVM's own as well.
    THREAD_STACKS,
    /// Files: the JDK's modules, jars, shared libraries, the class data archive.
    FILES,
    /// All else: what `malloc` has (the JVM, Netty, RocksDB), metaspace, tables of the collector.
    OTHER_ANONYMOUS
}
