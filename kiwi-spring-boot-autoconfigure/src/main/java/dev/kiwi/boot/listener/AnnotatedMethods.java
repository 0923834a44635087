package dev.kiwi.boot.listener;

import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

import dev.kiwi.annotation.KiwiBroadcast;
import dev.kiwi.annotation.KiwiRpc;
import dev.kiwi.annotation.KiwiTask;
import org.jspecify.annotations.Nullable;

import org.springframework.core.MethodIntrospector;
import org.springframework.core.MethodIntrospector.MetadataLookup;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;

/**
 * Which methods of a class are annotated. Looked for once per class, as every bean of the
 * application passes here.
 */
final class AnnotatedMethods {

	private static final List<Class<? extends Annotation>> ANNOTATIONS = List.of(KiwiTask.class, KiwiRpc.class,
			KiwiBroadcast.class);

	private static final Comparator<Method> BY_NAME = Comparator.comparing(Method::getName)
		.thenComparing(Method::toString);

	private static final String SPRING = "org.springframework.";

	private final Map<Class<?>, Map<Method, List<Annotation>>> known = new ConcurrentHashMap<>();

	/**
	 * The annotated methods of a class.
	 * @param type the class, not a proxy's
	 * @return the annotations by method, empty where there are none; in the order of the
	 * methods' names, as a JVM gives methods in any order, another one at each start
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
		Map<Method, List<Annotation>> ordered = new TreeMap<>(BY_NAME);
		ordered.putAll(MethodIntrospector.selectMethods(type,
				(MetadataLookup<List<Annotation>>) AnnotatedMethods::annotations));
		return ordered;
	}

	/** Those that are the nearest of their type; null where there are none. */
	private static @Nullable List<Annotation> annotations(Method method) {
		Map<Class<?>, Annotation> nearest = new LinkedHashMap<>();
		for (MergedAnnotation<?> found : MergedAnnotations.from(method, SearchStrategy.TYPE_HIERARCHY)) {
			if (ANNOTATIONS.contains(found.getType()) && !nearest.containsKey(found.getType())) {
				nearest.put(found.getType(), found.synthesize());
			}
		}
		return nearest.isEmpty() ? null : List.copyOf(nearest.values());
	}

}
