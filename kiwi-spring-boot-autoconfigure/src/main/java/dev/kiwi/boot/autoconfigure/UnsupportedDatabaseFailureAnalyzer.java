package dev.kiwi.boot.autoconfigure;

import dev.kiwi.jdbc.UnsupportedDatabaseException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Says which databases kiwi can use.
 */
final class UnsupportedDatabaseFailureAnalyzer extends AbstractFailureAnalyzer<UnsupportedDatabaseException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, UnsupportedDatabaseException cause) {
		return new FailureAnalysis(cause.getMessage(),
				"Set kiwi.jdbc.data-source to the name of a DataSource to PostgreSQL or H2, or kiwi.transport to "
						+ "another transport.",
				cause);
	}

}
