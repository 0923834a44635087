package dev.kiwi.sample.sweep;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What is swept.
 *
 * @param from the smallest cluster
 * @param to the largest cluster
 * @param seeds one search is sent per size and seed
 * @param timeout how long to wait for all results
 * @param cancelAfter when to cancel the searches that are not over; never by default
 * @param failures how many attempts fail on purpose, by size: {@code sweep.failures.7=1}
 * shows a retry, and as many as there are attempts a dead letter and its relaunch
 */
@ConfigurationProperties("sweep")
record SweepProperties(@DefaultValue("2") int from, @DefaultValue("13") int to, @DefaultValue( {
		"1", "2" }) List<Long> seeds, @DefaultValue("30m") Duration timeout, @Nullable Duration cancelAfter,
		@DefaultValue Map<Integer, Integer> failures){

}
