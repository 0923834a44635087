package dev.kiwi.boot.autoconfigure;

import dev.kiwi.boot.listener.ListenerDeclarationException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Says which annotated method cannot be a subscriber, and why.
 */
final class ListenerDeclarationFailureAnalyzer extends AbstractFailureAnalyzer<ListenerDeclarationException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, ListenerDeclarationException cause) {
		return new FailureAnalysis(cause.getMessage(), cause.action(), cause);
	}

}
