package dev.kiwi.boot.listener;

import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;

import dev.kiwi.BroadcastContext;
import dev.kiwi.RpcContext;
import dev.kiwi.RpcEndpoint;
import dev.kiwi.TaskContext;
import dev.kiwi.annotation.KiwiBroadcast;
import dev.kiwi.annotation.KiwiRpc;
import dev.kiwi.annotation.KiwiTask;

import org.springframework.aop.support.AopUtils;
import org.springframework.util.StringUtils;

/**
 * Makes endpoints of annotated methods.
 *
 * @param placeholders resolves the placeholders of a text
 * @param defaultQueue the queue of {@code @KiwiTask} without a name
 * @param workers what is put around the methods of workers
 */
record EndpointFactory(UnaryOperator<String> placeholders, String defaultQueue, WorkerAdvice workers) {

	/**
	 * Makes an endpoint.
	 * @param beanName the bean's name
	 * @param bean the bean or its proxy
	 * @param type the bean's class, not the proxy's
	 * @param method the annotated method
	 * @param annotation its annotation
	 * @return the endpoint
	 * @throws ListenerDeclarationException if the method cannot be one
	 */
	ListenerEndpoint endpoint(String beanName, Object bean, Class<?> type, Method method, Annotation annotation) {
		Method invocable = invocable(beanName, bean, type, method);
		if (annotation instanceof KiwiTask task) {
			String queue = StringUtils.hasLength(task.value()) ? resolved(task.value(), type, method, task)
					: this.defaultQueue;
			return new ListenerEndpoint.ForTasks(queue, handler(bean, type, method, invocable, task, TaskContext.class),
					this.workers.around(queue, bean, type, method));
		}
		if (annotation instanceof KiwiRpc rpc) {
			RpcEndpoint endpoint = new RpcEndpoint(resolved(rpc.value(), type, method, rpc), rpc.exclusive());
			return new ListenerEndpoint.ForCalls(endpoint,
					handler(bean, type, method, invocable, rpc, RpcContext.class));
		}
		KiwiBroadcast broadcast = (KiwiBroadcast) annotation;
		return new ListenerEndpoint.ForBroadcasts(resolved(broadcast.filter(), type, method, broadcast),
				resolved(broadcast.sender(), type, method, broadcast),
				handler(bean, type, method, invocable, broadcast, BroadcastContext.class));
	}

	private List<String> resolved(String[] values, Class<?> type, Method method, Annotation annotation) {
		return Arrays.stream(values).map((value) -> resolved(value, type, method, annotation)).toList();
	}

	private String resolved(String value, Class<?> type, Method method, Annotation annotation) {
		try {
			return this.placeholders.apply(value);
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidListenerAttributeException(annotation.annotationType().getSimpleName(),
					HandlerMethod.describe(type, method), ex);
		}
	}

	private static HandlerMethod handler(Object bean, Class<?> type, Method method, Method invocable,
			Annotation annotation, Class<?> contextType) {
		return new HandlerMethod(bean, invocable, HandlerMethod.describe(type, method),
				HandlerParameters.of(type, method, annotation.annotationType().getSimpleName(), contextType));
	}

	/** The method as the bean's proxy offers it, so that what the proxy adds applies. */
	private static Method invocable(String beanName, Object bean, Class<?> type, Method method) {
		if (AopUtils.isCglibProxy(bean) && Modifier.isFinal(method.getModifiers())) {
			throw new HiddenHandlerMethodException(beanName, HandlerMethod.describe(type, method),
					"a final method is not overridden by the proxy and would run on an empty instance",
					"Make the method non-final.", null);
		}
		try {
			return AopUtils.selectInvocableMethod(method, bean.getClass());
		}
		catch (IllegalStateException ex) {
			boolean isPrivate = Modifier.isPrivate(method.getModifiers());
			throw new HiddenHandlerMethodException(beanName, HandlerMethod.describe(type, method),
					isPrivate ? "the method is private" : "the JDK proxy offers the methods of its interfaces only",
					isPrivate ? "Make the method at least package-private."
							: "Declare the method in an interface of the bean and annotate it there, or have the bean "
									+ "proxied by class: proxyTargetClass=true, or spring.aop.proxy-target-class=true.",
					ex);
		}
	}

}
