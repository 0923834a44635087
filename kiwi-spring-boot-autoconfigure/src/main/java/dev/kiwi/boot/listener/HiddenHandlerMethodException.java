package dev.kiwi.boot.listener;

import org.jspecify.annotations.Nullable;

/**
 * A proxied bean hides its annotated method: it can only be called past the proxy, that
 * is, without the transaction or whatever else the proxy is for.
 */
public final class HiddenHandlerMethodException extends ListenerDeclarationException {

	HiddenHandlerMethodException(String beanName, String method, String reason, String action,
			@Nullable Throwable cause) {
		super("The proxied bean '" + beanName + "' hides its method " + method + ": " + reason, action, cause);
	}

}
