package dev.zspool.http;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.type.LogicalType;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Singleton;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.ConstraintViolationException;
import jakarta.validation.Validator;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Documents in the bodies of requests, read strictly: a document that could be understood in two
/// ways, or has something that nobody asked for, is refused.
@Singleton
final class JsonBodies {

    /// What is wrong with a body of another type, in words.
    static final String MUST_BE_JSON = "The Content-Type must be application/json.";

    private final ObjectMapper strict = strictMapper();
    private final Validator validator;

    JsonBodies(Validator validator) {
        this.validator = validator;
    }

    private static ObjectMapper strictMapper() {
        JsonMapper.Builder builder =
                JsonMapper.builder()
                        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                        .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                        .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
                        .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                        .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS);
        for (CoercionInputShape shape :
                List.of(
                        CoercionInputShape.Integer,
                        CoercionInputShape.Float,
                        CoercionInputShape.Boolean)) {
            builder.withCoercionConfig(
                    LogicalType.Textual, config -> config.setCoercion(shape, CoercionAction.Fail));
        }
        return builder.build();
    }

    /// Refuses a body without a type, which the framework takes for any.
    static void requireType(HttpServerRequest request) {
        if (!request.headers().contains(HttpHeaders.CONTENT_TYPE)) {
            throw new ProblemException(ProblemCode.UNSUPPORTED_MEDIA_TYPE, MUST_BE_JSON);
        }
    }

    /// Reads a document and looks its constraints over.
    <T> T read(byte[] body, Class<T> type) {
        T document = parse(body, type);
        Set<ConstraintViolation<T>> violations = validator.validate(document);
        if (!violations.isEmpty()) {
            throw new ConstraintViolationException(violations);
        }
        return document;
    }

    private <T> T parse(byte[] body, Class<T> type) {
        T document;
        try {
            document = strict.readValue(body, type);
        } catch (UnrecognizedPropertyException unknown) {
            throw wrong(fieldOf(unknown), "is not known here");
        } catch (JsonMappingException mismatch) {
            throw mismatch(mismatch);
        } catch (StreamConstraintsException tooDeep) {
            throw wrong("", "is nested too deeply, or has too long a name or value");
        } catch (JsonProcessingException broken) {
            throw broken(broken.getLocation());
        } catch (IOException noText) {
            throw broken(null);
        }
        if (document == null) {
            throw wrong("", "must be a JSON object");
        }
        return document;
    }

    /// A mapping that ends where the document itself is broken says so by its cause.
    private ProblemException mismatch(JsonMappingException mismatch) {
        String field = fieldOf(mismatch);
        if (mismatch.getCause() instanceof InputCoercionException) {
            return wrong(field, "is too large");
        }
        boolean isBroken =
                mismatch.getCause() instanceof JsonProcessingException cause
                        && !(cause instanceof JsonMappingException);
        if (isBroken) {
            return broken(mismatch.getLocation());
        }
        return field.isEmpty()
                ? wrong(field, "must be one JSON object" + placeOf(mismatch.getLocation()))
                : wrong(field, mustBe(mismatch));
    }

    private String mustBe(JsonMappingException mismatch) {
        Class<?> type =
                mismatch instanceof MismatchedInputException input ? input.getTargetType() : null;
        if (type != null && type.isEnum()) {
            return Arrays.stream(type.getEnumConstants())
                    .map(each -> strict.convertValue(each, String.class))
                    .collect(Collectors.joining(" or ", "must be ", ""));
        }
        return type != null && Number.class.isAssignableFrom(type)
                ? "must be a whole number"
                : "has the wrong type";
    }

    private static ProblemException broken(@Nullable JsonLocation location) {
        return wrong("", "is not JSON without duplicates" + placeOf(location));
    }

    private static String placeOf(@Nullable JsonLocation location) {
        return location == null
                ? ""
                : ": line " + location.getLineNr() + ", column " + location.getColumnNr();
    }

    private static ProblemException wrong(String field, String message) {
        return FieldError.problem(List.of(new FieldError(field, message)));
    }

    private static String fieldOf(JsonMappingException mismatch) {
        StringBuilder field = new StringBuilder();
        for (JsonMappingException.Reference step : mismatch.getPath()) {
            if (step.getFieldName() == null) {
                field.append('[').append(step.getIndex()).append(']');
            } else {
                field.append(field.isEmpty() ? "" : ".").append(step.getFieldName());
            }
        }
        return field.toString();
    }
}
