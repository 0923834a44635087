package dev.kiwi.engine;

import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;

/**
 * Which bodies the subscribers of a process may share: those that nobody can change.
 */
final class SharedBodies {

	private static final Set<Class<?>> IMMUTABLE = Set.of(String.class, Boolean.class, Byte.class, Short.class,
			Integer.class, Long.class, Character.class, Float.class, Double.class, UUID.class, Void.class);

	private static final String TIMES = "java.time.";

	private SharedBodies() {
	}

	/**
	 * Whether it follows from the declared type that nothing of a body can be changed:
	 * text, numbers that are no big ones, truth values, enums, UUIDs, what is final in
	 * {@code java.time}, and records of such only.
	 * @param type the declared type
	 * @return true if all who want that type may get the same object
	 */
	static boolean isShared(Type type) {
		return isImmutable(type, new HashSet<>());
	}

	private static boolean isImmutable(Type type, Set<Type> asked) {
		if (!(type instanceof Class<?> declared)) {
			return false;
		}
		if (declared.isPrimitive() || declared.isEnum() || IMMUTABLE.contains(declared) || isTime(declared)) {
			return true;
		}
		// a record of its own kind is asked already
		return declared.isRecord() && (!asked.add(declared) || Arrays.stream(declared.getRecordComponents())
			.map(RecordComponent::getGenericType)
			.allMatch((component) -> isImmutable(component, asked)));
	}

	private static boolean isTime(Class<?> type) {
		return type.getName().startsWith(TIMES) && Modifier.isFinal(type.getModifiers());
	}

}
