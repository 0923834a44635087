package dev.kiwi;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;

/**
 * A generic type as a value: {@code new TypeRef<List<Energy>>() {}}.
 *
 * @param <T> the type
 */
public abstract class TypeRef<T> {

	private final Type type;

	/**
	 * Captures the type argument of the anonymous subclass.
	 */
	protected TypeRef() {
		if (!(getClass().getGenericSuperclass() instanceof ParameterizedType parameterized)
				|| parameterized.getRawType() != TypeRef.class) {
			throw new IllegalArgumentException(
					"A TypeRef needs its type written out: new TypeRef<List<Energy>>() {}, not a raw TypeRef");
		}
		this.type = parameterized.getActualTypeArguments()[0];
	}

	private TypeRef(Type type) {
		this.type = type;
	}

	/**
	 * The type reference of a type known only at run time, such as a method's parameter.
	 * @param type the type
	 * @return the reference
	 */
	public static TypeRef<Object> of(Type type) {
		return new TypeRef<>(type) {
		};
	}

	/**
	 * The type reference of a class.
	 * @param <T> the type
	 * @param type the class
	 * @return the reference
	 */
	public static <T> TypeRef<T> of(Class<T> type) {
		return new TypeRef<>(type) {
		};
	}

	/**
	 * The type.
	 * @return the type
	 */
	public Type type() {
		return this.type;
	}

	@Override
	public String toString() {
		return this.type.getTypeName();
	}

}
