package dev.kiwi.boot.autoconfigure;

import dev.kiwi.KiwiCommunicator;
import dev.kiwi.boot.listener.TransactionalWorkers;
import dev.kiwi.jdbc.JdbcTransport;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.annotation.Qualifier;
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
 * Tasks in the application's database, where another transport carries all else.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass({ JdbcTransport.class, DataSourceScriptDatabaseInitializer.class })
@ConditionalOnProperty(name = "kiwi.tasks.transport", havingValue = "jdbc")
@ConditionalOnMissingBean({ JdbcTransport.class, KiwiCommunicator.class })
@EnableConfigurationProperties(KiwiJdbcProperties.class)
@Import(DatabaseInitializationDependencyConfigurer.class)
class JdbcTasksConfiguration {

	@Bean
	KiwiSchemaInitializer kiwiSchemaInitializer(KiwiJdbcProperties jdbc, ListableBeanFactory beans) {
		return JdbcTransportConfiguration.schemaInitializer(jdbc, beans);
	}

	/** The communicator closes it. Not to be taken for the transport of all. */
	@Bean(name = KiwiAutoConfiguration.TASKS_TRANSPORT, destroyMethod = "", defaultCandidate = false)
	@DependsOnDatabaseInitialization
	JdbcTransport kiwiTasksTransport(KiwiProperties properties, KiwiJdbcProperties jdbc, ListableBeanFactory beans) {
		return JdbcTransportConfiguration.transport(properties, jdbc, beans);
	}

	@Bean
	TransactionalWorkers kiwiTransactionalWorkers(
			@Qualifier(KiwiAutoConfiguration.TASKS_TRANSPORT) JdbcTransport transport, ListableBeanFactory beans) {
		return JdbcTransportConfiguration.transactionalWorkers(transport, beans);
	}

}
