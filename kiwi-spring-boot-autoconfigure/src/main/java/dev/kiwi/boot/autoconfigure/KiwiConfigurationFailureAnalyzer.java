package dev.kiwi.boot.autoconfigure;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Says which property or dependency is missing.
 */
final class KiwiConfigurationFailureAnalyzer extends AbstractFailureAnalyzer<KiwiConfigurationException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, KiwiConfigurationException cause) {
		return new FailureAnalysis(cause.getMessage(), cause.action(), cause);
	}

}
