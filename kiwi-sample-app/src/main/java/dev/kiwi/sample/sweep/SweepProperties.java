package dev.kiwi.sample.sweep;

import java.time.Duration;
import java.util.List;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What is swept.
 *
 * @param from the smallest cluster
 * @param to the largest cluster
 * @param seeds one search is sent per size and seed
 * @param timeout how long to wait for all results
 */
@ConfigurationProperties("sweep")
record SweepProperties(@DefaultValue("2") int from, @DefaultValue("13") int to, @DefaultValue( {
		"1", "2" }) List<Long> seeds, @DefaultValue("30m") Duration timeout){

}
