package dev.zspool.config;

import io.quarkus.runtime.annotations.StaticInitSafe;
import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/// Every key that a user may set. Sizes are written like `64M` or `2G`, in powers of 1024.
@StaticInitSafe
@ConfigMapping(prefix = "zspool")
public interface ZspoolConfig {
    Http http();

    Management management();

    Arena arena();

    Pool pool();

    Data data();

    Journal journal();

    Body body();

    Upkeep upkeep();

    Pressure pressure();

    /// Port 8080.
    interface Http {
        @Meaning(
                "Address that the API listens on. There is no authentication yet: keep it on loopback.")
        @WithDefault("127.0.0.1")
        String host();

        @Meaning("Port of the API.")
        @WithDefault("8080")
        int port();

        @Meaning(
                "Host names that requests may be for, without port. They keep other web sites out while there is no"
                        + " authentication.")
        @WithDefault("localhost,127.0.0.1,[::1]")
        Set<String> allowedHosts();
    }

    /// Port 9000.
    interface Management {
        @Meaning("Address that health and metrics listen on.")
        @WithDefault("127.0.0.1")
        String host();

        @Meaning("Port of health and metrics.")
        @WithDefault("9000")
        int port();
    }

    /// Physical memory.
    interface Arena {
        @Meaning(
                "Most memory for blobs, their index and their tables together. Default: the container's limit, or half of"
                        + " what the machine has, less what else the process needs; it follows the limit.")
        Optional<MemorySize> size();

        @Meaning("Free memory that stays backed, so that steady traffic takes no page fault.")
        @WithDefault("8M")
        MemorySize warm();

        @Meaning("How often free memory beyond that is given back to the system.")
        @WithDefault("100ms")
        Duration giveBackInterval();

        @Meaning(
                "Whether 2 MiB that are in use as a whole shall be huge pages: faster, but given back as a whole only,"
                        + " which takes a defragmentation.")
        @WithDefault("false")
        boolean hugePages();
    }

    /// The pool `default`, and what other pools are like that do not say so themselves.
    interface Pool {
        @Meaning("Most pools at a time.")
        @WithDefault("1000")
        int maxPools();

        @Meaning(
                "Most memory that its pages may take. Default: 15/16 of what the arena may take at the start.")
        Optional<MemorySize> limit();

        @Meaning(
                "Most pages of a zspage, 4 to 16: more waste less at their ends, fewer are freed sooner.")
        @WithDefault("8")
        int chainSize();

        @Meaning("Largest blob, up to 1G.")
        @WithDefault("64M")
        MemorySize maxBlobSize();

        @Meaning("How long a blob lives that does not say so, from 1s on; 0 is for ever.")
        @WithDefault("0s")
        Duration defaultTtl();

        @Meaning(
                "When an acknowledged write survives: `sync` always; `async` the end of the process, and the end of the"
                        + " machine except for the last 100 ms; `none` never.")
        @WithDefault("sync")
        Kept durability();

        /// See {@link Pool#durability}.
        enum Kept {
            NONE,
            ASYNC,
            SYNC
        }

        @Meaning(
                "What happens to a blob that the limit of a pool without durability does not allow: `reject` refuses it, `evict` makes room by"
                        + " deleting blobs that nobody read lately.")
        @WithDefault("reject")
        Full full();

        /// See {@link Pool#full}.
        enum Full {
            REJECT,
            EVICT
        }
    }

    /// Where durable blobs are.
    interface Data {
        @Meaning(
                "Folder of everything that survives the end of the process: durable blobs, the pools and their settings,"
                        + " snapshots. One process at a time uses it.")
        @WithDefault("data")
        String directory();
    }

    /// What keeps durable blobs.
    interface Journal {
        @Meaning("Memory outside the heap that the journal is to take, at least 8M.")
        @WithDefault("24M")
        MemorySize memory();

        @Meaning(
                "A file of this size is kept in the data directory and given up when the disk is full, so that blobs can"
                        + " be deleted all the same; 0 for none.")
        @WithDefault("64M")
        MemorySize ballast();
    }

    /// Request bodies under way.
    interface Body {
        @Meaning("Most heap that uploads under way may take together; later ones wait.")
        @WithDefault("16M")
        MemorySize budget();

        @Meaning(
                "Threads that compress the blocks of bodies above 64 KiB. Default: one less than there are processors.")
        OptionalInt workers();
    }

    /// Work in the background that makes pages free.
    interface Upkeep {
        @Meaning("Whether compaction starts by itself.")
        @WithDefault("true")
        boolean background();

        @Meaning(
                "It starts when it would free this share of a pool's pages, in percent, and at least 1 MiB.")
        @WithDefault("10")
        int threshold();

        @Meaning("Least time between two starts for the same pool.")
        @WithDefault("10s")
        Duration interval();

        @Meaning(
                "Share of the time that work in the background takes of one processor, in percent.")
        @WithDefault("30")
        int duty();
    }

    /// Short memory.
    interface Pressure {
        @Meaning(
                "How often the container's memory is looked at; sooner where the system tells that it is short.")
        @WithDefault("100ms")
        Duration interval();
    }
}
