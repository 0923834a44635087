package dev.kiwi.boot.listener;

import java.lang.reflect.Method;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.function.BooleanSupplier;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.aop.Advisor;
import org.springframework.aop.framework.Advised;
import org.springframework.beans.BeansException;
import org.springframework.beans.PropertyAccessorFactory;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionManager;
import org.springframework.transaction.annotation.AnnotationTransactionAttributeSource;
import org.springframework.transaction.interceptor.TransactionAspectSupport;
import org.springframework.transaction.interceptor.TransactionAttribute;
import org.springframework.transaction.interceptor.TransactionAttributeSource;
import org.springframework.transaction.interceptor.TransactionInterceptor;

/**
 * Completes tasks in the transactions of their methods: what a method writes, what it
 * sends and the end of its task are committed together. Where that cannot be, it is said
 * once.
 */
public final class TransactionalWorkers implements WorkerAdvice {

	private static final Logger logger = LoggerFactory.getLogger(TransactionalWorkers.class);

	private final BeanFactory beans;

	private final Object dataSource;

	private final BooleanSupplier inTransaction;

	private final Set<String> queues = new ConcurrentSkipListSet<>();

	/**
	 * An advice.
	 * @param beans where transaction managers are
	 * @param dataSource the database that keeps the tasks
	 * @param inTransaction whether the current thread is in a transaction on it
	 */
	public TransactionalWorkers(BeanFactory beans, Object dataSource, BooleanSupplier inTransaction) {
		this.beans = beans;
		this.dataSource = dataSource;
		this.inTransaction = inTransaction;
	}

	@Override
	public Around around(String queue, Object bean, Class<?> type, Method method) {
		TransactionInterceptor interceptor = interceptor(bean);
		TransactionAttributeSource source = (interceptor != null) ? interceptor.getTransactionAttributeSource() : null;
		TransactionAttribute attribute = ((source != null) ? source : new AnnotationTransactionAttributeSource())
			.getTransactionAttribute(method, type);
		if (attribute == null) {
			return NONE.around(queue, bean, type, method);
		}
		String obstacle = (interceptor != null) ? obstacle(type, method, attribute, interceptor)
				: "its bean has no proxy of Spring's that opens a transaction";
		if (obstacle != null) {
			tell(HandlerMethod.describe(type, method), obstacle);
			return NONE.around(queue, bean, type, method);
		}
		CompletingInterceptor completing = new CompletingInterceptor(this.inTransaction, method,
				() -> tell(HandlerMethod.describe(type, method), "its transaction is on another database"));
		// the last one is called within all others, and so within the transaction
		this.queues.add(queue);
		((Advised) bean).addAdvisor(completing.advisor());
		return completing;
	}

	/**
	 * The queues whose tasks are completed in transactions of their methods.
	 * @return those that are known by now
	 */
	public Set<String> queues() {
		return Set.copyOf(this.queues);
	}

	private @Nullable String obstacle(Class<?> type, Method method, TransactionAttribute attribute,
			TransactionInterceptor interceptor) {
		if (CompletionStage.class.isAssignableFrom(method.getReturnType())) {
			return "the stage that it returns completes after the commit";
		}
		if (attribute.isReadOnly()) {
			return "its transaction is read-only";
		}
		switch (attribute.getPropagationBehavior()) {
			case TransactionDefinition.PROPAGATION_SUPPORTS, TransactionDefinition.PROPAGATION_NOT_SUPPORTED,
					TransactionDefinition.PROPAGATION_NEVER -> {
				return "its propagation opens no transaction";
			}
			default -> {
				// it opens one
			}
		}
		TransactionManager manager = new Managers(this.beans, interceptor).of(attribute, type);
		Object database = (manager != null) ? dataSource(manager) : null;
		return (database != null && database != this.dataSource)
				? "its transaction manager is for another DataSource than kiwi's (kiwi.jdbc.data-source)" : null;
	}

	private static void tell(String method, String obstacle) {
		logger.info("{} is transactional, but its task is completed after the transaction, not in it: {}. When its "
				+ "worker dies in between, it runs again", method, obstacle);
	}

	private static @Nullable TransactionInterceptor interceptor(Object bean) {
		if (bean instanceof Advised advised && !advised.isFrozen()) {
			for (Advisor advisor : advised.getAdvisors()) {
				if (advisor.getAdvice() instanceof TransactionInterceptor interceptor) {
					return interceptor;
				}
			}
		}
		return null;
	}

	/** Known of every manager that has one, whatever it does beside. */
	private static @Nullable Object dataSource(TransactionManager manager) {
		var properties = PropertyAccessorFactory.forBeanPropertyAccess(manager);
		return properties.isReadableProperty("dataSource") ? properties.getPropertyValue("dataSource") : null;
	}

	/**
	 * Finds transaction managers as Spring does.
	 */
	private static final class Managers extends TransactionAspectSupport {

		Managers(BeanFactory beans, TransactionInterceptor interceptor) {
			setBeanFactory(beans);
			setTransactionManager(interceptor.getTransactionManager());
		}

		/** The manager, or null where only the call will tell. */
		@Nullable TransactionManager of(TransactionAttribute attribute, Class<?> type) {
			try {
				return determineTransactionManager(attribute, type);
			}
			catch (BeansException | IllegalStateException ex) {
				TransactionalWorkers.logger.debug("Which transaction manager {} uses is seen when it is called", type,
						ex);
				return null;
			}
		}

	}

}
