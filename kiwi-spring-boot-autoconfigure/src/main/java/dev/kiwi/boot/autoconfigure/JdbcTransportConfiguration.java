package dev.kiwi.boot.autoconfigure;

import javax.sql.DataSource;

import dev.kiwi.KiwiCommunicator;
import dev.kiwi.boot.listener.TransactionalWorkers;
import dev.kiwi.jdbc.JdbcTransport;
import dev.kiwi.transport.Transport;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.jdbc.init.DataSourceScriptDatabaseInitializer;
import org.springframework.boot.sql.init.dependency.DatabaseInitializationDependencyConfigurer;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/**
 * The transport over the application's database, once its tables are there.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass({ JdbcTransport.class, DataSourceScriptDatabaseInitializer.class })
@ConditionalOnProperty(name = "kiwi.transport", havingValue = "jdbc", matchIfMissing = true)
@ConditionalOnMissingBean({ Transport.class, KiwiCommunicator.class })
@EnableConfigurationProperties(KiwiJdbcProperties.class)
@Import(DatabaseInitializationDependencyConfigurer.class)
class JdbcTransportConfiguration {

	@Bean
	KiwiSchemaInitializer kiwiSchemaInitializer(KiwiJdbcProperties jdbc, ListableBeanFactory beans) {
		return schemaInitializer(jdbc, beans);
	}

	/** The communicator closes it. */
	@Bean(destroyMethod = "")
	@DependsOnDatabaseInitialization
	JdbcTransport kiwiTransport(KiwiProperties properties, KiwiJdbcProperties jdbc, ListableBeanFactory beans) {
		return transport(properties, jdbc, beans);
	}

	@Bean
	TransactionalWorkers kiwiTransactionalWorkers(JdbcTransport transport, ListableBeanFactory beans) {
		return transactionalWorkers(transport, beans);
	}

	static KiwiSchemaInitializer schemaInitializer(KiwiJdbcProperties jdbc, ListableBeanFactory beans) {
		return new KiwiSchemaInitializer(dataSource(jdbc, beans), jdbc);
	}

	static JdbcTransport transport(KiwiProperties properties, KiwiJdbcProperties jdbc, ListableBeanFactory beans) {
		return new JdbcTransport(dataSource(jdbc, beans), jdbc.settings(properties));
	}

	static TransactionalWorkers transactionalWorkers(JdbcTransport transport, ListableBeanFactory beans) {
		return new TransactionalWorkers(beans, transport.dataSource(), transport::isInTransaction);
	}

	static DataSource dataSource(KiwiJdbcProperties jdbc, ListableBeanFactory beans) {
		return NamedBean.get(beans, DataSource.class, "kiwi.jdbc.data-source", jdbc.dataSource(),
				KiwiConfigurationException::noDataSource);
	}

}
