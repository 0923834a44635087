package dev.kiwi.boot.listener;

import java.lang.reflect.Method;
import java.util.concurrent.Callable;

import dev.kiwi.TaskContext;
import org.jspecify.annotations.Nullable;

/**
 * Decides what is put around the methods of workers.
 */
public interface WorkerAdvice {

	/**
	 * Nothing is put around any.
	 */
	WorkerAdvice NONE = (queue, bean, type, method) -> (task, call) -> call.call();

	/**
	 * What is put around a method.
	 * @param queue the queue that it works on
	 * @param bean the bean, or its proxy
	 * @param type the bean's class, not the proxy's
	 * @param method the method as the class declares it
	 * @return called with each task
	 */
	Around around(String queue, Object bean, Class<?> type, Method method);

	/**
	 * Calls a method with a task.
	 */
	@FunctionalInterface
	interface Around {

		/**
		 * Calls the method.
		 * @param task the task
		 * @param method the call
		 * @return what the method returned
		 * @throws Exception what it threw
		 */
		@Nullable Object call(TaskContext task, Callable<@Nullable Object> method) throws Exception;

	}

}
