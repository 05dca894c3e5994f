package dev.zspool.boot;

import dev.zspool.blob.BlobPoolOptions;
import dev.zspool.blob.BlobStore;
import dev.zspool.config.ZspoolConfig;
import dev.zspool.observe.MemorySamples;
import dev.zspool.observe.RequestCounts;
import dev.zspool.page.PageArena;
import dev.zspool.persist.Journal;
import dev.zspool.pressure.PressureController;
import dev.zspool.upkeep.EventFeed;
import dev.zspool.upkeep.Upkeep;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.function.Supplier;

/// Makes the engine at start and closes it at stop, and hands its parts to whoever asks for them.
final class EngineWiring {
    @Produces
    @Singleton
    @Startup
    Engine engine(ZspoolConfig config) {
        return new Engine(config);
    }

    void stop(@Disposes Engine engine) {
        engine.close();
    }

    @Produces
    @Singleton
    PageArena arena(Engine engine) {
        return engine.arena();
    }

    @Produces
    @Singleton
    BlobStore store(Engine engine) {
        return engine.store();
    }

    @Produces
    @Singleton
    Supplier<BlobPoolOptions> poolDefaults(Engine engine) {
        // They follow the container's limit.
        return engine::poolDefaults;
    }

    @Produces
    @Singleton
    Journal journal(Engine engine) {
        return engine.journal();
    }

    @Produces
    @Singleton
    EventFeed events(Engine engine) {
        return engine.events();
    }

    @Produces
    @Singleton
    RequestCounts requests(Engine engine) {
        return engine.requests();
    }

    @Produces
    @Singleton
    MemorySamples samples(Engine engine) {
        return engine.samples();
    }

    @Produces
    @Singleton
    Upkeep upkeep(Engine engine) {
        return engine.upkeep();
    }

    @Produces
    @Singleton
    PressureController pressure(Engine engine) {
        return engine.pressure();
    }
}
