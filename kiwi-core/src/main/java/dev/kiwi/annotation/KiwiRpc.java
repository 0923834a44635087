package dev.kiwi.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Makes a bean method answer the calls to an identifier.
 * <p>
 * The one parameter that is no context is the message; its declared type drives decoding.
 * {@code RpcContext} and {@code KiwiCommunicator} may stand beside it in any order. What
 * the method returns is the answer; a {@code CompletionStage} is waited for, {@code void}
 * is null. Several instances may serve an identifier: each call goes to one of them.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface KiwiRpc {

	/**
	 * The identifier; placeholders such as {@code process.${worker.id}} are resolved.
	 * @return the identifier
	 */
	String value();

	/**
	 * Whether nobody else may serve the identifier at the same time, in any process.
	 * @return true to be the only one
	 */
	boolean exclusive() default false;

}
