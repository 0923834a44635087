package dev.kiwi.boot.listener;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.stream.Collectors;

import dev.kiwi.KiwiCommunicator;
import dev.kiwi.PayloadException;
import dev.kiwi.TypeRef;
import org.jspecify.annotations.Nullable;

import org.springframework.util.ReflectionUtils;

/**
 * An annotated method that can be called with what a message brings.
 */
final class HandlerMethod {

	private final Object bean;

	private final Method method;

	private final String description;

	private final HandlerParameters parameters;

	/**
	 * A handler method.
	 * @param bean the bean, or its proxy
	 * @param method the method as the bean offers it
	 * @param description names the method in messages
	 * @param parameters what its parameters stand for
	 */
	HandlerMethod(Object bean, Method method, String description, HandlerParameters parameters) {
		this.bean = bean;
		this.method = method;
		this.description = description;
		this.parameters = parameters;
		ReflectionUtils.makeAccessible(method);
	}

	static String describe(Class<?> type, Method method) {
		return Arrays.stream(method.getParameterTypes())
			.map(Class::getSimpleName)
			.collect(Collectors.joining(", ", type.getName() + "." + method.getName() + "(", ")"));
	}

	/**
	 * What payloads are to be read as.
	 * @return the declared type; {@link Void} where the method takes no payload
	 */
	TypeRef<Object> payloadType() {
		Type type = this.parameters.payloadType();
		return TypeRef.of((type != null) ? type : (Type) Void.class);
	}

	/**
	 * Calls the method.
	 * @param payload the payload, or null
	 * @param context the context of the message
	 * @param communicator the communicator that brought it
	 * @return what the method returned; null for a void one
	 * @throws Exception what the method threw
	 */
	@Nullable Object invoke(@Nullable Object payload, Object context, KiwiCommunicator communicator) throws Exception {
		if (payload == null && this.parameters.payloadType() instanceof Class<?> type && type.isPrimitive()) {
			throw new PayloadException("The payload is null, which the parameter of type " + type + " of " + this
					+ " cannot take; send a value, or declare the parameter's wrapper class");
		}
		try {
			return this.method.invoke(this.bean, this.parameters.arguments(payload, context, communicator));
		}
		catch (InvocationTargetException ex) {
			ReflectionUtils.rethrowException(ex.getTargetException());
			throw ex;
		}
	}

	@Override
	public String toString() {
		return this.description;
	}

}
