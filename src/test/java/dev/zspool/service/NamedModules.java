package dev.zspool.service;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/// Which modules of Java the classes of jars name.
final class NamedModules {

    /// Named by a generator of code among the libraries, which nobody calls.
    private static final Set<String> UNUSED = Set.of("jdk.compiler", "java.compiler");

    private NamedModules() {}

    /// The modules, each with a class that names it, that are not among the given ones.
    static List<String> missing(Path app, Collection<String> modules) throws IOException {
        Map<String, String> moduleOf = new HashMap<>();
        for (Module module : ModuleLayer.boot().modules()) {
            if (!modules.contains(module.getName()) && !UNUSED.contains(module.getName())) {
                module.getDescriptor().exports().stream()
                        .filter(exports -> !exports.isQualified())
                        .forEach(exports -> moduleOf.put(exports.source(), module.getName()));
            }
        }
        Set<String> found = new TreeSet<>();
        List<Path> jars;
        try (Stream<Path> files = Files.walk(app)) {
            jars = files.filter(file -> file.toString().endsWith(".jar")).toList();
        }
        for (Path jar : jars) {
            try (ZipFile zip = new ZipFile(jar.toFile())) {
                for (ZipEntry entry :
                        (Iterable<ZipEntry>) zip.stream().map(ZipEntry.class::cast)::iterator) {
                    if (isClass(entry.getName())) {
                        byte[] bytes;
                        try (var in = zip.getInputStream(entry)) {
                            bytes = in.readAllBytes();
                        }
                        look(bytes, moduleOf, found, jar.getFileName() + " " + entry.getName());
                    }
                }
            }
        }
        return List.copyOf(found);
    }

    private static boolean isClass(String name) {
        return name.endsWith(".class")
                && !name.endsWith("module-info.class")
                && !name.startsWith("META-INF/");
    }

    private static void look(
            byte[] bytes, Map<String, String> moduleOf, Set<String> found, String place) {
        for (PoolEntry entry : ClassFile.of().parse(bytes).constantPool()) {
            if (entry instanceof ClassEntry type) {
                String name = type.asInternalName();
                int end = name.lastIndexOf('/');
                int begin = name.startsWith("[") ? name.indexOf('L') + 1 : 0;
                if (end > begin) {
                    String module = moduleOf.get(name.substring(begin, end).replace('/', '.'));
                    if (module != null) {
                        found.add(module + " by " + place);
                    }
                }
            }
        }
    }
}
