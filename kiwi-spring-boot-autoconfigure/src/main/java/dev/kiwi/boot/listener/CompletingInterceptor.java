package dev.kiwi.boot.listener;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

import dev.kiwi.TaskContext;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.Advisor;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.aop.support.StaticMethodMatcherPointcut;
import org.springframework.transaction.interceptor.TransactionAspectSupport;

/**
 * Completes a task with what its method returned, before the transaction around the
 * method is committed. Calls of the method by others than kiwi pass.
 */
final class CompletingInterceptor implements MethodInterceptor, WorkerAdvice.Around {

	private final ThreadLocal<@Nullable TaskContext> current = new ThreadLocal<>();

	private final AtomicBoolean told = new AtomicBoolean();

	private final BooleanSupplier inTransaction;

	private final Method method;

	private final Runnable elsewhere;

	/**
	 * An interceptor.
	 * @param inTransaction whether a task can be completed in the thread's transaction
	 * @param method the method
	 * @param elsewhere called once where it cannot
	 */
	CompletingInterceptor(BooleanSupplier inTransaction, Method method, Runnable elsewhere) {
		this.inTransaction = inTransaction;
		this.method = method;
		this.elsewhere = elsewhere;
	}

	Advisor advisor() {
		return new DefaultPointcutAdvisor(new StaticMethodMatcherPointcut() {

			@Override
			public boolean matches(Method candidate, Class<?> type) {
				Method method = CompletingInterceptor.this.method;
				return candidate.getName().equals(method.getName())
						&& Arrays.equals(candidate.getParameterTypes(), method.getParameterTypes());
			}

		}, this);
	}

	@Override
	public @Nullable Object call(TaskContext task, Callable<@Nullable Object> call) throws Exception {
		this.current.set(task);
		try {
			return call.call();
		}
		finally {
			this.current.remove();
		}
	}

	@Override
	public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
		TaskContext task = this.current.get();
		if (task == null) {
			return invocation.proceed();
		}
		// not for calls within this one
		this.current.remove();
		try {
			Object result = invocation.proceed();
			if (!(result instanceof CompletionStage)) {
				complete(task, result);
			}
			return result;
		}
		finally {
			// whoever tries again does so with the same task
			this.current.set(task);
		}
	}

	private void complete(TaskContext task, @Nullable Object result) {
		if (!this.inTransaction.getAsBoolean()) {
			if (this.told.compareAndSet(false, true)) {
				this.elsewhere.run();
			}
		}
		else if (!TransactionAspectSupport.currentTransactionStatus().isRollbackOnly()) {
			task.completeInTransaction(result);
		}
	}

}
