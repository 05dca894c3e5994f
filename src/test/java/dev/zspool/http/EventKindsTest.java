package dev.zspool.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.zspool.upkeep.EventKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// Every event that there is stands in the contract.
final class EventKindsTest {

    @Test
    void kindsAreTheKinds() throws IOException {
        JsonNode file =
                new ObjectMapper(new YAMLFactory())
                        .readTree(Files.readString(Path.of("openapi.yaml")));
        Set<String> documented = new TreeSet<>();
        file.at("/components/schemas/EventData/properties/kind/enum")
                .forEach(kind -> documented.add(kind.asText()));
        assertEquals(
                Arrays.stream(EventKind.values())
                        .map(Enum::name)
                        .collect(Collectors.toCollection(TreeSet::new)),
                documented);
    }
}
