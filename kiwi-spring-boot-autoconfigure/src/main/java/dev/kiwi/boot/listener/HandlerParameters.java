package dev.kiwi.boot.listener;

import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import dev.kiwi.BroadcastContext;
import dev.kiwi.KiwiCommunicator;
import dev.kiwi.RpcContext;
import dev.kiwi.TaskContext;
import org.jspecify.annotations.Nullable;

import org.springframework.core.GenericTypeResolver;

/**
 * What the parameters of a handler method stand for, in their order.
 *
 * @param roles one for each parameter
 * @param payloadType the declared type of the payload, or null if there is no parameter
 * for it
 */
record HandlerParameters(List<Role> roles, @Nullable Type payloadType) {

	private static final Set<Class<?>> CONTEXTS = Set.of(TaskContext.class, RpcContext.class, BroadcastContext.class);

	HandlerParameters {
		roles = List.copyOf(roles);
	}

	/**
	 * Reads a method's parameters.
	 * @param type the class that the method is a handler of
	 * @param method the method as it is declared
	 * @param annotation the simple name of its annotation
	 * @param contextType the context that goes with the annotation
	 * @return the parameters
	 */
	static HandlerParameters of(Class<?> type, Method method, String annotation, Class<?> contextType) {
		List<Role> roles = new ArrayList<>();
		List<String> candidates = new ArrayList<>();
		Type payloadType = null;
		for (Parameter parameter : method.getParameters()) {
			Class<?> parameterType = parameter.getType();
			if (parameterType == KiwiCommunicator.class) {
				roles.add(Role.COMMUNICATOR);
			}
			else if (parameterType == contextType) {
				roles.add(Role.CONTEXT);
			}
			else if (CONTEXTS.contains(parameterType)) {
				throw new WrongHandlerContextException(HandlerMethod.describe(type, method), annotation, parameterType,
						contextType);
			}
			else {
				roles.add(Role.PAYLOAD);
				candidates.add(described(parameter));
				payloadType = GenericTypeResolver.resolveType(parameter.getParameterizedType(), type);
			}
		}
		if (candidates.size() > 1) {
			throw new AmbiguousHandlerParameterException(HandlerMethod.describe(type, method), candidates);
		}
		return new HandlerParameters(roles, payloadType);
	}

	@Nullable Object[] arguments(@Nullable Object payload, Object context, KiwiCommunicator communicator) {
		@Nullable Object[] arguments = new @Nullable Object[this.roles.size()];
		for (int i = 0; i < arguments.length; i++) {
			arguments[i] = switch (this.roles.get(i)) {
				case PAYLOAD -> payload;
				case CONTEXT -> context;
				case COMMUNICATOR -> communicator;
			};
		}
		return arguments;
	}

	private static String described(Parameter parameter) {
		String type = parameter.getParameterizedType().getTypeName();
		return parameter.isNamePresent() ? type + " " + parameter.getName() : type;
	}

	/**
	 * What a parameter stands for.
	 */
	enum Role {

		/**
		 * What was sent.
		 */
		PAYLOAD,

		/**
		 * What is known of the message.
		 */
		CONTEXT,

		/**
		 * What brought it.
		 */
		COMMUNICATOR

	}

}
