package dev.kiwi.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Makes a bean method work on the tasks of a queue.
 * <p>
 * The one parameter that is no context is the payload; its declared type drives decoding.
 * {@code TaskContext} and {@code KiwiCommunicator} may stand beside it in any order. What
 * the method returns is the task's result; a {@code CompletionStage} is waited for,
 * {@code void} is null. An exception fails the task. Workers of all processes share the
 * queue: each task goes to one of them.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface KiwiTask {

	/**
	 * The queue; placeholders such as {@code ${worker.queue}} are resolved.
	 * @return the queue, empty for the default queue ({@code kiwi.tasks.default-queue})
	 */
	String value() default "";

}
