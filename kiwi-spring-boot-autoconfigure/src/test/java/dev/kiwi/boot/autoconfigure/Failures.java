package dev.kiwi.boot.autoconfigure;

import java.util.Objects;

import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.core.io.support.SpringFactoriesLoader;
import org.springframework.core.io.support.SpringFactoriesLoader.FailureHandler;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a user gets to read when the application does not start.
 */
final class Failures {

	private Failures() {
	}

	static FailureAnalysis of(AssertableApplicationContext context) {
		assertThat(context).hasFailed();
		return of(context.getStartupFailure());
	}

	static FailureAnalysis of(Throwable failure) {
		// Boot's own analyzers want an environment; none of them is meant here.
		return SpringFactoriesLoader.forDefaultResourceLocation()
			.load(FailureAnalyzer.class, FailureHandler.handleMessage((message, cause) -> {
			}))
			.stream()
			.filter((analyzer) -> analyzer.getClass().getName().startsWith("dev.kiwi"))
			.map((analyzer) -> analyzer.analyze(failure))
			.filter(Objects::nonNull)
			.findFirst()
			.orElseThrow(() -> new AssertionError("No analyzer knows this failure", failure));
	}

}
