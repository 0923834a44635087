package dev.kiwi.boot.autoconfigure;

import dev.kiwi.boot.listener.TransactionalWorkers;
import dev.kiwi.jdbc.JdbcTransport;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.jdbc.metadata.CompositeDataSourcePoolMetadataProvider;
import org.springframework.boot.jdbc.metadata.DataSourcePoolMetadataProvider;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Whether the pool has connections for all who need one.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass({ JdbcTransport.class, DataSourcePoolMetadataProvider.class })
@ConditionalOnBean(TransactionalWorkers.class)
class JdbcPoolConfiguration {

	@Bean
	PoolSizeCheck kiwiPoolSizeCheck(KiwiProperties properties, KiwiJdbcProperties jdbc, TransactionalWorkers workers,
			ApplicationContext context, ObjectProvider<DataSourcePoolMetadataProvider> providers) {
		return new PoolSizeCheck(EngineSettingsMapper.settings(properties), workers,
				() -> new CompositeDataSourcePoolMetadataProvider(providers.orderedStream().toList())
					.getDataSourcePoolMetadata(JdbcTransportConfiguration.dataSource(jdbc, context)),
				context);
	}

}
