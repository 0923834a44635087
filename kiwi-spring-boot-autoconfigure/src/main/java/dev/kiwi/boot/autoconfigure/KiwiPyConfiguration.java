package dev.kiwi.boot.autoconfigure;

import dev.kiwi.amqp.kiwipy.YamlPayloadCodec;
import dev.kiwi.codec.JacksonPayloadCodec;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.util.ClassUtils;

/**
 * What a deployment of kiwiPy writes and reads, and JSON for the Java senders beside it.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty(name = "kiwi.amqp.interop", havingValue = "kiwipy")
class KiwiPyConfiguration {

	@Bean
	@Order(Ordered.HIGHEST_PRECEDENCE)
	@ConditionalOnMissingBean
	YamlPayloadCodec kiwiYamlPayloadCodec(ObjectProvider<JsonMapper> mapper) {
		if (!ClassUtils.isPresent("org.yaml.snakeyaml.Yaml", YamlPayloadCodec.class.getClassLoader())) {
			throw KiwiConfigurationException.invalid("kiwi.amqp.interop", new IllegalArgumentException(
					"kiwi.amqp.interop is kiwipy, which writes YAML: add the dependency org.yaml:snakeyaml"));
		}
		JsonMapper unique = mapper.getIfUnique();
		return (unique != null) ? new YamlPayloadCodec(unique) : new YamlPayloadCodec();
	}

	@Bean
	@ConditionalOnMissingBean
	JacksonPayloadCodec kiwiJsonPayloadCodec(ObjectProvider<JsonMapper> mapper) {
		JsonMapper unique = mapper.getIfUnique();
		return (unique != null) ? new JacksonPayloadCodec(unique) : new JacksonPayloadCodec();
	}

}
