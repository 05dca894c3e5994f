package dev.zspool.service;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The instructions of a Dockerfile, as far as ours goes.
public final class Dockerfile {
    private final Map<String, List<String>> instructions = new HashMap<>();

    public Dockerfile(Path file) throws IOException {
        String text = Files.readString(file).replaceAll("(?m)^#.*\n", "").replace("\\\n", " ");
        for (String line : text.split("\n", -1)) {
            int space = line.indexOf(' ');
            if (space > 0) {
                instructions
                        .computeIfAbsent(line.substring(0, space), name -> new ArrayList<>())
                        .add(line.substring(space + 1).strip());
            }
        }
    }

    /// What stands behind each instruction of a name.
    public List<String> all(String instruction) {
        return instructions.getOrDefault(instruction, List.of());
    }

    /// What stands behind the only instruction of a name.
    public String only(String instruction) {
        List<String> all = all(instruction);
        if (all.size() != 1) {
            throw new IllegalArgumentException(instruction + ": " + all);
        }
        return all.getFirst();
    }

    /// The command that a container runs.
    public List<String> entryPoint() throws IOException {
        return List.of(new ObjectMapper().readValue(only("ENTRYPOINT"), String[].class));
    }

    /// The variables that a container starts with.
    public Map<String, String> environment() {
        Map<String, String> variables = new HashMap<>();
        for (String line : all("ENV")) {
            for (String pair : line.split(" +", -1)) {
                int equals = pair.indexOf('=');
                variables.put(pair.substring(0, equals), pair.substring(equals + 1));
            }
        }
        return variables;
    }
}
