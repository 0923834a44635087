package dev.kiwi.boot.listener;

import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

import dev.kiwi.annotation.KiwiBroadcast;
import dev.kiwi.annotation.KiwiRpc;
import dev.kiwi.annotation.KiwiTask;
import org.jspecify.annotations.Nullable;

import org.springframework.core.MethodIntrospector;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Which methods of a class are annotated. Looked for once per class, as every bean of the
 * application passes here.
 */
final class AnnotatedMethods {

	private static final List<Class<? extends Annotation>> ANNOTATIONS = List.of(KiwiTask.class, KiwiRpc.class,
			KiwiBroadcast.class);

	private static final String SPRING = "org.springframework.";

	private final Map<Class<?>, Map<Method, List<Annotation>>> known = new ConcurrentHashMap<>();

	/**
	 * The annotated methods of a class.
	 * @param type the class, not a proxy's
	 * @return the annotations by method, empty where there are none
	 */
	Map<Method, List<Annotation>> of(Class<?> type) {
		return this.known.computeIfAbsent(type, AnnotatedMethods::find);
	}

	private static Map<Method, List<Annotation>> find(Class<?> type) {
		// most beans of an application are Spring's own, and to look through all their
		// methods is a part of its start
		if (type.getName().startsWith(SPRING) || !AnnotationUtils.isCandidateClass(type, ANNOTATIONS)) {
			return Map.of();
		}
		Map<Method, List<Annotation>> found = new LinkedHashMap<>();
		for (Method method : MethodIntrospector.selectMethods(type, (ReflectionUtils.MethodFilter) (method) -> true)) {
			List<Annotation> annotations = annotations(method);
			if (!annotations.isEmpty()) {
				found.put(method, annotations);
			}
		}
		return found;
	}

	private static List<Annotation> annotations(Method method) {
		Stream<@Nullable Annotation> found = ANNOTATIONS.stream()
			.map((annotation) -> AnnotatedElementUtils.findMergedAnnotation(method, annotation));
		return found.filter(Objects::nonNull).map(Annotation.class::cast).toList();
	}

}
