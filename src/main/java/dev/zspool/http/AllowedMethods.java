package dev.zspool.http;

import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Which methods a path knows: what an answer 405 must say and the framework does not. Nor does it
/// always answer 405: where the paths of two resources begin alike it says that there is no route.
///
/// Read from the annotations of the resources, so there is no second list of routes.
final class AllowedMethods {

    /// Every resource of the API.
    static final List<Class<?>> RESOURCES =
            List.of(
                    BalloonResource.class,
                    BatchResource.class,
                    BlobResource.class,
                    CheckResource.class,
                    CompactionResource.class,
                    DefragmentationResource.class,
                    EvictionResource.class,
                    ScrubResource.class,
                    EventResource.class,
                    IdentityResource.class,
                    ListingResource.class,
                    MapResource.class,
                    MemoryResource.class,
                    PageResource.class,
                    PoolListResource.class,
                    PoolResource.class,
                    PressureResource.class,
                    SampleResource.class,
                    ShrinkResource.class,
                    SnapshotResource.class);

    private static final Pattern PARAMETER = Pattern.compile("\\{[^/}]+}");

    private AllowedMethods() {}

    /// A route of the API.
    ///
    /// @param template its path, parameters in braces
    /// @param method its HTTP method
    /// @param resource what answers it
    record Route(String template, String method, Method resource) {

        /// The role that it asks for, if it names one.
        Optional<String> role() {
            return Optional.ofNullable(resource.getAnnotation(RolesAllowed.class))
                    .map(roles -> String.join(",", roles.value()));
        }

        boolean matches(String path) {
            return path.matches(PARAMETER.matcher(template).replaceAll("[^/]+"));
        }
    }

    static Stream<Route> routes() {
        return RESOURCES.stream().flatMap(AllowedMethods::routesOf);
    }

    /// The methods of a path, none if there is no such path. A path that can be read answers HEAD
    /// too, and any path OPTIONS.
    static Set<String> at(String path) {
        Set<String> methods = new TreeSet<>();
        routes().filter(route -> route.matches(path)).forEach(route -> methods.add(route.method()));
        if (methods.contains("GET")) {
            methods.add("HEAD");
        }
        if (!methods.isEmpty()) {
            methods.add("OPTIONS");
        }
        return methods;
    }

    private static Stream<Route> routesOf(Class<?> resource) {
        String base = pathOf(resource.getAnnotation(Path.class));
        return Arrays.stream(resource.getDeclaredMethods())
                .flatMap(method ->
                        httpMethods(method)
                                .map(name -> new Route(base + subPath(method), name, method)));
    }

    private static String subPath(Method method) {
        Path path = method.getAnnotation(Path.class);
        return path == null ? "" : pathOf(path);
    }

    private static String pathOf(Path path) {
        return path.value();
    }

    private static Stream<String> httpMethods(Method method) {
        return Arrays.stream(method.getAnnotations())
                .map(annotation -> annotation.annotationType().getAnnotation(HttpMethod.class))
                .filter(httpMethod -> httpMethod != null)
                .map(HttpMethod::value);
    }
}
