package dev.kiwi.boot.endpoint;

import java.util.Set;

import org.springframework.boot.actuate.endpoint.Show;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What the endpoint of kiwi shows.
 *
 * @param showValues When to show payloads, results and headers.
 * @param roles Roles that make a user authorized to be shown them. When empty, all
 * authenticated users are authorized.
 */
@ConfigurationProperties("management.endpoint.kiwi")
public record KiwiEndpointProperties(@DefaultValue("never") Show showValues, @DefaultValue Set<String> roles) {
}
