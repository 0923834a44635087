package dev.kiwi.boot.listener;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.BeansException;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryAware;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.util.ClassUtils;

/**
 * Finds the annotated methods of an application's beans. Lazy beans whose type shows an
 * annotated method are initialised with the others; a lazy bean that shows it only when
 * it is created is subscribed then.
 */
public final class KiwiListenerBeanPostProcessor
		implements BeanPostProcessor, BeanFactoryAware, SmartInitializingSingleton {

	private static final Logger logger = LoggerFactory.getLogger(KiwiListenerBeanPostProcessor.class);

	private final AnnotatedMethods methods = new AnnotatedMethods();

	private final ListenerEndpoints endpoints = new ListenerEndpoints();

	private final Set<String> notSubscribed = ConcurrentHashMap.newKeySet();

	private final Supplier<String> defaultQueue;

	private final Supplier<WorkerAdvice> workers;

	/** Found before all singletons were there, by name; null afterwards. */
	private @Nullable Map<String, Object> found = new LinkedHashMap<>();

	private @Nullable ConfigurableListableBeanFactory beanFactory;

	/**
	 * A post-processor.
	 * @param defaultQueue the queue of {@code @KiwiTask} without a name, asked for once
	 * all singletons are there
	 * @param workers what is put around the methods of workers, asked for with each bean
	 */
	public KiwiListenerBeanPostProcessor(Supplier<String> defaultQueue, Supplier<WorkerAdvice> workers) {
		this.defaultQueue = defaultQueue;
		this.workers = workers;
	}

	@Override
	public void setBeanFactory(BeanFactory beanFactory) throws BeansException {
		this.beanFactory = (ConfigurableListableBeanFactory) beanFactory;
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) throws BeansException {
		if (ScopedProxyUtils.isScopedTarget(beanName)
				|| this.methods.of(AopProxyUtils.ultimateTargetClass(bean)).isEmpty()) {
			return bean;
		}
		String name = (bean instanceof FactoryBean) ? BeanFactory.FACTORY_BEAN_PREFIX + beanName : beanName;
		if (!beanFactory().containsBean(name) || isSingleton(name)) {
			found(name, bean);
		}
		return bean;
	}

	@Override
	public void afterSingletonsInstantiated() {
		for (String name : beanFactory().getBeanNamesForType(Object.class, true, false)) {
			if (!ScopedProxyUtils.isScopedTarget(name) && !this.methods.of(declaredClass(name)).isEmpty()
					&& isSingleton(name)) {
				beanFactory().getBean(name);
			}
		}
		Map<String, Object> all;
		synchronized (this) {
			all = Objects.requireNonNull(this.found, "Singletons are instantiated once");
			this.found = null;
		}
		// The bean as others get it: what was seen above may have been wrapped since.
		all.forEach(
				(name, bean) -> register(name, beanFactory().containsBean(name) ? beanFactory().getBean(name) : bean));
	}

	/**
	 * The queues that annotated methods of this application work on.
	 * @return their names, complete once the context is refreshed
	 */
	public List<String> taskQueues() {
		return this.endpoints.taskQueues();
	}

	/**
	 * Gives out the endpoints.
	 * @param subscriber takes each one that was found and from now on each that is, until
	 * {@link #end}
	 */
	void forEach(Consumer<ListenerEndpoint> subscriber) {
		this.endpoints.begin(subscriber);
	}

	void end() {
		this.endpoints.end();
	}

	/** What is none is told of once. */
	private boolean isSingleton(String name) {
		boolean singleton = beanFactory().isSingleton(name);
		if (!singleton && this.notSubscribed.add(name)) {
			logger.warn("The bean '{}' has methods annotated for kiwi but is no singleton: they are not subscribed",
					name);
		}
		return singleton;
	}

	private void found(String name, Object bean) {
		synchronized (this) {
			if (this.found != null) {
				this.found.putIfAbsent(name, bean);
				return;
			}
		}
		register(name, bean);
	}

	private void register(String name, Object bean) {
		Class<?> type = AopProxyUtils.ultimateTargetClass(bean);
		EndpointFactory factory = new EndpointFactory(this::resolved, this.defaultQueue.get(), this.workers.get());
		List<ListenerEndpoint> made = new ArrayList<>();
		this.methods.of(type)
			.forEach((method, annotations) -> annotations
				.forEach((annotation) -> made.add(factory.endpoint(name, bean, type, method, annotation))));
		this.endpoints.add(name, made);
	}

	private String resolved(String text) {
		return Objects.requireNonNullElse(beanFactory().resolveEmbeddedValue(text), "");
	}

	/** As far as it is known without creating the bean or the factory that makes it. */
	private Class<?> declaredClass(String beanName) {
		Class<?> type = beanFactory().getType(beanName, false);
		return (type != null) ? ClassUtils.getUserClass(type) : Object.class;
	}

	private ConfigurableListableBeanFactory beanFactory() {
		return Objects.requireNonNull(this.beanFactory, "The bean factory is set before any bean comes");
	}

}
