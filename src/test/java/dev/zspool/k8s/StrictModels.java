package dev.zspool.k8s;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBinding;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;
import io.kubernetes.client.openapi.models.V1ClusterRoleBinding;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1Namespace;
import io.kubernetes.client.openapi.models.V1NetworkPolicy;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudget;
import io.kubernetes.client.openapi.models.V1Service;
import io.kubernetes.client.openapi.models.V1ServiceAccount;
import io.kubernetes.client.openapi.models.V1StatefulSet;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Whether an object is what the cluster's API takes. The official client's models refuse fields
/// that are unknown or missing; fabric8's know types, and what a quantity is.
final class StrictModels {

    private interface Check {
        void check(JsonElement object) throws IOException;
    }

    private static final Map<String, Check> OFFICIAL =
            Map.of(
                    "v1 ConfigMap", V1ConfigMap::validateJsonElement,
                    "v1 Namespace", V1Namespace::validateJsonElement,
                    "v1 Service", V1Service::validateJsonElement,
                    "v1 ServiceAccount", V1ServiceAccount::validateJsonElement,
                    "apps/v1 StatefulSet", V1StatefulSet::validateJsonElement,
                    "networking.k8s.io/v1 NetworkPolicy", V1NetworkPolicy::validateJsonElement,
                    "policy/v1 PodDisruptionBudget", V1PodDisruptionBudget::validateJsonElement,
                    "rbac.authorization.k8s.io/v1 ClusterRoleBinding",
                            V1ClusterRoleBinding::validateJsonElement);

    private static final Map<String, Class<?>> TYPED =
            Map.of(
                    "v1 ConfigMap", ConfigMap.class,
                    "v1 Namespace", Namespace.class,
                    "v1 Service", Service.class,
                    "v1 ServiceAccount", ServiceAccount.class,
                    "apps/v1 StatefulSet", StatefulSet.class,
                    "networking.k8s.io/v1 NetworkPolicy", NetworkPolicy.class,
                    "policy/v1 PodDisruptionBudget", PodDisruptionBudget.class,
                    "rbac.authorization.k8s.io/v1 ClusterRoleBinding", ClusterRoleBinding.class,
                    "monitoring.coreos.com/v1 PrometheusRule", PrometheusRule.class,
                    "monitoring.coreos.com/v1 ServiceMonitor", ServiceMonitor.class);

    private static final ObjectMapper MAPPER =
            new ObjectMapper().enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

    private StrictModels() {}

    /// What is wrong with an object.
    static List<String> problems(JsonNode object) {
        String kind = object.path("apiVersion").asText() + ' ' + object.path("kind").asText();
        List<String> problems = new ArrayList<>();
        Class<?> type = TYPED.get(kind);
        if (type == null) {
            problems.add("no model of " + kind);
            return problems;
        }
        Check official = OFFICIAL.get(kind);
        if (official != null) {
            try {
                official.check(JsonParser.parseString(object.toString()));
            } catch (IOException | RuntimeException e) {
                problems.add("the official client: " + e.getMessage());
            }
        }
        try {
            Object typed = MAPPER.treeToValue(object, type);
            // What a model does not know it keeps, and writes; what it writes back must be all.
            lost(object, MAPPER.valueToTree(typed), "", problems);
            unknown(typed, object, problems);
        } catch (IOException | RuntimeException e) {
            problems.add("fabric8: " + e.getMessage());
        }
        quantities(object, problems);
        return problems;
    }

    /// Fields that do not come back are of another type than they should be.
    private static void lost(JsonNode was, JsonNode is, String path, List<String> problems) {
        if (was.isObject()) {
            was.fieldNames()
                    .forEachRemaining(name -> {
                        if (is.has(name)) {
                            lost(was.get(name), is.get(name), path + '/' + name, problems);
                        } else if (!was.get(name).isEmpty() || !was.get(name).isContainerNode()) {
                            problems.add("fabric8 loses " + path + '/' + name);
                        }
                    });
        } else if (was.isArray()) {
            for (int i = 0; i < was.size(); i++) {
                lost(was.get(i), is.path(i), path + '/' + i, problems);
            }
        } else if (!was.asText().equals(is.asText())) {
            problems.add("fabric8 takes " + path + " for " + is);
        }
    }

    private static void unknown(Object typed, JsonNode object, List<String> problems) {
        UnknownFields.of(typed, object.path("kind").asText()).forEach(problems::add);
    }

    private static void quantities(JsonNode object, List<String> problems) {
        for (String list : List.of("limits", "requests")) {
            for (JsonNode map : object.findValues(list)) {
                map.properties().forEach(entry -> quantity(entry.getValue().asText(), problems));
            }
        }
        object.findValues("sizeLimit").forEach(size -> quantity(size.asText(), problems));
    }

    private static void quantity(String text, List<String> problems) {
        try {
            Quantity.getAmountInBytes(new Quantity(text));
            if (new Quantity(text).getNumericalAmount().signum() <= 0) {
                problems.add("no amount: " + text);
            }
        } catch (IllegalArgumentException e) {
            problems.add("no quantity: " + text + " (" + e.getMessage() + ')');
        }
    }
}
